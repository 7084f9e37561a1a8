/**
 * Interval analysis: the integers that a part of an expression can be. It proves that narrow lanes give exact results.
 */
import type { DType } from "../base/dtype.js";
import type { Expr } from "./expression.js";

/** All integers from `low` to `high`, both included. */
export type Range = readonly [low: number, high: number];
/** The values of each integer dtype that float64 holds exactly. */
export const ELEMENT_RANGES: Partial<Record<DType, Range>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  uint8_clamped: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};
/** Integers below this bound are exact in float64. The bound itself is excluded: it may be a rounded 2^53 + 1. */
const EXACT = 2 ** 53;
const INT32: Range = [-(2 ** 31), 2 ** 31 - 1];

/**
 * Returns the integers that a number can be, or undefined if it may be a fraction or an integer that float64 rounds.
 *
 * @param elements The ranges of the operands' elements.
 * @param known Remembers results, because parts of an expression are shared.
 */
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
      // `a & b` is at most b if b is not negative.
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
