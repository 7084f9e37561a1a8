/** Methods of element-wise functions: what they refuse, where they write, long lines and many rows, and the pool. */
import * as nd from "shared-ndarray";
import {
  add,
  arange,
  array,
  divide,
  equal,
  fmax,
  hypot,
  maximum,
  multiply,
  type NDArray,
  negative,
  Pool,
  pow,
  remainder,
  subtract,
  sum,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const pool = new Pool({ workers: 2 });
afterAll(() => pool.close());

describe("long lines and many rows", () => {
  const long = remainder(arange(20_000), 7);
  it("are combined in the order of the elements", () => {
    const values = long.toArray();
    expect(subtract.reduce(long).item()).toBe(values.reduce((x, y) => x - y));
    let last = values[0]!;
    const running = values.map((x, i) => {
      if (i > 0) last -= x;
      return last;
    });
    expect(subtract.accumulate(long).toArray()).toEqual(running);
  });
  it("give the same by rows as by lines", () => {
    const m = add(long, 1).reshape(10, 2000);
    for (const fn of [subtract, divide, fmax, hypot, nd.gcd, nd.copysign]) {
      const of = fn === nd.gcd ? m.astype("int32") : m;
      const turned = of.T.copy().T as typeof of; // whose lines are adjacent
      expect(fn.reduce(of).toArray()).toEqual(fn.reduce(turned).toArray());
      expect(fn.accumulate(of).toArray()).toEqual(fn.accumulate(turned).toArray());
      expect(fn.reduceat(of, [0, 5, 3]).toArray()).toEqual(fn.reduceat(turned, [0, 5, 3]).toArray());
    }
  });
  it("of clamped bytes are bytes, as those of all functions", () => {
    const a = array([9, 3, 2], { dtype: "uint8_clamped" });
    expect(subtract.reduce(a).dtype).toBe("uint8");
    expect(maximum.accumulate(a).dtype).toBe("uint8");
    expect(maximum.reduce(a, { initial: 12 }).item()).toBe(12);
  });
  it("count the same with `at`, however often an index occurs", () => {
    const indices = remainder(multiply(arange(10_000, { dtype: "int32" }), 37), 100);
    const [counts, lowest] = [zeros(100, { dtype: "int32" }), zeros(100)];
    add.at(counts, indices, 1);
    expect(counts.toArray()).toEqual(new Array(100).fill(100));
    subtract.at(lowest, indices, arange(10_000));
    expect(sum(lowest)).toBe(-(10_000 * 9_999) / 2);
    negative.at(lowest, [0, 0, 1]);
    expect(lowest.get(1)).toBeGreaterThan(0);
  });
});

describe("`out`", () => {
  it("is returned, of another dtype and layout too", () => {
    const out = zeros([2, 3], { dtype: "float32" }).T as NDArray<"float32", 2>;
    expect(maximum.accumulate(arange(6).reshape(3, 2), { out })).toBe(out);
    expect(out.toArray()).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    const row = zeros([2]);
    expect(subtract.reduce(arange(4).reshape(2, 2), { out: row })).toBe(row);
    expect(row.toArray()).toEqual([-2, -2]);
  });
  it("may overlap what is read", () => {
    const a = arange(6);
    subtract.accumulate(a, { out: a });
    expect(a.toArray()).toEqual([0, -1, -3, -6, -10, -15]);
    const m = arange(4).reshape(2, 2);
    add.reduce(m, { out: m.slice(0) as NDArray<"float64", 1> });
    expect(m.toArray()).toEqual([
      [2, 4],
      [2, 3],
    ]);
    const b = array([1, 2, 3]);
    add.at(b, [0, 1, 2], b.flip());
    expect(b.toArray()).toEqual([4, 4, 4]);
  });
});

describe("what cannot be is refused, and nothing is written", () => {
  const a = arange(6).reshape(2, 3);
  const counts = zeros(3, { dtype: "int32" });
  it.each<[string, () => unknown, string]>([
    ["several axes whose order counts", () => subtract.reduce(a, { axis: [0, 1] }), "Expected one `axis` for subtract"],
    ["no element and no identity", () => maximum.reduce(zeros([0])), "use `initial`"],
    ["a mask without identity", () => subtract.reduce(a, { where: equal(a, 1) }), "a mask (use `initial`)"],
    ["comparisons of numbers", () => equal.reduce(a), "Expected elements of which equal gives such elements again"],
    ["a dtype that is not kept", () => divide.reduce(a, { dtype: "int8" }), "`dtype` int8"],
    ["an axis that is none", () => add.accumulate(a, { axis: 2 }), "`axis`"],
    ["an initial value that is none", () => add.reduce(a, { initial: "1" as never }), "`initial` to be a number"],
    ["another shape of `out`", () => add.reduce(a, { out: zeros(2) }), "Expected `out` to have the result's shape"],
    [
      "indices beyond the axis",
      () => add.reduceat(a, [0, 2]),
      "Expected each of `indices` to be an integer in [-2, 2)",
    ],
    ["indices in several lists", () => add.reduceat(a, [[0]] as never), "`indices`"],
    ["negative exponents of integers", () => pow.reduce(array([2, -1], { dtype: "int32" })), "at least 0, got -1"],
    ["a fraction next to integers", () => add.at(counts, [0], 1.5), "float64"],
    ["an index beyond", () => add.at(counts, [0, 3], 1), "Expected each of `indices`"],
    [
      "no operand",
      () => (add.at as (...args: unknown[]) => unknown)(counts, [0]),
      "Expected 2 operands for add, got 1",
    ],
    ["rank 0", () => add.at(zeros([]), [0], 1), "Expected `a` to have an axis"],
    ["what is read-only", () => add.at(nd.broadcastTo(zeros(1), [3]) as never, [0], 1), "read-only"],
    ["a shape that does not broadcast", () => add.at(counts, [0, 1], array([1, 2, 3])), "`b`"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
    expect([sum(a), sum(counts)]).toEqual([15, 0]);
  });
});

describe("on a pool", () => {
  it("outer gives the bits that it gives on one thread", async () => {
    const [x, y] = [nd.sin(arange(700)), nd.exp(divide(arange(300), 300))];
    for (const fn of [multiply, hypot, pow, nd.less]) {
      const shared = await pool.map([x, y], fn.outer);
      expect(Buffer.compare(bytesOf(shared), bytesOf(fn.outer(x, y)))).toBe(0);
    }
  });
  it("methods that it cannot share say what to use", async () => {
    const a = arange(4);
    const loose = pool as unknown as Record<"map" | "reduce", (...args: unknown[]) => Promise<unknown>>;
    await expect(loose.reduce(a, add.reduce)).rejects.toThrow("got add.reduce (use sum)");
    await expect(loose.map(a, multiply.accumulate)).rejects.toThrow("(use cumulativeProd)");
    await expect(loose.reduce(a, subtract.reduce)).rejects.toThrow("it computes on the calling thread");
  });
});

const bytesOf = (a: nd.ReadonlyNDArray): Uint8Array => new Uint8Array(a.copy().memory.buf);
