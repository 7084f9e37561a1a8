/** What the ways of lowering have in common: booleans as masks, and the walk over an expression, each part of it lowered once. */
import type { DType } from "../base/dtype.js";
import { loadElement } from "../ir/elements.js";
import type { LaneType, Node } from "../ir/node.js";
import * as ir from "../ir/node.js";
import { type Expr, NotCompiled, type ParamUse, type Range, rangeOf } from "./expression.js";

/** Thrown by a way of lowering that cannot prove its result; a wider one is tried. */
export class TooNarrow extends Error {}

/** What an expression's elements and parameters are. */
export interface Inputs {
  /** Of the operands, in slots 1 and up. */
  readonly dtypes: readonly DType[];
  readonly uses: readonly ParamUse[];
}

const COMPARE = { lt: ir.lt, le: ir.le, gt: ir.gt, ge: ir.ge, eq: ir.eq, ne: ir.ne } as const;
const RANGES: Partial<Record<DType, Range>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  uint8_clamped: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

export abstract class Lanes {
  /** The lanes of numbers. */
  abstract readonly number: LaneType;
  protected readonly inputs: Inputs;
  readonly #numbers = new Map<Expr, Node>();
  readonly #masks = new Map<Expr, Node>();
  readonly #ranges = new Map<Expr, Range | undefined>();

  constructor(inputs: Inputs) {
    this.inputs = inputs;
  }

  /** A number or bigint as the target's memory holds it. */
  abstract stored(expr: Expr, target: DType): Node;
  /** A number, in the lanes of numbers. */
  protected abstract lowerNumber(expr: Expr): Node;
  /** Two numbers in lanes that compare as the numbers do. */
  protected abstract comparable(a: Expr, b: Expr): readonly [Node, Node];

  protected value(expr: Expr): Node {
    return memo(this.#numbers, expr, () => this.lowerNumber(expr));
  }
  protected range(expr: Expr): Range | undefined {
    const elements = this.inputs.dtypes.map((dtype) => RANGES[dtype]);
    return rangeOf(expr, elements, this.#ranges);
  }
  protected element(expr: Expr): { node: Node; dtype: DType } {
    const slot = Number(expr.value);
    const dtype = this.inputs.dtypes[slot]!;
    return { node: loadElement(slot + 1, dtype), dtype };
  }

  /** A boolean. */
  mask(expr: Expr): Node {
    return memo(this.#masks, expr, () => this.#lowerMask(expr));
  }

  /** Whether a number or bigint is neither zero nor NaN. */
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
        throw new NotCompiled(`internal: ${op} is no boolean`);
    }
  }

  protected paramMask(index: number): Node {
    return ir.ne(ir.param(index, this.number), 0);
  }

  /** The conditional of two values that `lowered` makes. */
  protected choose({ args }: Expr, lowered: (expr: Expr) => Node): Node {
    const [condition, a, b] = args as [Expr, Expr, Expr];
    return ir.select(this.mask(condition), lowered(a), lowered(b));
  }
}

function memo(known: Map<Expr, Node>, expr: Expr, make: () => Node): Node {
  const found = known.get(expr) ?? make();
  known.set(expr, found);
  return found;
}
