/** `Generator`: the distributions, drawn from a bit generator. Each method reads as its NumPy namesake. */
import { keepNames } from "../base/names.js";
import type { NDArray, Out } from "../ndarray/ndarray.js";
import * as continuous from "./continuous.js";
import * as discrete from "./discrete.js";
import * as gammas from "./gamma.js";
import { type Philox, type Seed, streamOf } from "./philox.js";
import {
  ANY,
  type Condition,
  type CountDType,
  type CountOptions,
  type Drawn,
  FINITE,
  type FloatOptions,
  floats,
  NOT_NEGATIVE,
  type OptionalShape,
  type Parameter,
  POSITIVE,
  POSITIVE_SHARE,
  parameter,
  type Sample,
  type SampleOptions,
  SHARE,
  type SingleOrDouble,
  sample,
  sampleCounts,
} from "./samples.js";
import { UniformGenerator } from "./uniform-generator.js";
import { dirichlet, multinomial, multivariateNormal } from "./vectors.js";
import { fillExponential, fillExponentialSingle, fillNormal, fillNormalSingle } from "./ziggurat.js";

/**
 * Draws numbers of many distributions from a bit generator. For the same seed and the same calls, the numbers are those
 * of `np.random.Generator(np.random.Philox(seed))`; `src/random/README.md` says which may differ in the last bit.
 *
 * Parameters are numbers or arrays, which broadcast. `shape` is NumPy's `size`; without it, one number is drawn.
 *
 * @example const rng = new random.Generator(new random.Philox(42)); // or random.defaultRng(42)
 * @throws {TypeError} If it is given something else than a bit generator or a seed.
 */
export class Generator extends UniformGenerator {
  /** So many generators that are independent of this one and of each other; other ones at each call. */
  spawn(count: number): Generator[] {
    return this.bitGenerator.spawn(count).map((bits) => new Generator(bits));
  }

  // Continuous

  /** Numbers of the normal distribution with mean 0 and deviation 1. */
  standardNormal<
    const S extends OptionalShape = undefined,
    D extends SingleOrDouble = "float64",
    O extends Out = undefined,
  >(shape?: S, options?: FloatOptions<D, O>): Drawn<S, D, O> {
    return this.#standard("standardNormal", shape, options, fillNormal, fillNormalSingle) as never;
  }

  /** Numbers of the exponential distribution with mean 1. */
  standardExponential<
    const S extends OptionalShape = undefined,
    D extends SingleOrDouble = "float64",
    O extends Out = undefined,
  >(shape?: S, options?: FloatOptions<D, O>): Drawn<S, D, O> {
    return this.#standard("standardExponential", shape, options, fillExponential, fillExponentialSingle) as never;
  }

