/** `SharedArray` and `rawArray`. */
import {
  arange,
  fromHandle,
  Lock,
  NDArray,
  Process,
  RLock,
  rawArray,
  SharedArray,
  SharedMemory,
  toHandle,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { codeOf, thrownBy } from "../fixtures/thrown.js";

/** Python's test: each element becomes the sum of all up to it. */
const prefixSums = (data: Int32Array) => {
  for (let i = 1; i < data.length; i++) data[i]! += data[i - 1]!;
};

it("a child's prefix sums in place are the parent's own; with a lock and without", async () => {
  const items = [680, 626, 934, 821, 150, 233, 548, 982, 714, 831];
  const expected = Int32Array.from(items);
  prefixSums(expected);
  const array = new SharedArray("i", items);
  const raw = rawArray("i", items);
  expect([array.length, array.data[2], array.slice(2, 5), raw instanceof Int32Array]).toEqual([
    10,
    934,
    [934, 821, 150],
    true,
  ]);
  const work = (array: SharedArray<"i">, raw: Int32Array) => {
    for (const data of [array.data, raw]) for (let i = 1; i < data.length; i++) data[i]! += data[i - 1]!;
  };
  await new Process(work, [array, raw]).start().join();
  expect([array.slice(), [...raw]]).toEqual([[...expected], [...expected]]);
});

it("by length it is all zero, also where the memory was used before", () => {
  for (let round = 0; round < 3; round++) {
    const array = new SharedArray("i", 10);
    expect(array.slice()).toEqual(new Array(10).fill(0));
    array.data.set(Array.from({ length: 10 }, (_, i) => i));
    expect(array.slice()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...rawArray("d", 3)]).toEqual([0, 0, 0]);
  }
  expect([new SharedArray("q", 0).length, rawArray("q", 0).length]).toEqual([0, 0]);
});

it("takes any list; elements come out as their dtype's values", () => {
  expect(new SharedArray("?", [true, false, 1 as never]).slice()).toEqual([true, false, true]);
  expect(new SharedArray("q", new Set([1n, -1n])).slice()).toEqual([1n, -1n]);
  expect([...new SharedArray("float16", [0.1, 65_504])]).toEqual([0.0999755859375, 65_504]);
  expect(new SharedArray("B", [300, -1]).slice()).toEqual([44, 255]);
  const generated = (function* () {
    yield 1;
    yield 2;
  })();
  expect([...new SharedArray("f", generated)]).toEqual([1, 2]);
  expect(new SharedArray("d", arange(4)).slice(-3, -1)).toEqual([1, 2]);
  const plain = new SharedArray("i", [1, 2]);
  const copy = plain.slice();
  copy[0] = 9;
  expect(plain.data[0]).toBe(1);
});

it("misuse: typed errors, nothing made", () => {
  for (const size of [-1, 1.5, Number.NaN, 2 ** 53]) {
    expect(thrownBy(() => new SharedArray("i", size, { name: "never" }))).toBeInstanceOf(RangeError);
    expect(thrownBy(() => rawArray("i", size))).toBeInstanceOf(RangeError);
  }
  for (const items of [null, "abc", {}, undefined]) {
    expect(thrownBy(() => new SharedArray("i", items as never, { name: "never" }))).toBeInstanceOf(TypeError);
  }
  expect(codeOf(() => new SharedArray("i", [1, "2" as never], { name: "never" }))).toBe("DTYPE");
  expect(codeOf(() => new SharedArray("q", [1 as never]))).toBe("DTYPE");
  expect(codeOf(() => new SharedArray("z" as never, 1))).toBe("DTYPE");
  expect(codeOf(() => SharedMemory.attach("never"))).toBe("NAME_NOT_FOUND");
});

describe("its lock", () => {
  it("is an RLock of its own or the one given; nothing takes it by itself", async () => {
    const lock = new Lock();
    expect([new SharedArray("i", 1).lock instanceof RLock, new SharedArray("i", 1, { lock }).lock]).toEqual([
      true,
      lock,
    ]);
    const array = new SharedArray("i", [1, 2, 3]);
    const guard = array.lock.acquireSync();
    expect([array.slice(), array.data[0]]).toEqual([[1, 2, 3], 1]);
    const double = (array: SharedArray<"i">) => {
      const guard = array.lock.acquireSync();
      for (let i = 0; i < array.length; i++) array.data[i]! *= 2;
      guard.release();
    };
    const p = new Process(double, [array]).start();
    guard.release();
    await p.join();
    expect(array.slice()).toEqual([2, 4, 6]);
    expect(thrownBy(() => new SharedArray("i", 1, { lock: false as never }))).toBeInstanceOf(TypeError);
  });
});

it("has a name and a handle; its memory can be seen as an NDArray", async () => {
  using array = new SharedArray("i", [1, 2, 3], { name: "counts" });
  const again = SharedArray.attach("counts", "int32");
  again.data[0] = 7;
  expect([array.data[0], (await SharedArray.waitFor("counts", "i")).slice()]).toEqual([7, [7, 2, 3]]);
  expect(SharedArray.waitForSync("counts", "i").length).toBe(3);
  expect(fromHandle(structuredClone(toHandle(array))).slice()).toEqual([7, 2, 3]);
  expect(codeOf(() => SharedArray.attach("counts", "d"))).toBe("DTYPE");
  expect(NDArray.wrap(array.data).toArray()).toEqual([7, 2, 3]);
  array.close();
  expect(codeOf(() => array.data)).toBe("CLOSED");
  expect(codeOf(() => array.slice())).toBe("CLOSED");
});
