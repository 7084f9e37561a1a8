/**
 * Gives an expression lanes that store the bytes JavaScript would store. JavaScript computes in float64, so narrower
 * lanes are used only if the stored value is proved to be the same:
 *
 * - float32, if every rounding step is a single operation on float32 numbers. Rounding to 53 bits and then to 24 equals
 *   rounding to 24 at once (S. Figueroa, "When is double rounding innocuous?": 53 ≥ 2·24 + 2).
 * - integers, if the expression computes only sums, products and bits of integers below 2^53. The low bits of such
 *   results depend on the low bits of their operands alone.
 */
import type { DType } from "../base/dtype.js";
import { castElement, fromMask, storedForm, storedLane } from "../ir/elements.js";
import type { LaneType, Node } from "../ir/node.js";
import { type Expr, NotCompiled, type ParamUse } from "./expression.js";
import { type Inputs, type Lanes, TooNarrow } from "./lanes.js";
import { DoubleLanes } from "./lower-double.js";
import { FloatLanes } from "./lower-float.js";
import { IntLanes } from "./lower-int.js";

export interface Lowered {
  /** The value to store, in the lanes that the target has in memory. */
  readonly result: Node;
  /** The lane types of the numbers that each call passes. */
  readonly params: readonly LaneType[];
}

/**
 * Lowers an expression to the narrowest lanes that are proved exact.
 *
 * @param dtypes The dtypes of the operands, which are slots 1 and up.
 * @throws {NotCompiled} If no lanes give the bytes that JavaScript would store.
 */
export function lower(
  expr: Expr,
  uses: readonly ParamUse[],
  dtypes: readonly DType[],
  target: DType,
  fastMath: boolean,
): Lowered {
  const isBig = target === "int64" || target === "uint64";
  if (isBig !== (expr.kind === "bigint")) throw new NotCompiled(`it gives a ${expr.kind} for an array of ${target}`);
  const inputs: Inputs = { dtypes, uses };
  const ints = ([8, 16, 32] as const).map((bits) => new IntLanes(inputs, bits));
  for (const lanes of [...ints, new FloatLanes(inputs)]) {
    try {
      return finish(lanes, expr, uses, target);
    } catch (e) {
      if (!(e instanceof TooNarrow)) throw e;
    }
  }
  return finish(new DoubleLanes(inputs, fastMath), expr, uses, target);
}

function finish(lanes: Lanes, expr: Expr, uses: readonly ParamUse[], target: DType): Lowered {
  const result =
    expr.kind === "boolean"
      ? storedForm(castElement(lanes.mask(expr), "bool", target), target)
      : target === "bool"
        ? fromMask(lanes.truth(expr), "u8")
        : lanes.stored(expr, target);
  if (result.type !== storedLane(target)) throw new Error(`internal: ${result.type} for an array of ${target}`);
  return { result, params: uses.map(({ kind }) => (kind === "bigint" ? "i64" : lanes.number)) };
}
