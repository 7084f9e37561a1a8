/**
 * The table of NumPy's element-wise functions: the dtypes that each one computes in, and its expression. `ufunc.ts`
 * makes the public functions from it.
 */
import { type DType, dtypes, isFloat } from "../base/dtype.js";
import { floatFor } from "../base/promote.js";
import {
  abs,
  add,
  and,
  ceil,
  constant,
  div,
  eq,
  floor,
  ge,
  gt,
  isFloatLane,
  isMask,
  le,
  lt,
  max,
  min,
  mul,
  type Node,
  ne,
  nearest,
  neg,
  not,
  or,
  reinterpret,
  select,
  sqrt,
  sub,
  trunc,
  xor,
} from "../ir/node.js";
import { both, differ, either, no, same } from "../ir/truth.js";
import * as math from "../math/index.js";
import * as floats from "./floats.js";
import * as ints from "./integers.js";
import { floorDivideInts, powInts, remainderInts } from "./integers.js";

/** How a function derives the dtype it computes in, and the dtype of its result, from the operands' common dtype. */
export type Rule =
  /** The common dtype. Bools are kept, become int8, or are refused. */
  | "same"
  | "same, bool as int8"
  | "same, no bool"
  /** The smallest float dtype that holds the operands' values. */
  | "float"
  /** The common float dtype; float64 for integers. */
  | "divide"
  /** Always float64. */
  | "double"
  /** The float of the first operand; the second is an integer. */
  | "scale"
  /** Computes in the smallest float dtype; the result is int32. */
  | "exponent"
  /** The common dtype, which must be bool or an integer. */
  | "bits"
  | "bits, bool as int8"
  | "bits, no bool"
  /** Computes in an integer dtype; the result is uint8. */
  | "bits, counted"
  /** Computes in the common dtype; the result is a bool. */
  | "predicate"
  /** Each operand counts as true or false; the result is a bool. */
  | "logical"
  /** The first operand is an array of bool; the others follow "same". */
  | "choice";

/** The definition of one function. */
export interface ElementwiseSpec {
  readonly name: string;
  readonly nin: 1 | 2 | 3;
  readonly rule: Rule;
  /** The expression. Operands and result are in the lanes of the dtype to compute in, `inner`; bools are masks. */
  readonly build: (a: Node, b: Node, c: Node, inner: DType) => Node;
}

/** Returns the dtype to compute in and that of the result, or undefined if the function does not take such elements. */
export function typesOf(
  { rule }: ElementwiseSpec,
  common: DType,
  each: readonly DType[],
): { inner: DType; outer: DType } | undefined {
  const both = (dtype: DType) => ({ inner: dtype, outer: dtype });
  const float = () => [...each, ...(isFloat(common) || each.length === 0 ? [common] : [])].map(floatFor).reduce(wider);
  const isBool = common === "bool";
  switch (rule) {
    case "same":
    case "choice":
      return both(common);
    case "same, bool as int8":
      return both(isBool ? "int8" : common);
    case "same, no bool":
      return isBool ? undefined : both(common);
    case "float":
      return both(float());
    case "divide":
      return both(isFloat(common) ? common : "float64");
    case "double":
      return both("float64");
    case "scale":
      return both(isFloat(common) ? common : float());
    case "exponent":
      return { inner: float(), outer: "int32" };
    case "bits":
      return isFloat(common) ? undefined : both(common);
    case "bits, bool as int8":
      return isFloat(common) ? undefined : both(isBool ? "int8" : common);
    case "bits, no bool":
      return isFloat(common) || isBool ? undefined : both(common);
    case "bits, counted":
      return isFloat(common) ? undefined : { inner: isBool ? "int8" : common, outer: "uint8" };
    case "predicate":
      return { inner: common, outer: "bool" };
    case "logical":
      return { inner: "bool", outer: "bool" };
  }
}

/** The dtype of every result of such functions; `undefined` if it follows from the operands. */
export const fixedResult = (rule: Rule): DType | undefined =>
  rule === "logical" || rule.endsWith("predicate")
    ? "bool"
    : rule === "exponent"
      ? "int32"
      : rule === "bits, counted"
        ? "uint8"
        : undefined;

