/**
 * The work of an array call, as plain data (`WorkSpec`), and bound to a thread: a function from a chunk's number to its
 * computation. The caller and every worker bind the same spec.
 */
import type { DType } from "../base/dtype.js";
import type { Numbers } from "../compile/program.js";
import { bindLoop } from "../loops/bound.js";
import { bindFold } from "../loops/fold.js";
import type { FoldPlan } from "../loops/fold-plan.js";
import { elementLoop } from "../loops/js.js";
import type { LoopPlan } from "../loops/loop.js";
import { multiplyTiles } from "../loops/matmul.js";
import { type SortPlan, sortPieces } from "../loops/sort.js";
import type { Strided } from "../ndarray/elements.js";
import type { NDArray } from "../ndarray/ndarray.js";
import { arrayOf, isReadonlyArray, stridedOf } from "../ndarray/ndarray.js";
import { makeView, type View } from "../ndarray/view.js";
import { forEachRun, jointLoop } from "../ndarray/walk.js";
import { type AnyFunction, type FunctionRef, type ReducerRef, resolveFunction } from "../wire/functions.js";
import type { ChunkInfo } from "./kernel-types.js";
import { chunkRange, type Plan } from "./plan.js";

/** out[…] = fn(inputs[…], params). All arrays have the result's shape; inputs may be broadcast views. */
interface MapSpec {
  readonly kind: "map";
  readonly fn: FunctionRef;
  readonly out: NDArray<DType>;
  readonly inputs: readonly NDArray<DType>[];
}
/** As `map`, compiled: an expression over the elements. `arrays`: the result first, all of its shape. */
interface LoopSpec {
  readonly kind: "loop";
  /** What errors call it, and by what its cost is remembered. */
  readonly name: string;
  readonly key: string;
  readonly loop: LoopPlan;
  readonly arrays: readonly NDArray<DType>[];
  readonly numbers: Numbers;
}
/** A reduction in pieces. `arrays`: the partial results first. A chunk is some pieces. */
interface FoldSpec {
  readonly kind: "fold";
  readonly name: string;
  readonly key: string;
  readonly fold: FoldPlan;
  readonly arrays: readonly NDArray<DType>[];
}
/** A matrix product in tiles. `arrays`: the result, and the factors with the same leading axes. A chunk is some tiles. */
interface MatmulSpec {
  readonly kind: "matmul";
  readonly name: string;
  readonly key: string;
  readonly arrays: readonly NDArray<DType>[];
}
/** Lines sorted in pieces. `arrays`: the result's lines, and the source's. A chunk is one piece. */
interface SortSpec {
  readonly kind: "sort";
  readonly name: string;
  readonly key: string;
  readonly sort: SortPlan;
  readonly arrays: readonly NDArray<DType>[];
}
/** fn(chunks, info, params), or the reducer's accumulation. */
interface RowsSpec {
  readonly kind: "rows";
  readonly fn: FunctionRef | ReducerRef;
  readonly arrays: readonly NDArray<DType>[];
  /** How the kernel gets the arrays: one by itself, in a list, or under these names. */
  readonly arrangement: "single" | "list" | readonly string[];
  readonly axis: number;
  /** Rows of neighbours, by array; arrays with one are read only. */
  readonly halo: readonly number[];
}
/** `once`: inputs have been copied for this call, so that the next one must copy them again. */
export type WorkSpec = (MapSpec | LoopSpec | FoldSpec | MatmulSpec | SortSpec | RowsSpec) & {
  readonly plan: Plan;
  readonly params: unknown;
  readonly once?: boolean;
};

/** Who computes a chunk. */
export interface Member {
  /** Its place in the team. */
  readonly worker: number;
  readonly aborted: () => boolean;
}
/** A spec bound to this thread. */
export interface Work {
  /** Whether what `run` returns is to be kept. */
  readonly isReduction: boolean;
  /** Called by each thread that takes part, before its first chunk of a call. */
  begin?(): void;
  /** Computes one chunk. */
  run(chunk: number, member: Member): unknown;
}

/** The arrays that the spec keeps alive. */
export const arraysOf = (spec: WorkSpec): readonly NDArray<DType>[] =>
  spec.kind === "map" ? [spec.out, ...spec.inputs] : spec.arrays;

const isCompiled = (spec: WorkSpec): spec is (LoopSpec | FoldSpec | MatmulSpec | SortSpec) & WorkSpec =>
  spec.kind !== "map" && spec.kind !== "rows";

/** The functions that a thread must have before it can bind the work. */
export function functionsOf(spec: WorkSpec): FunctionRef[] {
  if (isCompiled(spec)) return [];
  const { fn } = spec;
  return "key" in fn ? [fn] : [fn.init, fn.chunk, fn.combine];
}

/** The name that errors give to what the user wrote. */
export const kernelName = (spec: WorkSpec): string => (isCompiled(spec) ? spec.name : functionsOf(spec)[0]!.name);
/** By what the cost of such work is remembered. */
export const costKey = (spec: WorkSpec): string => (isCompiled(spec) ? spec.key : functionsOf(spec)[0]!.key);

