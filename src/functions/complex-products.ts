/** Products of complex vectors and matrices: four real products of their parts, or two if one factor is real. */
import type { Complex } from "../base/complex.js";
import { partsOf } from "../ndarray/components.js";
import { arrayOf, stridedOf } from "../ndarray/ndarray.js";
import type { AnyArray } from "../ndarray/operands.js";
import { tidy } from "../ndarray/tidy.js";
import { asComplex } from "./complex-reductions.js";
import { add, negative, subtract } from "./ufuncs.js";

/** The real product of the same name. */
type Product = (a: AnyArray, b: AnyArray, options?: object) => AnyArray;
/** The parts of a factor: one if it is real. */
const factors = (a: AnyArray): AnyArray[] => partsOf(stridedOf(a)).map((one) => arrayOf(one, true, true));

/** @param isConjugated whether the conjugate of `a` is multiplied */
function product(real: Product, a: AnyArray, b: AnyArray, isConjugated: boolean, options?: object): AnyArray {
  const [p, q] = factors(a) as [AnyArray, AnyArray?];
  const [r, s] = factors(b) as [AnyArray, AnyArray?];
  const of = (x: AnyArray, y: AnyArray) => real(x, y, options);
  if (!q) return asComplex(of(p, r), of(p, s!));
  const across = of(q, r);
  if (!s) return asComplex(of(p, r), isConjugated ? (negative(across) as AnyArray) : across);
  const [minus, plus] = isConjugated ? [add, subtract] : [subtract, add];
  return asComplex(minus(of(p, r), of(q, s)) as AnyArray, plus(of(p, s), across) as AnyArray);
}

/** The matrix product. */
export const matmulComplex = (real: Product, a: AnyArray, b: AnyArray): AnyArray =>
  tidy(() => product(real, a, b, false));

/** The dot product along an axis, of which the first factor is conjugated. */
export const vecdotComplex = (real: Product, a: AnyArray, b: AnyArray, options: object): AnyArray =>
  tidy(() => product(real, a, b, true, options));

/** The dot product of two vectors; none is conjugated. */
export function dotComplex(real: (a: AnyArray, b: AnyArray) => number, a: AnyArray, b: AnyArray): Complex {
  const [p, q] = factors(a) as [AnyArray, AnyArray?];
  const [r, s] = factors(b) as [AnyArray, AnyArray?];
  const of = (x: AnyArray | undefined, y: AnyArray | undefined) => (x && y ? real(x, y) : 0);
  return { re: of(p, r) - of(q, s), im: of(p, s) + of(q, r) };
}
