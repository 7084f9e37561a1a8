/** Distributions: their moments and shapes at fixed seeds, parameters at the edge, and errors. */
import {
  array,
  broadcastTo,
  DTypeError,
  LayoutError,
  type NDArray,
  random,
  ShapeError,
  sort,
  zeros,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";

const COUNT = 50_000;
type Rng = random.Generator;
const shape = COUNT;

/** [name, draw, mean, variance]. The mean of 50,000 numbers is within 5 of its deviations, the variance within 10 %. */
const MOMENTS: [string, (rng: Rng) => NDArray<"float64"> | NDArray<"int32">, number, number][] = [
  ["random", (rng) => rng.random(shape), 1 / 2, 1 / 12],
  ["uniform", (rng) => rng.uniform(-1, 3, { shape }), 1, 16 / 12],
  ["integers", (rng) => rng.integers(0, 10, { shape }), 4.5, 99 / 12],
  ["standardNormal", (rng) => rng.standardNormal(shape), 0, 1],
  ["standardExponential", (rng) => rng.standardExponential(shape), 1, 1],
  ["normal", (rng) => rng.normal(3, 2, { shape }), 3, 4],
  ["lognormal", (rng) => rng.lognormal(0, 0.25, { shape }), Math.exp(1 / 32), Math.expm1(1 / 16) * Math.exp(1 / 16)],
  ["laplace", (rng) => rng.laplace(1, 2, { shape }), 1, 8],
  ["gumbel", (rng) => rng.gumbel(0, 1, { shape }), 0.5772156649, Math.PI ** 2 / 6],
  ["logistic", (rng) => rng.logistic(0, 1, { shape }), 0, Math.PI ** 2 / 3],
  ["exponential", (rng) => rng.exponential(3, { shape }), 3, 9],
  ["rayleigh", (rng) => rng.rayleigh(2, { shape }), 2 * Math.sqrt(Math.PI / 2), (2 - Math.PI / 2) * 4],
  ["weibull", (rng) => rng.weibull(2, { shape }), Math.sqrt(Math.PI) / 2, 1 - Math.PI / 4],
  ["pareto", (rng) => rng.pareto(9, { shape }), 1 / 8, 9 / 64 / 7],
  ["power", (rng) => rng.power(3, { shape }), 3 / 4, 3 / 80],
  ["triangular", (rng) => rng.triangular(0, 1, 3, { shape }), 4 / 3, 7 / 18],
  ["standardGamma below 1", (rng) => rng.standardGamma(0.3, { shape }), 0.3, 0.3],
  ["gamma", (rng) => rng.gamma(4, 0.5, { shape }), 2, 1],
  ["beta", (rng) => rng.beta(2, 3, { shape }), 2 / 5, 6 / 25 / 6],
  ["beta below 1", (rng) => rng.beta(0.5, 0.5, { shape }), 1 / 2, 1 / 8],
  ["chisquare", (rng) => rng.chisquare(5, { shape }), 5, 10],
  ["f", (rng) => rng.f(10, 20, { shape }), 10 / 9, (2 * 400 * 28) / (10 * 18 ** 2 * 16)],
  ["standardT", (rng) => rng.standardT(12, { shape }), 0, 1.2],
  ["poisson", (rng) => rng.poisson(4, { shape }), 4, 4],
  ["poisson of a large mean", (rng) => rng.poisson(400, { shape }), 400, 400],
  ["binomial", (rng) => rng.binomial(20, 0.2, { shape }), 4, 3.2],
  ["binomial of many", (rng) => rng.binomial(2000, 0.7, { shape }), 1400, 420],
  ["negativeBinomial", (rng) => rng.negativeBinomial(3, 0.5, { shape }), 3, 6],
  ["geometric", (rng) => rng.geometric(0.1, { shape }), 10, 90],
  ["geometric of a likely event", (rng) => rng.geometric(0.6, { shape }), 1 / 0.6, 0.4 / 0.36],
];

describe("moments at seed 20261130", () => {
  it.each(MOMENTS)("%s", (_, draw, mean, variance) => {
    const values = draw(random.defaultRng(20261130)).toTypedArray();
    let [sum, squares] = [0, 0];
    for (const x of values) sum += x;
    for (const x of values) squares += (x - sum / COUNT) ** 2;
    expect(Math.abs(sum / COUNT - mean)).toBeLessThan(5 * Math.sqrt(variance / COUNT));
    expect(Math.abs(squares / COUNT / variance - 1)).toBeLessThan(0.1);
  });
});

/** The Kolmogorov–Smirnov statistic exceeds 1.63 / √n with p = 0.01, and 1.95 / √n with p = 0.001. */
const LIMIT = 1.95 / Math.sqrt(COUNT);
const CDFS: [string, (rng: Rng) => NDArray<"float64">, (x: number) => number][] = [
  ["random", (rng) => rng.random(shape), (x) => x],
  ["standardExponential", (rng) => rng.standardExponential(shape), (x) => -Math.expm1(-x)],
  ["logistic", (rng) => rng.logistic(0, 1, { shape }), (x) => 1 / (1 + Math.exp(-x))],
  ["laplace", (rng) => rng.laplace(0, 1, { shape }), (x) => (x < 0 ? Math.exp(x) / 2 : 1 - Math.exp(-x) / 2)],
  ["gumbel", (rng) => rng.gumbel(0, 1, { shape }), (x) => Math.exp(-Math.exp(-x))],
  ["rayleigh", (rng) => rng.rayleigh(1, { shape }), (x) => -Math.expm1((-x * x) / 2)],
  ["weibull", (rng) => rng.weibull(1.5, { shape }), (x) => -Math.expm1(-(x ** 1.5))],
  ["pareto", (rng) => rng.pareto(2, { shape }), (x) => 1 - (1 + x) ** -2],
  ["power", (rng) => rng.power(3, { shape }), (x) => x ** 3],
  ["standardCauchy", (rng) => rng.standardCauchy({ shape }), (x) => 0.5 + Math.atan(x) / Math.PI],
  ["beta", (rng) => rng.beta(1, 3, { shape }), (x) => 1 - (1 - x) ** 3],
  ["the radius of two normal numbers", (rng) => rng.chisquare(2, { shape }), (x) => -Math.expm1(-x / 2)],
];

describe.each([1, 2, 3])("Kolmogorov–Smirnov at seed %i, p = 0.001", (seed) => {
  it.each(CDFS)("%s", (_, draw, cdf) => {
    const values = sort(draw(random.defaultRng(seed))).toTypedArray();
    let furthest = 0;
    for (const [i, x] of values.entries()) {
      furthest = Math.max(furthest, Math.abs(cdf(x) - i / COUNT), Math.abs(cdf(x) - (i + 1) / COUNT));
    }
    expect(furthest).toBeLessThan(LIMIT);
    expect(furthest).toBeGreaterThan(0.2 / Math.sqrt(COUNT)); // nor too even
  });
});

/** With 99 degrees of freedom, chi-square is above 149 with p = 0.001, and below 61 with p = 0.001. */
describe.each([1, 2, 3])("chi-square at seed %i, p = 0.001", (seed) => {
  const chiSquare = (values: Iterable<number>, count: number) => {
    const seen = new Float64Array(100);
    for (const x of values) seen[x]!++;
    return seen.reduce((sum, one) => sum + (one - count / 100) ** 2 / (count / 100), 0);
  };
  it("integers, and those of bytes and words of 64 bits", () => {
    for (const dtype of ["int32", "uint8", "int16", "uint32"] as const) {
      const drawn = random.defaultRng(seed).integers(0, 100, { shape: COUNT, dtype }).toTypedArray();
      expect(chiSquare(drawn, COUNT)).toBeGreaterThan(61);
      expect(chiSquare(drawn, COUNT)).toBeLessThan(149);
    }
    const wide = random.defaultRng(seed).integers(0, 100n * 2n ** 50n, { shape: COUNT, dtype: "int64" });
    expect(
      chiSquare(
        wide.toArray().map((x) => Number(x >> 50n)),
        COUNT,
      ),
    ).toBeLessThan(149);
  });
  it("the place of an element after shuffling", () => {
    const rng = random.defaultRng(seed);
    const places = Array.from({ length: 10_000 }, () => rng.permutation(100).toArray().indexOf(7));
    expect(chiSquare(places, 10_000)).toBeLessThan(149);
  });
});

describe("shapes and parameters", () => {
  const rng = () => random.defaultRng(1);
  it("without a shape, one number", () => {
    const [real, count]: [number, number] = [rng().gamma(2), rng().poisson(3)];
    expect([typeof real, typeof count]).toEqual(["number", "number"]);
    expect(typeof rng().integers(5, 9, { dtype: "int64" })).toBe("bigint");
    expect(typeof rng().integers(0, 2, { dtype: "bool" })).toBe("boolean");
  });
  it("of any rank, also empty", () => {
    const deep: NDArray<"float64", 3> = rng().random([2, 3, 4]);
    expect(deep.shape).toEqual([2, 3, 4]);
    expect(rng().random([]).shape).toEqual([]);
    for (const empty of [rng().random(0), rng().normal(0, 1, { shape: [3, 0] }), rng().integers(0, 3, { shape: 0 })]) {
      expect(empty.size).toBe(0);
    }
  });
  it("parameters broadcast, and the numbers are drawn in C order", () => {
    const [one, all] = [rng(), rng()];
    const made = all.normal(array([[0], [10]]), [1, 2, 3]).toArray();
    const wanted = [0, 10].map((loc) => [1, 2, 3].map((scale) => one.normal(loc, scale)));
    expect(made).toEqual(wanted);
    expect(rng().exponential([1, 2], { shape: [4, 2] }).shape).toEqual([4, 2]);
    expect(() => rng().exponential([1, 2], { shape: [2, 4] })).toThrow(ShapeError);
    expect(() => rng().normal([1, 2], [1, 2, 3])).toThrow(ShapeError);
  });
  it("`out` is written, in any layout", () => {
    const out = zeros([3, 4]).T;
    expect(rng().random(undefined, { out })).toBe(out);
    expect(out.toArray()).toEqual(rng().random([4, 3]).toArray());
    expect(() => rng().random([2, 2], { out })).toThrow(ShapeError);
    expect(() => rng().random(undefined, { out, dtype: "float32" })).toThrow(DTypeError);
    expect(() => rng().standardNormal(undefined, { out: zeros(2, { dtype: "int32" }) })).toThrow(/float64|dtype/);
  });
  it("parameters at the edge", () => {
    expect(rng().poisson(0)).toBe(0);
    expect([rng().binomial(0, 0.5), rng().binomial(9, 0), rng().binomial(9, 1)]).toEqual([0, 0, 9]);
    expect([rng().geometric(1), rng().negativeBinomial(3, 1)]).toEqual([1, 0]);
    expect([rng().gamma(0), rng().weibull(0), rng().normal(4, 0), rng().uniform(2, 2)]).toEqual([0, 0, 4, 2]);
    expect(rng().multinomial(5, [0, 1, 0]).toArray()).toEqual([0, 5, 0]);
    expect(rng().multinomial(0, [0.5, 0.5]).toArray()).toEqual([0, 0]);
    expect(rng().dirichlet([0, 0]).toArray()).toEqual([0, 0]);
    expect(rng().poisson(5e9, { dtype: "int64" })).toBeGreaterThan(4n * 10n ** 9n);
  });
});

describe("errors name the value, and draw nothing", () => {
  const WRONG: [string, (rng: Rng) => unknown, string | RegExp][] = [
    ["a negative scale", (rng) => rng.normal(0, -1), "Expected `scale` to be a number at least 0, got -1"],
    ["NaN", (rng) => rng.normal(Number.NaN), "Expected `loc` to be a number, got NaN"],
    ["text", (rng) => rng.normal("1" as never), 'Expected `loc` to be a number, got "1"'],
    ["one wrong of many", (rng) => rng.exponential([1, -2]), "Expected `scale` to be a number at least 0, got -2"],
    ["a turned range", (rng) => rng.uniform(1, 0), "Expected `high` to be at least `low`"],
    [
      "a range without integers",
      (rng) => rng.integers(5, 5),
      "Expected [low, high) to have an integer in it, got 5 and 5",
    ],
    [
      "an integer too large",
      (rng) => rng.integers(0, 300, { dtype: "uint8" }),
      "Expected the range to be within uint8",
    ],
    ["a fraction", (rng) => rng.integers(0.5), "Expected `high` to be an integer"],
    [
      "a dtype of floats",
      (rng) => rng.integers(5, 9, { dtype: "float32" as never }),
      "Expected `dtype` to be one of bool",
    ],
    ["a probability above 1", (rng) => rng.binomial(5, 1.5), "Expected `p` to be a number in [0, 1], got 1.5"],
    ["no integer of trials", (rng) => rng.binomial(5.5, 0.5), "Expected `n` to be an integer at least 0, got 5.5"],
    ["an impossible event", (rng) => rng.geometric(0), "Expected `p` to be a number in (0, 1], got 0"],
    ["a triangle upside down", (rng) => rng.triangular(3, 2, 1), "Expected left ≤ mode ≤ right"],
    ["no freedom", (rng) => rng.chisquare(0), "Expected `df` to be a number above 0, got 0"],
    ["a shape below 0", (rng) => rng.random(-1), /shape/],
    ["bytes below 0", (rng) => rng.bytes(-1), "Expected `length` to be an integer"],
    ["probabilities above 1", (rng) => rng.multinomial(5, [0.9, 0.9, 0]), "at most 1, got 1.8"],
    [
      "a matrix that is no covariance",
      (rng) =>
        rng.multivariateNormal(
          [0, 0],
          [
            [1, 2],
            [2, 1],
          ],
        ),
      "positive definite",
    ],
    [
      "a covariance of another size",
      (rng) =>
        rng.multivariateNormal(
          [0],
          [
            [1, 0],
            [0, 1],
          ],
        ),
      "of shape [1, 1]",
    ],
    ["a negative weight", (rng) => rng.dirichlet([1, -1]), "Expected `alpha` to be a number at least 0, got -1"],
    ["nothing to choose", (rng) => rng.choice(0, { shape: 2 }), "something to choose"],
    ["too many without replacement", (rng) => rng.choice(3, { shape: 4, replace: false }), "Expected at most 3"],
    ["weights of another length", (rng) => rng.choice(3, { p: [0.5, 0.5] }), "one probability for each of 3"],
    ["weights without sum 1", (rng) => rng.choice(2, { p: [0.5, 0.4] }), "to have the sum 1, got 0.9"],
    [
      "too few possible",
      (rng) => rng.choice(3, { shape: 2, replace: false, p: [1, 0, 0] }),
      "at least 2 probabilities above 0, got 1",
    ],
    ["an axis that is not there", (rng) => rng.permutation(zeros(3), { axis: 1 }), "axis"],
    ["something else than a bit generator", () => new random.Generator("x" as never), "Expected `seed`"],
  ];
  it.each(WRONG)("%s", (_, act, message) => {
    const rng = random.defaultRng(1);
    const before = rng.bitGenerator.state;
    expect(() => act(rng)).toThrow(message);
    expect(rng.bitGenerator.state).toEqual(before);
  });
  it("a count that int32 cannot hold", () => {
    expect(() => random.defaultRng(1).poisson(5e9)).toThrow(/below 2147483648 for int32, got \d+ \(give `dtype/);
  });
  it("a read-only array is not shuffled", () => {
    expect(() => random.defaultRng(1).shuffle(broadcastTo(zeros(3), [2, 3]) as never)).toThrow(LayoutError);
  });
});
