/** Matrix products. The result is cut into tiles, and each tile is computed by itself. */
import type { DType } from "../../base/dtype.js";
import { multiplyTiles, tilesOf, tilesPerChunk } from "../../loops/matmul.js";
import { copy } from "../../ndarray/assign.js";
import type { Strided } from "../../ndarray/elements.js";
import { arrayOf, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { overlaps } from "../../ndarray/overlap.js";
import { sizeOf } from "../../ndarray/shape.js";
import { cView, makeView, type View } from "../../ndarray/view.js";
import type { Call, Conditions, Kind } from "../call.js";
import { newWrittenIn } from "../made.js";
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
 * Makes the call. A chunk is one tile, or several if they are small or very many, independent of `chunkSize`. A
 * function called by itself has a single chunk.
 */
export function prepareMatmul(checked: CheckedProduct, conditions: Conditions): Call<ProductSpec> {
  const { inputs, common, a, b, full, shape, out } = checked;
  const tiles = tilesOf(full);
  const chunkSize = Math.max(leastChunkSize(tiles), tilesPerChunk(full, a.shape.at(-1)!));
  if (typeof conditions.chunkSize === "number") expectChunkSize(conditions.chunkSize);
  return {
    kind: "matmul",
    name: "matmul",
    costKey: `matmul:${common}`,
    arrays: out ? [...inputs, out] : inputs,
    labels: ["operands[0]", "operands[1]", ...(out ? ["out"] : [])],
    made: undefined,
    spec: { common, a, b, full, shape },
    plan: planChunks(tiles, 1, conditions.chunkSize === "whole" ? "whole" : chunkSize),
    elements: sizeOf(full) * a.shape.at(-1)!,
    scope: conditions.scope,
    params: undefined,
    identity: undefined,
  };
}

/**
 * The work's arrays are the product and both factors. The product is written to `out` at once if `out` has its dtype
 * and shares no byte with a factor. That saves a new array and a copy, which take longer than to multiply small
 * matrices.
 */
export const matmul: Kind<ProductSpec, DType> = {
  stage({ spec, plan, scope }, given) {
    const [a, b, out] = given.map(stridedOf) as [Strided, Strided, Strided | undefined];
    const isApart = out?.elements.dtype === spec.common && ![a, b].some((factor) => overlaps(factor, out));
    const product = isApart
      ? { elements: out.elements, view: withAllAxes(out.view, spec.full) }
      : newWrittenIn(scope, spec.full, spec.common);
    const operands: Strided[] = [
      product,
      { elements: a.elements, view: spec.a },
      { elements: b.elements, view: spec.b },
    ];
    return {
      kind: "matmul",
      spec: spec.common,
      arrays: operands.map((one, i) => arrayOf(one, true, i > 0)),
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
    const { elements } = stridedOf(work.arrays[0]!);
    const out = arrays[2] && stridedOf(arrays[2]);
    if (out?.elements === elements) return given[2];
    const product = { elements, view: cView(spec.shape) };
    if (!out) return arrayOf(product);
    copy(out, product); // only now, because `out` may be a factor
    return given[2];
  },
};

/** The view of the result, with the axes of length 1 that were added to vectors. */
function withAllAxes({ shape, strides, offset }: View, full: readonly number[]): View {
  const missing = full.length - shape.length;
  const at = missing === 2 || full.at(-1) === 1 ? shape.length : shape.length - 1;
  return makeView(full, strides.toSpliced(at, 0, ...new Array<number>(missing).fill(0)), offset);
}
