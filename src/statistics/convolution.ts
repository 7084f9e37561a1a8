/** `convolve` and `correlate` of vectors. */
import type { DType, RawArray } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectKnown, expectOneOf, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import type { Promote } from "../functions/promote-types.js";
import { add, conj, logicalAnd, logicalOr, multiply } from "../functions/ufuncs.js";
import { zeros } from "../ndarray/create.js";
import { type ArrayOf, arrayOf, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { withRaw, writtenStrided } from "../ndarray/storage.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, DTypeOf } from "../ndarray/type-of.js";
import { perClass } from "../ndarray/typed-loops.js";

const MODES = ["full", "same", "valid"] as const;
/** Which products of shifted vectors are wanted. */
export interface ConvolveOptions {
  /**
   * `"full"`: all at which the vectors overlap; `"valid"`: those at which the shorter one is inside; `"same"`: as many
   * as the longer one has elements, from the middle.
   */
  readonly mode?: (typeof MODES)[number] | undefined;
}
type Product<A, V> = ArrayOf<Promote<DTypeOf<A>, DTypeOf<V>>, 1>;

/**
 * The convolution of two vectors: the sums of products of one with the other one turned around and shifted. By default
 * `"full"`. After `np.convolve`.
 *
 * @example convolve([1, 2, 3], [0, 1, 0.5]).toArray() // [0, 1, 2.5, 4, 1.5]
 * @throws {ShapeError} If an array is no vector, or empty.
 */
export function convolve<const A extends ArrayLikeData, const V extends ArrayLikeData>(
  a: A,
  v: V,
  options?: ConvolveOptions,
): Product<A, V>;
export function convolve(a: unknown, v: unknown, options?: ConvolveOptions): unknown {
  const { mode = "full" } = expectKnown(options, ["mode"], "convolve");
  const which = expectOneOf("mode", mode, MODES);
  return tidy(() => {
    const [x, y] = [vectorOf(a, "a", "convolve"), vectorOf(v, "v", "convolve")];
    const least = Math.min(x.size, y.size);
    return convolved(x, y, which, least - 1 - (least >> 1));
  });
}

/**
 * The cross-correlation of two vectors: the sums of products of one with the conjugate of the other one, shifted. By
 * default `"valid"`. After `np.correlate`.
 *
 * @example correlate([1, 2, 3], [0, 1, 0.5]).toArray() // [3.5]
 * @example correlate([1, 2, 3], [0, 1, 0.5], { mode: "same" }).toArray() // [2, 3.5, 3]
 * @throws {ShapeError} If an array is no vector, or empty.
 */
export function correlate<const A extends ArrayLikeData, const V extends ArrayLikeData>(
  a: A,
  v: V,
  options?: ConvolveOptions,
): Product<A, V>;
export function correlate(a: unknown, v: unknown, options?: ConvolveOptions): unknown {
  const { mode = "valid" } = expectKnown(options, ["mode"], "correlate");
  const which = expectOneOf("mode", mode, MODES);
  return tidy(() => {
    const [x, y] = [vectorOf(a, "a", "correlate"), vectorOf(v, "v", "correlate")];
    const least = Math.min(x.size, y.size);
    const turned = (y.dtype.startsWith("complex") ? conj(y as never) : y) as AnyArray;
    const start = x.size < y.size ? least >> 1 : least - 1 - (least >> 1);
    return convolved(x, turned.flip() as AnyArray, which, start);
  });
}

function vectorOf(value: unknown, what: string, fn: string): AnyArray {
  const given = arrayOfData(value, what, fn);
  if (given.ndim <= 1 && given.size > 0) return given.reshape(-1) as AnyArray;
  const message = `Expected \`${what}\` to be a vector of at least 1 element, got shape ${show(given.shape)}`;
  throw new ShapeError(message, { shape: given.shape, expected: [-1] });
}

/** With so few weights, element-wise functions take less time than the loop: they compute several elements at once. */
const FEW = 16;

/** @param middle where "same" begins in the full convolution */
function convolved(x: AnyArray, y: AnyArray, mode: (typeof MODES)[number], middle: number): AnyArray {
  const [long, short] = x.size < y.size ? [y, x] : [x, y];
  const [most, least] = [long.size, short.size];
  const [start, count] =
    mode === "full" ? [0, most + least - 1] : mode === "same" ? [middle, most] : [least - 1, most - least + 1];
  const dtype = promote(x.dtype, y.dtype);
  const isFew = least <= FEW;
  if (!isFew && (dtype === "float64" || dtype === "float32")) return ofFloats(long, short, dtype, start, count);
  if (dtype === "float16") return ofFloats(long, short, "float32", start, count).astype("float16") as AnyArray;
  return ofOthers(long, short, dtype, start, count);
}

/** Sums in float64, of four products at a time. */
const addProducts = perClass(function addProducts(
  long: RawArray,
  short: RawArray,
  sums: RawArray,
  start: number,
): void {
  const [most, least, count] = [long.length, short.length, sums.length];
  let k = 0;
  for (; k + 4 <= least; k += 4) {
    const [a, b, c, d] = [short[k]!, short[k + 1]!, short[k + 2]!, short[k + 3]!];
    const inside = Math.min(count, most + k - start);
    let i = Math.max(0, k - start);
    for (; i < Math.min(inside, k + 3 - start); i++) {
      const at = i + start - k;
      let value = a * long[at]!;
      if (at >= 1) value += b * long[at - 1]!;
      if (at >= 2) value += c * long[at - 2]!;
      sums[i]! += value;
    }
    for (; i < inside; i++) {
      const at = i + start - k;
      sums[i]! += a * long[at]! + b * long[at - 1]! + c * long[at - 2]! + d * long[at - 3]!;
    }
    for (; i < Math.min(count, most + k + 3 - start); i++) {
      const at = i + start - k;
      let value = d * long[at - 3]!;
      if (at - 1 < most) value += b * long[at - 1]!;
      if (at - 2 < most) value += c * long[at - 2]!;
      sums[i]! += value;
    }
  }
  for (; k < least; k++) {
    const weight = short[k]!;
    const inside = Math.min(count, most + k - start);
    for (let i = Math.max(0, k - start); i < inside; i++) sums[i]! += weight * long[i + start - k]!;
  }
}, 3);

function ofFloats(long: AnyArray, short: AnyArray, dtype: DType, start: number, count: number): AnyArray {
  const made = writtenStrided([count], dtype, undefined, ({ elements }) => {
    const sums = new Float64Array(count) as unknown as RawArray;
    withRaw(stridedOf(long), dtype, (own) =>
      withRaw(stridedOf(short), dtype, (weights) => addProducts(own, weights, sums, start)),
    );
    elements.raw.set(sums);
  });
  return arrayOf(made);
}

/** Integers wrap, and of bools it is whether any pair is true, so the functions of their dtype add the products. */
function ofOthers(long: AnyArray, short: AnyArray, dtype: DType, start: number, count: number): AnyArray {
  type Loose = (a: unknown, b: unknown, options?: object) => AnyArray;
  const isBool = dtype === "bool";
  const [times, plus] = (isBool ? [logicalAnd, logicalOr] : [multiply, add]) as unknown as [Loose, Loose];
  const sums = zeros(count, { dtype }) as unknown as AnyArray;
  const own = (long.dtype === dtype ? long : long.astype(dtype)) as AnyArray;
  const weights = (short.dtype === dtype ? short : short.astype(dtype)) as AnyArray;
  for (let k = 0; k < weights.size; k++) {
    const [from, to] = [Math.max(0, k - start), Math.min(count, own.size + k - start)];
    if (from >= to) continue;
    const part = sums.slice([from, to]) as AnyArray;
    const products = times(own.slice([from + start - k, to + start - k]), weights.slice([k, k + 1]));
    plus(part, products, { out: part });
    products.close();
  }
  return sums;
}
