/** Operands that are copied to the scratch memory as they lie, on engines whose kernels reach only one memory. */
import { describe, expect, it } from "vitest";
import { type AnyNDArray, add, arange, type DType, full, map, multiply, negative } from "../../src/index.js";
import { WINDOW_BYTES, Window, windowRoom } from "../../src/loops/windows.js";

const randoms = (seed: number) => {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % below;
  };
};

it("a window brings back the bytes that were written, and no others", () => {
  const random = randoms(3);
  const length = 4001; // not a multiple of a word
  const scratch = new SharedArrayBuffer(windowRoom(WINDOW_BYTES));
  for (let round = 0; round < 2000; round++) {
    const block = new SharedArrayBuffer(length);
    const bytes = new Uint8Array(block).fill(9);
    const window = new Window(block, scratch, 0, WINDOW_BYTES);
    const from = random(length);
    const count = Math.min(1 + random(random(2) ? 20 : 3000), length - from);
    const address = window.take(from, count);
    const here = new Uint8Array(scratch, address, count);
    expect(here.every((byte) => byte === 9)).toBe(true);
    here.fill(1);
    const start = from + random(count);
    const end = start + random(from + count - start + 1);
    bytes.fill(5); // what another thread writes meanwhile
    window.put(start, end - start);
    if (!bytes.every((byte, i) => byte === (i >= start && i < end ? 1 : 5))) expect.fail(`[${start}, ${end})`);
  }
});

/** The elements of 300 × 200 arrays, and what surrounds them, as slices see them. */
const slices = [
  ...["1:-1, 1:-1", "2:, 3:", ":, :-1", "::-1, 5:50", "::2, 1:", ":, ::2", ":, ::-1", ":, ::-3", "7, 1:", "1:, 7:8"],
  ...["1:201:3, 100:", "::-2, ::4", "50:, ::5", ":, 3:6"],
];
const dtypes: DType[] = ["float64", "float32", "int32", "uint8", "int64", "int16", "bool"];

describe.each(dtypes)("%s", (dtype) => {
  const whole = (times: number) =>
    multiply(arange(60_000).astype(dtype), full(1, times, { dtype })).reshape([300, 200]);
  const plain = (a: AnyNDArray) => (a.toArray() as unknown[]).flat().map(Number);

  it.each(slices)("computes [%s] where it is, and leaves its surroundings", (where) => {
    const [x, y, z] = [whole(1), whole(3), whole(5)];
    const [left, right] = [x.slice(where) as AnyNDArray, y.slice(where) as AnyNDArray];
    const expected = plain(add(left.copy(), right.copy()));
    expect(plain(add(left, right))).toEqual(expected);
    const out = z.slice(where) as AnyNDArray;
    const before = plain(z);
    add(left, right, { out });
    expect(plain(out)).toEqual(expected);
    out.assign(whole(5).slice(where) as never);
    expect(plain(z)).toEqual(before);
    const inPlace = x.slice(where) as AnyNDArray;
    add(inPlace, right, { out: inPlace });
    expect(plain(inPlace)).toEqual(expected);
  });
});

it("rows and columns that are broadcast, and outputs that are turned", () => {
  const table = arange(90_000).reshape([300, 300]);
  const [row, column] = [table.slice("5:6, :"), table.slice(":, 5:6")];
  const out = full([300, 300], 0).T;
  add(row, column, { out });
  for (const [i, j] of [
    [0, 0],
    [299, 1],
    [17, 299],
  ] as const) {
    expect(out.get(i, j)).toBe(row.get(0, j) + column.get(i, 0));
  }
});

it("a formula over such slices", () => {
  const table = arange(90_000).reshape([300, 300]);
  const [a, b] = [table.slice("1:, 1:"), table.slice(":-1, :-1")];
  expect(map([a, b], (x, y) => x - y).toArray()).toEqual(full([299, 299], 301).toArray());
  expect(negative(a).get(0, 0)).toBe(-301);
});
