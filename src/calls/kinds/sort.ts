/**
 * Sorts along an axis. Short lines are sorted by themselves, in one pass. Long ones are cut by value in a first pass,
 * and each range is sorted in a second one.
 */
import { type DType, dtypes } from "../../base/dtype.js";
import { CELLS, type Cut, writeSplitters } from "../../loops/buckets.js";
import { cutsOf, partitionPieces, piecesAtOnce, type SortPlan, sortPieces } from "../../loops/sort.js";
import type { Scope } from "../../memory/shared-memory.js";
import { LINE_BYTES } from "../../memory/words/lines.js";
import { copy } from "../../ndarray/assign.js";
import { Elements, type Strided } from "../../ndarray/elements.js";
import { arrayOf, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { sizeOf } from "../../ndarray/shape.js";
import { compactCopy } from "../../ndarray/storage.js";
import { cView, moveAxis } from "../../ndarray/view.js";
import type { Call, Conditions, Kind } from "../call.js";
import { newWrittenIn, placedIn } from "../made.js";
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
  readonly lines: SortPlan;
}
interface SortWork extends SortPlan {
  readonly pass: "cut" | "sort";
}

/** Makes the call. Chunks are pieces, independent of `chunkSize`. A function called by itself has a single chunk. */
export function prepareSort(checked: CheckedSort, conditions: Conditions): Call<SortSpec> {
  const { name, input, axis, out } = checked;
  const length = input.shape[axis] ?? 1;
  const perLine = cutsOf(length);
  const lines = length === 0 ? 0 : input.size / length;
  const atOnce = conditions.chunkSize === "whole" ? "whole" : piecesAtOnce(lines * perLine, input.size);
  return {
    kind: "sort",
    name,
    costKey: `${name}:${input.dtype}`,
    arrays: out ? [input, out] : [input],
    labels: out ? ["operands[0]", "out"] : ["operands[0]"],
    made: undefined,
    spec: { axis, lines: { perLine, positions: name === "argsort" } },
    plan: planChunks(lines * perLine, 1, atOnce),
    elements: input.size,
    scope: conditions.scope,
    params: undefined,
    identity: undefined,
  };
}

/** The work's arrays are the lines of the result and of the source, and if lines are cut, those of the cut. */
export const sort: Kind<SortSpec, SortWork> = {
  stage({ spec, plan, scope }, arrays) {
    const { elements, view } = stridedOf(arrays[0]!);
    const given = { elements, view: moveAxis(view, spec.axis, -1) };
    const source = given.view.contiguous ? given : compactCopy(given, placedIn(scope));
    const { positions, perLine } = spec.lines;
    const target = newWrittenIn(scope, source.view.shape, positions ? "int32" : elements.dtype);
    const cut = perLine > 1 && plan.length > 0 ? newCut(scope, source, spec.lines) : undefined;
    return {
      kind: "sort",
      spec: { ...spec.lines, pass: cut ? "cut" : "sort" },
      arrays: [target, source, ...(cut ? arraysOf(cut) : [])].map((one) => arrayOf(one, true, true)),
      plan,
      params: undefined,
      functions: [],
      once: false,
    };
  },
  bind({ spec, plan, arrays }) {
    const [target, source, ...more] = arrays.map(stridedOf) as [Strided, Strided, ...Strided[]];
    const cut = cutIn(source, more);
    const run = (start: number, end: number) =>
      spec.pass === "cut" ? partitionPieces(spec, cut!, start, end) : sortPieces(spec, source, target, cut, start, end);
    return { isReduction: false, run: (chunk) => run(...chunkRange(plan, chunk)) };
  },
  next(_, work) {
    return work.spec.pass === "cut" ? { ...work, spec: { ...work.spec, pass: "sort" } } : undefined;
  },
  finish({ spec, scope, arrays: given }, work, arrays) {
    const [input, out] = arrays as [AnyArray, AnyArray?];
    const { elements, view } = stridedOf(work.arrays[0]!);
    if (!out && spec.axis === input.ndim - 1) return arrayOf({ elements, view });
    const result = out ? stridedOf(out) : newWrittenIn(scope, input.shape, elements.dtype);
    copy({ elements: result.elements, view: moveAxis(result.view, spec.axis, -1) }, { elements, view });
    return out ? given[1] : arrayOf(result);
  },
};

/** Makes the arrays of a cut, all in one memory. */
function newCut(scope: Scope, source: Strided, { perLine, positions }: SortPlan): Cut {
  const { shape, size } = source.view;
  const { dtype, itemsize } = source.elements;
  const lines = size / shape.at(-1)!;
  const parts: [shape: readonly number[], dtype: DType][] = [
    [shape, dtype],
    [[lines, perLine], itemsize === 8 ? "uint64" : "uint32"],
    [[lines * perLine, perLine + 1], "int32"],
    [[lines, CELLS], "uint8"],
    [[lines, 3], itemsize === 8 ? "uint64" : "uint32"],
    ...(positions ? ([[shape, "int32"]] as [readonly number[], DType][]) : []),
  ];
  const bytesOf = ([one, of]: (typeof parts)[number]) =>
    LINE_BYTES * Math.ceil((sizeOf(one) * dtypes[of].bytes) / LINE_BYTES);
  const bytes = parts.reduce((sum, part) => sum + bytesOf(part), 0);
  const { memory, byteOffset } = newWrittenIn(scope, [bytes], "uint8").elements;
  let at = byteOffset;
  const arrays = parts.map((part) => {
    const [one, of] = part;
    const start = at;
    at += bytesOf(part);
    return { elements: new Elements(memory, of, start, sizeOf(one)), view: cView(one) };
  });
  const cut = cutIn(source, arrays)!;
  writeSplitters(cut, positions);
  return cut;
}

/** The arrays of a cut, in the order in which `cutIn` finds them again. */
const arraysOf = ({ staged, splitters, starts, cells, ranges, positions }: Cut): Strided[] => [
  staged,
  splitters,
  starts,
  cells,
  ranges,
  ...(positions ? [positions] : []),
];

type Five = [Strided, Strided, Strided, Strided, Strided];
function cutIn(source: Strided, arrays: readonly Strided[]): Cut | undefined {
  if (arrays.length === 0) return undefined;
  const [staged, splitters, starts, cells, ranges, positions] = arrays as [...Five, Strided?];
  return { source, staged, splitters, starts, cells, ranges, positions };
}
