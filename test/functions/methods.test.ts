/** Reductions and running sums as members of arrays, in every thread; and reductions of lists. */
import {
  all,
  any,
  arange,
  argmax,
  argmin,
  array,
  countNonzero,
  cumulativeProd,
  cumulativeSum,
  max,
  mean,
  min,
  NDArray,
  Pool,
  Process,
  prod,
  std,
  sum,
  variance,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const pool = new Pool({ workers: 1 });
afterAll(() => pool.close());

const reductions = { all, any, argmax, argmin, countNonzero, max, mean, min, prod, std, sum, variance };
const functions = { ...reductions, cumulativeProd, cumulativeSum };
const NAMES = Object.keys(functions) as (keyof typeof functions)[];
type Compute = (a: unknown, options?: object) => unknown;

describe("members", () => {
  const a = arange(6).reshape([2, 3]);
  it.each(NAMES)("%s is the function of that name", (name) => {
    const fn = functions[name] as unknown as Compute;
    const method = a[name] as unknown as (this: unknown, options?: object) => unknown;
    const bound = (options?: object) => method.call(a, options);
    expect(bound()).toEqual(fn(a));
    expect(bound({ axis: 1 })).toEqual(fn(a, { axis: 1 }));
    expect(() => bound({ zzz: 1 })).toThrow(/Unknown option `zzz`/);
    expect(() => method.call(undefined)).toThrow(TypeError);
    expect(Object.getOwnPropertyDescriptor(NDArray.prototype, name)!.enumerable).toBe(false);
    expect(a[name].name).toBe(name);
  });
  it("take the functions' options", () => {
    const out = zeros([3]);
    expect(a.sum({ axis: 0, out })).toBe(out);
    expect(a.std({ axis: 1, correction: 1, keepdims: true }).toArray()).toEqual([[1], [1]]);
    expect(a.slice(0).broadcastTo([2, 3]).sum()).toBe(6);
  });
  it("exist in workers, in processes and behind attached names", async () => {
    expect(await pool.run((x: NDArray<"float64", 2>) => x.sum({ axis: 0 }).toArray(), [a])).toEqual([3, 5, 7]);
    const seen = zeros([1]);
    const process = new Process(
      (x: NDArray<"float64", 2>, to: NDArray<"float64", 1>) => void to.fill(x.max()),
      [a, seen],
    );
    await process.start();
    await process.join();
    expect(seen.toArray()).toEqual([5]);
  });
});

describe("reductions take lists and typed arrays", () => {
  it("as `array` makes them", () => {
    expect(sum([1, 2, 3])).toBe(6);
    expect(max([true, false])).toBe(true);
    expect(sum([2n ** 40n, 1n])).toBe(2 ** 40 + 1);
    expect(
      mean(
        [
          [1, 2],
          [3, 4],
        ],
        { axis: 0 },
      ),
    ).toEqual(array([2, 3]));
    expect(sum(Int32Array.of(1, 2), { axis: 0 }).dtype).toBe("int64");
    expect(argmax(Float32Array.of(1, 5, 2))).toBe(1);
    expect(sum([array([1, 2]), array([3, 4])] as never)).toBe(10);
  });
  it("and refuse what is none", () => {
    expect(() => sum("123" as never)).toThrow(/Expected `a` to be an NDArray/);
    expect(() => sum([[1], [2, 3]])).toThrow(/rows of equal length/);
    expect(() => sum([1, "2"] as never)).toThrow(/got "2" at list\[1\]/);
  });
});
