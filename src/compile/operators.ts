/** JavaScript's operators and `Math` applied to expressions. What would throw or differ between engines is refused. */
import { type Expr, type ExprOp, type Kind, NotCompiled, type Scalar } from "./expression.js";
import { refuse } from "./syntax.js";

const COMPARE: Record<string, ExprOp> = { "<": "lt", "<=": "le", ">": "gt", ">=": "ge" };
const EQUAL: Record<string, ExprOp> = { "==": "eq", "===": "eq", "!=": "ne", "!==": "ne" };
const ARITHMETIC: Record<string, ExprOp> = { "+": "add", "-": "sub", "*": "mul", "/": "div" };
const BITWISE: Record<string, ExprOp> = {
  "&": "bitAnd",
  "|": "bitOr",
  "^": "bitXor",
  "<<": "shl",
  ">>": "shr",
  ">>>": "ushr",
};

/** Functions of `Math` and how many arguments they take; -1 means one or more. */
const MATH_ARITY = new Map(
  Object.entries({
    ...{ abs: 1, ceil: 1, floor: 1, fround: 1, round: 1, sign: 1, sqrt: 1, trunc: 1, imul: 2, max: -1, min: -1 },
    ...{
      acos: 1,
      acosh: 1,
      asin: 1,
      asinh: 1,
      atan: 1,
      atanh: 1,
      atan2: 2,
      cbrt: 1,
      cos: 1,
      cosh: 1,
      exp: 1,
      expm1: 1,
    },
    ...{ hypot: 2, log: 1, log10: 1, log1p: 1, log2: 1, pow: 2, sin: 1, sinh: 1, tan: 1, tanh: 1 },
  }),
);

export const make = (op: ExprOp, kind: Kind, args: readonly Expr[], value?: Expr["value"]): Expr =>
  value === undefined ? { op, kind, args } : { op, kind, args, value };
export const literal = (value: Scalar): Expr => make("const", typeof value as Kind, [], value);

/** A boolean as 0 or 1; other values unchanged. */
export const asNumber = (value: Expr): Expr => (value.kind === "boolean" ? make("number", "number", [value]) : value);
/** A value as the boolean that an `if` would see. */
export const asTruth = (value: Expr): Expr => (value.kind === "boolean" ? value : make("truth", "boolean", [value]));

/** `-a`, `+a` and `~a`. */
export function unary(operator: string, a: Expr): Expr {
  switch (operator) {
    case "-":
      return make("neg", a.kind === "bigint" ? "bigint" : "number", [asNumber(a)]);
    case "+":
      if (a.kind === "bigint") throw refuse("`+` of a bigint, which throws");
      return asNumber(a);
    case "~":
      return make("bitNot", a.kind === "bigint" ? "bigint" : "number", [asNumber(a)]);
    default:
      throw refuse(`\`${operator}\``);
  }
}

/** An operator between two values, by its JavaScript sign. */
export function binary(operator: string, a: Expr, b: Expr): Expr {
  if (operator in COMPARE) return compare(COMPARE[operator]!, a, b);
  if (operator in EQUAL) {
    if (a.kind !== b.kind) throw refuse("a comparison of values of two kinds");
    return make(EQUAL[operator]!, "boolean", [asNumber(a), asNumber(b)]);
  }
  if (operator in ARITHMETIC) return arithmetic(ARITHMETIC[operator]!, a, b);
  if (operator in BITWISE) return bitwise(BITWISE[operator]!, a, b);
  if (operator === "**") return power(a, b);
  if (operator === "%" && a.kind !== "bigint" && b.kind !== "bigint")
    return make("math", "number", [asNumber(a), asNumber(b)], "%");
  throw refuse(`\`${operator}\``);
}

function compare(op: ExprOp, a: Expr, b: Expr): Expr {
  if (a.kind === "bigint" && b.kind === "bigint") return make(op, "boolean", [a, b]);
  if (a.kind === "bigint" || b.kind === "bigint") throw refuse("a comparison of a bigint with a number");
  return make(op, "boolean", [asNumber(a), asNumber(b)]);
}

export function arithmetic(op: ExprOp, a: Expr, b: Expr): Expr {
  if (a.kind === "bigint" && b.kind === "bigint") {
    if (op === "div") throw new NotCompiled("it divides bigints");
    return make(op, "bigint", [a, b]);
  }
  if (a.kind === "bigint" || b.kind === "bigint") throw new NotCompiled("it mixes bigints and numbers, which throws");
  return make(op, "number", [asNumber(a), asNumber(b)]);
}

function bitwise(op: ExprOp, a: Expr, b: Expr): Expr {
  const isShift = op === "shl" || op === "shr" || op === "ushr";
  if (a.kind === "bigint" && b.kind === "bigint" && !isShift) return make(op, "bigint", [a, b]);
  if (a.kind === "bigint" || b.kind === "bigint") throw refuse("a shift of a bigint, or bits of a bigint and a number");
  if (isShift && b.op !== "const") throw refuse("a shift by a count that is not a literal");
  return make(op, "number", [asNumber(a), asNumber(b)]);
}

/** The square is a product on every engine. Other powers differ between engines. */
function power(a: Expr, b: Expr): Expr {
  if (a.kind === "bigint" || b.kind === "bigint") throw new NotCompiled("it takes a power of a bigint");
  const base = asNumber(a);
  if (b.op === "const" && b.value === 2) return make("mul", "number", [base, base]);
  return make("math", "number", [base, asNumber(b)], "pow");
}

/** `a && b`, `a || b` or `a ?? b`. Both sides may be computed, because expressions have no side effects. */
export function logical(operator: string, a: Expr, b: Expr): Expr {
  if (operator === "??") return a; // no value here is null or undefined
  if (a.kind !== b.kind) throw refuse("a choice between values of two kinds");
  if (a.kind === "boolean") return make(operator === "&&" ? "and" : "or", "boolean", [a, b]);
  const [yes, no] = operator === "&&" ? [b, a] : [a, b];
  return choose(asTruth(a), yes, no);
}

/** `condition ? a : b`. */
export function choose(condition: Expr, a: Expr, b: Expr): Expr {
  if (a.kind !== b.kind) throw new NotCompiled("it chooses between values of two kinds");
  return make("select", a.kind, [condition, a, b]);
}

/** A call of `Math[name]`. */
export function mathCall(name: string, args: readonly Expr[]): Expr {
  const arity = MATH_ARITY.get(name);
  if (arity === undefined) throw refuse(`Math.${name}`);
  if (arity >= 0 ? args.length !== arity : args.length === 0)
    throw refuse(`Math.${name} with ${args.length} arguments`);
  if (name === "pow") return power(args[0]!, args[1]!);
  if (arity < 0) return args.reduce((a, b) => make("math", "number", [a, b], name));
  return make("math", "number", args, name);
}

/** `isNaN(x)`, `isFinite(x)`, `Number(x)`, `Boolean(x)` and the methods of `Number` with those names, if it is one. */
export function numberCall(name: string, isGlobal: boolean, arg: Expr): Expr | undefined {
  const x = asNumber(arg);
  if (!isGlobal && arg.kind === "boolean") throw refuse("a method of Number called with a boolean");
  if (name === "isNaN") return make("ne", "boolean", [x, x]);
  if (name === "isFinite")
    return make("lt", "boolean", [make("math", "number", [x], "abs"), literal(Number.POSITIVE_INFINITY)]);
  if (isGlobal && name === "Number") return x;
  if (isGlobal && name === "Boolean") return asTruth(arg);
  return undefined;
}
