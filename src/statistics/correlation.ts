/** `cov` and `corrcoef`: how variables vary together. */
import { type DType, dtypes, expectDType, isComplex } from "../base/dtype.js";
import { DTypeError, ShapeError } from "../base/errors.js";
import { expectBoolean, expectKnown, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import { matmul } from "../functions/matmul.js";
import { min, sum } from "../functions/reductions.js";
import { clip, conj, divide, multiply, sqrt, subtract } from "../functions/ufuncs.js";
import { real } from "../manipulation/complex-parts.js";
import { concat } from "../manipulation/join.js";
import { zeros } from "../ndarray/create.js";
import type { NDArray } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData } from "../ndarray/type-of.js";
import { averageAlong } from "./spread.js";

/** Options of `corrcoef`, and of `cov`. */
export interface CorrcoefOptions {
  /** More variables, with as many observations. */
  readonly y?: ArrayLikeData | undefined;
  /** Whether each row is a variable, and each column an observation. By default true. */
  readonly rowvar?: boolean | undefined;
  /** The dtype to compute in. By default float64, or complex128 for complex numbers. */
  readonly dtype?: DType | undefined;
}
/** Options of `cov`. */
export interface CovOptions extends CorrcoefOptions {
  /** Whether to divide by the number of observations n, not by n - 1. By default false. */
  readonly bias?: boolean | undefined;
  /** Subtracted from the number of observations, instead of what `bias` says. */
  readonly correction?: number | undefined;
  /** How often each observation is counted. */
  readonly fweights?: ArrayLikeData | undefined;
  /** How much each observation counts. */
  readonly aweights?: ArrayLikeData | undefined;
}

/**
 * The covariances of variables: a matrix, or an array without axes for one variable. `m` is a vector, one variable, or
 * a matrix, whose rows are variables. After `np.cov`.
 *
 * @example cov([[0, 1, 2], [2, 1, 0]]).toArray() // [[1, -1], [-1, 1]]
 * @throws {ShapeError} If an array has more than two axes, or numbers of observations differ.
 * @throws {DTypeError} If `fweights` are not integers.
 * @throws {RangeError} If weights are negative.
 */
export function cov(m: ArrayLikeData, options?: CovOptions): NDArray<"float64">;
export function cov(m: unknown, options?: CovOptions): unknown {
  const names = ["y", "rowvar", "dtype", "bias", "correction", "fweights", "aweights"];
  return tidy(() => covariances(m, "cov", expectKnown(options, names, "cov")));
}

/**
 * The correlation coefficients of variables: their covariances, divided by their standard deviations; real and
 * imaginary parts are limited to [-1, 1]. After `np.corrcoef`.
 *
 * @example corrcoef([[0, 1, 2], [2, 1, 0]]).toArray() // [[1, -1], [-1, 1]]
 * @throws {ShapeError} If an array has more than two axes, or numbers of observations differ.
 */
export function corrcoef(x: ArrayLikeData, options?: CorrcoefOptions): NDArray<"float64">;
export function corrcoef(x: unknown, options?: CorrcoefOptions): unknown {
  const own = expectKnown(options, ["y", "rowvar", "dtype"], "corrcoef");
  return tidy(() => {
    const c = covariances(x, "corrcoef", own);
    if (c.ndim === 0) return divide(c, c);
    const deviations = sqrt(real(c.diagonal() as AnyArray) as unknown as AnyArray) as unknown as NDArray<"float64", 1>;
    const scaled = divide(divide(c, deviations.reshape(-1, 1)), deviations) as unknown as AnyArray;
    if (!isComplex(c.dtype)) return clip(scaled, -1, 1);
    const parts = scaled.flat as Float64Array;
    for (let i = 0; i < parts.length; i++) parts[i] = Math.max(-1, Math.min(1, parts[i]!));
    return scaled;
  });
}

type Options = { readonly [K in keyof CovOptions]?: unknown };

