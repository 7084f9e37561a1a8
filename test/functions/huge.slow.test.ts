/** Arrays of more than 2^31 elements: positions and counts that int32 does not hold. */
import {
  add,
  argmax,
  argmin,
  argsort,
  countNonzero,
  matmul,
  max,
  negative,
  ones,
  Pool,
  searchsorted,
  square,
  sum,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const LENGTH = 2 ** 31 + 10;
const pool = new Pool({ workers: 2 });
afterAll(() => pool.close());

describe("2^31 + 10 bytes", () => {
  const a = zeros([LENGTH], { dtype: "uint8" });
  afterAll(() => a.close());
  a.set(LENGTH - 3, 7);
  a.set(LENGTH - 1, 7);
  it("have positions, found on this thread and on a pool", () => {
    expect(argmax(a)).toBe(LENGTH - 3);
    expect(pool.reduceSync(a, argmax)).toBe(LENGTH - 3);
    expect(argmin(a.flip())).toBe(1);
    expect(a.take([LENGTH - 3, -2]).toArray()).toEqual([7, 0]);
    expect(a.take(ones(1, { dtype: "int64" }).fill(LENGTH - 1)).toArray()).toEqual([7]);
    expect(a.put([LENGTH - 2], 1).get(LENGTH - 2)).toBe(1);
    expect(a.set(LENGTH - 2, 0)).toBe(0);
  });
  it("have positions along the axis in an `out` of 64 bits, and otherwise an error", () => {
    const out = zeros([], { dtype: "int64" });
    expect(argmax(a, { axis: 0, out }).item()).toBe(BigInt(LENGTH - 3));
    expect(argmax(a, { axis: 0, keepdims: true, out: zeros([1]) }).toArray()).toEqual([LENGTH - 3]);
    expect(countNonzero(a, { axis: 0, out }).item()).toBe(2n);
    const message =
      /less than 2147483648 elements for argmax as int32, got 2147483658 \(pass `out` of int64 or float64\)/;
    expect(() => argmax(a, { axis: 0 })).toThrow(message);
    expect(() => argmax(a, { keepdims: true })).toThrow(RangeError);
    expect(() => argmax(a, { out: zeros([], { dtype: "int32" }) })).toThrow(message);
    expect(() => pool.reduceSync(a, countNonzero, { axis: 0 })).toThrow(/for countNonzero as int32/);
    expect(() => argsort(a)).toThrow(/for argsort, got 2147483658/);
    expect(() => searchsorted(a, ones(1))).toThrow(/for searchsorted, got 2147483658/);
  });
  it("are computed to their end", () => {
    pool.mapSync([a, 1], add, { out: a });
    expect([a.get(0), a.get(LENGTH - 4), a.get(LENGTH - 1)]).toEqual([1, 1, 8]);
    expect(countNonzero(a)).toBe(LENGTH);
    expect(pool.reduceSync(a, countNonzero)).toBe(LENGTH);
    expect(sum(a)).toBe(LENGTH + 14);
    expect(max(a.slice("::2"))).toBe(1);
    expect(countNonzero(a.reshape([2, -1]), { axis: 1 }).toArray()).toEqual([LENGTH / 2, LENGTH / 2]);
  });
});

it("axes that a view repeats are counted as well", () => {
  const a = ones([1], { dtype: "bool" }).broadcastTo([LENGTH]);
  expect(pool.reduceSync(a, countNonzero)).toBe(LENGTH);
  expect(() => argsort(a)).toThrow(/for argsort/);
});

describe("parts of an array of more than 4 GiB", () => {
  const big = zeros([2 ** 29 + 64]); // pages that are never written take no memory
  afterAll(() => big.close());
  const parts: [where: string, first: number][] = [
    ["the beginning", 0],
    ["the end", 2 ** 29 + 64 - 10_000],
  ];
  it.each(parts)("are operands and results: %s", (_, first) => {
    const part = big.slice([first, first + 10_000]).fill(3);
    expect(sum(square(part))).toBe(90_000);
    expect(sum(add(part, part.slice("::-1")))).toBe(60_000);
    expect(sum(add(ones(10_000), 1, { out: part }))).toBe(20_000);
    expect(sum(part.astype("float32"))).toBe(20_000);
    const table = part.reshape([100, 100]);
    expect(sum(negative(table.slice("1:, 1:")))).toBe(-2 * 99 * 99);
    expect(sum(matmul(table, ones(100)))).toBe(20_000);
    expect(sum(matmul(ones(100), table))).toBe(20_000);
  });
});
