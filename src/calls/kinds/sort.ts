/**
 * Sorts along an axis: lines are copied into contiguous memory and cut by value, and each range is sorted by itself.
 */
import { piecesAtOnce, piecesIn, planSort, type SortPlan, sortPieces } from "../../loops/sort.js";
import { copy } from "../../ndarray/assign.js";
import type { Strided } from "../../ndarray/elements.js";
import { arrayOf, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { moveAxis } from "../../ndarray/view.js";
import type { Call, Conditions, Kind } from "../call.js";
import { newIn } from "../made.js";
import { chunkRange, planChunks } from "../plan.js";

/** The arguments of `sort` or `argsort`, checked. */
export interface CheckedSort {
  readonly name: "sort" | "argsort";
  readonly input: AnyArray;
  readonly axis: number;
  readonly out: AnyArray | undefined;
}

interface SortSpec {
  readonly axis: number;
  /** Whether the result consists of positions instead of elements. */
  readonly positions: boolean;
  /** The number of pieces of each line. */
  readonly perLine: number;
}

/**
 * Makes the call. Chunks are ranges of values, independent of `chunkSize`; a function called by itself cuts no lines.
 */
export function prepareSort(checked: CheckedSort, conditions: Conditions): Call<SortSpec> {
  const { name, input, axis, out } = checked;
  const isAlone = conditions.chunkSize === "whole";
  const length = input.shape[axis] ?? 1;
  const perLine = isAlone ? 1 : piecesIn(length, sortedDType(name, input));
  const lines = length === 0 ? 0 : input.size / length;
  const atOnce = isAlone ? "whole" : piecesAtOnce(lines * perLine, input.size);
  return {
    kind: "sort",
    name,
    costKey: `${name}:${input.dtype}`,
    arrays: out ? [input, out] : [input],
    labels: out ? ["operands[0]", "out"] : ["operands[0]"],
    made: undefined,
    spec: { axis, positions: name === "argsort", perLine },
    plan: planChunks(lines * perLine, 1, atOnce),
    elements: input.size,
    scope: conditions.scope,
    params: undefined,
    identity: undefined,
  };
}

/** The dtype that is sorted. `argsort` sorts float16 as float32, because its bits cannot be compared as numbers. */
const sortedDType = (name: CheckedSort["name"], { dtype }: AnyArray) =>
  name === "argsort" && dtype === "float16" ? "float32" : dtype;

/** The work's arrays are the lines of the result and the lines of the source. */
export const sort: Kind<SortSpec, SortPlan> = {
  stage({ spec, name, plan, scope }, arrays) {
    const { elements, view } = stridedOf(arrays[0]!);
    const lines = moveAxis(view, spec.axis, -1);
    const dtype = sortedDType(name as CheckedSort["name"], arrays[0]!);
    const source = newIn(scope, lines.shape, dtype);
    copy(source, { elements, view: lines });
    const target = newIn(scope, lines.shape, spec.positions ? "int32" : dtype);
    return {
      kind: "sort",
      spec: planSort(source, spec.positions, spec.perLine),
      arrays: [target, source].map((one) => arrayOf(one, true, true)),
      plan,
      params: undefined,
      functions: [],
      once: false,
    };
  },
  bind({ spec, arrays, plan }) {
    const [target, source] = arrays.map(stridedOf) as [Strided, Strided];
    return { isReduction: false, run: (chunk) => sortPieces(spec, source, target, ...chunkRange(plan, chunk)) };
  },
  finish({ spec, scope, arrays: given }, work, arrays) {
    const [input, out] = arrays as [AnyArray, AnyArray?];
    const { elements, view } = stridedOf(work.arrays[0]!);
    if (!out && spec.axis === input.ndim - 1) return arrayOf({ elements, view });
    const result = out ? stridedOf(out) : newIn(scope, input.shape, elements.dtype);
    copy({ elements: result.elements, view: moveAxis(result.view, spec.axis, -1) }, { elements, view });
    return out ? given[1] : arrayOf(result);
  },
};