function covariances(m: unknown, fn: string, given: Options): AnyArray {
  const { y, rowvar = true, dtype: asked, bias, correction, fweights, aweights } = given;
  const hasRows = expectBoolean("rowvar", rowvar);
  const isBiased = expectBoolean("bias", bias);
  if (correction !== undefined && (typeof correction !== "number" || !Number.isFinite(correction))) {
    throw new TypeError(`Expected \`correction\` to be a number, got ${show(correction)}`);
  }
  const [first, second] = [
    variables(m, fn === "cov" ? "m" : "x", fn, hasRows),
    y === undefined ? undefined : variables(y, "y", fn, hasRows),
  ];
  const common = promote(second ? promote(first.dtype, second.dtype) : first.dtype, "float64");
  const dtype = asked === undefined ? common : expectDType(asked);
  if (first.shape[0] === 0) return zeros([0, 0], { dtype }) as unknown as AnyArray;
  if (second && second.shape[1] !== first.shape[1]) {
    const message = `Expected \`y\` to have ${first.shape[1]} observations, got ${second.shape[1]}`;
    throw new ShapeError(message, { shape: second.shape, expected: first.shape });
  }
  const all = (second ? concat([first, second] as never) : first) as AnyArray;
  const x = all.astype(dtype) as AnyArray;
  const n = x.shape[1]!;
  const counts = weightsOf(fweights, "fweights", n, fn);
  const shares = weightsOf(aweights, "aweights", n, fn);
  const w = counts && shares ? (multiply(counts, shares) as unknown as AnyArray) : (counts ?? shares);
  const [means, sums] = averageAlong(x, [1], true, w && (w.reshape([1, n]) as AnyArray), true);
  const taken = correction ?? (isBiased ? 0 : 1);
  const total = Number(real(sums as never).get(0, 0));
  const lost = !w || !shares || taken === 0 ? taken : (taken * Number(sum(multiply(w, shares) as never))) / total;
  const factor = Math.max(0, total - lost);
  const far = subtract(x, means) as unknown as AnyArray;
  const weighted = (w ? multiply(far, w) : far) as AnyArray;
  const products = matmul(far as never, conj(weighted.T as never) as never) as AnyArray;
  return (multiply(products, 1 / factor) as unknown as AnyArray).squeeze() as AnyArray;
}

/** The variables as rows. */
function variables(value: unknown, what: string, fn: string, hasRows: boolean): AnyArray {
  const given = arrayOfData(value, what, fn);
  if (given.ndim > 2) {
    const message = `Expected \`${what}\` to have at most 2 axes, got shape ${show(given.shape)}`;
    throw new ShapeError(message, { shape: given.shape, expected: [-1, -1] });
  }
  if (given.ndim < 2) return given.reshape([1, given.size]) as AnyArray;
  return (hasRows ? given : given.T) as AnyArray;
}

function weightsOf(value: unknown, what: string, n: number, fn: string): AnyArray | undefined {
  if (value === undefined) return undefined;
  const given = arrayOfData(value, what, fn);
  if (given.ndim !== 1 || given.size !== n) {
    const message = `Expected \`${what}\` to have shape [${n}], got ${show(given.shape)}`;
    throw new ShapeError(message, { shape: given.shape, expected: [n] });
  }
  const isWhole = what !== "fweights" || !["f", "c"].includes(dtypes[given.dtype].kind);
  const floats = given.astype("float64") as unknown as NDArray<"float64", 1>;
  if (!isWhole && !floats.flat.every((value) => Number.isInteger(value))) {
    throw new DTypeError(`Expected \`${what}\` to be integers, got ${given.dtype}`, {
      dtype: given.dtype,
      expected: "integers",
    });
  }
  if (n > 0 && Number(min(floats)) < 0) {
    throw new RangeError(`Expected \`${what}\` to be at least 0, got ${show(min(floats))}`);
  }
  return floats as unknown as AnyArray;
}