const wider = (a: DType, b: DType): DType => (dtypes[a].bytes >= dtypes[b].bytes ? a : b);

/** Chooses the expression by the operands: floats, integers, or masks. */
const byKind =
  (
    onFloat: (a: Node, b: Node) => Node,
    onInt: (a: Node, b: Node) => Node,
    onMask: (a: Node, b: Node) => Node = onInt,
  ) =>
  (a: Node, b: Node): Node =>
    isFloatLane(a.type) ? onFloat(a, b) : isMask(a.type) ? onMask(a, b) : onInt(a, b);

const noMask = (a: Node): Node => constant(false, isMask(a.type) ? a.type : "m8");
const anyMask = (a: Node): Node => constant(true, isMask(a.type) ? a.type : "m8");
const identity = (a: Node): Node => a;

const spec = (name: string, nin: 1 | 2 | 3, rule: Rule, build: ElementwiseSpec["build"]): ElementwiseSpec => ({
  name,
  nin,
  rule,
  build,
});
const unary = (name: string, rule: Rule, build: (a: Node) => Node) => spec(name, 1, rule, build);
const binary = (name: string, rule: Rule, build: (a: Node, b: Node) => Node) => spec(name, 2, rule, build);

const { exp, exp2, expm1, log, log1p, log2, log10, cbrt, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh } = math;
const { asinh, acosh, atanh } = math;
const transcendental = {
  ...{ exp, exp2, expm1, log, log1p, log2, log10, cbrt, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh },
  ...{ asinh, acosh, atanh },
};

