/**
 * A user's function as an expression: what it computes from one element of each operand, with JavaScript's meaning and
 * without statements. `parse.ts` makes it, and `lower.ts` gives it lanes.
 */

export type Kind = "number" | "boolean" | "bigint";
export type Scalar = number | bigint | boolean;
export type ExprOp =
  /** An element of an operand; `value` is the number of the operand. */
  | "element"
  /** A number of `params`; `value` is its place among the uses. */
  | "param"
  /** A literal; `value` is the literal. */
  | "const"
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "neg"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "eq"
  | "ne"
  | "and"
  | "or"
  | "not"
  | "select"
  /** A boolean as the number 0 or 1. */
  | "number"
  /** A number or bigint as a boolean: false for 0 and NaN. */
  | "truth"
  | "bitAnd"
  | "bitOr"
  | "bitXor"
  | "bitNot"
  | "shl"
  | "shr"
  | "ushr"
  /** A function of `Math`, or "%"; `value` is its name. */
  | "math";

export interface Expr {
  readonly op: ExprOp;
  readonly kind: Kind;
  readonly args: readonly Expr[];
  readonly value?: number | bigint | boolean | string;
}

/** A number that a function reads from `params`: its path and what is known about it. */
export interface ParamUse {
  readonly path: readonly string[];
  readonly kind: Kind;
  /** Whether float32 represents the number exactly. */
  readonly isFloat32: boolean;
}

/** Whether float32 represents the number exactly. NaN counts as exact. */
export const isFloat32Value = (value: number): boolean => Math.fround(value) === value || Number.isNaN(value);

/** Thrown when a function cannot be compiled. The message completes "it is not compiled: …". */
export class NotCompiled extends Error {}
