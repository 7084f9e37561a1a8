/** What all lowerings share: booleans become masks, and each part of an expression is lowered once. */
import type { DType } from "../base/dtype.js";
import { loadElement } from "../ir/elements.js";
import type { LaneType, Node } from "../ir/node.js";
import * as ir from "../ir/node.js";
import { type Expr, type ExprOp, NotCompiled, type ParamUse } from "./expression.js";
import { ELEMENT_RANGES, type Range, rangeOf } from "./ranges.js";

/** Thrown by a lowering that cannot prove its result exact. The next wider one is tried. */
export class TooNarrow extends Error {}

/** What an expression reads. */
export interface Inputs {
  /** The dtypes of the operands, which are slots 1 and up. */
  readonly dtypes: readonly DType[];
  readonly uses: readonly ParamUse[];
}

type Table = Partial<Record<ExprOp, (a: Node, b: Node) => Node>>;
const RING: Table = { add: ir.add, sub: ir.sub, mul: ir.mul };
/** Bit operations that are one operation on integer lanes. */
export const BITWISE: Table = { bitAnd: ir.and, bitOr: ir.or, bitXor: ir.xor };
/**
 * Operations that are one operation on integer lanes, and whose low bits depend only on the low bits of their operands.
 */
export const INT_ARITHMETIC: Table = { ...RING, ...BITWISE };
/** Operations that are one operation on float lanes. */
export const FLOAT_ARITHMETIC: Table = { ...RING, div: ir.div };
const COMPARE = { lt: ir.lt, le: ir.le, gt: ir.gt, ge: ir.ge, eq: ir.eq, ne: ir.ne } as const;

/** One way to lower an expression: the lanes that stand for its numbers, and the proof that they suffice. */
export abstract class Lanes {
  /** The lane type that stands for JavaScript numbers. */
  abstract readonly number: LaneType;
  protected readonly inputs: Inputs;
  readonly #numbers = new Map<Expr, Node>();
  readonly #masks = new Map<Expr, Node>();
  readonly #ranges = new Map<Expr, Range | undefined>();

  constructor(inputs: Inputs) {
    this.inputs = inputs;
  }

  /**
   * The lanes to store for a number or bigint.
   *
   * @throws {TooNarrow} If these lanes cannot hold it exactly.
   */
  abstract stored(expr: Expr, target: DType): Node;
  /** Lowers a number to lanes of type `number`. */
  protected abstract lowerNumber(expr: Expr): Node;
  /** Two values in lanes that compare as the values themselves do. */
  protected abstract comparable(a: Expr, b: Expr): readonly [Node, Node];

  protected value(expr: Expr): Node {
    return memo(this.#numbers, expr, () => this.lowerNumber(expr));
  }
  protected range(expr: Expr): Range | undefined {
    const elements = this.inputs.dtypes.map((dtype) => ELEMENT_RANGES[dtype]);
    return rangeOf(expr, elements, this.#ranges);
  }
  protected element(expr: Expr): { node: Node; dtype: DType } {
    const slot = Number(expr.value);
    const dtype = this.inputs.dtypes[slot]!;
    return { node: loadElement(slot + 1, dtype), dtype };
  }

  /** A boolean as a mask. */
  mask(expr: Expr): Node {
    return memo(this.#masks, expr, () => this.#lowerMask(expr));
  }

  /** A mask of whether a number or bigint is neither zero nor NaN. */
  truth(expr: Expr): Node {
    const zero: Expr = { op: "const", kind: expr.kind, args: [], value: expr.kind === "bigint" ? 0n : 0 };
    const [x, none] = this.comparable(expr, zero);
    const isNonzero = ir.ne(x, none);
    return ir.isFloatLane(x.type) ? ir.and(isNonzero, ir.eq(x, x)) : isNonzero;
  }

  #lowerMask({ op, args, value }: Expr): Node {
    const [a, b, c] = args as [Expr, Expr, Expr];
    switch (op) {
      case "element":
        return loadElement(Number(value) + 1, "bool");
      case "const":
        return ir.constant(value as boolean, "m8");
      case "param":
        return this.paramMask(Number(value));
      case "truth":
        return this.truth(a);
      case "not":
        return ir.not(this.mask(a));
      case "and":
        return ir.and(this.mask(a), this.mask(b));
      case "or":
        return ir.or(this.mask(a), this.mask(b));
      case "select": {
        const condition = this.mask(a);
        return ir.or(ir.and(condition, this.mask(b)), ir.and(ir.not(condition), this.mask(c)));
      }
      case "eq":
      case "ne":
        // Booleans are compared as the numbers 0 and 1.
        return COMPARE[op](...this.comparable(a, b));
      case "lt":
      case "le":
      case "gt":
      case "ge":
        return COMPARE[op](...this.comparable(a, b));
      default:
        throw new NotCompiled(`internal: ${op} is not a boolean`);
    }
  }

  protected paramMask(index: number): Node {
    return ir.ne(ir.param(index, this.number), 0);
  }

  /** Lowers `condition ? a : b`, using `lowered` for `a` and `b`. */
  protected choose({ args }: Expr, lowered: (expr: Expr) => Node): Node {
    const [condition, a, b] = args as [Expr, Expr, Expr];
    return ir.select(this.mask(condition), lowered(a), lowered(b));
  }
}

/** The operation of the table on two lowered operands; undefined if the table does not have it. */
export function applied(table: Table, { op, args }: Expr, lowered: (expr: Expr) => Node): Node | undefined {
  return table[op]?.(lowered(args[0]!), lowered(args[1]!));
}

function memo(known: Map<Expr, Node>, expr: Expr, make: () => Node): Node {
  const found = known.get(expr) ?? make();
  known.set(expr, found);
  return found;
}
