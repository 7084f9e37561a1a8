/** Set functions and statistics: wrong arguments, inputs that may only be read, `out`, and inputs that stay as they are. */
import * as nd from "shared-ndarray";
import { array, arrayEqual, broadcastTo, isSharedError, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";

type Call = () => unknown;
const bools = array([true, false]);
const complex = array([{ re: 1, im: 2 }, 3]);

describe("wrong arguments are refused, with what was given", () => {
  it.each<[string, Call, nd.ErrorCode | "RANGE" | "TYPE", RegExp]>([
    ["an axis that there is not", () => nd.median([1, 2], { axis: 1 }), "RANGE", /`axis`.*got 1/],
    ["an axis twice", () => nd.nansum(zeros([2, 2]), { axis: [0, -2] }), "RANGE", /each axis once/],
    ["a quantile above 1", () => nd.quantile([1], 1.5), "RANGE", /`q` to be in \[0, 1\], got 1.5/],
    ["a quantile that is NaN", () => nd.percentile([1], [5, Number.NaN]), "RANGE", /\[0, 100\], got NaN/],
    ["complex quantiles", () => nd.quantile([1], complex as never), "DTYPE", /complex/],
    ["quantiles of bools", () => nd.quantile(bools, 0.5), "DTYPE", /astype\("uint8"\)/],
    ["quantiles of nothing", () => nd.quantile([], 0.5), "RANGE", /at least 1 element/],
    ["an unknown method", () => nd.quantile([1], 0.5, { method: "best" as never }), "TYPE", /"linear".*got "best"/],
    ["medians of complex numbers", () => nd.median(complex), "DTYPE", /complex/],
    [
      "an out of another shape",
      () => nd.median(zeros([2, 3]), { axis: 0, out: zeros(2) }),
      "SHAPE",
      /\[3\], got \[2\]/,
    ],
    ["an out that cannot hold it", () => nd.median([1, 2], { out: zeros([], { dtype: "int8" }) }), "DTYPE", /`out`/],
    [
      "an out that is read-only",
      () => nd.median(zeros([2, 3]), { axis: 0, out: broadcastTo(zeros(1), [3]) as never }),
      "LAYOUT",
      /`out`/,
    ],
    ["a position that there is not", () => nd.partition([1, 2], 2), "RANGE", /`kth`.*got 2/],
    ["keys of two shapes", () => nd.lexsort([[1, 2], [1]]), "SHAPE", /one shape/],
    ["no keys", () => nd.lexsort([]), "SHAPE", /got none/],
    ["weights of another shape", () => nd.average([1, 2], { weights: [1] }), "SHAPE", /`weights`.*\[2\], got \[1\]/],
    ["weights without a sum", () => nd.average([1, 2], { weights: [1, -1] }), "RANGE", /do not add to zero/],
    ["cov of three axes", () => nd.cov(zeros([1, 1, 1])), "SHAPE", /at most 2 axes/],
    ["cov of other numbers of observations", () => nd.cov([1, 2], { y: [1] }), "SHAPE", /2 observations, got 1/],
    ["negative weights of cov", () => nd.cov([1, 2], { aweights: [1, -1] }), "RANGE", /at least 0, got -1/],
    ["counts with fractions", () => nd.cov([1, 2], { fweights: [1, 0.5] }), "DTYPE", /integers/],
    ["no bins", () => nd.histogram([1], { bins: 0 }), "RANGE", /`bins`/],
    ["edges that descend", () => nd.histogram([1], { bins: [2, 1] }), "RANGE", /1 after 2 at 1/],
    ["a rule with weights", () => nd.histogram([1], { bins: "auto", weights: [1] }), "TYPE", /next to weights/],
    ["an unknown rule", () => nd.histogram([1], { bins: "best" as never }), "TYPE", /"auto".*got "best"/],
    ["a range that descends", () => nd.histogram([1], { range: [2, 1] }), "RANGE", /`range` to ascend/],
    ["elements without a range", () => nd.histogram([1, Number.NaN]), "RANGE", /give `range`/],
    ["histograms of complex numbers", () => nd.histogram(complex), "DTYPE", /complex/],
    ["vectors of two lengths", () => nd.histogram2d([1, 2], [1]), "SHAPE", /one length/],
    ["negative integers", () => nd.bincount([1, -1]), "RANGE", /at least 0, got -1/],
    ["counts of fractions", () => nd.bincount([1.5]), "DTYPE", /integers/],
    ["counts of floats", () => nd.bincount(array([1, 2])), "DTYPE", /astype\("int32"\)/],
    ["edges in no order", () => nd.digitize([1], [1, 3, 2]), "RANGE", /ascend or to descend/],
    ["points of two lengths", () => nd.interp(1, [1, 2], [1]), "SHAPE", /one length/],
    ["no points", () => nd.interp(1, [], []), "SHAPE", /at least 1/],
    ["a period of 0", () => nd.interp(1, [1], [1], { period: 0 }), "RANGE", /`period`/],
    ["gradients of one element", () => nd.gradient([1]), "RANGE", /at least 2 elements along axis 0, got 1/],
    ["too many spacings", () => nd.gradient(zeros([2, 2]), { spacing: [1, 2, 3] }), "SHAPE", /a list of 2/],
    ["places of another length", () => nd.trapezoid([1, 2], { x: [1, 2, 3] }), "SHAPE", /2 places/],
    ["products of nothing", () => nd.convolve([], [1]), "SHAPE", /at least 1 element/],
    ["products of matrices", () => nd.correlate(zeros([2, 2]), [1]), "SHAPE", /vector/],
    ["an unknown mode", () => nd.convolve([1], [1], { mode: "all" as never }), "TYPE", /"full".*got "all"/],
    [
      "a line of NaN",
      () =>
        nd.nanargmin(
          [
            [1, 2],
            [Number.NaN, Number.NaN],
          ],
          { axis: 1 },
        ),
      "RANGE",
      /NaN only/,
    ],
    ["coefficients in a matrix", () => nd.polyval(zeros([2, 2]), 1), "SHAPE", /coefficients/],
    ["a number as an array", () => nd.uniqueValues(3 as never), "TYPE", /uniqueValues\(\[1, 2, 3\]\)/],
    ["an axis of slabs that there is not", () => nd.unique([1, 2], { axis: 1 }), "RANGE", /`axis`.*got 1/],
    ["lists of other lengths", () => nd.isin([[1, 2], [3]] as never, [1]), "SHAPE", /equal length/],
    ["a closed array", () => nd.median(closed()), "CLOSED", /closed/],
  ])("%s", (_, call, code, message) => {
    const error = thrownBy(call);
    expect(error?.message).toMatch(message);
    if (code === "RANGE") expect(error).toBeInstanceOf(RangeError);
    else if (code === "TYPE") expect(error).toBeInstanceOf(TypeError);
    else expect(isSharedError(error, code), String(error)).toBe(true);
  });
});

function thrownBy(call: Call): Error | undefined {
  try {
    call();
  } catch (e) {
    return e as Error;
  }
  return undefined;
}
function closed(): nd.NDArray<"float64", 1> {
  const one = zeros(2);
  one.close();
  return one;
}

describe("inputs", () => {
  const given = () =>
    array([
      [3, 1, 2, 2],
      [Number.NaN, -0, 0, 5],
    ]);
  const calls: Record<string, (a: nd.NDArray<"float64", 2>) => unknown> = {
    median: (a) => nd.median(a, { axis: 1 }),
    nanmedian: (a) => nd.nanmedian(a),
    quantile: (a) => nd.quantile(a, [0.2, 0.8], { axis: 0 }),
    partition: (a) => nd.partition(a, 1),
    unique: (a) => nd.unique(a, { returnInverse: true }),
    uniqueAll: (a) => Object.values(nd.uniqueAll(a)),
    isin: (a) => nd.isin(a, [2, 0]),
    histogram: (a) => nd.histogram(a, { range: [0, 4] }),
    unwrap: (a) => nd.unwrap(a),
    nansum: (a) => nd.nansum(a, { axis: 0 }),
    nanstd: (a) => nd.nanstd(a, { axis: 1 }),
    nancumprod: (a) => nd.nancumprod(a),
    gradient: (a) => nd.gradient(a),
    average: (a) => nd.average(a, { axis: 1, weights: [1, 2, 3, 4], returned: true }),
  };
  const written = (value: unknown): unknown => (Array.isArray(value) ? value.map(written) : String(value));
  it.each(Object.entries(calls))("of %s stay as they are, and may be views or read-only", (_, call) => {
    const plain = given();
    const expected = written(call(plain));
    expect(arrayEqual(plain, given(), { equalNan: true })).toBe(true);
    const wide = zeros([4, 8]).T.slice("::2").T as never as nd.NDArray<"float64", 2>;
    const strided = wide.slice("::2") as nd.NDArray<"float64", 2>;
    strided.assign(plain);
    expect(written(call(strided))).toEqual(expected);
    const readonly = broadcastTo(plain, [2, 4]) as nd.NDArray<"float64", 2>;
    expect(written(call(readonly))).toEqual(expected);
    expect(written(call(plain.toArray() as never))).toEqual(expected);
  });
});

describe("out", () => {
  it("is what is returned, and may be the array itself", () => {
    const a = array([
      [1, 4, 2],
      [8, 5, 7],
    ]);
    const out = zeros(2);
    expect(nd.median(a, { axis: 1, out })).toBe(out);
    expect(out.toArray()).toEqual([2, 7]);
    const row = a.slice(0);
    nd.nanmax(a, { axis: 0, out: row as never });
    expect(a.toArray()).toEqual([
      [8, 5, 7],
      [8, 5, 7],
    ]);
  });
  it("takes each quantile to its row", () => {
    const out = zeros([2, 2], { dtype: "float32" });
    nd.quantile(
      [
        [1, 2],
        [3, 6],
      ],
      [0, 0.5],
      { axis: 0, out },
    );
    expect(out.toArray()).toEqual([
      [1, 2],
      [2, 4],
    ]);
  });
});

describe("selection", () => {
  /** Orders that make quickselect slow, or that have few values. */
  const orders: Record<string, (i: number, n: number) => number> = {
    ascending: (i) => i,
    descending: (i, n) => n - i,
    equal: () => 1,
    "two values": (i) => i % 2,
    "organ pipe": (i, n) => Math.min(i, n - i),
    "median of three's worst": (i, n) => (i % 2 === 0 ? i : n - i),
    scattered: (i) => (i * 7919) % 1009,
  };
  it.each(Object.entries(orders))("of %s elements is that of a sort", (_, order) => {
    for (const n of [1, 2, 13, 14, 1000, 4097]) {
      const values = Float64Array.from({ length: n }, (_, i) => order(i, n));
      const sorted = values.toSorted();
      expect(nd.median(values)).toBe((sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2);
      const ranks = [0, n >> 2, n >> 1, n - 1];
      const parted = nd.partition(values, ranks);
      expect(ranks.map((rank) => parted.get(rank))).toEqual(ranks.map((rank) => sorted[rank]));
      expect(nd.sort(parted).toArray()).toEqual([...sorted]);
    }
  });
  it("of many lines, some with NaN", () => {
    const lines = nd.remainder(nd.multiply(nd.arange(3000), 7919), 1009).reshape(300, 10);
    lines.assign(Number.NaN, { at: ["::7", 3] });
    const expected = nd.sort(lines, { axis: 1 });
    const medians = nd.nanmedian(lines, { axis: 1 });
    const counts = nd.sum(nd.logicalNot(nd.isnan(lines)), { axis: 1 });
    const wrong = [];
    for (let i = 0; i < 300; i++) {
      const n = Number(counts.get(i));
      const wanted = (expected.get(i, (n - 1) >> 1) + expected.get(i, n >> 1)) / 2;
      if (medians.get(i) !== wanted) wrong.push([i, medians.get(i), wanted]);
    }
    expect(wrong).toEqual([]);
    expect(nd.sum(nd.isnan(nd.median(lines, { axis: 1 })))).toBe(Math.ceil(300 / 7));
  });
});

describe("what a review found", () => {
  it("isin compares 64-bit integers as such, also signed ones with unsigned ones", () => {
    const a = nd.array([2n ** 53n + 1n, 5n]);
    for (const values of [2 ** 53, [2 ** 53], [2 ** 53, 1, 2, 3, 4, 6]]) {
      expect(nd.isin(a, values).toArray()).toEqual([false, false]);
    }
    expect(nd.isin(a, [5]).toArray()).toEqual([false, true]);
    const [signed, unsigned] = [nd.array([2n ** 63n - 1n, -1n, 7n]), nd.array([2n ** 63n, 7n], { dtype: "uint64" })];
    expect(nd.isin(signed, unsigned).toArray()).toEqual([false, false, true]);
    expect(nd.isin(unsigned, signed).toArray()).toEqual([false, true]);
    expect(nd.setdiff1d(signed, unsigned).toArray()).toEqual([-1n, 2n ** 63n - 1n]);
  });

  it("isin takes one element, and many complex numbers", () => {
    expect(nd.isin(nd.array(3.5), [1, 2, 3]).toArray()).toBe(false);
    expect(nd.isin(nd.array(3.5), [1, 2, 3, 3.5, 4, 5]).toArray()).toBe(true);
    const z = nd.multiply(nd.arange(2000), { re: 1, im: -1 });
    const among = nd.isin(z, z.slice("::2"));
    expect([nd.countNonzero(among), among.slice(":4").toArray()]).toEqual([1000, [true, false, true, false]]);
    const nan = nd.array([{ re: Number.NaN, im: 0 }, { re: -0, im: 1 }, 1, 2, 3, 4]);
    expect(nd.isin(nan, nan).toArray()).toEqual([false, true, true, true, true, true]);
    expect(nd.isin([{ re: 0, im: 1 }] as never, nan).toArray()).toEqual([true]);
  });

  it("unique along the only axis, unwrap of bools, many quantiles at once, cond of zeros", () => {
    expect(nd.unique([Number.NaN, 1, Number.NaN], { axis: 0 }).toArray()).toEqual([1, Number.NaN]);
    expect(nd.unwrap(nd.array([true, false]), { period: 5 }).toArray()).toEqual([1n, 0n]);
    const x = nd.remainder(nd.multiply(nd.arange(1001), 7919), 1001);
    expect(nd.allclose(nd.quantile(x, nd.linspace(0, 1, 101)), nd.arange(0, 1010, 10))).toBe(true);
    expect(nd.linalg.cond(nd.zeros([2, 2]), { p: -2 })).toBe(Number.POSITIVE_INFINITY);
  });
});
