/** What a function of elements computes, as JavaScript means it: numbers, booleans, bigints, no statements left. Made by `parse.ts`, given lanes by `lower.ts`. */

export type Kind = "number" | "boolean" | "bigint";
export type ExprOp =
  /** `value`: which operand; which of the numbers passed beside; a literal. */
  | "element"
  | "param"
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
  /** Of a boolean its number, of a number or bigint its truth. */
  | "number"
  | "truth"
  | "bitAnd"
  | "bitOr"
  | "bitXor"
  | "bitNot"
  | "shl"
  | "shr"
  | "ushr"
  /** A function of `Math`; `value` is its name. */
  | "math";

export interface Expr {
  readonly op: ExprOp;
  readonly kind: Kind;
  readonly args: readonly Expr[];
  readonly value?: number | bigint | boolean | string;
}

/** A number of `params`, where it stands, and what is known of it. */
export interface ParamUse {
  readonly path: readonly string[];
  readonly kind: Kind;
  /** Whether float32 holds it. */
  readonly isFloat32: boolean;
}

/** Whether float32 holds the number. */
export const isFloat32Value = (value: number): boolean => Math.fround(value) === value || Number.isNaN(value);

/** What cannot be compiled, and why; caught by whoever asked. */
export class NotCompiled extends Error {}

/** Integers from the first to the second, and nothing else. */
export type Range = readonly [low: number, high: number];
/** Sums below it are not rounded; 2^53 itself may be one that was. */
const EXACT = 2 ** 53;
const INT32: Range = [-(2 ** 31), 2 ** 31 - 1];

/** The integers that a number can be; undefined if it may be no integer, or one that float64 rounds. */
export function rangeOf(
  expr: Expr,
  elements: readonly (Range | undefined)[],
  known = new Map<Expr, Range | undefined>(),
): Range | undefined {
  if (known.has(expr)) return known.get(expr);
  const range = (arg: Expr) => rangeOf(arg, elements, known);
  const found = computed(expr, elements, range);
  const isExact = found && Math.abs(found[0]) < EXACT && Math.abs(found[1]) < EXACT;
  known.set(expr, isExact ? found : undefined);
  return isExact ? found : undefined;
}

function computed(
  { op, args, value }: Expr,
  elements: readonly (Range | undefined)[],
  range: (arg: Expr) => Range | undefined,
): Range | undefined {
  const [a, b] = op === "select" ? args.slice(1).map(range) : args.map(range);
  const hull = (...ends: number[]): Range => [Math.min(...ends), Math.max(...ends)];
  switch (op) {
    case "element":
      return elements[Number(value)];
    case "const":
      return typeof value === "number" && Number.isInteger(value) ? [value, value] : undefined;
    case "number":
      return [0, 1];
    case "bitAnd": {
      // And-ed with a number that is not negative, nothing above it is left.
      const limits = [a, b].filter((r) => r && r[0] >= 0 && r[1] <= INT32[1]).map((r) => r![1]);
      return limits.length > 0 ? [0, Math.min(...limits)] : INT32;
    }
    case "bitOr":
    case "bitXor":
    case "bitNot":
    case "shl":
    case "shr":
      return INT32;
    case "ushr":
      return [0, 2 ** 32 - 1];
    case "select":
      return a && b && hull(...a, ...b);
    case "neg":
      return a && [-a[1], -a[0]];
    case "add":
      return a && b && [a[0] + b[0], a[1] + b[1]];
    case "sub":
      return a && b && [a[0] - b[1], a[1] - b[0]];
    case "mul":
      return a && b && hull(a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]);
    case "math":
      return mathRange(String(value), args.map(range));
    default:
      return undefined;
  }
}

function mathRange(name: string, ranges: readonly (Range | undefined)[]): Range | undefined {
  const [a] = ranges;
  const all = ranges.every((r) => r !== undefined) ? (ranges as Range[]) : undefined;
  switch (name) {
    case "imul":
      return INT32;
    case "abs":
      return (
        a && [
          a[0] <= 0 && a[1] >= 0 ? 0 : Math.min(Math.abs(a[0]), Math.abs(a[1])),
          Math.max(Math.abs(a[0]), Math.abs(a[1])),
        ]
      );
    case "floor":
    case "ceil":
    case "trunc":
    case "round":
      return a;
    case "sign":
      return a && [-1, 1];
    case "min":
    case "max":
      return all && [Math[name](...all.map(([low]) => low)), Math[name](...all.map(([, high]) => high))];
    default:
      return undefined;
  }
}
