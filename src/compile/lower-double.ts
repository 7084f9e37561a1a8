/**
 * Lowers to float64, which JavaScript itself computes in. Bit operations use int32 lanes and bigints int64 lanes. This
 * is the last resort: what it refuses is not compiled.
 */
import type { DType } from "../base/dtype.js";
import { castElement, clampedByte, fromMask, lowBits, storedForm, storedLane } from "../ir/elements.js";
import type { LaneType, Node } from "../ir/node.js";
import * as ir from "../ir/node.js";
import * as elementary from "../math/index.js";
import { type Expr, NotCompiled } from "./expression.js";
import { applied, BITWISE, FLOAT_ARITHMETIC, INT_ARITHMETIC, type Inputs, Lanes } from "./lanes.js";

/** Functions that every engine computes to the same bits. */
const SAME: Record<string, (a: Node, b: Node) => Node> = {
  abs: ir.abs,
  sqrt: ir.sqrt,
  floor: ir.floor,
  ceil: ir.ceil,
  trunc: ir.trunc,
  min: ir.min,
  max: ir.max,
  fround: (a) => ir.convert(ir.convert(a, "f32"), "f64"),
  round: elementary.roundHalfUp,
  sign: elementary.signOf,
  "%": elementary.fmod,
};
/** Functions whose last bit may differ between engines. */
const DIFFERING: Record<string, (a: Node, b: Node) => Node> = {
  ...{ acos: elementary.acos, acosh: elementary.acosh, asin: elementary.asin, asinh: elementary.asinh },
  ...{ atan: elementary.atan, atanh: elementary.atanh, atan2: elementary.atan2, cbrt: elementary.cbrt },
  ...{ cos: elementary.cos, cosh: elementary.cosh, exp: elementary.exp, expm1: elementary.expm1 },
  ...{ hypot: elementary.hypot, log: elementary.log, log10: elementary.log10, log1p: elementary.log1p },
  ...{ log2: elementary.log2, pow: elementary.pow, sin: elementary.sin, sinh: elementary.sinh },
  ...{ tan: elementary.tan, tanh: elementary.tanh },
};

export class DoubleLanes extends Lanes {
  readonly number: LaneType = "f64";
  readonly #fastMath: boolean;
  readonly #ints = new Map<Expr, Node>();

  constructor(inputs: Inputs, fastMath: boolean) {
    super(inputs);
    this.#fastMath = fastMath;
  }

