/**
 * `memmap` with mode "r": every way to write refuses, and says what to do instead. The ways are those of the classes'
 * members and of the functions that take `out`; a new member without an entry here fails the test.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as nd from "shared-ndarray";
import { arange, fromHandle, memmap, NDArray, Pool, SharedMemory, saveSync, toHandle, zeros } from "shared-ndarray";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outFunctions } from "../fixtures/out-functions.js";
import { coded } from "./fixtures.js";

type Array1 = NDArray<"float64", 1>;

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
const path = join(folder, "five.npy");
saveSync(path, arange(5));
const bytes = readFileSync(path);
const a = memmap(path, { dtype: "float64", ndim: 1 });
const pool = new Pool({ workers: 2 });
beforeAll(() => pool.ready());
afterAll(async () => {
  await pool.close();
  a.close();
  rmSync(folder, { recursive: true });
});

const REFUSED = coded({ code: "LAYOUT", message: expect.stringMatching(/mode "r\+".*"c".*\.copy\(\)/) });
/** A typed array cannot refuse a write, so none is given. */
const NO_TYPED_ARRAY = coded({ code: "UNSUPPORTED", message: expect.stringMatching(/mode "c".*"r\+".*\.copy\(\)/) });
const untouched = () => {
  expect(a.toArray()).toEqual([0, 1, 2, 3, 4]);
  expect(readFileSync(path).equals(bytes)).toBe(true);
};

/** By member, calls that would write or give something to write to. */
const writes: Record<string, (a: Array1) => unknown> = {
  set: (a) => a.set(0, 9),
  fill: (a) => a.fill(9),
  assign: (a) => a.assign([9, 9, 9, 9, 9]),
  put: (a) => a.put([0], 9),
  flat: (a) => a.flat,
  data: (a) => a.data,
  toNdarray: (a) => a.toNdarray(),
  "memory.buf": (a) => a.memory.buf,
  "memory.as": (a) => a.memory.as("uint8"),
};
/** Members that make another array of the same memory: it must refuse, too. */
const views: Record<string, (a: Array1) => NDArray<"float64">> = {
  slice: (a) => a.slice("1:3"),
  T: (a) => a.T,
  transpose: (a) => a.transpose(),
  reshape: (a) => a.reshape([5, 1]),
  ravel: (a) => a.ravel(),
  squeeze: (a) => a.squeeze(),
  expandDims: (a) => a.expandDims(0),
  diagonal: (a) => a.reshape([5, 1]).diagonal(),
  flip: (a) => a.flip(),
  swapaxes: (a) => a.swapaxes(0, 0),
  moveaxis: (a) => a.moveaxis(0, 0),
  broadcastTo: (a) => a.broadcastTo([2, 5]) as never,
  lo: (a) => a.lo(1),
  hi: (a) => a.hi(1),
  step: (a) => a.step(2),
  pick: (a) => a.pick(0),
  view: (a) => a.view("float64"),
  "Symbol(Symbol.iterator)": (a) => [...a.reshape([5, 1])][0] as never,
};
/** Views that no member makes. */
const otherViews: Record<string, (a: Array1) => NDArray<"float64">> = {
  "NDArray.view": (a) => NDArray.view(a.memory, [2], { byteOffset: 128 }),
  "a handle": (a) => fromHandle(toHandle(a)) as never,
  "a handle that says that it may be written": (a) => {
    const handle = structuredClone(toHandle(a)) as unknown as { isReadonly: boolean };
    expect(handle.isReadonly).toBe(true);
    handle.isReadonly = false;
    return fromHandle(handle as never) as never;
  },
  "a view of a handle's memory": (a) => NDArray.view(fromHandle(toHandle(a.memory)), [2], { byteOffset: 128 }),
};
const reads = [
  ...[
    "take",
    "compress",
    "copy",
    "flatten",
    "astype",
    "get",
    "item",
    "toArray",
    "toTypedArray",
    "toString",
    "toJSON",
    "index",
  ],
  ...["dtype", "shape", "ndim", "size", "length", "itemsize", "nbytes", "strides", "contiguous", "byteOffset"],
  ...["offset", "stride", "order", "dimension", "name", "scope", "path", "owner", "closed", "close", "unlink"],
  ...["sum", "prod", "min", "max", "mean", "std", "variance", "any", "all", "argmin", "argmax", "countNonzero"],
  ...["cumulativeSum", "cumulativeProd"],
  ...["constructor", "Symbol(nodejs.util.inspect.custom)", "Symbol(Symbol.toPrimitive)", String(Symbol.dispose)],
];

describe("the lists of members", () => {
  it("have all members of arrays and of memory", () => {
    const prototypes: object[] = [SharedMemory.prototype];
    for (let one = NDArray.prototype as object; one !== Object.prototype; one = Object.getPrototypeOf(one)) {
      prototypes.push(one);
    }
    const members = prototypes.flatMap(Reflect.ownKeys).map(String);
    const listed = Object.keys({ ...writes, ...views }).map((name) => name.replace("memory.", ""));
    expect([...new Set(members)].sort()).toEqual([...new Set([...listed, ...reads, "memory"])].sort());
  });
});

