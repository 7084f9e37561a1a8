/**
 * A function's expression in lanes that store the bytes JavaScript would. Its arithmetic is float64, so narrower lanes are taken
 * only where the stored value is proved the same:
 *
 * - float32, if every rounding step is one operation of float32 numbers: rounding to 53 bits and then to 24 is rounding to 24
 *   (S. Figueroa, "When is double rounding innocuous?": 53 ≥ 2·24 + 2);
 * - integers, if all that is computed are sums, products and bits of integers below 2^53: their low bits do not depend on the high.
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
  /** In the stored lanes of the target. */
  readonly result: Node;
  /** Types of the numbers passed beside. */
  readonly params: readonly LaneType[];
}

/** @param dtypes of the operands, in slots 1 and up @throws {NotCompiled} */
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
