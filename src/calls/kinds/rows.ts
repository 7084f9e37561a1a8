/** The user's own loops: a kernel or a reducer is called for each chunk, with the same rows of every operand. */
import type { DType } from "../../base/dtype.js";
import { refusePromise } from "../../base/returned.js";
import { lentBlockOf } from "../../memory/shared-memory.js";
import { arrayOf, isReadonlyArray, type NDArray, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { makeView, type View } from "../../ndarray/view.js";
import { type FunctionRef, numberOf, type ReducerRef, resolveFunction } from "../../wire/functions.js";
import type { Call, Computer, Conditions, Kind } from "../call.js";
import type { ChunkInfo } from "../kernel-types.js";
import { chunkRange, type Plan, planChunks } from "../plan.js";
import { ASYNCHRONOUS, accumulator, combined } from "./reducer.js";

/** How the kernel receives the operands: a single one, a list, or an object with these names. */
export type Arrangement = "single" | "list" | readonly string[];

/** Operands cut into rows along one axis, checked. */
export interface CheckedRows {
  /** A kernel, or the three functions of a reducer. */
  readonly fn: FunctionRef | ReducerRef;
  readonly arrays: readonly AnyArray[];
  readonly arrangement: Arrangement;
  readonly axis: number;
  /** The number of rows of each operand along that axis. */
  readonly length: number;
  /** The number of neighbouring rows on each side, by operand. Operands that have some are read-only. */
  readonly halo: readonly number[];
  readonly params: unknown;
}

type RowsSpec = Pick<CheckedRows, "fn" | "arrangement" | "axis" | "halo">;

const isReducer = (fn: FunctionRef | ReducerRef): fn is ReducerRef => "init" in fn;
const functionsOf = (fn: FunctionRef | ReducerRef): FunctionRef[] =>
  isReducer(fn) ? [fn.init, fn.chunk, fn.combine] : [fn];

/** Makes the call. An automatic chunk is about 256 KiB of the operand with the longest rows, but at least one row. */
export function prepareRows(checked: CheckedRows, conditions: Conditions): Call<RowsSpec> {
  const { fn, arrays, arrangement, axis, length, halo, params } = checked;
  const rowBytes = Math.max(...arrays.map((array) => (length === 0 ? 0 : array.nbytes / length)));
  const plan = planChunks(length, rowBytes, conditions.chunkSize);
  const functions = functionsOf(fn);
  return {
    kind: "rows",
    name: (isReducer(fn) ? fn.chunk : fn).name,
    costKey: `rows:${functions.map(numberOf)}`,
    arrays,
    labels: arrays.map((_, i) => (typeof arrangement === "string" ? `operands[${i}]` : `operands.${arrangement[i]}`)),
    made: undefined,
    spec: { fn, arrangement, axis, halo },
    plan,
    elements: Math.max(...arrays.map((array) => array.size)),
    scope: conditions.scope,
    params,
    identity:
      params === undefined
        ? [...functions, plan.chunkSize, axis, ...halo, JSON.stringify(arrangement), ...arrays]
        : undefined,
  };
}

export const rows: Kind<RowsSpec, RowsSpec> = {
  stage({ spec, plan, params }, arrays) {
    // The kernel gets views, which it may keep: this memory must never be used for other arrays.
    for (const array of arrays) lentBlockOf(array.memory);
    return { kind: "rows", spec, arrays, plan, params, functions: functionsOf(spec.fn), once: false };
  },
  bind({ spec, arrays, plan, params }) {
    const { arrangement, halo, axis } = spec;
    const cuts = arrays.map((array, i) => rowCutter(array, axis, halo[i]!, plan.length));
    const chunksOf = (start: number, end: number): unknown => {
      const parts = cuts.map((cut) => cut(start, end));
      if (arrangement === "single") return parts[0];
      return arrangement === "list" ? parts : Object.fromEntries(arrangement.map((name, i) => [name, parts[i]]));
    };
    const infoOf = infosOf(plan, Math.max(0, ...halo));
    const compute = isReducer(spec.fn) ? accumulator(spec.fn, params) : kernelOf(spec.fn, params);
    return {
      isReduction: isReducer(spec.fn),
      run(chunk, computer) {
        const info = infoOf(chunk, computer);
        return compute(chunksOf(info.start, info.end), info);
      },
    };
  },
  finish: ({ spec, params }, { plan }, _, parts) =>
    isReducer(spec.fn) ? combined(spec.fn, params, plan, parts()) : undefined,
};

/** Computes one chunk. */
type Compute = (chunks: unknown, info: ChunkInfo) => unknown;

function kernelOf(ref: FunctionRef, params: unknown): Compute {
  const kernel = resolveFunction(ref)!;
  return (chunks, info) => refusePromise(kernel(chunks, info, params), "kernel", ASYNCHRONOUS);
}

const infosOf =
  (plan: Plan, halo: number) =>
  (chunk: number, computer: Computer): ChunkInfo => {
    const [start, end] = chunkRange(plan, chunk);
    return {
      index: chunk,
      count: plan.count,
      start,
      end,
      before: Math.min(halo, start),
      after: Math.min(halo, plan.length - end),
      worker: computer.worker,
      get aborted() {
        return computer.aborted();
      },
    };
  };

/** Returns a function that makes a view of rows [start, end), with those neighbouring rows that exist. */
function rowCutter(array: NDArray<DType>, axis: number, halo: number, length: number) {
  const { elements, view } = stridedOf(array);
  const isReadonly = halo > 0 || isReadonlyArray(array);
  return (start: number, end: number) => {
    const from = Math.max(0, start - halo);
    const part = rowsOf(view, axis, from, Math.min(length, end + halo));
    return arrayOf({ elements, view: part }, true, isReadonly);
  };
}

const rowsOf = ({ shape, strides, offset }: View, axis: number, start: number, end: number): View =>
  makeView(shape.with(axis, end - start), strides, offset + start * strides[axis]!);