  #standard(
    of: string,
    shape: OptionalShape,
    options: FloatOptions<SingleOrDouble, Out> | undefined,
    double: typeof fillNormal,
    single: typeof fillNormal,
  ): unknown {
    const stream = streamOf(this.bitGenerator);
    return floats(of, shape, options, (target, dtype) =>
      (dtype === "float64" ? double : single)(stream, target, 0, target.length),
    );
  }

  /** Numbers of the normal distribution with mean `loc`, by default 0, and deviation `scale`, by default 1. */
  normal<L extends Parameter = number, W extends Parameter = number, const S extends OptionalShape = undefined>(
    loc?: L,
    scale?: W,
    options?: SampleOptions<S>,
  ): Sample<S, L | W> {
    return this.#located("normal", continuous.drawNormal, loc, scale, options) as never;
  }
  /** Numbers whose logarithms are normal, with mean 0 and deviation 1 by default. */
  lognormal<L extends Parameter = number, W extends Parameter = number, const S extends OptionalShape = undefined>(
    mean?: L,
    sigma?: W,
    options?: SampleOptions<S>,
  ): Sample<S, L | W> {
    const given = [parameter("mean", mean, ANY, 0), parameter("sigma", sigma, NOT_NEGATIVE, 1)];
    return sample("lognormal", options, given, continuous.drawLognormal(streamOf(this.bitGenerator))) as never;
  }
  /** Numbers of the double exponential distribution around `loc`. */
  laplace<L extends Parameter = number, W extends Parameter = number, const S extends OptionalShape = undefined>(
    loc?: L,
    scale?: W,
    options?: SampleOptions<S>,
  ): Sample<S, L | W> {
    return this.#located("laplace", continuous.drawLaplace, loc, scale, options) as never;
  }
  /** Numbers of the Gumbel distribution, that of the largest of many. */
  gumbel<L extends Parameter = number, W extends Parameter = number, const S extends OptionalShape = undefined>(
    loc?: L,
    scale?: W,
    options?: SampleOptions<S>,
  ): Sample<S, L | W> {
    return this.#located("gumbel", continuous.drawGumbel, loc, scale, options) as never;
  }
  /** Numbers of the logistic distribution around `loc`. */
  logistic<L extends Parameter = number, W extends Parameter = number, const S extends OptionalShape = undefined>(
    loc?: L,
    scale?: W,
    options?: SampleOptions<S>,
  ): Sample<S, L | W> {
    return this.#located("logistic", continuous.drawLogistic, loc, scale, options) as never;
  }

  #located(of: string, draw: continuous.DrawFrom, loc: unknown, scale: unknown, options: SampleOptions | undefined) {
    const given = [parameter("loc", loc, ANY, 0), parameter("scale", scale, NOT_NEGATIVE, 1)];
    return sample(of, options, given, draw(streamOf(this.bitGenerator)));
  }

  /** Numbers of the exponential distribution with mean `scale`, by default 1. */
  exponential<P extends Parameter = number, const S extends OptionalShape = undefined>(
    scale?: P,
    options?: SampleOptions<S>,
  ): Sample<S, P> {
    return sample(
      "exponential",
      options,
      [parameter("scale", scale, NOT_NEGATIVE, 1)],
      continuous.drawExponential(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Numbers of the Rayleigh distribution: distances from the middle of a normal cloud. */
  rayleigh<P extends Parameter = number, const S extends OptionalShape = undefined>(
    scale?: P,
    options?: SampleOptions<S>,
  ): Sample<S, P> {
    return sample(
      "rayleigh",
      options,
      [parameter("scale", scale, NOT_NEGATIVE, 1)],
      continuous.drawRayleigh(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Numbers of the Weibull distribution of shape `a`. */
  weibull<P extends Parameter, const S extends OptionalShape = undefined>(
    a: P,
    options?: SampleOptions<S>,
  ): Sample<S, P> {
    return sample(
      "weibull",
      options,
      [parameter("a", a, NOT_NEGATIVE)],
      continuous.drawWeibull(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Numbers of the Lomax distribution of shape `a`; 1 more are of the Pareto distribution. */
  pareto<P extends Parameter, const S extends OptionalShape = undefined>(
    a: P,
    options?: SampleOptions<S>,
  ): Sample<S, P> {
    return sample(
      "pareto",
      options,
      [parameter("a", a, POSITIVE)],
      continuous.drawPareto(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Numbers in [0, 1] whose density is a·x^(a - 1). */
  power<P extends Parameter, const S extends OptionalShape = undefined>(
    a: P,
    options?: SampleOptions<S>,
  ): Sample<S, P> {
    return sample(
      "power",
      options,
      [parameter("a", a, POSITIVE)],
      continuous.drawPower(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Numbers of the gamma distribution of shape `k` and scale 1. */
  standardGamma<P extends Parameter, const S extends OptionalShape = undefined>(
    k: P,
    options?: SampleOptions<S>,
  ): Sample<S, P> {
    return sample(
      "standardGamma",
      options,
      [parameter("k", k, NOT_NEGATIVE)],
      gammas.drawStandardGamma(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Numbers of the gamma distribution of shape `k`, with `scale`, by default 1. */
  gamma<P extends Parameter, Q extends Parameter = number, const S extends OptionalShape = undefined>(
    k: P,
    scale?: Q,
    options?: SampleOptions<S>,
  ): Sample<S, P | Q> {
    return sample(
      "gamma",
      options,
      [parameter("k", k, NOT_NEGATIVE), parameter("scale", scale, NOT_NEGATIVE, 1)],
      gammas.drawGamma(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Numbers in [0, 1] of the beta distribution. */
  beta<P extends Parameter, Q extends Parameter, const S extends OptionalShape = undefined>(
    a: P,
    b: Q,
    options?: SampleOptions<S>,
  ): Sample<S, P | Q> {
    return sample(
      "beta",
      options,
      [parameter("a", a, POSITIVE), parameter("b", b, POSITIVE)],
      gammas.drawBeta(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Numbers of the chi-square distribution of `df` degrees of freedom. */
  chisquare<P extends Parameter, const S extends OptionalShape = undefined>(
    df: P,
    options?: SampleOptions<S>,
  ): Sample<S, P> {
    return sample(
      "chisquare",
      options,
      [parameter("df", df, POSITIVE)],
      gammas.drawChisquare(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Numbers of Fisher's distribution, with degrees of freedom above and below the line. */
  f<P extends Parameter, Q extends Parameter, const S extends OptionalShape = undefined>(
    dfnum: P,
    dfden: Q,
    options?: SampleOptions<S>,
  ): Sample<S, P | Q> {
    return sample(
      "f",
      options,
      [parameter("dfnum", dfnum, POSITIVE), parameter("dfden", dfden, POSITIVE)],
      gammas.drawF(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Numbers of Student's distribution of `df` degrees of freedom. */
  standardT<P extends Parameter, const S extends OptionalShape = undefined>(
    df: P,
    options?: SampleOptions<S>,
  ): Sample<S, P> {
    return sample(
      "standardT",
      options,
      [parameter("df", df, POSITIVE)],
      gammas.drawStandardT(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Numbers of the Cauchy distribution around 0. */
  standardCauchy<const S extends OptionalShape = undefined>(options?: SampleOptions<S>): Sample<S, number> {
    return sample("standardCauchy", options, [], gammas.drawStandardCauchy(streamOf(this.bitGenerator))) as never;
  }
  /**
   * Numbers in [left, right], with the peak of the density at `mode`.
   *
   * @throws {RangeError} If they are not in this order, or `left` and `right` are equal.
   */
  triangular<L extends Parameter, M extends Parameter, R extends Parameter, const S extends OptionalShape = undefined>(
    left: L,
    mode: M,
    right: R,
    options?: SampleOptions<S>,
  ): Sample<S, L | M | R> {
    const ends = [parameter("left", left, FINITE), parameter("mode", mode, FINITE), parameter("right", right, FINITE)];
    return sample(
      "triangular",
      options,
      ends,
      continuous.drawTriangular(streamOf(this.bitGenerator)),
      expectTriangle,
    ) as never;
  }

  // Counts

  /** How many events there are, if there are `lam` on average, by default 1. */
  poisson<P extends Parameter = number, const S extends OptionalShape = undefined, D extends CountDType = "int32">(
    lam?: P,
    options?: CountOptions<S, D>,
  ): Sample<S, P, D> {
    return sampleCounts(
      "poisson",
      options,
      [parameter("lam", lam, NOT_NEGATIVE, 1)],
      discrete.poisson(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** How many of `n` trials succeed, each with probability `p`. */
  binomial<
    P extends Parameter,
    Q extends Parameter,
    const S extends OptionalShape = undefined,
    D extends CountDType = "int32",
  >(n: P, p: Q, options?: CountOptions<S, D>): Sample<S, P | Q, D> {
    return sampleCounts(
      "binomial",
      options,
      [parameter("n", n, COUNT), parameter("p", p, SHARE)],
      discrete.binomial(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** How many trials fail before `n` have succeeded. */
  negativeBinomial<
    P extends Parameter,
    Q extends Parameter,
    const S extends OptionalShape = undefined,
    D extends CountDType = "int32",
  >(n: P, p: Q, options?: CountOptions<S, D>): Sample<S, P | Q, D> {
    return sampleCounts(
      "negativeBinomial",
      options,
      [parameter("n", n, POSITIVE), parameter("p", p, POSITIVE_SHARE)],
      discrete.negativeBinomial(streamOf(this.bitGenerator)),
    ) as never;
  }
  /** Which trial is the first to succeed, from 1 on. */
  geometric<P extends Parameter, const S extends OptionalShape = undefined, D extends CountDType = "int32">(
    p: P,
    options?: CountOptions<S, D>,
  ): Sample<S, P, D> {
    return sampleCounts(
      "geometric",
      options,
      [parameter("p", p, POSITIVE_SHARE)],
      discrete.geometric(streamOf(this.bitGenerator)),
    ) as never;
  }

  // Vectors, in the last axis

  /**
   * How often each of several outcomes comes up in `n` trials: counts (…shape, k).
   *
   * @throws {RangeError} If a probability is not in [0, 1], or the sum of all but the last is above 1.
   * @throws {ShapeError} If `pvals` is not a vector.
   */
  multinomial<const S extends OptionalShape = undefined, D extends CountDType = "int32">(
    n: number,
    pvals: Parameter,
    options?: CountOptions<S, D>,
  ): NDArray<NoInfer<D>> {
    return multinomial(streamOf(this.bitGenerator), n, pvals, options) as never;
  }
  /** Vectors of positive numbers with the sum 1: (…shape, k). */
  dirichlet(alpha: Parameter, options?: SampleOptions): NDArray<"float64"> {
    return dirichlet(streamOf(this.bitGenerator), alpha, options) as never;
  }
  /**
   * Vectors of normal numbers with a mean and a covariance: (…shape, k). As NumPy's with `method="cholesky"`.
   *
   * @throws {RangeError} If `cov` is not positive definite.
   * @throws {ShapeError} If `mean` is not a vector, or `cov` no matrix that fits it.
   */
  multivariateNormal(mean: Parameter, cov: Parameter, options?: SampleOptions): NDArray<"float64"> {
    return multivariateNormal(streamOf(this.bitGenerator), mean, cov, options) as never;
  }
}

const COUNT: Condition = ["an integer at least 0", (x) => Number.isSafeInteger(x) && x >= 0];

/** @throws {RangeError} If the ends of a triangle are not in order. */
function expectTriangle(left: number, mode: number, right: number): void {
  if (left <= mode && mode <= right && left < right) return;
  throw new RangeError(`Expected left ≤ mode ≤ right, and left < right, got ${left}, ${mode} and ${right}`);
}

/**
 * A `Generator` from a seed; without one, from the system's randomness. NumPy's `default_rng` has another bit
 * generator, PCG64.
 *
 * @example random.defaultRng(42).integers(10, undefined, { shape: 3 })
 */
export function defaultRng(seed?: Seed | Philox | Generator): Generator {
  return seed instanceof Generator ? seed : new Generator(seed);
}

keepNames({ Generator });
