/**
 * Lowers to integers of 8, 16 or 32 bits. An integer array stores the low bits, and the low bits of sums, products and
 * bit operations depend only on the low bits of their operands.
 */
import { type DType, dtypes } from "../base/dtype.js";
import { castElement, fromMask, storedLane } from "../ir/elements.js";
import type { LaneType, Node } from "../ir/node.js";
import * as ir from "../ir/node.js";
import type { Expr } from "./expression.js";
import { applied, INT_ARITHMETIC, type Inputs, Lanes, TooNarrow } from "./lanes.js";

export class IntLanes extends Lanes {
  readonly number: LaneType;
  readonly #bits: number;

  constructor(inputs: Inputs, bits: 8 | 16 | 32) {
    super(inputs);
    this.#bits = bits;
    this.number = `i${bits}`;
  }

  stored(expr: Expr, target: DType): Node {
    const { kind, bytes } = dtypes[target];
    const range = this.range(expr);
    const isClamped = target === "uint8_clamped" && !(range && range[0] >= 0 && range[1] <= 255);
    if ((kind !== "i" && kind !== "u") || 8 * bytes > this.#bits || !range || isClamped) throw new TooNarrow();
    return ir.convert(this.value(expr), storedLane(target));
  }

  /** Whether the lanes hold the number itself and not only its low bits. */
  #isWhole(expr: Expr): boolean {
    const range = this.range(expr);
    return range !== undefined && range[0] >= -(2 ** (this.#bits - 1)) && range[1] < 2 ** (this.#bits - 1);
  }
  #whole(expr: Expr): Node {
    if (!this.#isWhole(expr)) throw new TooNarrow();
    return this.value(expr);
  }

  protected comparable(a: Expr, b: Expr): readonly [Node, Node] {
    return [this.#whole(a), this.#whole(b)];
  }
  protected override paramMask(): Node {
    throw new TooNarrow();
  }

  protected lowerNumber(expr: Expr): Node {
    const { op, args, value } = expr;
    if (!this.range(expr)) throw new TooNarrow();
    const [a, b] = args as [Expr, Expr];
    const result = applied(INT_ARITHMETIC, expr, (one) => this.#integer(one));
    if (result) return result;
    switch (op) {
      case "element": {
        const { node, dtype } = this.element(expr);
        return castElement(node, dtype, `int${this.#bits}` as DType);
      }
      case "const":
        return ir.constant(BigInt(value as number), this.number);
      case "number":
        return fromMask(this.mask(a), this.number);
      case "select":
        return this.choose(expr, (one) => this.#integer(one));
      case "neg":
        return ir.sub(ir.constant(0, this.number), this.#integer(a));
      case "bitNot":
        return ir.not(this.#integer(a));
      case "shl":
        return this.#shiftLeft(a, b);
      case "shr":
        return this.#shiftRight(a, b);
      case "ushr":
        return this.#shiftUnsigned(a, b);
      case "math":
        return this.#math(String(value), args);
      default:
        throw new TooNarrow();
    }
  }

  /** The low bits of a number, which must be an integer that is exact in float64. */
  #integer(expr: Expr): Node {
    if (!this.range(expr)) throw new TooNarrow();
    return this.value(expr);
  }

  // JavaScript takes the count of every shift modulo 32.
  #shiftLeft(a: Expr, b: Expr): Node {
    const count = Number(b.value) & 31;
    return count < this.#bits ? ir.shl(this.#integer(a), count) : ir.constant(0, this.number);
  }
  #shiftRight(a: Expr, b: Expr): Node {
    const count = Math.min(Number(b.value) & 31, this.#bits - 1);
    return ir.shr(this.#bits === 32 ? this.#integer(a) : this.#whole(a), count);
  }
  #shiftUnsigned(a: Expr, b: Expr): Node {
    if (this.#bits < 32) throw new TooNarrow();
    return ir.reinterpret(ir.shr(ir.reinterpret(this.#integer(a), "u32"), Number(b.value) & 31), "i32");
  }

  #math(name: string, args: readonly Expr[]): Node {
    const [a, b] = args as [Expr, Expr];
    switch (name) {
      case "imul":
        return ir.mul(this.#integer(a), this.#integer(b));
      case "floor":
      case "ceil":
      case "trunc":
      case "round":
        return this.#integer(a);
      case "abs":
        return ir.abs(this.#whole(a));
      case "min":
        return ir.min(this.#whole(a), this.#whole(b));
      case "max":
        return ir.max(this.#whole(a), this.#whole(b));
      default:
        throw new TooNarrow();
    }
  }
}