  stored(expr: Expr, target: DType): Node {
    if (expr.kind === "bigint") return ir.reinterpret(this.#big(expr), storedLane(target));
    switch (target) {
      case "float64":
        return this.value(expr);
      case "float32":
      case "float16":
        return storedForm(castElement(this.value(expr), "float64", target), target);
      case "uint8_clamped":
        return clampedByte(this.value(expr));
      default:
        return ir.convert(this.#int32(expr), storedLane(target));
    }
  }

  protected comparable(a: Expr, b: Expr): readonly [Node, Node] {
    if (a.kind === "bigint") return this.#comparableBigs(a, b);
    return [this.value(a), this.value(b)];
  }

  protected lowerNumber(expr: Expr): Node {
    const { op, args, value } = expr;
    const [a] = args as [Expr];
    const arithmetic = applied(FLOAT_ARITHMETIC, expr, (one) => this.value(one));
    if (arithmetic) return arithmetic;
    switch (op) {
      case "element": {
        const { node, dtype } = this.element(expr);
        return castElement(node, dtype, "float64");
      }
      case "param":
        return ir.param(Number(value), "f64");
      case "const":
        return ir.constant(value as number, "f64");
      case "number":
        return fromMask(this.mask(a), "f64");
      case "select":
        return this.choose(expr, (one) => this.value(one));
      case "neg":
        return ir.neg(this.value(a));
      case "ushr":
        return ir.convert(ir.reinterpret(this.#int32(expr), "u32"), "f64");
      case "math":
        return this.#math(expr);
      default:
        return ir.convert(this.#int32(expr), "f64");
    }
  }

  #math(expr: Expr): Node {
    const name = String(expr.value);
    if (name === "imul") return ir.convert(this.#int32(expr), "f64");
    const [a, b] = expr.args.map((arg) => this.value(arg)) as [Node, Node];
    const same = SAME[name];
    if (same) return same(a, b);
    if (this.#fastMath && DIFFERING[name]) return DIFFERING[name](a, b);
    const written = name === "pow" ? "a power" : `Math.${name}`;
    throw new NotCompiled(`it has ${written}, whose last bit differs between engines; { fastMath: true } compiles it`);
  }

  /** The low 32 bits of the number: the value of `x | 0`, and what integer arrays store. */
  #int32(expr: Expr): Node {
    const known = this.#ints.get(expr) ?? this.#lowerInt32(expr);
    this.#ints.set(expr, known);
    return known;
  }

  #lowerInt32(expr: Expr): Node {
    const { op, args, value } = expr;
    const [a, b] = args as [Expr, Expr];
    const count = () => Number(b.value) & 31;
    const bits = applied(BITWISE, expr, (one) => this.#int32(one));
    if (bits) return bits;
    switch (op) {
      case "bitNot":
        return ir.not(this.#int32(a));
      case "shl":
        return ir.shl(this.#int32(a), count());
      case "shr":
        return ir.shr(this.#int32(a), count());
      case "ushr":
        return ir.reinterpret(ir.shr(ir.reinterpret(this.#int32(a), "u32"), count()), "i32");
      case "number":
        return fromMask(this.mask(a), "i32");
      case "select":
        return this.choose(expr, (one) => this.#int32(one));
      case "const":
        return ir.constant((value as number) | 0, "i32");
      case "math":
        if (value === "imul") return ir.mul(this.#int32(a), this.#int32(b));
        break;
      case "element": {
        const { node, dtype } = this.element(expr);
        if (ir.isIntLane(node.type)) return castElement(node, dtype, "int32");
      }
    }
    const range = this.range(expr);
    const x = this.value(expr);
    const fits = range && range[0] >= -(2 ** 31) && range[1] < 2 ** 31;
    return fits ? ir.convert(x, "i32") : lowBits(x, "i32");
  }

  /** The low 64 bits of a bigint. Arrays store nothing else. */
  #big(expr: Expr): Node {
    const { op, args, value } = expr;
    const [a] = args as [Expr];
    const result = applied(INT_ARITHMETIC, expr, (one) => this.#big(one));
    if (result) return result;
    switch (op) {
      case "element":
        return ir.reinterpret(this.element(expr).node, "i64");
      case "param":
        return ir.param(Number(value), "i64");
      case "const":
        return ir.constant(value as bigint, "i64");
      case "select":
        return this.choose(expr, (one) => this.#big(one));
      case "neg":
        return ir.sub(ir.constant(0n, "i64"), this.#big(a));
      case "bitNot":
        return ir.not(this.#big(a));
      default:
        throw new NotCompiled(`internal: ${op} is not a bigint`);
    }
  }

  /**
   * Two bigints in lanes that compare as the bigints do. That works for elements and literals only: of a computed
   * bigint, which may exceed 64 bits, only the low bits are known.
   */
  #comparableBigs(a: Expr, b: Expr): readonly [Node, Node] {
    const types = [a, b].map((one) => this.#bigType(one));
    const type = types.every((one) => one !== "u64") ? "i64" : types.every((one) => one !== "i64") ? "u64" : undefined;
    if (!type) throw new NotCompiled("it compares int64 with uint64 bigints");
    return [ir.reinterpret(this.#big(a), type), ir.reinterpret(this.#big(b), type)];
  }

  /** The lane type that holds the bigint itself; undefined if both int64 and uint64 do. */
  #bigType({ op, args, value }: Expr): "i64" | "u64" | undefined {
    if (op === "element") return this.inputs.dtypes[Number(value)] === "int64" ? "i64" : "u64";
    if (op === "select") {
      const [a, b] = args.slice(1).map((arg) => this.#bigType(arg));
      if (!a || !b || a === b) return a ?? b;
    }
    if (op === "const" && typeof value === "bigint") {
      if (value >= 0n && value < 2n ** 63n) return undefined;
      if (value >= -(2n ** 63n) && value < 0n) return "i64";
      if (value >= 0n && value < 2n ** 64n) return "u64";
    }
    throw new NotCompiled("it compares a computed bigint, which may have more than 64 bits");
  }
}
