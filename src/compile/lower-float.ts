/**
 * Lowers to float32. A lane holds its number rounded to float32; the operands of an operation must be exact in float32,
 * so that rounding happens once.
 */
import type { DType } from "../base/dtype.js";
import { castElement, fromMask } from "../ir/elements.js";
import type { LaneType, Node } from "../ir/node.js";
import * as ir from "../ir/node.js";
import { roundHalfUp, signOf } from "../math/index.js";
import type { Expr } from "./expression.js";
import { applied, FLOAT_ARITHMETIC, Lanes, TooNarrow } from "./lanes.js";

/** Dtypes whose values are all exact in float32. */
const EXACT = new Set<DType>(["int8", "uint8", "uint8_clamped", "int16", "uint16", "float16", "float32"]);

export class FloatLanes extends Lanes {
  readonly number: LaneType = "f32";

  stored(expr: Expr, target: DType): Node {
    if (target !== "float32") throw new TooNarrow();
    return this.value(expr);
  }
  protected comparable(a: Expr, b: Expr): readonly [Node, Node] {
    return [this.#exact(a), this.#exact(b)];
  }

  /** Lowers a number that must be exact in float32. */
  #exact(expr: Expr): Node {
    if (!this.#isExact(expr)) throw new TooNarrow();
    return this.value(expr);
  }
  #isExact({ op, args, value, kind }: Expr): boolean {
    switch (op) {
      case "element":
        return EXACT.has(this.inputs.dtypes[Number(value)]!);
      case "param":
        return this.inputs.uses[Number(value)]!.isFloat32;
      case "const":
        return kind === "number" && Object.is(Math.fround(Number(value)), value);
      case "number":
        return true;
      case "neg":
        return this.#isExact(args[0]!);
      case "select":
        return args.slice(1).every((arg) => this.#isExact(arg));
      case "math":
        return value === "fround" || (PRESERVING.has(String(value)) && args.every((arg) => this.#isExact(arg)));
      default:
        return false;
    }
  }

  protected lowerNumber(expr: Expr): Node {
    const { op, args, value, kind } = expr;
    if (kind !== "number") throw new TooNarrow();
    const [a] = args as [Expr];
    const arithmetic = applied(FLOAT_ARITHMETIC, expr, (one) => this.#exact(one));
    if (arithmetic) return arithmetic;
    switch (op) {
      case "element": {
        const { node, dtype } = this.element(expr);
        if (!EXACT.has(dtype)) throw new TooNarrow();
        return castElement(node, dtype, "float32");
      }
      case "param":
        return ir.param(Number(value), "f32"); // rounded as it is passed
      case "const":
        return ir.constant(value as number, "f32");
      case "number":
        return fromMask(this.mask(a), "f32");
      case "select":
        return this.choose(expr, (one) => this.value(one));
      case "neg":
        return ir.neg(this.value(a));
      case "math":
        return this.#math(String(value), args);
      default:
        throw new TooNarrow();
    }
  }

  #math(name: string, args: readonly Expr[]): Node {
    const [a, b] = args as [Expr, Expr];
    switch (name) {
      case "fround":
        return this.value(a);
      case "abs":
        return ir.abs(this.value(a));
      // Rounding keeps the order, so `min` and `max` of rounded operands are the rounded `min` and `max`.
      case "min":
        return ir.min(this.value(a), this.value(b));
      case "max":
        return ir.max(this.value(a), this.value(b));
      case "sqrt":
        return ir.sqrt(this.#exact(a));
      case "floor":
        return ir.floor(this.#exact(a));
      case "ceil":
        return ir.ceil(this.#exact(a));
      case "trunc":
        return ir.trunc(this.#exact(a));
      case "round":
        return roundHalfUp(this.#exact(a));
      case "sign":
        return signOf(this.#exact(a));
      default:
        throw new TooNarrow();
    }
  }
}

/** Functions whose result is exact in float32 if their arguments are. */
const PRESERVING = new Set(["abs", "floor", "ceil", "trunc", "round", "sign", "min", "max"]);
