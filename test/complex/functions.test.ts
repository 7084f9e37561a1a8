/** Functions of complex arrays beyond what the oracle has: values, options, special values, accuracy, pools. */
import * as nd from "shared-ndarray";
import { array, type NDArray, Pool, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";

const c = (re: number, im: number) => ({ re, im });
const i = c(0, 1);
const z = () => array([c(1, 2), c(3, -4), i]);
const of = (fn: nd.UnaryUfunc, re: number, im: number) => (fn(array([c(re, im)])) as NDArray<"complex128", 1>).get(0);
const functions = nd as unknown as Record<string, nd.UnaryUfunc>;
const INF = Number.POSITIVE_INFINITY;

describe("values", () => {
  it("of reductions are { re, im }, or numbers", () => {
    expect(nd.sum(z())).toEqual(c(4, -1));
    expect(nd.prod(z())).toEqual(c(-2, 11));
    expect(z().mean()).toEqual(c(4 / 3, -1 / 3));
    expect(nd.max(z())).toEqual(c(3, -4));
    expect(nd.min(z())).toEqual(i);
    expect([nd.argmax(z()), nd.argmin(z()), nd.countNonzero(z())]).toEqual([1, 2, 3]);
    expect([nd.any(z()), nd.all(array([i, 0]))]).toEqual([true, false]);
    expect(nd.norm(z())).toBeCloseTo(Math.sqrt(31), 14);
    expect(nd.variance(z())).toBeCloseTo(8.444444444444443, 14);
    expect(nd.sum([i, 2])).toEqual(c(2, 1));
    expect(nd.sum(z(), { where: array([true, false, true]) })).toEqual(c(1, 3));
    expect(nd.prod(zeros(0, { dtype: "complex64" }))).toEqual(c(1, 0));
    expect(() => nd.max(zeros(0, { dtype: "complex64" }))).toThrow(RangeError);
  });
  it("of NaN: the first one is the extreme", () => {
    const a = array([c(1, 0), c(Number.NaN, 3), c(5, Number.NaN)]);
    expect([nd.argmax(a), nd.argmin(a)]).toEqual([1, 1]);
    expect(nd.max(a)).toEqual(c(Number.NaN, 3));
  });
  it("of products and comparisons", () => {
    expect(nd.dot(z(), z())).toEqual(c(-11, -20));
    expect(nd.dot(z(), array([1, 2, 3]))).toEqual(c(7, -3));
    expect(nd.vecdot(z(), z()).item()).toEqual(c(31, 0));
    expect(nd.arrayEqual(z(), z())).toBe(true);
    expect(nd.arrayEqual(z(), nd.conj(z()))).toBe(false);
    expect(nd.allclose(z(), nd.add(z(), c(1e-9, 1e-9)))).toBe(true);
    expect(nd.allclose(z(), nd.add(z(), c(0, 1e-3)))).toBe(false);
    expect(nd.diff(z()).toArray()).toEqual([c(2, -6), c(-3, 5)]);
  });
});

describe("options", () => {
  it("out may be an operand, or share its parts", () => {
    const a = z();
    expect(nd.multiply(a, a, { out: a })).toBe(a);
    expect(a.toArray()).toEqual([c(-3, 4), c(-7, -24), c(-1, 0)]);
    nd.add(a.slice("1:"), a.slice(":-1"), { out: a.slice("1:") });
    expect(a.toArray()).toEqual([c(-3, 4), c(-10, -20), c(-8, -24)]);
    nd.abs(a, { out: nd.real(a) });
    expect(a.get(0)).toEqual(c(5, 4));
  });
  it("a real result may be written to complex elements, but not the reverse", () => {
    const out = zeros(3, { dtype: "complex64" });
    expect(nd.abs(z(), { out }).get(1)).toEqual(c(5, 0));
    expect(() => nd.add(z(), 1, { out: zeros(3) })).toThrow(nd.DTypeError);
    const total = zeros([], { dtype: "complex128" });
    expect(nd.sum(z(), { out: total })).toEqual(c(4, -1));
    expect(total.item()).toEqual(c(4, -1));
    expect(() => nd.add(z(), z(), { out: zeros(2, { dtype: "complex128" }) })).toThrow(/result's shape \[3\]/);
    expect(() => nd.add(z(), array([i, i]))).toThrow(/\[3\]/);
  });
  it("where and dtype", () => {
    const where = array([true, false, true]);
    expect(nd.add(z(), 1, { where, out: z() }).toArray()).toEqual([c(2, 2), c(3, -4), c(1, 1)]);
    expect(nd.sqrt(array([-4, 4]), { dtype: "complex128" }).toArray()).toEqual([c(0, 2), c(2, 0)]);
    expect(nd.add(z(), 1, { dtype: "complex64" }).dtype).toBe("complex64");
    expect(() => nd.add(z(), 1, { dtype: "float64" })).toThrow(nd.DTypeError);
    expect(nd.multiply(array([1, 2], { dtype: "float32" }), i).dtype).toBe("complex64");
    expect(nd.multiply(array([1, 2], { dtype: "int32" }), i).dtype).toBe("complex128");
  });
  it("-0 and 0 are equal parts where they are sorted, as in NumPy", () => {
    const given = array([c(-0, 5), c(0, 1), c(1, 0), c(0, -0), c(-0, 0)]);
    expect(nd.argsort(given).toArray()).toEqual([3, 4, 1, 0, 2]);
    expect(nd.sort(given).toArray()).toEqual([c(0, -0), c(-0, 0), c(0, 1), c(-0, 5), c(1, 0)]);
  });
  it("what is not there is refused by name", () => {
    expect(() => nd.floor(z())).toThrow(/Expected real numbers for floor, got complex128/);
    expect(() => nd.sort(z(), { descending: true })).toThrow(nd.DTypeError);
    expect(() => nd.searchsorted(z(), z())).toThrow(nd.DTypeError);
    expect(() => nd.map(z(), (x) => x as never)).toThrow(nd.DTypeError);
    expect(() => nd.add.reduceat(z(), [0, 1])).toThrow(nd.DTypeError);
  });
  it("outer", () => {
    expect(nd.multiply.outer(array([i, 2]), array([1, i])).toArray()).toEqual([
      [i, c(-1, 0)],
      [c(2, 0), c(0, 2)],
    ]);
  });
});

describe("parts", () => {
  it("are views, which can be written", () => {
    const a = z();
    nd.imag(a).fill(7);
    nd.real(a).set(0, -1);
    expect(a.toArray()).toEqual([c(-1, 7), c(3, 7), c(0, 7)]);
    expect(nd.real(a.slice("::-1")).toArray()).toEqual([0, 3, -1]);
    expect(nd.real(a).memory).toBe(a.memory);
    const real = array([1, 2]);
    expect(nd.real(real)).toBe(real);
    expect(nd.imag(real).toArray()).toEqual([0, 0]);
    const frozen = array([i]).broadcastTo([2]);
    expect(() => (nd.real(frozen) as unknown as NDArray<"float64">).fill(1)).toThrow(nd.LayoutError);
  });
});

describe("special values of the array API", () => {
  it.each([
    ["expm1", INF, 0, INF, 0],
    ["expm1", Number.NaN, 0, Number.NaN, 0],
    ["exp", 0, 0, 1, 0],
    ["exp", -INF, INF, 0, 0],
    ["exp", INF, 0, INF, 0],
    ["log", 0, 0, -INF, 0],
    ["log", -0, 0, -INF, Math.PI],
    ["log", -INF, INF, INF, (3 * Math.PI) / 4],
    ["log1p", -1, 0, -INF, 0],
    ["log1p", INF, INF, INF, Math.PI / 4],
    ["sqrt", -INF, 1, 0, INF],
    ["sqrt", 5, INF, INF, INF],
    ["sqrt", -1, 0, 0, 1],
    ["sqrt", -1, -0, 0, -1],
    ["tanh", INF, 2, 1, -0],
    ["sinh", 0, INF, 0, Number.NaN],
    ["acosh", 0, 0, 0, Math.PI / 2],
    ["acosh", INF, INF, INF, Math.PI / 4],
    ["asinh", INF, INF, INF, Math.PI / 4],
    ["atanh", 1, 0, INF, 0],
    ["atanh", 0, INF, 0, Math.PI / 2],
  ] as const)("%s(%d, %d)", (name, re, im, wantedRe, wantedIm) => {
    const got = of(functions[name]!, re, im);
    expect(Object.is(got.re, wantedRe) || Math.abs(got.re - wantedRe) < 1e-15, `${got.re}`).toBe(true);
    expect(Object.is(got.im, wantedIm) || Math.abs(got.im - wantedIm) < 1e-15, `${got.im}`).toBe(true);
  });
});

describe("accuracy", () => {
  const near = (got: number, wanted: number) => expect(Math.abs(got - wanted) / Math.abs(wanted)).toBeLessThan(1e-15);
  it("near |z| = 1, of tiny and of huge numbers", () => {
    near(of(nd.log, 0.6, 0.8 + 1e-10).re, 8.0000028822290173e-11); // these numbers are by mpmath, with 50 digits
    near(of(nd.log, 1, 1e-9).re, 5e-19);
    near(of(nd.log1p, 1e-18, 1e-12).re, 1.0000005e-18);
    near(of(nd.sqrt, 1e308, 1e308).re, 1.0986841134678099721e154);
    near(of(nd.sqrt, 5e-324, 0).re, Math.sqrt(5e-324));
    near(of(nd.log, 1.5e308, 1.5e308).re, 709.94824734055420773);
    near(of(nd.exp, 710, Math.PI / 2 - 1e-3).re, 2.2339943938291593746e305);
  });
  it("quotients neither overflow nor underflow on the way", () => {
    for (const size of [1e300, 1e-300]) {
      const { re, im } = nd.divide(array([c(size, size)]), array([c(size, size)])).get(0);
      near(re, 1);
      expect(im).toBe(0);
    }
  });
  it("whole powers are products", () => {
    expect(nd.pow(z(), 2).toArray()).toEqual([c(-3, 4), c(-7, -24), c(-1, 0)]);
    expect(nd.pow(z(), 0).toArray()).toEqual([c(1, 0), c(1, 0), c(1, 0)]);
  });
});

describe("pools", () => {
  it("compute the same bits as this thread, with any number of workers", async () => {
    const n = 100_000;
    const a = nd.multiply(nd.arange(n), c(1e-3, -2e-4));
    const b = nd.exp(nd.multiply(a, i));
    const alone = [nd.multiply(a, b), nd.exp(b), nd.abs(b), nd.less(a, b)];
    for (const workers of [1, 3]) {
      await using pool = new Pool({ workers });
      const shared = [
        await pool.map([a, b], nd.multiply),
        await pool.map(b, nd.exp),
        await pool.map(b, nd.abs),
        await pool.map([a, b], nd.less),
      ];
      const bytesOf = (one: unknown) => Buffer.from((one as NDArray<"float64">).toTypedArray().buffer);
      for (const [k, one] of shared.entries()) expect(bytesOf(one).equals(bytesOf(alone[k]))).toBe(true);
      expect(await pool.map([a, b], nd.add, { out: a.copy() })).toBeDefined();
      await expect(pool.reduce(a, nd.sum)).rejects.toThrow(nd.DTypeError);
      await expect(pool.map(a, nd.sort)).rejects.toThrow(nd.DTypeError);
      await expect(pool.map([a.reshape(100, 1000), a.reshape(1000, 100)], nd.matmul)).rejects.toThrow(nd.DTypeError);
      await expect(pool.map(a, nd.cumulativeSum)).rejects.toThrow(nd.DTypeError);
      await expect(pool.map(a, (x) => x as never)).rejects.toThrow(nd.DTypeError);
    }
  });
});

describe("values that are steep, near a pole, or on a branch cut", () => {
  it.each<[string, [number, number], [number, number]]>([
    ["cosh", [1500, 0], [INF, 0]],
    ["cosh", [1e300, -0], [INF, -0]],
    ["cos", [0, 1500], [INF, -0]],
    ["sin", [2, 0], [Math.sin(2), -0]],
    ["sinh", [0, 2], [-0, Math.sin(2)]],
    ["sinh", [-0, 2], [0, Math.sin(2)]],
    ["atanh", [1, 1e-200], [230.60508288968455, Math.PI / 4]],
    ["atanh", [-1, 1e-310], [-357.247263004357, Math.PI / 4]],
    ["atanh", [1, -0], [INF, -0]],
    ["atan", [1e-310, 1], [Math.PI / 4, 357.247263004357]],
  ])("%s of %j", (name, [re, im], [x, y]) => {
    const found = of(functions[name]!, re, im);
    for (const [part, wanted] of [
      [found.re, x],
      [found.im, y],
    ] as const) {
      if (wanted === 0 || !Number.isFinite(wanted)) expect(part).toBe(wanted);
      else expect(Math.abs(part / wanted - 1)).toBeLessThan(1e-15);
    }
  });
  it("small whole powers are products", () => {
    const power = (re: number, im: number, n: number) =>
      (nd.pow(array([c(re, im)]), n) as NDArray<"complex128", 1>).get(0);
    expect([power(0, 1, 4), power(1, 1, 4), power(2, 1, 5), power(0, 1, -2)]).toEqual([
      c(1, 0),
      c(-4, 0),
      c(-38, 41),
      c(-1, -0),
    ]);
    let product = c(1, 0);
    for (let n = 1; n < 100; n++) {
      product = c(product.re * 0.75 - product.im * 0.5, product.re * 0.5 + product.im * 0.75);
      const { re, im } = power(0.75, 0.5, n);
      expect(Math.hypot(re - product.re, im - product.im) / Math.hypot(re, im), `${n}`).toBeLessThan(1e-14);
    }
  });
});

describe("what is refused", () => {
  it("a running sum in a real dtype", () => {
    const out = zeros(4);
    for (const options of [{ dtype: "float64" }, { dtype: "float64", includeInitial: true, out }] as const) {
      expect(() => nd.cumulativeSum(z(), options as never)).toThrow(/`dtype` to be complex/);
      expect(() => nd.cumulativeProd(z(), options as never)).toThrow(nd.DTypeError);
    }
    expect(out.toArray()).toEqual([0, 0, 0, 0]);
  });
  it("full has complex elements without being asked", () => {
    const twice: NDArray<"complex128", 1> = nd.full(2, c(1, 2));
    expect(twice.toArray()).toEqual([c(1, 2), c(1, 2)]);
  });
});
