/** `bincount`: how often each integer is there. `digitize`: in which bin each number is. */
import { noComplex } from "../base/complex.js";
import { isComplex, isFloat } from "../base/dtype.js";
import { DTypeError, ShapeError } from "../base/errors.js";
import { expectBoolean, expectInteger, expectKnown, show } from "../base/expect.js";
import { max, min } from "../functions/reductions.js";
import { searchsorted } from "../functions/sorting.js";
import { subtract } from "../functions/ufuncs.js";
import { arrayOf, type NDArray, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { withRaw, writtenStrided } from "../ndarray/storage.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, RankOf } from "../ndarray/type-of.js";

/** Options of `bincount`. */
export interface BincountOptions<W extends ArrayLikeData | undefined = ArrayLikeData | undefined> {
  /** How much each element counts; the result is then float64. */
  readonly weights?: W;
  /** The least number of elements of the result. By default 0. */
  readonly minlength?: number | undefined;
}

/**
 * How often each of the integers 0, 1, … is in a vector, as int32; with `weights` the sums of their weights, as
 * float64. A list of whole numbers is a vector of integers. After `np.bincount`.
 *
 * @example bincount([1, 2, 1]).toArray() // [0, 2, 1]
 * @throws {ShapeError} If the array is no vector, or the weights are not as long.
 * @throws {DTypeError} If the elements are not integers.
 * @throws {RangeError} If an element is negative.
 */
export function bincount<W extends ArrayLikeData | undefined = undefined>(
  x: ArrayLikeData,
  options?: BincountOptions<W>,
): NDArray<W extends undefined ? "int32" : "float64", 1>;
export function bincount(x: unknown, options?: BincountOptions): unknown {
  const { weights, minlength = 0 } = expectKnown(options, ["weights", "minlength"], "bincount");
  const least = expectInteger("minlength", minlength, 0, 2 ** 31);
  return tidy(() => {
    const given = expectVector(x, "x");
    const isData = Array.isArray(x); // whose numbers are float64
    if (isComplex(given.dtype)) throw noComplex("bincount", given.dtype);
    if (isFloat(given.dtype) && !(isData && isWhole(given))) {
      const message = `Expected \`x\` to be integers, got ${given.dtype} (use .astype("int32"))`;
      throw new DTypeError(message, { dtype: given.dtype, expected: "integers" });
    }
    const w = weights === undefined ? undefined : expectVector(weights, "weights");
    if (w && isComplex(w.dtype)) throw noComplex("`weights` of bincount", w.dtype);
    if (w && w.size !== given.size) {
      const message = `Expected \`weights\` to have shape [${given.size}], got [${w.size}]`;
      throw new ShapeError(message, { shape: w.shape, expected: given.shape });
    }
    const [low, high] = given.size === 0 ? [0, -1] : [Number(min(given as never)), Number(max(given as never))];
    if (low < 0) throw new RangeError(`Expected \`x\` to be at least 0, got ${low}`);
    if (high >= 2 ** 31) throw new RangeError(`Expected \`x\` to be less than ${2 ** 31}, got ${high}`);
    const made = writtenStrided([Math.max(least, high + 1)], w ? "float64" : "int32", undefined, ({ elements }) => {
      const { raw: to } = elements;
      to.fill(0);
      withRaw(stridedOf(given), "int32", (raw) => {
        if (!w) for (let i = 0; i < raw.length; i++) to[raw[i]!]!++;
        else
          withRaw(stridedOf(w), "float64", (own) => {
            for (let i = 0; i < raw.length; i++) to[raw[i]!]! += own[i]!;
          });
      });
    });
    return arrayOf(made);
  });
}

function expectVector(value: unknown, what: string): AnyArray {
  const given = arrayOfData(value, what, "bincount");
  if (given.ndim === 1) return given;
  const message = `Expected \`${what}\` to be a vector, got shape ${show(given.shape)}`;
  throw new ShapeError(message, { shape: given.shape, expected: [-1] });
}

const isWhole = (a: AnyArray): boolean => (a.toArray() as number[]).every((value) => Number.isInteger(value));

/** Options of `digitize`. */
export interface DigitizeOptions {
  /** Whether a bin has its upper edge, and not its lower one. By default false. */
  readonly right?: boolean | undefined;
}

/**
 * For each number the bin in which it is, as int32: 0 before the first of the edges, and as many as there are edges
 * behind the last one. The edges ascend or descend. After `np.digitize`.
 *
 * @example digitize([0.5, 1, 9], [0, 1, 2]).toArray() // [1, 2, 3]
 * @throws {ShapeError} If the edges are no vector.
 * @throws {RangeError} If the edges neither ascend nor descend.
 */
export function digitize(x: number, bins: ArrayLikeData, options?: DigitizeOptions): number;
export function digitize<const A extends ArrayLikeData>(
  x: A,
  bins: ArrayLikeData,
  options?: DigitizeOptions,
): NDArray<"int32", RankOf<A>>;
export function digitize(x: unknown, bins: unknown, options?: DigitizeOptions): unknown {
  const { right } = expectKnown(options, ["right"], "digitize");
  const isRight = expectBoolean("right", right);
  return tidy(() => {
    const edges = arrayOfData(bins, "bins", "digitize");
    const given = typeof x === "number" ? x : arrayOfData(x, "x", "digitize");
    if (typeof given !== "number" && isComplex(given.dtype)) throw noComplex("digitize", given.dtype);
    if (isComplex(edges.dtype)) throw noComplex("digitize", edges.dtype);
    if (edges.ndim !== 1) {
      const message = `Expected \`bins\` to be a vector, got shape ${show(edges.shape)}`;
      throw new ShapeError(message, { shape: edges.shape, expected: [-1] });
    }
    const raw = withRaw(stridedOf(edges), "float64", (own) => Float64Array.from(own as ArrayLike<number>));
    const side = isRight ? "left" : "right";
    const isIn = (order: (a: number, b: number) => boolean) =>
      raw.every((edge, i) => i === 0 || order(raw[i - 1]!, edge));
    if (isIn((a, b) => a <= b)) return searchsorted(edges, given as never, { side });
    if (!isIn((a, b) => a >= b)) throw new RangeError("Expected `bins` to ascend or to descend, got others");
    const found: unknown = searchsorted(edges.flip() as never, given as never, { side });
    return typeof found === "number" ? raw.length - found : subtract(raw.length, found as never);
  });
}