describe('a file mapped with mode "r"', () => {
  const seen = { "the array itself": (a: Array1) => a as NDArray<"float64">, ...views, ...otherViews };
  it.each(Object.entries(seen))("%s refuses every write", (_, see) => {
    const view = see(a) as Array1;
    const index = new Array(view.ndim).fill(0) as [];
    expect(() => (view.set as (...args: number[]) => void)(...index, 9)).toThrow(REFUSED);
    expect(() => view.fill(9)).toThrow(REFUSED);
    expect(() => view.assign(9 as never)).toThrow(REFUSED);
    expect(() => view.assign(zeros([1]))).toThrow(REFUSED);
    expect(() => view.put([0], 9)).toThrow(REFUSED);
    if (view.contiguous) expect(() => view.flat).toThrow(NO_TYPED_ARRAY);
    for (const name of ["data", "toNdarray", "memory.buf", "memory.as"]) {
      expect(() => writes[name]!(view), name).toThrow(NO_TYPED_ARRAY);
    }
    untouched();
  });
  it.each(Object.entries(outFunctions(nd)))("%s refuses it as `out`", (_, call) => {
    const two = a.slice("1:3");
    expect(() => call(zeros([2]), two)).toThrow(REFUSED);
    untouched();
  });
  it("is read by all else", () => {
    const [twos, mask] = [[2, 2], nd.greater(a, 2)];
    expect(a.take(twos).toArray()).toEqual(twos);
    expect([a.compress(mask).toArray(), a.copy().flat[4], a.flatten().get(1), [...a]]).toEqual([
      [3, 4],
      4,
      1,
      [0, 1, 2, 3, 4],
    ]);
    expect([a.get(-1), a.slice(1).item(), `${a}`, JSON.stringify(a), nd.sum(a)]).toEqual([
      4,
      1,
      "[0. 1. 2. 3. 4.]",
      "[0,1,2,3,4]",
      10,
    ]);
    expect(a.memory).toEqual(memmap(path).memory);
    expect(a).toEqual(arange(5));
  });
});

describe("workers that get such a file", () => {
  const cause = (of: Error) => coded({ cause: of });
  it("may read it", async () => {
    const doubled = await pool.map(a, (x) => 2 * x);
    expect([doubled.toArray(), await pool.reduce(a, nd.sum), await pool.run((a) => a.get(1), [a])]).toEqual([
      [0, 2, 4, 6, 8],
      10,
      1,
    ]);
    expect(
      await pool.reduce(
        a,
        { init: () => 0, chunk: (n, c) => n + c.get(0), combine: (m, n) => m + n },
        { chunkSize: 1 },
      ),
    ).toBe(10);
  });
  it("cannot write to it with `out`", async () => {
    await expect(pool.map(a, (x) => x + 1, { out: a })).rejects.toThrow(REFUSED);
    expect(() => pool.mapSync(a, (x) => x + 1, { out: a })).toThrow(REFUSED);
    await expect(pool.map([a, a], nd.add, { out: a })).rejects.toThrow(REFUSED);
    await expect(pool.map(a, nd.sort, { out: a })).rejects.toThrow(REFUSED);
    untouched();
  });
  it("cannot write to it in kernels, tasks and broadcasts", async () => {
    const kernels: [(chunks: { a: Array1 }) => void, Error][] = [
      [({ a }) => void a.set(0, 9), REFUSED],
      [({ a }) => void a.fill(9), REFUSED],
      [({ a }) => void a.assign([9, 9, 9, 9, 9]), REFUSED],
      [({ a }) => void a.put([0], 9), REFUSED],
      [({ a }) => void a.flat.fill(9), NO_TYPED_ARRAY],
      [({ a }) => void a.data.fill(9), NO_TYPED_ARRAY],
      [({ a }) => void a.memory.buf.fill(9), NO_TYPED_ARRAY],
    ];
    for (const [kernel, error] of kernels) {
      const one = { chunkSize: 5 };
      await expect(pool.forEachChunk({ a }, kernel, one), String(kernel)).rejects.toThrow(cause(error));
      await expect(pool.forEachChunk({ a }, kernel, { ...one, halo: { a: 1 } })).rejects.toThrow(cause(error));
      expect(() => pool.forEachChunkSync({ a }, kernel, one)).toThrow(cause(error));
    }
    await expect(pool.run((a) => void a.set(0, 9), [a])).rejects.toThrow(REFUSED);
    await expect(pool.run((a) => void a.flat.fill(9), [a])).rejects.toThrow(NO_TYPED_ARRAY);
    await expect(pool.broadcast((_, a) => void a.memory.buf.fill(9), [a])).rejects.toThrow();
    untouched();
  });
});