const specs: readonly ElementwiseSpec[] = [
  unary("positive", "same, no bool", identity),
  unary("conj", "same, bool as int8", identity),
  unary("angle", "float", (a) => math.atan2(constant(0, a.type), a)),
  unary("abs", "same", (a) => byKind(abs, ints.absInt, identity)(a, a)),
  unary("negative", "same, no bool", (a) => byKind(neg, ints.negInt)(a, a)),
  unary("sign", "same, no bool", (a) => byKind(floats.signOfFloat, ints.signOfInt)(a, a)),
  unary("square", "same, bool as int8", (a) => mul(a, a)),
  unary("sqrt", "float", sqrt),
  unary("reciprocal", "same, bool as int8", (a) => byKind((x) => div(1, x), ints.reciprocalInt)(a, a)),
  ...Object.entries(transcendental).map(([name, fn]) => unary(name, "float", fn)),
  ...(
    [
      ["floor", floor],
      ["ceil", ceil],
      ["trunc", trunc],
      ["round", nearest],
    ] as const
  ).map(([name, fn]) =>
    unary(name, name === "round" ? "same, bool as int8" : "same", (a) => byKind(fn, identity)(a, a)),
  ),
  unary("isnan", "predicate", (a) => byKind(floats.isNan, noMask)(a, a)),
  unary("isposinf", "predicate", (a) => byKind((x) => eq(x, Number.POSITIVE_INFINITY), noMask)(a, a)),
  unary("isneginf", "predicate", (a) => byKind((x) => eq(x, Number.NEGATIVE_INFINITY), noMask)(a, a)),
  unary("isinf", "predicate", (a) => byKind(floats.isInf, noMask)(a, a)),
  unary("isfinite", "predicate", (a) => byKind(floats.isFiniteFloat, anyMask)(a, a)),
  unary("deg2rad", "float", (a) => mul(a, Math.PI / 180)),
  unary("rad2deg", "float", (a) => mul(a, 180 / Math.PI)),
  unary("signbit", "predicate", (a) => byKind(floats.signBit, ints.signBit, noMask)(a, a)),
  unary("logicalNot", "logical", no),
  unary("bitwiseInvert", "bits", (a) => byKind(not, not, no)(a, a)),
  unary("bitwiseCount", "bits, counted", ints.bitCount),
  spec("sinc", 1, "divide", (a, _b, _c, inner) => floats.sinc(a, inner)),
  spec("spacing", 1, "float", (a, _b, _c, inner) => floats.spacing(a, inner)),
  unary("modf fraction", "float", floats.fractionalPart),
  unary("modf whole", "float", trunc),
  unary("frexp fraction", "float", math.fractionOf),
  unary("frexp exponent", "exponent", math.exponentOf),
  binary("add", "same", byKind(add, add, either)),
  binary("subtract", "same, no bool", sub),
  binary("multiply", "same", byKind(mul, mul, both)),
  binary("divide", "divide", div),
  binary("floorDivide", "same, bool as int8", byKind(floats.floorDivideFloats, floorDivideInts)),
  binary("remainder", "same, bool as int8", byKind(floats.remainderFloats, remainderInts)),
  binary("fmod", "same, bool as int8", byKind(math.fmod, ints.fmodInts)),
  binary("pow", "same, bool as int8", byKind(math.pow, powInts)),
  binary("floatPower", "double", math.pow),
  binary("ldexp", "scale", math.ldexp),
  binary("gcd", "bits, no bool", ints.gcd),
  binary("lcm", "bits, no bool", ints.lcm),
  binary("atan2", "float", math.atan2),
  binary("hypot", "float", math.hypot),
  binary("copysign", "float", math.copySign),
  spec("nextafter", 2, "float", (a, b, _, inner) => floats.nextAfter(a, b, inner)),
  binary("logaddexp", "float", math.logaddexp),
  binary("logaddexp2", "float", math.logaddexp2),
  binary("heaviside", "float", floats.heaviside),
  binary("fmin", "same", byKind(floats.smallerNumber, min, both)),
  binary("fmax", "same", byKind(floats.largerNumber, max, either)),
  binary("minimum", "same", byKind(min, min, both)),
  binary("maximum", "same", byKind(max, max, either)),
  binary("equal", "predicate", byKind(eq, eq, same)),
  binary("notEqual", "predicate", byKind(ne, ne, differ)),
  binary(
    "less",
    "predicate",
    byKind(lt, lt, (a, b) => both(no(a), b)),
  ),
  binary(
    "lessEqual",
    "predicate",
    byKind(le, le, (a, b) => either(no(a), b)),
  ),
  binary(
    "greater",
    "predicate",
    byKind(gt, gt, (a, b) => both(a, no(b))),
  ),
  binary(
    "greaterEqual",
    "predicate",
    byKind(ge, ge, (a, b) => either(a, no(b))),
  ),
  binary("logicalAnd", "logical", both),
  binary("logicalOr", "logical", either),
  binary("logicalXor", "logical", differ),
  binary("bitwiseAnd", "bits", byKind(and, and, both)),
  binary("bitwiseOr", "bits", byKind(or, or, either)),
  binary("bitwiseXor", "bits", byKind(xor, xor, differ)),
  binary("bitwiseLeftShift", "bits, bool as int8", ints.shiftLeft),
  binary("bitwiseRightShift", "bits, bool as int8", ints.shiftRight),
  spec("clip", 3, "same, no bool", (x, low, high) =>
    isFloatLane(x.type) ? floats.smaller(floats.larger(x, low), high) : min(max(x, low), high),
  ),
  spec("where", 3, "choice", (condition, a, b) =>
    isMask(a.type) ? either(both(condition, a), both(no(condition), b)) : select(condition, a, b),
  ),
];

const byName = new Map(specs.map((one) => [one.name, one]));
export const elementwiseNames: readonly string[] = [...byName.keys()];
/** Returns the definition of a function by its name. */
export function elementwise(name: string): ElementwiseSpec {
  const found = byName.get(name);
  if (!found) throw new Error(`internal: there is no function ${name}`);
  return found;
}

/**
 * Compares an int64 with a uint64: a negative number is less than every uint64, and others compare as unsigned numbers.
 */
export function compareMixed({ name, build }: ElementwiseSpec, a: Node, b: Node): Node {
  const [signed, isFirst] = a.type === "i64" ? [a, true] : [b, false];
  const [x, y] = [reinterpret(a, "u64"), reinterpret(b, "u64")];
  const isTrueBelow = name === "notEqual" || name.startsWith(isFirst ? "less" : "greater");
  const isNegative = lt(signed, 0);
  return isTrueBelow ? or(isNegative, build(x, y, y, "uint64")) : and(not(isNegative), build(x, y, y, "uint64"));
}
