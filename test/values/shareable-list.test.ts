/** `ShareableList` and `SharedMemoryManager`. */
import {
  fromHandle,
  Lock,
  Process,
  ShareableList,
  SharedMemory,
  SharedMemoryManager,
  toHandle,
  Value,
  zeros,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { codeOf, thrownBy } from "../fixtures/thrown.js";

const bytes = (...items: number[]) => Uint8Array.from(items);

describe("ShareableList", () => {
  const items = ["howdy", bytes(72, 111, 33), -273.154, 100, null, true, 42n];

  it("basics: length, items with their types, negative indices, indexOf, iteration", () => {
    using list = new ShareableList(items, { name: "basics" });
    expect([list.length, String(list), [...list], list.at(-1), list.at(-7)]).toEqual([
      7,
      'ShareableList "basics"',
      items,
      42n,
      "howdy",
    ]);
    expect([list.indexOf(100), list.indexOf(bytes(72, 111, 33)), list.indexOf("absent"), list.indexOf(100n)]).toEqual([
      3, 1, -1, -1,
    ]);
    expect([...new ShareableList([])]).toEqual([]);
  });

  it("indices that it does not have are errors, far too negative ones too", () => {
    const list = new ShareableList(items);
    for (const i of [7, -8, -100, 2 ** 31]) {
      expect([codeOf(() => list.at(i)), codeOf(() => list.set(i, 1))]).toEqual(["INDEX", "INDEX"]);
    }
    expect(thrownBy(() => list.at(0.5))).toBeInstanceOf(RangeError);
    expect(thrownBy(() => list.at("0" as never))).toBeInstanceOf(TypeError);
  });

  it("items change value and type within their room; what does not fit leaves the old value and its neighbours", () => {
    const list = new ShareableList<unknown>(["12345678", 1, "neighbour", null] as never[]);
    list.set(1, "12345678");
    expect(list.at(1)).toBe("12345678");
    list.set(3, 2n ** 62n);
    list.set(0, false);
    expect([...list]).toEqual([false, "12345678", "neighbour", 2n ** 62n]);
    const before = [...list];
    expect(thrownBy(() => list.set(1, "x".repeat(17)))).toBeInstanceOf(RangeError);
    expect(thrownBy(() => list.set(1, 2n ** 63n))).toBeInstanceOf(RangeError);
    for (const bad of [undefined, {}, [1], Symbol("s"), () => 1, "\ud800"]) {
      expect(thrownBy(() => list.set(1, bad as never))).toBeInstanceOf(TypeError);
    }
    expect([...list]).toEqual(before);
    list.set(2, "x".repeat(15));
    expect([list.at(2), list.at(1), list.at(3)]).toEqual(["x".repeat(15), "12345678", 2n ** 62n]);
  });

  it("text is measured in UTF-8 bytes: nothing is cut", () => {
    const list = new ShareableList(["é".repeat(7), "日本語", "😀"]);
    expect([...list]).toEqual(["é".repeat(7), "日本語", "😀"]);
    list.set(0, "é".repeat(8)); // 16 bytes, which fill its room
    expect(list.at(0)).toBe("é".repeat(8));
    expect(thrownBy(() => list.set(0, "é".repeat(9))).message).toContain("at most 16 bytes");
    expect(list.at(0)).toBe("é".repeat(8));
    const eight = new ShareableList(["", "n"]);
    eight.set(0, "éééé");
    expect(thrownBy(() => eight.set(0, "ééééa"))).toBeInstanceOf(RangeError);
    expect([...eight]).toEqual(["éééé", "n"]);
  });

  it("trailing NULs are kept, of text and of bytes; numbers keep every bit", () => {
    const exact = [
      "ab\0\0",
      bytes(1, 0, 0),
      "\0",
      bytes(),
      "",
      -0,
      Number.NaN,
      Number.MAX_VALUE,
      -(2n ** 63n),
      2n ** 63n - 1n,
    ];
    expect([...new ShareableList(exact)]).toEqual(exact);
  });

  it("what cannot be stored is refused, and nothing made", () => {
    for (const bad of [[undefined], [{}], [2n ** 63n], ["\udc00"], "text", null, { length: 1 }]) {
      expect(thrownBy(() => new ShareableList(bad as never, { name: "never" }))).toBeInstanceOf(Error);
    }
    expect(codeOf(() => ShareableList.attach("never"))).toBe("NAME_NOT_FOUND");
    using _zeroed = new SharedMemory(1024, { name: "zeroed" });
    expect(codeOf(() => ShareableList.attach("zeroed"))).toBe("FORMAT");
  });

  it("a copy under another name has the same items and memory of its own", () => {
    using list = new ShareableList(items, { name: "one" });
    using copy = new ShareableList([...list], { name: "two" });
    copy.set(3, 5);
    expect([[...list], copy.at(3)]).toEqual([items, 5]);
    const again = ShareableList.attach("one");
    again.set(3, 6);
    expect(list.at(3)).toBe(6);
    list.close();
    expect(codeOf(() => list.at(0))).toBe("CLOSED");
  });

  it("travels by handle: the same memory, in few bytes; a dead one is not found", async () => {
    const list = new ShareableList<unknown>([1, "text of some length"] as never[], { name: "travels" });
    const received = fromHandle(structuredClone(toHandle(list)));
    received.set(0, "a text"); // into the room of a number
    list.set(1, null);
    expect([list.at(0), received.at(1)]).toEqual(["a text", null]);
    const set = (list: ShareableList) => list.set(0, 2.5);
    await new Process(set, [list as ShareableList]).start().join();
    expect(list.at(0)).toBe(2.5);
    expect(Object.keys(toHandle(list))).toEqual(Object.keys(toHandle(new ShareableList(new Array(400).fill(0)))));
    list.unlink();
    expect(codeOf(() => ShareableList.attach("travels"))).toBe("NAME_NOT_FOUND");
  });

  it("no reader sees half of a value, while writers race and one is killed", async () => {
    const list = new ShareableList(["a".repeat(1000), "?"]);
    const write = (list: ShareableList, letter: string) => {
      for (;;) list.set(0, letter.repeat(500 + Math.floor(Math.random() * 500)));
    };
    const writers = ["x", "y"].map((letter) => new Process(write, [list as ShareableList, letter]).start());
    let changes = 0;
    let last = "";
    for (const since = performance.now(); changes < 300 && performance.now() - since < 60_000; ) {
      for (let i = 0; i < 500; i++) {
        const text = list.at(0) as string;
        if (!/^(a+|x+|y+)$/.test(text)) throw new Error(`torn: ${text}`);
        if (text !== last) changes++;
        last = text;
      }
      if (changes > 100) writers[0]!.terminate();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    writers[1]!.terminate();
    for (const p of writers) await p.join();
    list.set(0, "z"); // a writer that died blocks nobody
    expect([list.at(0), list.at(1)]).toEqual(["z", "?"]);
    expect(changes).toBeGreaterThanOrEqual(300);
  });
});

describe("SharedMemoryManager", () => {
  const names = () => SharedMemory.list().map((one) => one.name);

  it("everything it was given is unlinked when it closes, whatever was unlinked before", async () => {
    {
      using manager = new SharedMemoryManager();
      const list = manager.use(new ShareableList([1, 2], { name: "m-list" }));
      const grid = manager.use(zeros([2, 2], { name: "m-grid" }));
      const total = manager.use(new Value("d", 0, { name: "m-total" }));
      manager.use(new SharedMemory(64, { name: "m-gone" })).unlink();
      manager.use(new Lock());
      const work = () => 0;
      await new Process(work).start().join();
      expect([list.at(0), grid.size, total.value, names().sort()]).toEqual([1, 4, 0, ["m-grid", "m-list", "m-total"]]);
    }
    expect(names()).toEqual([]);
  });

  it("closing twice is fine; using it then is an error; what is no shared thing is refused", () => {
    const manager = new SharedMemoryManager();
    manager.close();
    manager.close();
    expect(codeOf(() => manager.use(new Lock()))).toBe("CLOSED");
    for (const bad of [5, null, {}, "grid"]) {
      expect(thrownBy(() => new SharedMemoryManager().use(bad as never))).toBeInstanceOf(TypeError);
    }
  });

  it("takes charge of what others created, and one that fails keeps none of the others", () => {
    const manager = new SharedMemoryManager();
    using owner = new SharedMemory(64, { name: "m-attached" });
    manager.use(SharedMemory.attach("m-attached"));
    manager.use(new Lock({ name: "m-last" }));
    const broken = {
      close() {
        throw new Error("broken");
      },
      unlink() {},
    };
    manager.use(broken as never);
    expect(() => manager.close()).toThrow(AggregateError);
    expect(names()).toEqual([]);
    expect(owner.buf.length).toBe(64);
  });
});
