/** Element-wise functions of two results, which are computed one after the other: `divmod`, `modf` and `frexp`. */
import { OverlapError } from "../base/errors.js";
import { expectKnown, show } from "../base/expect.js";
import { HERE } from "../calls/call.js";
import { inline } from "../calls/executors/inline.js";
import { type CheckedElementwise, prepareElementwise } from "../calls/kinds/elementwise.js";
import { arrayOf, stridedOf } from "../ndarray/ndarray.js";
import type { AnyArray } from "../ndarray/operands.js";
import { overlaps } from "../ndarray/overlap.js";
import { compactCopy } from "../ndarray/storage.js";
import { elementwise } from "./elementwise.js";
import { checkUfunc } from "./prepare.js";
import { operandsOf } from "./ufunc.js";
import type { BinaryPair, PairOptions, UnaryPair } from "./ufunc-signatures.js";

/**
 * The quotient rounded down and the remainder, Python's `divmod`: `floorDivide` and `remainder`.
 *
 * @example divmod(array([7, -7]), 3).map((one) => one.toArray()) // [[2, -3], [1, 2]]
 * @throws {ShapeError} If the operands cannot be broadcast together, or an array of `out` has another shape.
 * @throws {DTypeError} If a result cannot be cast to the dtype of its `out`.
 * @throws {OverlapError} If the arrays of `out` overlap.
 */
export const divmod = pairOf("divmod", 2, ["floorDivide", "remainder"]) as unknown as BinaryPair<"number", "number">;
/**
 * The part of x behind the binary point and the part before it, both with the sign of x. After NumPy's and C's `modf`.
 *
 * @example modf(array([-1.5])).map((one) => one.toArray()) // [[-0.5], [-1]]
 * @throws {ShapeError} As `divmod`.
 * @throws {DTypeError} As `divmod`.
 * @throws {OverlapError} As `divmod`.
 */
export const modf = pairOf("modf", 1, ["modf fraction", "modf whole"]) as unknown as UnaryPair<"float", "float">;
/**
 * The numbers m and e of x = m·2^e with ½ ≤ |m| < 1, of which e is int32. Zeros, infinities and NaN are m, with e = 0.
 * After NumPy's and C's `frexp`; `ldexp` puts them together.
 *
 * @example frexp(array([6])).map((one) => one.toArray()) // [[0.75], [3]]
 * @throws {ShapeError} As `divmod`.
 * @throws {DTypeError} As `divmod`.
 * @throws {OverlapError} As `divmod`.
 */
export const frexp = pairOf("frexp", 1, ["frexp fraction", "frexp exponent"]) as unknown as UnaryPair<
  "float",
  "exponent"
>;

function pairOf(name: string, nin: number, parts: readonly [string, string]) {
  const fn = (...args: unknown[]): unknown => {
    const operands = operandsOf({ name, nin }, args);
    const options = expectKnown(args[nin] as PairOptions | undefined, ["out", "where"], name);
    const { where } = options;
    const outs = expectPair(options.out);
    const [first, second] = parts.map((part, i) => checkUfunc(elementwise(part), operands, { out: outs[i], where }));
    expectApart(first!, second!);
    const apart = apartFrom(second!, first!.out);
    const results: unknown[] = [];
    try {
      for (const one of [first!, apart.checked]) results.push(inline.runSync(prepareElementwise(one, HERE)));
      return results;
    } finally {
      if (results.length === 1 && !first!.out) (results[0] as AnyArray).close();
      for (const copy of apart.copies) copy.close();
    }
  };
  Object.defineProperty(fn, "name", { value: name });
  return fn;
}

function expectPair(out: unknown): readonly unknown[] {
  if (out === undefined) return [undefined, undefined];
  if (Array.isArray(out) && out.length === 2) return [out[0], out[1]];
  throw new TypeError(`Expected \`out\` to be a pair of arrays [first, second], got ${show(out)}`);
}

/** @throws {OverlapError} If both results would be written to the same elements. */
function expectApart({ out: a }: CheckedElementwise, { out: b }: CheckedElementwise): void {
  if (!a || !b || !overlaps(stridedOf(a), stridedOf(b))) return;
  const message = "Expected arrays of `out` that do not overlap, got two over the same elements (use a .copy())";
  throw new OverlapError(message, { operands: ["out[0]", "out[1]"] });
}

/** The second function of copies of those inputs that the first one overwrites. */
function apartFrom(checked: CheckedElementwise, written: AnyArray | undefined) {
  const copies: AnyArray[] = [];
  const inputs = checked.inputs.map((input) => {
    if (!written || !overlaps(stridedOf(input), stridedOf(written))) return input;
    const copy = arrayOf(compactCopy(stridedOf(input)));
    copies.push(copy);
    return copy;
  });
  return { checked: { ...checked, inputs }, copies };
}
