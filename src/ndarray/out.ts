/** `out`: the array that the user gave for a result. It is checked before anything is written. */
import { type Casting, expectCast } from "../base/casting.js";
import type { DType } from "../base/dtype.js";
import { LayoutError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { copy } from "./assign.js";
import type { Strided } from "./elements.js";
import { overlaps, selfOverlaps } from "./overlap.js";
import { sameShape } from "./shape.js";
import { writtenStrided } from "./storage.js";
import { cureOfReadonly, expectStrided, refusesWrites } from "./strided-array.js";

/**
 * The elements of the array to write a result to.
 *
 * @throws {TypeError} If it is not an array.
 * @throws {ShapeError} If it does not have exactly the result's shape.
 * @throws {LayoutError} If it is read-only, or some of its elements share memory.
 */
export function expectOutStrided(out: unknown, shape: readonly number[]): Strided {
  const strided = expectStrided(out, "out");
  const { view } = strided;
  if (!sameShape(view.shape, shape)) {
    const message = `Expected \`out\` to have the result's shape ${show(shape)}, got ${show(view.shape)}`;
    throw new ShapeError(message, { shape: view.shape, expected: shape });
  }
  const isReadonly = refusesWrites(out);
  if (!isReadonly && !selfOverlaps(view)) return strided;
  const [found, cure] = isReadonly
    ? ["a read-only array", cureOfReadonly(out)]
    : ["a view whose elements share memory", "take a .copy()"];
  const got = `${found} of shape ${show(view.shape)} (${cure})`;
  const message = `Expected \`out\` to be an array to write to, got ${got}`;
  throw new LayoutError(message, { shape: view.shape, strides: view.strides });
}

/** What a function writes: a result of this shape and dtype, made from inputs that it reads meanwhile. */
export interface Result {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly inputs: readonly Strided[];
  /** Writes all elements of a target, which is in C order unless `takesAnyLayout`. */
  readonly write: (target: Strided) => void;
  readonly takesAnyLayout?: boolean;
  /** The rule by which elements may be cast to the dtype of `out`; default "same_kind". */
  readonly rule?: Casting;
  /** The name and the scope of new memory. */
  readonly place?: NameOptions | undefined;
}

/**
 * A result in new memory or, if it is given, in `out`: at once if it is of the result's dtype, apart from the inputs
 * and of a layout that `write` takes, otherwise by way of new memory. So the result is the same as if all inputs had
 * been copied first.
 */
export function resultIn(out: unknown, result: Result): Strided {
  const { shape, dtype, inputs, write, takesAnyLayout = false, rule, place } = result;
  if (out === undefined) return writtenStrided(shape, dtype, place, write);
  const target = expectOutStrided(out, shape);
  expectCast(dtype, target.elements.dtype, "out", rule);
  const isReady = target.elements.dtype === dtype && (takesAnyLayout || target.view.contiguous);
  if (isReady && !inputs.some((input) => overlaps(input, target))) {
    write(target);
    return target;
  }
  const fresh = writtenStrided(shape, dtype, undefined, write);
  copy(target, fresh);
  fresh.elements.memory.close();
  return target;
}
