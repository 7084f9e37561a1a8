/** The rules by which elements of one dtype may become elements of another: NumPy's `casting`. */
import { canCast, type DType } from "./dtype.js";
import { DTypeError } from "./errors.js";
import { expectOneOf } from "./expect.js";
import { promote } from "./promote.js";

/** Which casts are allowed, from the strictest to none refused. */
export type Casting = "no" | "equiv" | "safe" | "same_kind" | "unsafe";
const CASTINGS: readonly Casting[] = ["no", "equiv", "safe", "same_kind", "unsafe"];

/** The option `casting`. A function's own rule is its default. */
export interface CastingOption {
  /**
   * Which casts are allowed: `"no"` and `"equiv"`: none; `"safe"`: those that lose no value; `"same_kind"`: also to a
   * smaller dtype of the same kind, and to a higher kind; `"unsafe"`: all, as `astype` casts.
   */
  readonly casting?: Casting | undefined;
}

/**
 * The rule that was given, or the default.
 *
 * @throws {TypeError} If it is none of the rules.
 */
export const expectCasting = (given: unknown, fallback: Casting): Casting =>
  given === undefined ? fallback : expectOneOf("casting", given, CASTINGS);

/** Whether a rule allows a cast. */
export function castsBy(casting: Casting, from: DType, to: DType): boolean {
  if (from === to || casting === "unsafe") return true;
  if (casting === "no" || casting === "equiv") return false;
  if (casting === "same_kind") return canCast(from, to);
  return to !== "uint8_clamped" && promote(from, to) === to;
}

/**
 * @param what the argument of dtype `to`, for messages
 * @throws {DTypeError} If the rule does not allow to cast `from` to `to`.
 */
export function expectCast(from: DType, to: DType, what: string, casting: Casting = "same_kind"): void {
  if (castsBy(casting, from, to)) return;
  const rule = casting === "same_kind" ? "" : ` by the rule "${casting}"`;
  const message = `Expected \`${what}\` to be of a dtype that ${from} can be cast to${rule}, got ${to}`;
  throw new DTypeError(message, { dtype: to, expected: from });
}
