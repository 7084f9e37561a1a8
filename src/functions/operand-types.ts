/** The operands in the type of what a pool gets: one operand, or a list of them. */
import type { ReadonlyNDArray } from "../ndarray/ndarray.js";

/** The place of an operand that is not there: next to it, all dtypes and ranks stay as they are. */
type Nothing = ReadonlyNDArray<"bool", 0>;
/** The first operand. The length of a list need not be known. */
export type First<A> = A extends readonly unknown[] ? A[0] : A;
/** The second operand. */
export type Second<A> = A extends readonly [unknown, infer X, ...unknown[]] ? X : Later<A>;
/** The third operand. */
export type Third<A> = A extends readonly [unknown, unknown, infer X, ...unknown[]] ? X : Later<A>;
type Later<A> = A extends readonly unknown[] ? (number extends A["length"] ? A[number] : Nothing) : Nothing;
