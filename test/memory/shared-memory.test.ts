/** One thread's view of named and unnamed memory. Many threads: test/memory/threads.test.ts and test/stress/names.stress.mjs. */
import { fromHandle, isSharedError, SharedError, SharedMemory, toHandle } from "shared-ndarray";
import { afterEach, describe, expect, it } from "vitest";

afterEach(() => expect(SharedMemory.list()).toEqual([]));
const coded = (fields: object) => expect.objectContaining(fields);

describe("a named block", () => {
  it("is found by name, shared, and freed by unlink while handles go on", () => {
    const made = new SharedMemory(100, { name: "block" });
    const found = SharedMemory.attach("block");
    found.buf[99] = 7;
    expect([made.buf[99], made.size, found.size, made.owner, found.owner]).toEqual([7, 100, 100, true, false]);
    made.unlink();
    expect(() => SharedMemory.attach("block")).toThrow(
      coded({ code: "NAME_NOT_FOUND", key: "block", scope: "process" }),
    );
    found.buf[0] = 3;
    expect(made.buf[0]).toBe(3);
    const other = new SharedMemory(50, { name: "block" });
    expect([other.buf[0], found.size]).toEqual([0, 100]);
    expect(() => found.unlink()).toThrow(coded({ code: "NAME_NOT_FOUND" }));
    expect(SharedMemory.attach("block").size).toBe(50);
    other.unlink();
  });

  it("starts as zeros and is exactly as long as asked for, small and large", () => {
    for (const size of [1, 7, 65535, 65536, 65537, 1_000_001]) {
      const memory = new SharedMemory(size);
      expect([memory.buf.length, memory.buf.every((x) => x === 0), memory.name]).toEqual([size, true, undefined]);
    }
  });

  it("cannot be created twice", () => {
    using _ = new SharedMemory(10, { name: "taken" });
    expect(() => new SharedMemory(10, { name: "taken" })).toThrow(coded({ code: "NAME_TAKEN", key: "taken" }));
    expect(SharedMemory.list()).toHaveLength(1);
  });

  it("disposed by its owner is unlinked, by others only closed; silent if the name is gone", () => {
    const made = new SharedMemory(10, { name: "mine" });
    {
      using _other = SharedMemory.attach("mine");
    }
    expect(SharedMemory.list()).toHaveLength(1);
    made[Symbol.dispose]();
    made[Symbol.dispose]();
    expect(made.closed).toBe(true);
  });

  it("after close throws, and closing again is fine; unlink still works, once", () => {
    const memory = new SharedMemory(10, { name: "closed" });
    memory.close();
    memory.close();
    expect(() => memory.buf).toThrow(ReferenceError);
    expect(() => memory.buf).toThrow(coded({ code: "CLOSED" }));
    expect(() => memory.as("int8")).toThrow(coded({ code: "CLOSED" }));
    expect(() => toHandle(memory)).toThrow(coded({ code: "CLOSED" }));
    memory.unlink();
    expect(() => memory.unlink()).toThrow(coded({ code: "NAME_NOT_FOUND" }));
  });

  it("is listed with what is known of it", () => {
    using _ = new SharedMemory(10, { name: "listed" });
    expect(SharedMemory.list()).toEqual([
      {
        name: "listed",
        scope: "process",
        size: 10,
        dtype: undefined,
        shape: undefined,
        pid: process.pid,
        ownerAlive: true,
        threads: 1,
        createdAt: expect.any(Date),
      },
    ]);
  });

  it("shows as typed arrays", () => {
    const memory = new SharedMemory(16);
    memory.as("int32")[1] = -1;
    expect([...memory.as("uint8").slice(4, 8)]).toEqual([255, 255, 255, 255]);
    expect(() => new SharedMemory(10).as("int32")).toThrow(RangeError);
    expect(() => memory.as("float65" as never)).toThrow(coded({ code: "DTYPE" }));
  });

  it("waits for a name, blocking or not, until the time is up or the signal fires", async () => {
    await expect(SharedMemory.waitFor("later", { timeoutMs: 20 })).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(() => SharedMemory.waitForSync("later", { timeoutMs: 5 })).toThrow(coded({ code: "TIMEOUT", timeoutMs: 5 }));
    await expect(SharedMemory.waitFor("later", { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      code: "ABORTED",
    });
    await expect(SharedMemory.waitFor("later", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
    const waiting = SharedMemory.waitFor("later");
    using made = new SharedMemory(10, { name: "later" });
    made.buf[0] = 5;
    expect((await waiting).buf[0]).toBe(5);
    expect(SharedMemory.waitForSync("later", { timeoutMs: 0 }).size).toBe(10);
  });
});

describe("bad input changes nothing", () => {
  const hostile = { valueOf: () => 5, toString: () => "name" };
  const sizes: [unknown, unknown][] = [
    [0, RangeError],
    [-1, RangeError],
    [1.5, RangeError],
    [Number.NaN, RangeError],
    [Number.POSITIVE_INFINITY, RangeError],
    ["5", TypeError],
    [undefined, TypeError],
    [null, TypeError],
    [5n, TypeError],
    [hostile, TypeError],
    [[5], TypeError],
  ];
  it.each(sizes)("size %s", (size, type) => {
    expect(() => new SharedMemory(size as number, { name: "bad" })).toThrow(type as ErrorConstructor);
    expect(() => new SharedMemory(size as number)).toThrow(/`size`/);
  });
  it.each([2 ** 53, 2 ** 45, 2 ** 60])("a size of %s bytes: no space", (size) => {
    expect(() => new SharedMemory(size, { name: "bad" })).toThrow(coded({ code: "NO_SPACE", requested: size }));
  });
  it.each(["", "a b", "a/b", "../x", ".", "..", "a\0b", "ä", "a".repeat(31)])("name %j", (name) => {
    for (const act of [
      () => new SharedMemory(5, { name }),
      () => SharedMemory.attach(name),
      () => SharedMemory.waitForSync(name),
    ]) {
      expect(act).toThrow(RangeError);
      expect(act).toThrow(/`name`/);
    }
  });
  it.each([[5], [null], [Symbol("x")], [hostile], [new String("abc")], [["a"]]])(
    "name that is no string: %s",
    (name) => {
      expect(() => new SharedMemory(5, { name: name as never })).toThrow(TypeError);
      expect(() => SharedMemory.attach(name as never)).toThrow(TypeError);
    },
  );
  it.each([["global"], [5]])("scope %s", (scope) => {
    expect(() => new SharedMemory(5, { scope: scope as never })).toThrow(TypeError);
  });
  it("a scope that there is not", () => {
    expect(() => new SharedMemory(5, { scope: "planet" as never })).toThrow(/one of "process", "system", got "planet"/);
  });
  it.each([[5], ["name"], [null]])("options %s", (options) => {
    expect(() => new SharedMemory(5, options as never)).toThrow(TypeError);
  });
});

describe("handles", () => {
  it("stand for the same memory, and own nothing", () => {
    const memory = new SharedMemory(70_000, { name: "sent" });
    const again = fromHandle(structuredClone(toHandle(memory)));
    again.buf[3] = 9;
    expect([memory.buf[3], again.owner, again.name, again.size]).toEqual([9, false, "sent", 70_000]);
    again.unlink();
    expect(() => memory.unlink()).toThrow(coded({ code: "NAME_NOT_FOUND" }));
  });

  it.each([
    [undefined],
    [null],
    [5],
    ["text"],
    [{}],
    [{ "shared-ndarray": 1, kind: "Nothing" }],
    [{ "shared-ndarray": 99, kind: "SharedMemory" }],
    [{ "shared-ndarray": 1, kind: "SharedMemory" }],
    [{ "shared-ndarray": 1, kind: "SharedMemory", block: { id: 1, source: new ArrayBuffer(8), size: 8 } }],
    [{ "shared-ndarray": 1, kind: "SharedMemory", block: { id: 1, source: new SharedArrayBuffer(8), size: 9 } }],
    [{ "shared-ndarray": 1, kind: "SharedMemory", block: { id: 1, source: new SharedArrayBuffer(8), size: -1 } }],
    [
      {
        "shared-ndarray": 1,
        kind: "SharedMemory",
        get block() {
          throw new Error("getter");
        },
      },
    ],
    [{ "shared-ndarray": 1, kind: "NDArray", dtype: "__proto__", shape: [1], strides: [1], offset: 0 }],
    [{ "shared-ndarray": 1, kind: "NDArray", dtype: "float64", shape: { length: 1 }, strides: [1], offset: 0 }],
  ])("hostile handle #%#", (handle) => {
    expect(() => fromHandle(handle as never)).toThrow(/Expected/);
  });

  it("only shared things have one", () => {
    for (const thing of [5, null, {}, new Uint8Array(3)]) expect(() => toHandle(thing as object)).toThrow(TypeError);
  });
});

it("errors are known by brand and code", () => {
  const error = (() => {
    try {
      SharedMemory.attach("nothing");
    } catch (e) {
      return e;
    }
  })();
  expect([
    error instanceof SharedError,
    isSharedError(error),
    isSharedError(error, "NAME_NOT_FOUND"),
    isSharedError(error, "CLOSED"),
  ]).toEqual([true, true, true, false]);
  expect([new Error("x") instanceof SharedError, isSharedError(5)]).toEqual([false, false]);
});
