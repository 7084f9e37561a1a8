/**
 * Logic with masks that say whether integers are not 0. It combines the integers where it can: a comparison with 0
 * takes three instructions, because machines have none for "not equal".
 */
import {
  and,
  constant,
  eq,
  isIntLane,
  isMask,
  type LaneType,
  laneBytes,
  min,
  type Node,
  ne,
  not,
  or,
  reinterpret,
  xor,
} from "./node.js";

/** The integer whose truth a mask is, as an unsigned lane. */
function numberOf({ op, args }: Node): Node | undefined {
  const [value, zero] = args;
  const isTruth = op === "ne" && isIntLane(value!.type) && zero!.op === "const" && Number(zero!.imm) === 0;
  return isTruth ? reinterpret(value!, `u${8 * laneBytes(value!.type)}` as LaneType) : undefined;
}

/** Both as integers of one width: all bits of a mask are set if it is true. Undefined if neither is such a truth. */
function numbersOf(a: Node, b: Node): [Node, Node] | undefined {
  const [x, y] = [numberOf(a), numberOf(b)];
  const type = x?.type ?? y?.type;
  if (type === undefined || laneBytes(a.type) !== laneBytes(b.type)) return undefined;
  return [x ?? bitsOf(a, type), y ?? bitsOf(b, type)];
}
const bitsOf = (mask: Node, type: LaneType): Node =>
  mask.op === "const" ? constant(mask.imm ? -1 : 0, type) : reinterpret(mask, type);

/** Whether at least one is true. */
export function either(a: Node, b: Node): Node {
  const pair = numbersOf(a, b);
  return pair ? ne(or(...pair), 0) : or(a, b);
}

/** Whether both are true. */
export function both(a: Node, b: Node): Node {
  const pair = numbersOf(a, b);
  if (!pair) return and(a, b);
  if (!(numberOf(a) && numberOf(b))) return ne(and(...pair), 0);
  return laneBytes(a.type) < 8 ? ne(min(...pair), 0) : not(or(eq(pair[0], 0), eq(pair[1], 0)));
}

/** Whether it is false. */
export function no(a: Node): Node {
  const value = numberOf(a);
  return value ? eq(value, 0) : not(a);
}

/** Whether just one of them is true. */
export const differ = (a: Node, b: Node): Node =>
  numberOf(a) && numberOf(b) && a.type === b.type ? compared(ne, a, b) : xor(a, b);
/** Whether both are true or both are false. */
export const same = (a: Node, b: Node): Node =>
  numberOf(a) && numberOf(b) && a.type === b.type ? compared(eq, a, b) : not(xor(a, b));

/** Compares the truths of two integers: as 1 and 0, or if there is no minimum of such lanes, as masks. */
function compared(compare: typeof eq, a: Node, b: Node): Node {
  const [x, y] = [numberOf(a)!, numberOf(b)!];
  if (laneBytes(a.type) < 8) return compare(min(x, 1), min(y, 1));
  const differs = xor(eq(x, 0), eq(y, 0));
  return compare === ne ? differs : not(differs);
}

/** A mask of bytes as the numbers 1 and 0, if that takes a single instruction. */
export function oneOrZero(mask: Node): Node | undefined {
  const value = isMask(mask.type) && laneBytes(mask.type) === 1 ? numberOf(mask) : undefined;
  if (value) return min(value, 1);
  const [a, b] = mask.args as [Node, Node];
  return mask.op === "ne" && isOneOrZero(a) && isOneOrZero(b) && a.type === "u8" ? xor(a, b) : undefined;
}
const isOneOrZero = ({ op, args, type }: Node): boolean =>
  op === "min" && type[0] === "u" && args[1]!.op === "const" && Number(args[1]!.imm) === 1;
