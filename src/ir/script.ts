/**
 * The second back end: an expression as the source of a JavaScript loop, for operands that no single WebAssembly
 * instance can reach. It stores the same bytes as the first one, except for NaN payloads. Integers below 64 bits are
 * numbers; masks are booleans.
 */
import { inOrder, isBigLane, isFloatLane, isMask, type LaneType, laneBytes, type Node } from "./node.js";
import type { StepKind } from "./wasm.js";

/** A loop to generate. Loads read its slots; the result is written to slot 0. */
interface Loop {
  /** How each slot advances along a row. */
  readonly kinds: readonly StepKind[];
  readonly params: number;
  readonly result: Node;
}

/**
 * The body of a function with the parameters `(a0, a1, …, lane, helpers)`: the typed arrays, `laneHelpers` and the
 * functions of `math/rare.ts`. It returns `run(rows, count, position₀, rowStep₀, step₀, position₁, …, param₀, …)`,
 * which counts in elements.
 */
export function loopSource({ kinds, params, result }: Loop): string {
  const list = (text: string) => kinds.map((_, i) => text.replaceAll("#", String(i)));
  const runs = kinds.flatMap((kind, i) => (kind === "run" ? [i] : []));
  const place = (slot: number, at: string) =>
    ({ run: at, step: `p${slot} + i * s${slot}`, same: `p${slot}` })[kinds[slot]!];
  // If all runs begin at the same position, one index serves them all and the engine checks bounds once: 2.5 times
  // faster.
  const [first] = runs;
  const together = runs.map((i) => `p${i} === p${first}`).join(" && ");
  const oneIndex = `if (${together}) {
      for (let q = p${first}, i = 0; i < count; i++, q++) {
        ${statements(result, (slot) => place(slot, "q"))}
      }
    } else`;
  const numbers = Array.from({ length: params }, (_, i) => `n${i}`);
  return `"use strict";
return (${["rows", "count", ...list("p#, r#, s#"), ...numbers].join(", ")}) => {
  ${list("const b# = a#;").join(" ")}
  for (; rows > 0; rows--) {
    ${runs.length > 0 ? oneIndex : ""} for (let i = 0; i < count; i++) {
      ${statements(result, (slot) => place(slot, `p${slot} + i`))}
    }
    ${list("p# += r#").join("; ")};
  }
};`;
}

/** The statements that compute and store one element. Values that are used more than once get a variable. */
function statements(result: Node, place: (slot: number) => string): string {
  const names = new Map<Node, string>();
  const uses = new Map<Node, number>();
  const nodes = inOrder([result]);
  for (const { args } of nodes) for (const arg of args) uses.set(arg, (uses.get(arg) ?? 0) + 1);
  const lines: string[] = [];
  for (const node of nodes) {
    const name = (arg: Node) => names.get(arg)!;
    const text = node.op === "load" ? `b${node.imm}[${place(Number(node.imm))}]` : expression(node, name);
    const isLeaf = node.op === "const" || node.op === "param";
    if (isLeaf || (uses.get(node) ?? 0) <= 1) names.set(node, text);
    else {
      names.set(node, `v${lines.length}`);
      lines.push(`const v${lines.length} = ${text};`);
    }
  }
  return `${lines.join(" ")} b0[${place(0)}] = ${names.get(result)};`;
}

const bitsOf = (type: LaneType): number => 8 * laneBytes(type);

/** Source that wraps an integer or rounds a float to its type. */
function wrap(type: LaneType, text: string): string {
  switch (type) {
    case "f64":
      return `(${text})`;
    case "f32":
      return `Math.fround(${text})`;
    case "i64":
      return `BigInt.asIntN(64, ${text})`;
    case "u64":
      return `BigInt.asUintN(64, ${text})`;
    case "u32":
      return `((${text}) >>> 0)`;
    case "i32":
      return `((${text}) | 0)`;
    default: {
      const bits = bitsOf(type);
      return type[0] === "u" ? `((${text}) & ${2 ** bits - 1})` : `((${text}) << ${32 - bits} >> ${32 - bits})`;
    }
  }
}

function literal(value: Node["imm"], type: LaneType): string {
  if (isMask(type)) return String(value === 1);
  if (typeof value === "bigint") return value < 0n ? `(${value}n)` : `${value}n`;
  return Object.is(value, -0) ? "(-0)" : Number(value) < 0 ? `(${value})` : String(value);
}

const COMPARE: Record<string, string> = { eq: "===", ne: "!==", lt: "<", le: "<=", gt: ">", ge: ">=" };
const SIGNS: Record<string, string> = { add: "+", sub: "-", mul: "*", and: "&", or: "|", xor: "^" };
const LOGIC: Record<string, string> = { and: "&&", or: "||", xor: "!==" };

