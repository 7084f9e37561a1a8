/** `nanToNum`: numbers in place of what is none. */
import { type DType, dtypes } from "../base/dtype.js";
import { expectKnown, show } from "../base/expect.js";
import { imag, real } from "../manipulation/complex-parts.js";
import { asStrided } from "../ndarray/asarray.js";
import { copy } from "../ndarray/assign.js";
import { type ArrayOf, arrayOf, type NDArray, type Out, type ReadonlyNDArray } from "../ndarray/ndarray.js";
import { resultIn } from "../ndarray/out.js";
import { finfo } from "./dtypes.js";
import type { Written } from "./ufunc-types.js";
import { isnan, isneginf, isposinf } from "./ufuncs.js";

/** What stands in place of NaN and infinities. */
export interface NanToNumOptions<O extends Out = Out> {
  /** In place of NaN; by default 0. */
  readonly nan?: number | undefined;
  /** In place of Infinity; by default the greatest finite number of the dtype. */
  readonly posinf?: number | undefined;
  /** In place of -Infinity; by default the least finite number of the dtype. */
  readonly neginf?: number | undefined;
  /** The array to write to, which may be the array itself. By default a new one. */
  readonly out?: O;
}

/**
 * A copy with numbers in place of NaN and infinities, in new memory or in `out`. Integers stay as they are; of complex
 * numbers, both parts are looked at. After `np.nan_to_num`.
 *
 * @example nanToNum(array([NaN, Infinity]), { posinf: 9 }).toArray() // [0, 9]
 * @throws {TypeError} If a number is none.
 * @throws {ShapeError} If `out` has another shape.
 * @throws {DTypeError} If the elements cannot be cast to the dtype of `out`.
 */
export function nanToNum<D extends DType, R extends number, O extends Out = undefined>(
  x: ReadonlyNDArray<D, R>,
  options?: NanToNumOptions<O>,
): Written<O, undefined, D, R>;
export function nanToNum(x: readonly unknown[], options?: NanToNumOptions): ArrayOf<DType, number>;
export function nanToNum(x: unknown, options?: NanToNumOptions): unknown {
  const { nan = 0, posinf, neginf, out } = expectKnown(options, ["nan", "posinf", "neginf", "out"], "nanToNum");
  for (const [what, value] of Object.entries({ nan, posinf, neginf })) {
    if (value !== undefined && typeof value !== "number") {
      throw new TypeError(`Expected \`${what}\` to be a number, got ${show(value)}`);
    }
  }
  const source = asStrided(x, "x");
  const { dtype } = source.elements;
  const made = resultIn(out, {
    shape: source.view.shape,
    dtype,
    inputs: [source],
    write: (target) => {
      copy(target, source);
      const { kind } = dtypes[dtype];
      const whole = arrayOf(target) as NDArray<DType>;
      const parts = kind === "c" ? [real(whole), imag(whole)] : kind === "f" ? [whole] : [];
      for (const part of parts as NDArray<"float64">[]) replaceIn(part, nan, posinf, neginf);
    },
    takesAnyLayout: true,
  });
  return out ?? arrayOf(made);
}

function replaceIn(part: NDArray<"float64">, nan: number, posinf?: number, neginf?: number): void {
  const { max } = finfo(part.dtype);
  const replacements = [
    [isnan, nan],
    [isposinf, posinf ?? max],
    [isneginf, neginf ?? -max],
  ] as const;
  for (const [is, value] of replacements) {
    const found = is(part);
    part.fill(value, { where: found });
    found.close();
  }
}
