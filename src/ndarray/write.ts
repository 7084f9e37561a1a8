/** `a[…] = source`: what may be written to an array, and the write itself. Works on elements and views. */
import { type Casting, castsBy } from "../base/casting.js";
import { isComplexScalar } from "../base/complex.js";
import { expectElement, isComplex, type Scalar } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { asStrided } from "./asarray.js";
import { copy, fill, stretchTo } from "./assign.js";
import type { Strided } from "./elements.js";
import { mergeWhere, separate, withCast, writtenStrided } from "./storage.js";
import { expectStridedMask, openStrided } from "./strided-array.js";

/**
 * Writes a scalar, checked to be of the target's dtype, a list, or an array that broadcasts to the target's shape. With
 * `where`, only the elements for which it is true are written. Nothing is written if an argument is wrong.
 *
 * @throws {ShapeError} If `source` or `where` does not broadcast to the target's shape.
 * @throws {DTypeError} If `source` does not cast to the target's dtype, or `where` is not an array of bool.
 */
export function write(target: Strided, source: Scalar | object, where: unknown, casting?: Casting): void {
  if (where === undefined && isScalar(source)) {
    fill(target, source);
    return;
  }
  withSource(
    target,
    source,
    "source",
    (given) => {
      const from = stretched(given, target, "source");
      if (where === undefined) copy(target, from);
      else copyMasked(target, from, expectStridedMask(where, "where"));
    },
    casting,
  );
}

/** Whether what is to be written is one element: everything but objects, and `{ re, im }`. */
export const isScalar = (source: unknown): source is Scalar =>
  typeof source !== "object" || source === null || isComplexScalar(source);

/** Writes a scalar, checked to be of the target's dtype, where a mask is true that broadcasts to the target. */
export function writeMasked(target: Strided, value: Scalar, mask: Strided): void {
  withSource(target, value, "source", (given) => copyMasked(target, stretched(given, target, "source"), mask));
}

function copyMasked(target: Strided, from: Strided, mask: Strided): void {
  const { dtype } = target.elements;
  if (isComplex(from.elements.dtype) && !isComplex(dtype)) {
    withCast(from, dtype, (cast) => copyMasked(target, cast, mask));
    return;
  }
  mergeWhere(target, from, stretched(separate(mask, target), target, "where"));
}

/**
 * Calls `use` with the source of a write, which writing to the target does not change. What had to be made for it is
 * closed afterwards. `what` names the argument in errors.
 *
 * @throws {TypeError} If the source is an object, but not an array.
 * @throws {DTypeError} If the source is a scalar of another kind, or an array that does not cast within its kind.
 */
export function withSource<T>(
  target: Strided,
  source: unknown,
  what: string,
  use: (from: Strided) => T,
  casting: Casting = "same_kind",
): T {
  const from = sourceFor(target, source, what, casting);
  try {
    return use(from);
  } finally {
    if (openStrided(source)?.elements.memory !== from.elements.memory) from.elements.memory.close();
  }
}

function sourceFor(target: Strided, source: unknown, what: string, casting: Casting): Strided {
  const { dtype } = target.elements;
  if (isScalar(source)) return scalarStrided(expectElement(source, dtype, what), target);
  if (Array.isArray(source)) return asStrided(source, what, dtype);
  const given = asStrided(source, what);
  const from = given.elements.dtype;
  if (castsBy(casting, from, dtype)) return separate(given, target);
  const rule = casting === "same_kind" ? "within its kind" : `by the rule "${casting}"`;
  const cure = `(convert it with .astype("${dtype}"))`;
  const message = `Expected \`${what}\` to have a dtype that casts to ${dtype} ${rule}, got ${from} ${cure}`;
  throw new DTypeError(message, { dtype: from, expected: dtype });
}

const scalarStrided = (value: Scalar, { elements }: Strided): Strided =>
  writtenStrided([], elements.dtype, undefined, (fresh) => fill(fresh, value));

const stretched = ({ elements, view }: Strided, target: Strided, what: string): Strided => ({
  elements,
  view: stretchTo(view, target.view.shape, what),
});