function expression({ op, type, args, imm }: Node, name: (arg: Node) => string): string {
  const [a = "", b = "", c = ""] = args.map(name);
  switch (op) {
    case "load":
      throw new Error("internal: a load is not an expression");
    case "param":
      return `n${imm}`;
    case "const":
      return literal(imm, type);
    case "select":
      return `(${a} ? ${b} : ${c})`;
    case "rarely":
      return b;
    case "halves":
      return wrap(type, a);
    case "call":
      return `(${a} ? helpers.${imm}(${args.slice(2).map(name).join(", ")}) : ${b})`;
    case "convert":
      return converted(args[0]!.type, type, a);
    case "reinterpret":
      if (isMask(args[0]!.type)) return wrapMask(type, a);
      return isFloatLane(type) || isFloatLane(args[0]!.type) ? `lane.${args[0]!.type}_${type}(${a})` : wrap(type, a);
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return `(${a} ${COMPARE[op]} ${b})`;
    case "add":
    case "sub":
      return wrap(type, `${a} ${SIGNS[op]} ${b}`);
    case "mul":
      return type === "i32" || type === "u32" ? wrap(type, `Math.imul(${a}, ${b})`) : wrap(type, `${a} * ${b}`);
    case "div":
      return wrap(type, `${a} / ${b}`);
    case "quotient":
      return isBigLane(type) ? wrap(type, `${a} / ${b}`) : wrap(type, `Math.trunc(${a} / ${b})`);
    case "rest":
      return `(${a} % ${b})`;
    case "min":
    case "max":
      return isFloatLane(type) ? `Math.${op}(${a}, ${b})` : `(${a} ${op === "min" ? "<" : ">"} ${b} ? ${a} : ${b})`;
    case "pmin":
      return `(${b} < ${a} ? ${b} : ${a})`;
    case "pmax":
      return `(${a} < ${b} ? ${b} : ${a})`;
    case "and":
    case "or":
    case "xor":
      return isMask(type) ? `(${a} ${LOGIC[op]} ${b})` : wrap(type, `${a} ${SIGNS[op]} ${b}`);
    case "not":
      return isMask(type) ? `!${a}` : wrap(type, `~${a}`);
    case "neg":
      return wrap(type, `-${a}`);
    case "abs":
      return isFloatLane(type) ? `Math.abs(${a})` : wrap(type, `${a} < 0 ? -${a} : ${a}`);
    case "sqrt":
      return wrap(type, `Math.sqrt(${a})`);
    case "nearest":
      return `lane.nearest(${a})`;
    case "floor":
    case "ceil":
    case "trunc":
      return `Math.${op}(${a})`;
    case "shl":
      return wrap(type, `${a} << ${isBigLane(type) ? `${imm}n` : imm}`);
    case "shr":
      return isBigLane(type) ? `(${a} >> ${imm}n)` : `(${a} ${type[0] === "u" ? ">>>" : ">>"} ${imm})`;
    case "shlBy":
    case "shrBy": {
      const count = `(${b} & ${8 * laneBytes(type) - 1}${isBigLane(type) ? "n" : ""})`;
      return op === "shlBy" ? wrap(type, `${a} << ${count}`) : `(${a} ${type === "u32" ? ">>>" : ">>"} ${count})`;
    }
  }
}

function converted(from: LaneType, to: LaneType, a: string): string {
  if (isMask(from)) return isMask(to) ? a : wrapMask(to, a);
  if (isFloatLane(to)) return isBigLane(from) ? `lane.big_${to}(${a})` : wrap(to, a);
  if (isBigLane(to))
    return isBigLane(from) ? wrap(to, a) : wrap(to, `BigInt(${isFloatLane(from) ? `Math.trunc(${a})` : a})`);
  if (isBigLane(from)) return wrap(to, `Number(BigInt.asIntN(32, ${a}))`);
  return wrap(to, a);
}

/** Source that converts a mask to an integer: all bits set, or none. */
const wrapMask = (to: LaneType, a: string): string => wrap(to, isBigLane(to) ? `${a} ? -1n : 0n` : `${a} ? -1 : 0`);

const bytes = new DataView(new ArrayBuffer(8));
/**
 * Operations that JavaScript has no operator for. Generated loops call them. Names such as `f64_i64` reinterpret bits.
 */
export const laneHelpers = {
  /** Rounds half to even. */
  nearest(x: number): number {
    if (!(Math.abs(x) < 2 ** 52)) return x;
    const rounded = Math.abs(x) + 2 ** 52 - 2 ** 52;
    return x < 0 || Object.is(x, -0) ? -rounded : rounded;
  },
  f64_i64(x: number): bigint {
    bytes.setFloat64(0, x);
    return bytes.getBigInt64(0);
  },
  f64_u64(x: number): bigint {
    bytes.setFloat64(0, x);
    return bytes.getBigUint64(0);
  },
  i64_f64(x: bigint): number {
    bytes.setBigInt64(0, x);
    return bytes.getFloat64(0);
  },
  u64_f64: (x: bigint): number => laneHelpers.i64_f64(x),
  f32_i32(x: number): number {
    bytes.setFloat32(0, x);
    return bytes.getInt32(0);
  },
  f32_u32(x: number): number {
    bytes.setFloat32(0, x);
    return bytes.getUint32(0);
  },
  i32_f32(x: number): number {
    bytes.setInt32(0, x);
    return bytes.getFloat32(0);
  },
  u32_f32: (x: number): number => laneHelpers.i32_f32(x),
  big_f64: (x: bigint): number => Number(x),
  /**
   * A bigint as float32, rounded once. The low 12 bits are replaced by one sticky bit, so that float64 holds the rest
   * exactly and rounding to float32 is the only rounding.
   */
  big_f32(x: bigint): number {
    const size = x < 0n ? -x : x;
    if (size < 2n ** 53n) return Math.fround(Number(x));
    const sticky = (size & 0xfffn) !== 0n ? 0x1000n : 0n;
    const short = Number((size & ~0xfffn) | sticky);
    return Math.fround(x < 0n ? -short : short);
  },
} as const;
