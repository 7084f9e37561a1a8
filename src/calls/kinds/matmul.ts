/** Matrix products. The result is cut into tiles, and each tile is computed by itself. */
import type { DType } from "../../base/dtype.js";
import { multiplyTiles, tilesOf } from "../../loops/matmul.js";
import { copy } from "../../ndarray/assign.js";
import type { Strided } from "../../ndarray/elements.js";
import { arrayOf, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { sizeOf } from "../../ndarray/shape.js";
import { cView, type View } from "../../ndarray/view.js";
import type { Call, Conditions, Kind } from "../call.js";
import { newIn } from "../made.js";
import { chunkRange, expectChunkSize, leastChunkSize, planChunks } from "../plan.js";

/** The arguments of `matmul`, checked. */
export interface CheckedProduct {
  readonly inputs: readonly [AnyArray, AnyArray];
  /** The dtype that both factors are cast to. */
  readonly common: DType;
  /** The factors as (…, m, k) and (…, k, n), with the same leading axes. */
  readonly a: View;
  readonly b: View;
  /** The shape of the product, (…, m, n). */
  readonly full: readonly number[];
  /** The shape of the result: `full` without the axes that were added to vectors. */
  readonly shape: readonly number[];
  readonly out: AnyArray | undefined;
}

type ProductSpec = Pick<CheckedProduct, "common" | "a" | "b" | "full" | "shape">;

/**
 * Makes the call. A chunk is one tile, or several if there are very many, independent of `chunkSize`. A function called
 * by itself has a single chunk.
 */
export function prepareMatmul(checked: CheckedProduct, conditions: Conditions): Call<ProductSpec> {
  const { inputs, common, a, b, full, shape, out } = checked;
  const tiles = tilesOf(full);
  if (typeof conditions.chunkSize === "number") expectChunkSize(conditions.chunkSize);
  return {
    kind: "matmul",
    name: "matmul",
    costKey: `matmul:${common}`,
    arrays: out ? [...inputs, out] : inputs,
    labels: ["operands[0]", "operands[1]", ...(out ? ["out"] : [])],
    made: undefined,
    spec: { common, a, b, full, shape },
    plan: planChunks(tiles, 1, conditions.chunkSize === "whole" ? "whole" : leastChunkSize(tiles)),
    elements: sizeOf(full) * a.shape.at(-1)!,
    scope: conditions.scope,
    params: undefined,
    identity: undefined,
  };
}

/** The work's arrays are the product and both factors. */
export const matmul: Kind<ProductSpec, DType> = {
  stage({ spec, plan, scope }, arrays) {
    const [a, b] = arrays.map((array) => stridedOf(array).elements);
    const operands: Strided[] = [
      newIn(scope, spec.full, spec.common),
      { elements: a!, view: spec.a },
      { elements: b!, view: spec.b },
    ];
    return {
      kind: "matmul",
      spec: spec.common,
      arrays: operands.map((one) => arrayOf(one, true, true)),
      plan,
      params: undefined,
      functions: [],
      once: false,
    };
  },
  bind({ spec: common, arrays, plan }) {
    const [out, a, b] = arrays.map(stridedOf) as [Strided, Strided, Strided];
    return { isReduction: false, run: (chunk) => multiplyTiles({ a, b, out, common }, ...chunkRange(plan, chunk)) };
  },
  finish({ spec, arrays: given }, work, arrays) {
    const product = { elements: stridedOf(work.arrays[0]!).elements, view: cView(spec.shape) };
    if (!arrays[2]) return arrayOf(product);
    copy(stridedOf(arrays[2]), product); // only now, because `out` may be a factor
    return given[2];
  },
};