/** The work in this thread; `undefined` while a function's module has not been imported here. */
export function bindWork(spec: WorkSpec): Work | undefined {
  if (spec.kind === "loop") return loopWork(spec);
  if (spec.kind === "fold") return foldWork(spec);
  if (spec.kind === "matmul") return matmulWork(spec);
  if (spec.kind === "sort") return sortWork(spec);
  const fns = functionsOf(spec).map(resolveFunction);
  if (fns.includes(undefined)) return undefined;
  return spec.kind === "map" ? mapWork(spec, fns[0]!) : rowsWork(spec, fns as AnyFunction[]);
}

function loopWork({ loop, arrays, numbers, plan }: LoopSpec & WorkSpec): Work {
  const bound = bindLoop(loop, arrays.map(stridedOf), numbers);
  return {
    isReduction: false,
    begin: () => bound.begin(),
    run: (chunk) => bound.run(...chunkRange(plan, chunk)),
  };
}

function foldWork({ fold, arrays, plan }: FoldSpec & WorkSpec): Work {
  const [partials, ...operands] = arrays.map(stridedOf) as [Strided, ...Strided[]];
  const bound = bindFold(fold, partials.elements.raw, operands);
  return { isReduction: false, run: (chunk) => bound.run(...chunkRange(plan, chunk)) };
}

function matmulWork({ arrays, plan }: MatmulSpec & WorkSpec): Work {
  const [out, a, b] = arrays.map(stridedOf) as [Strided, Strided, Strided];
  const product = { a, b, out, common: out.elements.dtype };
  return { isReduction: false, run: (chunk) => multiplyTiles(product, ...chunkRange(plan, chunk)) };
}

function sortWork({ sort, arrays, plan }: SortSpec & WorkSpec): Work {
  const [target, source] = arrays.map(stridedOf) as [Strided, Strided];
  return { isReduction: false, run: (chunk) => sortPieces(sort, source, target, ...chunkRange(plan, chunk)) };
}

function mapWork({ out, inputs, plan, params }: MapSpec & WorkSpec, fn: AnyFunction): Work {
  const arrays = [out, ...inputs].map(stridedOf);
  const joint = jointLoop(
    arrays.map(({ view }) => view),
    "K",
  );
  const operands = arrays.map(({ elements }, i) => ({
    raw: elements.raw,
    dtype: elements.dtype,
    step: joint.strides[i]!.at(-1)!,
  }));
  const offsets = [...joint.offsets];
  if (joint.shape.length === 1) {
    // One run each: those without gaps are seen from their first element on, so that all are at one position.
    for (const [i, operand] of operands.entries()) {
      if (operand.step !== 1) continue;
      operand.raw = operand.raw.subarray(offsets[i]!, offsets[i]! + joint.size);
      offsets[i] = 0;
    }
  }
  const loop = { ...joint, offsets };
  const run = elementLoop(fn, operands, params);
  return {
    isReduction: false,
    run(chunk) {
      const [start, end] = chunkRange(plan, chunk);
      forEachRun(loop, start, end, (at, count) => run(count, at));
    },
  };
}

function rowsWork(spec: RowsSpec & WorkSpec, fns: readonly AnyFunction[]): Work {
  const { plan, params, arrangement, halo } = spec;
  const cuts = spec.arrays.map((array, i) => rowCutter(array, spec.axis, halo[i]!, plan.length));
  const widest = Math.max(0, ...halo);
  const chunksOf = (start: number, end: number): unknown => {
    const parts = cuts.map((cut) => cut(start, end));
    if (arrangement === "single") return parts[0];
    return arrangement === "list" ? parts : Object.fromEntries(arrangement.map((name, i) => [name, parts[i]]));
  };
  const [first, accumulate] = fns as [AnyFunction, AnyFunction?];
  const run = (chunk: number, member: Member): unknown => {
    const [start, end] = chunkRange(plan, chunk);
    const info: ChunkInfo = {
      index: chunk,
      count: plan.count,
      start,
      end,
      before: Math.min(widest, start),
      after: Math.min(widest, plan.length - end),
      worker: member.worker,
      get aborted() {
        return member.aborted();
      },
    };
    const chunks = chunksOf(start, end);
    return accumulate ? accumulate(first(params), chunks, info, params) : first(chunks, info, params);
  };
  return { isReduction: accumulate !== undefined, run };
}

/** Views of rows [start, end) and of the neighbours that are there. */
function rowCutter(array: NDArray<DType>, axis: number, halo: number, length: number) {
  const { elements, view } = stridedOf(array);
  const isReadonly = halo > 0 || isReadonlyArray(array);
  return (start: number, end: number) => {
    const from = Math.max(0, start - halo);
    const rows = rowsOf(view, axis, from, Math.min(length, end + halo));
    return arrayOf({ elements, view: rows }, true, isReadonly);
  };
}

const rowsOf = ({ shape, strides, offset }: View, axis: number, start: number, end: number): View =>
  makeView(shape.with(axis, end - start), strides, offset + start * strides[axis]!);
