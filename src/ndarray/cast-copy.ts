/** `copy` and `astype`: all elements of an array, cast, in a new array or in `out`. */
import { type CastingOption, expectCast, expectCasting } from "../base/casting.js";
import type { DType } from "../base/dtype.js";
import { expectBoolean, expectKnown } from "../base/expect.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { copy } from "./assign.js";
import type { Strided } from "./elements.js";
import { resultIn } from "./out.js";

/** What `astype` may be asked for besides the options of `copy`. */
export interface CastChoice extends CastingOption {
  /** With `false`, an array that is of the dtype already is returned itself. */
  readonly copy?: boolean | undefined;
}

/**
 * A copy, cast to a dtype: a new array, which `arrayOf` makes, or `out`. With `copy: false`, which only `astype` takes,
 * the array itself if it is of the dtype.
 *
 * @param own the array whose elements `from` are
 * @param fn the function that the options belong to, for messages
 */
export function castCopy(
  own: object,
  from: Strided,
  dtype: DType,
  options: object | undefined,
  fn: string,
  arrayOf: (made: Strided) => unknown,
): unknown {
  const known = ["name", "scope", "out", ...(fn === "astype" ? ["copy", "casting"] : [])];
  const { out, name, scope, copy: isCopied, casting: given } = expectKnown<CopyOptions>(options, known, fn);
  expectBoolean("copy", isCopied);
  const casting = expectCasting(given, fn === "astype" ? "unsafe" : "same_kind");
  if (fn === "astype") expectCast(from.elements.dtype, dtype, "dtype", casting);
  if (out !== undefined && (name !== undefined || scope !== undefined)) {
    throw new TypeError(`Expected either \`out\` or the name and scope of a new array for ${fn}, got both`);
  }
  const isNew = out === undefined && name === undefined && scope === undefined;
  if (isCopied === false && isNew && from.elements.dtype === dtype) return own;
  const made = resultIn(out, {
    shape: from.view.shape,
    dtype,
    inputs: [from],
    write: (to) => copy(to, from),
    takesAnyLayout: true,
    place: options && { name, scope },
  });
  return out ?? arrayOf(made);
}
interface CopyOptions extends NameOptions, CastChoice {
  readonly out?: unknown;
}
