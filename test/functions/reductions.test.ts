/** Reductions, products and sorts: what NumPy's cases do not show. Fixed trees, empty arrays, bad input, pools. */
import * as nd from "shared-ndarray";
import {
  all,
  any,
  arange,
  argmax,
  argmin,
  argsort,
  array,
  countNonzero,
  cumulativeSum,
  dot,
  matmul,
  max,
  mean,
  min,
  type NDArray,
  norm,
  Pool,
  prod,
  searchsorted,
  sort,
  std,
  sum,
  vecdot,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { bits, wild } from "../fixtures/bits.js";

const pools = [0, 1, 2, 3, 4].map((workers) => new Pool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

/** NumPy's `pairwise_sum`, for lengths that are a power of two times 128, or at most 128. */
function pairwiseSum(x: readonly number[]): number {
  if (x.length > 128) return pairwiseSum(x.slice(0, x.length / 2)) + pairwiseSum(x.slice(x.length / 2));
  const whole = x.length - (x.length % 8);
  const lanes = new Float64Array(8);
  for (let i = 0; i < whole; i++) lanes[i % 8]! += x[i]!;
  const [a, b, c, d, e, f, g, h] = lanes as unknown as number[];
  // Four vectors of two lanes are merged before the two lanes are.
  const sum = a! + c! + (e! + g!) + (b! + d! + (f! + h!));
  return sum + x.slice(whole).reduce((rest, value) => rest + value, 0);
}

describe("fixed trees", () => {
  it("adds as NumPy does: blocks of 128 in eight lanes, then halves", () => {
    const numbers = wild.slice([0, 65_536]) as NDArray<"float64", 1>;
    const list = numbers.toArray();
    expect(sum(numbers)).toBe(pairwiseSum(list));
    expect(mean(numbers)).toBe(pairwiseSum(list) / list.length);
    expect(dot(numbers, numbers)).toBe(pairwiseSum(list.map((x) => x * x)));
    expect(sum(numbers.slice([0, 300]) as typeof numbers)).toBe(
      pairwiseSum(list.slice(0, 128)) + pairwiseSum(list.slice(128, 256)) + pairwiseSum(list.slice(256, 300)),
    );
  });
  it("sums of a million terms are off by a few units in the last place", () => {
    const tenths = nd.full([1_000_000], 0.1);
    expect(sum(tenths)).toBe(100_000.000_000_000_03); // NumPy's
    expect(mean(tenths)).toBeCloseTo(0.1, 16);
    expect(std(tenths)).toBeLessThan(1e-16);
    expect(std(nd.add(arange(10), 1e9))).toBeCloseTo(2.8722813232690143, 10);
  });
  const tenth = (...shape: number[]) => nd.full(shape, 0.1) as NDArray<"float64">;
  const million: [string, NDArray<"float64">][] = [
    ["short rows with gaps", tenth(1000, 143, 8).slice(":, :, :7") as NDArray<"float64">],
    ["rows that are no multiple of a vector", tenth(1000, 1003).slice(":, :1001") as NDArray<"float64">],
    ["every third element", tenth(3_000_000).slice("::3") as NDArray<"float64">],
    [
      "a transposed cube with gaps",
      (tenth(100, 100, 101).slice(":, :, :100") as NDArray<"float64">).transpose(2, 0, 1),
    ],
    ["a column that is broadcast", tenth(1000, 1).broadcastTo([1000, 1000]) as unknown as NDArray<"float64">],
  ];
  it.each(million)("%s: the error stays as small", (_, a) => {
    const exact = a.size * 0.1;
    const mask = nd.full(a.shape, true, { dtype: "bool" });
    expect(Math.abs(sum(a) / exact - 1)).toBeLessThan(4e-15);
    expect(Math.abs(sum(a, { where: mask }) / exact - 1)).toBeLessThan(4e-15);
    expect(Math.abs(norm(a) ** 2 / (exact * 0.1) - 1)).toBeLessThan(8e-15);
  });
  it.each([0, 1])("of a million terms along axis %d: the error stays as small", (axis) => {
    const shape = axis === 0 ? [1_000_000, 2] : [2, 1_000_000];
    const exact = 100_000;
    for (const found of sum(tenth(...shape), { axis }).toArray() as number[]) {
      expect(Math.abs(found - exact) / exact).toBeLessThan(4e-15);
    }
  });
  it("dot and matmul on the pool", async () => {
    const a = wild.reshape([300, 400]);
    for (const pool of pools) {
      expect(await pool.reduce([wild, wild], dot)).toBe(dot(wild, wild));
      const product = await pool.map([a, a.T], matmul);
      expect(bits(product)).toBe(bits(matmul(a, a.T)));
      const again = pool.mapSync([a, a.T], matmul);
      // Each call has a result of its own. (`not.toBe` would compare the elements too, which takes seconds.)
      expect([again === product, again.memory === product.memory]).toEqual([false, false]);
    }
  });
  it("sort and argsort on the pool", async () => {
    const many = nd.remainder(nd.multiply(arange(300_000), 7919), 10_007) as NDArray<"float64", 1>;
    many.set(5, Number.NaN);
    many.set(7, -0);
    const ints = many.slice([10, 250_000]).astype("int32").reshape([3, 83_330]);
    for (const pool of pools) {
      expect(bits(await pool.map(many, sort))).toBe(bits(sort(many)));
      expect(bits(pool.mapSync(many, argsort))).toBe(bits(argsort(many)));
      expect(bits(await pool.map(ints, sort, { axis: 1 }))).toBe(bits(sort(ints, { axis: 1 })));
      expect(bits(await pool.map(ints, argsort, { axis: 0 }))).toBe(bits(argsort(ints, { axis: 0 })));
    }
    const copy = array(many);
    expect(await pools[2]!.map(copy, sort, { out: copy })).toBe(copy);
    expect(bits(copy)).toBe(bits(sort(many)));
    await expect(pools[2]!.map(many, sort, { axis: 3 })).rejects.toThrow(RangeError);
  });
  it("options are not mixed up between calls on one array", async () => {
    const pool = pools[2]!;
    const a = arange(100_000).reshape([1000, 100]);
    const odd = nd.equal(nd.remainder(a, 2), 1);
    expect(await pool.reduce(a, sum)).toBe(4_999_950_000);
    expect((await pool.reduce(a, sum, { axis: 0 })).shape).toEqual([100]);
    expect((await pool.reduce(a, sum, { axis: [0], keepdims: true })).shape).toEqual([1, 100]);
    expect(await pool.reduce(a, sum, { where: odd as NDArray<"bool"> })).toBe(2_500_000_000);
    expect(await pool.reduce(a, std)).toBe(std(a));
    expect(await pool.reduce(a, std, { correction: 1 })).toBe(std(a, { correction: 1 }));
    const out = zeros([100], { dtype: "float32" });
    expect(await pool.reduce(a, mean, { axis: 0, out })).toBe(out);
    expect(out.get(0)).toBe(49_950);
  });
});

describe("memory that is walked backwards, and unsigned integers", () => {
  it("a reversed axis is the axis, not what lies beside it", () => {
    const a = arange(20_000).reshape([20, 1000]);
    expect(sum(a.flip(1), { axis: 1 }).get(0)).toBe(499_500);
    expect(sum(a.slice(3).flip() as NDArray<"float64">)).toBe(3_499_500);
    expect(sum(arange(8192).flip())).toBe((8191 * 8192) / 2);
    expect(dot(a.reshape([20_000]).flip(), a.reshape([20_000]))).toBe(
      dot(a.reshape([20_000]), a.reshape([20_000]).flip()),
    );
  });
  it.each(["uint32", "uint64"] as const)("%s beyond the signed half", (dtype) => {
    const big = (dtype === "uint64" ? 2n ** 63n + 5n : 4_000_000_000) as never;
    const five = (dtype === "uint64" ? 5n : 5) as never;
    const v = zeros([4, 10_000], { dtype }).slice(":, :9000") as NDArray<"uint32", 2>;
    v.fill(five);
    v.set(0, 8500, big);
    expect([max(v), min(v), argmax(v)]).toEqual([Number(big), 5, 8500]);
    const cube = zeros([3, 5, 7], { dtype }).slice("::2, ::2, ::2") as NDArray<"uint32", 3>;
    cube.fill(five);
    cube.set(0, 1, 2, big);
    expect(max(cube)).toBe(Number(big));
  });
});

describe("edges", () => {
  it("of no elements", () => {
    const none = zeros([0, 3]);
    expect([sum(none), prod(none), any(none), all(none), mean(none)]).toEqual([0, 1, false, true, Number.NaN]);
    expect(sum(none, { axis: 0 }).toArray()).toEqual([0, 0, 0]);
    expect(max(none, { axis: 1 }).shape).toEqual([0]);
    expect(std(array([1]), { correction: 1 })).toBeNaN();
  });
  it("of bools are booleans if the dtype of the result is bool", async () => {
    const a = array([true, false, true]);
    const pool = pools[2]!;
    expect([max(a), min(a), any(a), all(a)]).toEqual([true, false, true, false]);
    expect([dot(a, a), sum(a, { dtype: "bool" }), prod(a, { dtype: "bool" })]).toEqual([true, true, false]);
    expect([sum(a), prod(a), mean(a), countNonzero(a), argmax(a)]).toEqual([2, 0, 2 / 3, 2, 0]);
    expect(max(a, { axis: 0 }).item()).toBe(true);
    expect(max(a, { out: zeros([], { dtype: "uint8" }) })).toBe(true);
    expect(pool.reduceSync(a, max)).toBe(true);
    expect(await pool.reduce(a, min)).toBe(false);
    expect(await pool.reduce([a, a], dot)).toBe(true);
  });
  it("of rank 0, of bools, of 64-bit integers beyond 2^53", () => {
    expect(sum(array([5]).reshape([]))).toBe(5);
    expect(sum(array([true, true]))).toBe(2);
    expect(sum(array([2n ** 62n, 2n ** 62n]), { axis: 0 }).toArray()).toBe(-(2n ** 63n));
    expect(sum(array([2n ** 53n, 1n, 1n]))).toBe(2 ** 53 + 2);
    expect(max(array([1n, 2n ** 63n - 1n]), { axis: 0 }).toArray()).toBe(2n ** 63n - 1n);
  });
  it("NaN is the extreme, and the first of several is found", () => {
    const a = array([1, Number.NaN, 3, Number.NaN]);
    expect([min(a), max(a)]).toEqual([Number.NaN, Number.NaN]);
    expect([argmin(a), argmax(a)]).toEqual([1, 1]);
    expect([argmin(array([2, 1, 1])), argmax(array([1, 2, 2]).flip())]).toEqual([1, 0]);
    const ties = array([
      [1, 1],
      [1, 1],
    ]);
    expect(argmax(ties.T)).toBe(0);
  });
  it("a mean where some count is their sum by their number", () => {
    const m = nd.remainder(nd.multiply(arange(70 * 33), 2_147_483), 1_000_003).reshape([70, 33]);
    const on = nd.equal(nd.remainder(arange(70 * 33), 3), 0).reshape([70, 33]) as NDArray<"bool">;
    const counts = nd.countNonzero(on, { axis: 0 });
    const sums = sum(m, { axis: 0, where: on });
    expect(mean(m, { axis: 0, where: on }).toArray()).toEqual(nd.divide(sums, counts).toArray());
  });
  it("vecdot over an axis of its own in each operand", () => {
    expect(vecdot(arange(6).reshape([2, 3]), array([1, 2]), { axis: 0 }).toArray()).toEqual([6, 9, 12]);
    expect(dot(array([true, true]), array([true, false]))).toBe(true);
  });
  it("vecdot broadcasts, over any axis", () => {
    const a = arange(6).reshape([2, 3]);
    expect(vecdot(a, array([1, 1, 1])).toArray()).toEqual([3, 12]);
    expect(vecdot(a, a, { axis: 0 }).toArray()).toEqual([9, 17, 29]);
  });
  it("sort is in place if asked, argsort stable, NaN last", () => {
    const a = array([3, Number.NaN, 1, 2]);
    expect(sort(a, { out: a })).toBe(a);
    expect(a.toArray()).toEqual([1, 2, 3, Number.NaN]);
    expect(argsort(array([1, 0, 1, 0])).toArray()).toEqual([1, 3, 0, 2]);
    expect(argsort(arange(1000).flip()).toArray()).toEqual([...Array(1000).keys()].reverse());
    expect(searchsorted(array([1, 2, 2, Number.NaN]), array([2, 9])).toArray()).toEqual([1, 3]);
  });
  it("matmul of an empty inner axis is zero, and out may be a factor", () => {
    expect(matmul(zeros([2, 0]), zeros([0, 3])).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    const a = arange(4).reshape([2, 2]);
    matmul(a, a, { out: a });
    expect(a.toArray()).toEqual([
      [2, 3],
      [6, 11],
    ]);
  });
});

describe("bad input", () => {
  const a = arange(6).reshape([2, 3]);
  const cases: [string, () => unknown, object][] = [
    [
      "an axis out of range",
      () => sum(a, { axis: 2 }),
      { name: "RangeError", message: "Expected `axis` to be an integer in [-2, 2), got 2 (array of shape [2, 3])" },
    ],
    ["an axis twice", () => sum(a, { axis: [0, -2] }), { name: "RangeError" }],
    ["an axis that is none", () => sum(a, { axis: "0" as never }), { name: "TypeError" }],
    ["the least of nothing", () => min(zeros([0])), { name: "RangeError" }],
    ["the greatest of nothing along an axis", () => max(zeros([2, 0]), { axis: 1 }), { name: "RangeError" }],
    ["an out of another shape", () => sum(a, { axis: 0, out: zeros([2]) }), { code: "SHAPE" }],
    ["an out of a lesser dtype", () => sum(a, { axis: 0, out: zeros([3], { dtype: "int8" }) }), { code: "DTYPE" }],
    ["a dtype that it cannot give", () => max(a, { dtype: "int8" }), { code: "DTYPE" }],
    ["keepdims that is none", () => sum(a, { keepdims: 1 as never }), { name: "TypeError" }],
    ["a correction that is none", () => std(a, { correction: Number.NaN }), { name: "TypeError" }],
    ["ddof, which is called correction", () => std(a, { ddof: 1 } as never), { name: "TypeError" }],
    [
      "a mask for max, which may select nothing",
      () => max(a, { where: array([true, true, true]) }),
      { name: "TypeError" },
    ],
    ["positions into int8", () => argmax(a, { axis: 0, out: zeros([3], { dtype: "int8" }) }), { code: "DTYPE" }],
    ["vecdot of two lengths", () => vecdot(zeros([2, 1]), zeros([3])), { code: "SHAPE" }],
    ["a mask for argmax", () => argmax(a, { where: array([true, true, true]) }), { name: "TypeError" }],
    ["vectors of two lengths", () => dot(arange(2), arange(3)), { code: "SHAPE" }],
    ["factors that do not fit", () => matmul(a, a), { code: "SHAPE", shape: [2, 3] }],
    ["a factor of rank 0", () => matmul(a, array([1]).reshape([])), { code: "SHAPE" }],
    ["a matrix to search in", () => searchsorted(a as never, a), { code: "SHAPE" }],
    ["a side that is none", () => searchsorted(arange(3), a, { side: "middle" as never }), { name: "TypeError" }],
    ["sorting along no axis", () => sort(a, { axis: 5 }), { name: "RangeError" }],
    [
      "a running sum into a lesser dtype",
      () => cumulativeSum(a, { out: zeros([6], { dtype: "int32" }) }),
      { code: "DTYPE" },
    ],
    ["something else than an array", () => sum("12" as never), { name: "TypeError" }],
  ];
  it.each(cases)("%s", (_, act, error) => {
    expect(act).toThrow(expect.objectContaining(error));
  });
  it("in a pool, as a rejection", async () => {
    const pool = pools[2]!;
    await expect(pool.reduce(a, sum, { axis: 7 })).rejects.toThrow(RangeError);
    await expect(pool.reduce(a, sum, { chunkSize: 0 })).rejects.toThrow("Expected `chunkSize`");
    await expect(pool.reduce(a, sum, { params: 1 as never })).rejects.toThrow("Expected no `params`");
  });
});

it("refuses a mask that is larger than what is reduced, which would count elements twice", () => {
  const mask = zeros([2, 3], { dtype: "bool" });
  expect(() => sum(arange(3), { where: mask })).toThrow(/`where` to broadcast to shape \[3\], got shape \[2, 3\]/);
  expect(() => sum(arange(3), { axis: 0, where: mask })).toThrow(nd.ShapeError);
  expect(sum(arange(6).reshape([2, 3]), { where: mask.slice(0) })).toBe(0);
});
