/**
 * The intermediate representation (IR) of kernels: a graph of typed lane operations, as plain data. JavaScript
 * functions are compiled to it and NumPy's functions are written in it; `wasm.ts` and `script.ts` turn it into loops.
 */

type IntType = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64";
export type FloatType = "f32" | "f64";
/** A mask lane has all bits set or none. It is as wide as the lanes whose comparison made it. */
export type MaskType = "m8" | "m16" | "m32" | "m64";
export type LaneType = IntType | FloatType | MaskType;

/** The width of one lane in bytes. */
export const laneBytes = (type: LaneType): number => Number(type.slice(1)) / 8;
export const isMask = (type: LaneType): type is MaskType => type[0] === "m";
export const isFloatLane = (type: LaneType): type is FloatType => type[0] === "f";
export const isIntLane = (type: LaneType): type is IntType => type[0] === "i" || type[0] === "u";
/** The mask type that a comparison of these lanes gives. */
export const maskOf = (type: LaneType): MaskType => `m${8 * laneBytes(type)}` as MaskType;
/** Whether JavaScript represents the lane's values as bigints. */
export const isBigLane = (type: LaneType): boolean => type === "i64" || type === "u64";

export type UnaryOp = "neg" | "abs" | "sqrt" | "floor" | "ceil" | "trunc" | "nearest" | "not";
export type BinaryOp = "add" | "sub" | "mul" | "div" | "min" | "max" | "pmin" | "pmax" | "and" | "or" | "xor";
export type CompareOp = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
/** Shifts by a constant count. `shr` keeps the sign of signed lanes. */
export type ShiftOp = "shl" | "shr";
/**
 * Shifts by a count per lane, of which only the bits below the lane's width matter, and integer division by a divisor
 * that is not 0.
 */
export type LanewiseOp = "shlBy" | "shrBy" | "quotient" | "rest";
export type Op =
  | UnaryOp
  | BinaryOp
  | CompareOp
  | ShiftOp
  | LanewiseOp
  | "load"
  | "param"
  | "const"
  | "select"
  | "rarely"
  | "halves"
  | "convert"
  | "reinterpret"
  | "call";

/**
 * One operation. `imm` is the slot of a load, the number of a param, the value of a constant, the count of a shift, or
 * the name of the function of a call.
 */
export interface Node {
  readonly op: Op;
  readonly type: LaneType;
  readonly args: readonly Node[];
  readonly imm: number | bigint | string | undefined;
}

/** An operand. A number stands for a constant of the other operand's type. */
export type Operand = Node | number | bigint;

const node = (op: Op, type: LaneType, args: readonly Node[] = [], imm?: Node["imm"]): Node => ({ op, type, args, imm });

/** The element of a slot at the loop's position. */
export const load = (slot: number, type: LaneType): Node => node("load", type, [], slot);
/** A number that stays the same during a call. */
export const param = (index: number, type: LaneType): Node => node("param", type, [], index);
/** A constant, wrapped or rounded to its type. */
export function constant(value: number | bigint | boolean, type: LaneType): Node {
  if (isMask(type)) return node("const", type, [], value ? 1 : 0);
  if (isFloatLane(type)) return node("const", type, [], type === "f32" ? Math.fround(Number(value)) : Number(value));
  const bits = 8 * laneBytes(type);
  const wrapped = (type[0] === "i" ? BigInt.asIntN : BigInt.asUintN)(bits, BigInt(value));
  return node("const", type, [], isBigLane(type) ? wrapped : Number(wrapped));
}

const isNode = (value: Operand): value is Node => typeof value === "object";
const lift = (value: Operand, type: LaneType): Node => (isNode(value) ? value : constant(value, type));

function pair(a: Operand, b: Operand): [Node, Node] {
  const type = isNode(a) ? a.type : isNode(b) ? b.type : undefined;
  if (type === undefined) throw new Error("internal: two constants");
  const both: [Node, Node] = [lift(a, type), lift(b, type)];
  if (isMask(both[0].type) && isMask(both[1].type)) return sameWidth(both);
  if (both[0].type !== both[1].type) throw new Error(`internal: ${both[0].type} meets ${both[1].type}`);
  return both;
}

/** Two masks in the width of the wider one. */
function sameWidth([a, b]: [Node, Node]): [Node, Node] {
  const type = laneBytes(a.type) >= laneBytes(b.type) ? a.type : b.type;
  return [convert(a, type), convert(b, type)];
}

const unary =
  (op: UnaryOp) =>
  (a: Node): Node =>
    node(op, a.type, [a]);
const binary =
  (op: BinaryOp | LanewiseOp) =>
  (a: Operand, b: Operand): Node => {
    const both = pair(a, b);
    return node(op, both[0].type, both);
  };
const compare =
  (op: CompareOp) =>
  (a: Operand, b: Operand): Node => {
    const both = pair(a, b);
    const [x, y] = both[0].type === "u64" && op !== "eq" && op !== "ne" ? both.map(fromUnsigned) : both;
    return node(op, maskOf(both[0].type), [x!, y!]);
  };

// The functions below build operations that WebAssembly's vectors lack from those they have.

/** Maps unsigned order to signed order, because there is no unsigned comparison of 64-bit lanes. */
const fromUnsigned = (a: Node): Node => xor(reinterpret(a, "i64"), -(2n ** 63n));
const extreme =
  (op: "min" | "max") =>
  (a: Operand, b: Operand): Node => {
    const [x, y] = pair(a, b);
    if (!isBigLane(x.type)) return node(op, x.type, [x, y]);
    return select(op === "min" ? lt(x, y) : gt(x, y), x, y);
  };

