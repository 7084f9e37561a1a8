/** Polynomials as coefficients, that of the highest power first: `poly`, `polyval`, `polyadd`, `polymul`. */
import { type DType, isComplex } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectNoOptions, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import { arrayEqual } from "../functions/compare.js";
import type { Promote } from "../functions/promote-types.js";
import { sort } from "../functions/sorting.js";
import { add, conj, multiply } from "../functions/ufuncs.js";
import { real } from "../manipulation/complex-parts.js";
import { trimZeros } from "../manipulation/edit.js";
import { array, ones, zeros } from "../ndarray/create.js";
import type { ArrayOf, NDArray } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, DTypeOf, RankOf } from "../ndarray/type-of.js";
import { convolve } from "./convolution.js";

type Loose = (a: unknown, b: unknown, options?: object) => AnyArray;
const [plus, times] = [add, multiply] as unknown as [Loose, Loose];

function coefficientsOf(value: unknown, what: string, fn: string): AnyArray {
  const given = arrayOfData(value, what, fn);
  if (given.ndim === 1) return given;
  const message = `Expected \`${what}\` to be a vector of coefficients, got shape ${show(given.shape)}`;
  throw new ShapeError(message, { shape: given.shape, expected: [-1] });
}

/**
 * The values of a polynomial, by Horner's rule. At a number, they are a number. After `np.polyval`.
 *
 * @param p the coefficients, that of the highest power first
 * @example polyval([3, 0, 1], 5) // 76: 3 · 5² + 0 · 5 + 1
 * @throws {ShapeError} If the coefficients are no vector.
 */
export function polyval(p: ArrayLikeData, x: number): number;
export function polyval<const P extends ArrayLikeData, const A extends ArrayLikeData>(
  p: P,
  x: A,
): ArrayOf<Promote<DTypeOf<P>, DTypeOf<A>>, RankOf<A>>;
export function polyval(p: unknown, x: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "polyval");
  return tidy(() => {
    const coefficients = coefficientsOf(p, "p", "polyval");
    const isOne = typeof x === "number";
    const given = isOne ? (array(x) as unknown as AnyArray) : arrayOfData(x, "x", "polyval");
    const dtype = coefficients.size === 0 ? given.dtype : promote(coefficients.dtype, given.dtype);
    const wide = (given.dtype === dtype ? given : given.astype(dtype)) as AnyArray;
    const own = (coefficients.dtype === dtype ? coefficients : coefficients.astype(dtype)) as AnyArray;
    const value = zeros(given.shape, { dtype }) as unknown as AnyArray;
    for (let i = 0; i < own.size; i++) {
      times(value, wide, { out: value });
      plus(value, own.slice([i, i + 1]).reshape(given.shape.map(() => 1)), { out: value });
    }
    return isOne ? Number(value.item()) : value;
  });
}

/**
 * The coefficients of the polynomial with the given roots, that of the highest power, which is 1, first. They are
 * float64, or float32 or complex as the roots are; those of roots in conjugate pairs are real. After `np.poly`, which
 * takes matrices too.
 *
 * @example poly([1, 2]).toArray() // [1, -3, 2]
 * @throws {ShapeError} If the roots are no vector.
 */
export function poly(roots: ArrayLikeData): NDArray<DType, 1>;
export function poly(roots: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "poly");
  return tidy(() => {
    const given = coefficientsOf(roots, "roots", "poly");
    const dtype = given.dtype === "float32" || isComplex(given.dtype) ? given.dtype : "float64";
    let coefficients = ones(1, { dtype }) as unknown as AnyArray;
    for (let i = 0; i < given.size; i++) {
      const factor = ones(2, { dtype }) as unknown as AnyArray;
      times(given.slice([i, i + 1]).astype(dtype), -1, { out: factor.slice([1]) });
      coefficients = convolve(coefficients, factor) as unknown as AnyArray;
    }
    if (!isComplex(dtype)) return coefficients;
    const pairs = [given, conj(given as never)].map((one) => sort(one as never));
    return arrayEqual(pairs[0] as never, pairs[1] as never) ? real(coefficients).copy() : coefficients;
  });
}

/**
 * The sum of two polynomials. After `np.polyadd`.
 *
 * @example polyadd([1, 2], [9, 5, 4]).toArray() // [9, 6, 6]
 * @throws {ShapeError} If coefficients are no vector.
 */
export function polyadd<const A extends ArrayLikeData, const B extends ArrayLikeData>(
  p: A,
  q: B,
): ArrayOf<Promote<DTypeOf<A>, DTypeOf<B>>, 1>;
export function polyadd(p: unknown, q: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "polyadd");
  return tidy(() => {
    const [a, b] = [coefficientsOf(p, "p", "polyadd"), coefficientsOf(q, "q", "polyadd")];
    const [long, short] = a.size < b.size ? [b, a] : [a, b];
    const total = (long.astype(promote(a.dtype, b.dtype)) as AnyArray).copy() as AnyArray;
    const part = total.slice([total.size - short.size]) as AnyArray;
    plus(part, short, { out: part });
    return total;
  });
}

/** The coefficients from the first that is not 0; a single 0 if there is none. */
function withoutZeros(value: unknown, what: string, fn: string): AnyArray {
  const given = coefficientsOf(value, what, fn);
  const trimmed = trimZeros(given, { trim: "f" }) as unknown as AnyArray;
  return trimmed.size > 0 ? trimmed : (zeros(1, { dtype: given.dtype }) as unknown as AnyArray);
}

/**
 * The product of two polynomials; zeros before their first coefficients are dropped. After `np.polymul`.
 *
 * @example polymul([1, 1], [1, -1]).toArray() // [1, 0, -1]
 * @throws {ShapeError} If coefficients are no vector.
 */
export function polymul<const A extends ArrayLikeData, const B extends ArrayLikeData>(
  p: A,
  q: B,
): ArrayOf<Promote<DTypeOf<A>, DTypeOf<B>>, 1>;
export function polymul(p: unknown, q: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "polymul");
  return tidy(() => {
    const [a, b] = [withoutZeros(p, "p", "polymul"), withoutZeros(q, "q", "polymul")];
    return convolve(a, b);
  });
}
