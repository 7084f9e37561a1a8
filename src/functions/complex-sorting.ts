/**
 * The order of complex numbers, as NumPy sorts them: by real parts, and by imaginary parts if those are equal. NaN
 * comes last: behind all numbers those with a real part, then those with an imaginary part, then those with none.
 */
import { takeAlongAxis } from "../manipulation/find.js";
import { partsOf } from "../ndarray/components.js";
import { arrayOf, stridedOf } from "../ndarray/ndarray.js";
import type { AnyArray } from "../ndarray/operands.js";
import { tidy } from "../ndarray/tidy.js";
import { add, isnan, multiply } from "./ufuncs.js";

/** `argsort` of real arrays. It is stable. */
type Argsort = (a: AnyArray, options: object) => AnyArray;

/** The positions in that order: sorted by the least part of the order first, since each sort is stable. */
export function complexOrder(argsort: Argsort, a: AnyArray, axis: number): AnyArray {
  return tidy(() => {
    // Real arrays are sorted with -0 before 0. As parts they are equal, and adding 0 makes them so.
    const [re, im] = partsOf(stridedOf(a)).map((one) => add(arrayOf(one, true, true), 0)) as [AnyArray, AnyArray];
    const kinds = add(multiply(isnan(re).astype("uint8"), 2), isnan(im).astype("uint8")) as AnyArray;
    const taken = (from: AnyArray, at: AnyArray) => takeAlongAxis(from, at as never, { axis }) as AnyArray;
    let order = argsort(im, { axis });
    for (const key of [re, kinds]) order = taken(order, argsort(taken(key, order), { axis }));
    return order;
  });
}