export const neg = unary("neg");
export const abs = unary("abs");
export const sqrt = unary("sqrt");
export const floor = unary("floor");
export const ceil = unary("ceil");
export const trunc = unary("trunc");
/** Rounds to the nearest integer, half to even. */
export const nearest = unary("nearest");
export const not = unary("not");
export const add = binary("add");
export const sub = binary("sub");
export const mul = binary("mul");
export const div = binary("div");
/** The smaller value; NaN if either is NaN. -0 is below 0. */
export const min = extreme("min");
/** The larger value; NaN if either is NaN. -0 is below 0. */
export const max = extreme("max");
/** `b < a ? b : a` for floats. One machine instruction, where `min` takes eight. */
export const pmin = binary("pmin");
/** `a < b ? b : a` for floats. One machine instruction, where `max` takes eight. */
export const pmax = binary("pmax");
export const and = binary("and");
export const or = binary("or");
export const xor = binary("xor");
export const quotient = binary("quotient");
export const rest = binary("rest");
export const shlBy = binary("shlBy");
export const shrBy = binary("shrBy");
export const eq = compare("eq");
export const ne = compare("ne");
export const lt = compare("lt");
export const le = compare("le");
export const gt = compare("gt");
export const ge = compare("ge");
export const shl = (a: Node, count: number): Node => node("shl", a.type, [a], count);
export const shr = (a: Node, count: number): Node => node("shr", a.type, [a], count);

/** `a` where the mask is set, otherwise `b`. The mask is converted to their width. */
export function select(mask: Node, a: Operand, b: Operand): Node {
  const both = pair(a, b);
  return node("select", both[0].type, [convert(mask, maskOf(both[0].type)), ...both]);
}

/**
 * As `select(mask, a, b)`, but `a` is computed only for vectors in which a lane of the mask is set. That pays if it
 * rarely is and `a` takes many operations.
 */
export const rarely = (mask: Node, a: Node, b: Node): Node => node("rarely", b.type, [mask, select(mask, a, b), b]);

/**
 * A float64 expression of float32 numbers, rounded to float32. A vector of float32 has twice as many lanes as one of
 * float64, so the expression is computed for its low half and again for its high half, and everything around it keeps
 * all its lanes. Inside, only `convert` may read what is computed outside.
 */
export const inHalves = (a: Node): Node => node("halves", "f32", [a]);
/** Whether a node brings a float32 number into an expression in halves. */
export const isWidened = ({ op, type, args }: Node): boolean =>
  op === "convert" && type === "f64" && args[0]!.type === "f32";

/**
 * The same number in another type: integers keep their low bits or are extended, and floats are rounded to the nearest.
 * A float that is converted to an integer must be in the integer's range. A mask only changes its width.
 */
export function convert(a: Node, type: LaneType): Node {
  if (a.type === type) return a;
  if (a.op === "const" && !isMask(type)) return constant(a.imm as number | bigint, type);
  return node("convert", type, [a]);
}

/** The same bits as another type of the same width. */
export const reinterpret = (a: Node, type: LaneType): Node => (a.type === type ? a : node("reinterpret", type, [a]));

/**
 * For lanes where the mask is set, the result of the named function of `math/rare.ts`; for all others `otherwise`. The
 * mask should rarely be set: the function is called lane by lane.
 */
export const call = (mask: Node, otherwise: Node, fn: string, ...args: readonly Node[]): Node =>
  node("call", "f64", [convert(mask, "m64"), otherwise, ...args], fn);

/** Returns all nodes that the results need, each once, operands before the nodes that use them. */
export const inOrder = (results: readonly Node[]): Node[] => walked(results, ({ args }) => args);
/** As `inOrder`, without the nodes that are computed only in rare cases. */
export const usual = (result: Node): Node[] => walked([result], usualArgs);
const usualArgs = ({ op, args }: Node): readonly Node[] => (op === "rarely" ? [args[2]!, args[0]!] : args);
/**
 * The same without the nodes that are computed in halves.
 *
 * @param inHalf Whether the result belongs to an expression in halves: then without what it reads from outside.
 */
export const alwaysComputed = (result: Node, inHalf = false): Node[] =>
  walked([result], (node) => (node.op === "halves" ? widened(node) : inHalf && isWidened(node) ? [] : usualArgs(node)));
/** As `inOrder`, without the nodes that are computed in halves. */
export const inWhole = (results: readonly Node[]): Node[] =>
  walked(results, (node) => (node.op === "halves" ? widened(node) : node.args));
/** What an expression in halves reads from outside. */
const widened = (halves: Node): Node[] =>
  walked(halves.args, (node) => (isWidened(node) ? [] : node.args)).flatMap((node) =>
    isWidened(node) ? node.args : [],
  );

function walked(results: readonly Node[], argsOf: (node: Node) => readonly Node[]): Node[] {
  const seen = new Set<Node>();
  const visit = (one: Node) => {
    if (seen.has(one)) return;
    for (const arg of argsOf(one)) visit(arg);
    seen.add(one);
  };
  // Each node enters the set after its operands. Sets keep the order of insertion, so `seen` is the answer.
  for (const result of results) visit(result);
  return [...seen];
}
