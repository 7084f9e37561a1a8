/**
 * Plans reductions as pieces, in plain data. Which elements form one partial result depends on the operands' layout
 * alone, so the bits do not depend on which thread computes which piece.
 *
 * The kept axes enumerate the results, and the reduced axes the elements of each result. If the elements of one result
 * are adjacent, each result is folded by itself ("along"). If adjacent elements belong to different results, a row of
 * results is accumulated at once ("across").
 */
import { type DType, dtypes, isFloat } from "../base/dtype.js";
import { hasMultiMemory } from "../ir/support.js";
import type { StepKind } from "../ir/wasm.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { pickAxes, type View } from "../ndarray/view.js";
import { jointLoop, type Loop } from "../ndarray/walk.js";
import { type FoldProgram, GROUP, type Merge, modulesOf } from "./fold-modules.js";

export interface FoldPlan {
  readonly merge: Merge;
  /** The dtype of partial results. */
  readonly acc: DType;
  readonly along: boolean;
  /** Whether inputs are copied to the scratch memory, piece by piece. */
  readonly staged: boolean;
  /** One module for each value. */
  readonly modules: readonly WebAssembly.Module[];
  /** For "across": like `modules`, but for several groups of rows at once, the most first. */
  readonly groups: readonly RowGroups[];
  /** The number of the module's memory that holds each input. */
  readonly memories: readonly number[];
  readonly kept: Loop;
  readonly reduced: Loop;
  /** The number of reduced positions in one piece, and of pieces in one result. */
  readonly segment: number;
  readonly segments: number;
  /** The number of results that are accumulated at once; 1 for "along". */
  readonly width: number;
  /** The number of pieces in total, and of elements in each, approximately. */
  readonly units: number;
  readonly unitSize: number;
}

/** Modules that accumulate several rows in one pass over the accumulators, one for each value. */
export interface RowGroups {
  readonly rows: number;
  readonly modules: readonly WebAssembly.Module[];
}

/** Bytes of scratch memory for each staged input. */
export const STAGE_BYTES = 65536 * 2;
/** Elements of a piece for "along": enough to hide the cost of the call, few enough that several threads get pieces. */
export const SEGMENT = 8192;
/** Bytes of a longer piece, where its length changes no bits and nothing ends before its end. */
const LONG_BYTES = STAGE_BYTES;
/** Terms of a piece for "across". */
const TERMS = 512;
/** The same if pieces are read twice, and so must stay in the second-level cache. */
const TERMS_TWICE = 64;
/** Bytes of results that are accumulated at once, which stay in the first-level cache. */
export const WIDTH_BYTES = 8192;
/**
 * Rows of one pass over the accumulators. Two groups save half of the loads and stores, and have few enough addresses
 * for the registers.
 */
const PASSES = [2 * GROUP, GROUP];
/** With as few elements and results, each result is folded by itself: that takes less time than a plan. */
const [FEW_ELEMENTS, FEW_RESULTS] = [1024, 64];
export const isFewResults = (results: number, elements: number): boolean =>
  results <= FEW_RESULTS && elements <= FEW_ELEMENTS;
/** A call per run is not worth it for runs shorter than this. */
const SHORT = 24;

/**
 * @param axes The axes to reduce.
 * @param inOrder Whether pieces must follow the C order of the reduced axes; otherwise they follow memory.
 */
export function planFold(
  program: FoldProgram,
  operands: readonly Strided[],
  axes: readonly number[],
  inOrder: boolean,
): FoldPlan {
  const views = operands.map(({ view }) => view);
  const rank = views[0]!.shape.length;
  const keptAxes: number[] = [];
  for (let axis = 0; axis < rank; axis++) if (!axes.includes(axis)) keptAxes.push(axis);
  const kept = jointLoop(
    views.map((view) => part(view, keptAxes)),
    "C",
  );
  const reduced = jointLoop(
    views.map((view) => part(view, axes)),
    inOrder ? "C" : "K",
  );
  const along = isFewResults(kept.size, kept.size * reduced.size) || isAlong(kept, reduced);
  const row = Math.max(1, reduced.shape.at(-1)!);
  const most = inOrder && !isSearchedFast(program, reduced) ? SEGMENT : mostElements(program);
  const fitting =
    along && row < most
      ? Math.max(1, Math.floor(most / row)) * row
      : along
        ? most
        : program.values.length > 1
          ? TERMS_TWICE
          : TERMS;
  const segment = Math.max(1, Math.min(fitting, reduced.size));
  const segments = Math.ceil(reduced.size / segment);
  const width = along ? 1 : Math.min(mostColumns(program), kept.shape.at(-1)!);
  const rows =
    kept.size === 0 ? 0 : along ? kept.size : (kept.size / kept.shape.at(-1)!) * Math.ceil(kept.shape.at(-1)! / width);
  const { staged, modules, groups, memories } = moduleFor(program, operands, along, along ? reduced : kept, row);
  return {
    merge: program.merge,
    acc: program.acc,
    along,
    staged,
    modules,
    groups,
    memories,
    kept,
    reduced,
    segment,
    segments,
    width,
    units: rows * segments,
    unitSize: segment * width,
  };
}

/**
 * The elements of a piece for "along". Small elements are folded so fast that the call would take half of the time. But
 * sums of floats depend on how they are cut, and `any`, `all` and extremes of bools end between pieces.
 */
function mostElements({ merge, acc, inputs }: FoldProgram): number {
  const isExact = merge === "min" || merge === "max" || (!isFloat(acc) && (merge === "add" || merge === "mul"));
  if (!isExact || inputs.includes("bool")) return SEGMENT;
  return Math.max(SEGMENT, LONG_BYTES / Math.max(...inputs.map((one) => dtypes[one].bytes)));
}

/** Whether the piece that holds an extreme is searched by a kernel (`extremes.ts`). Otherwise it must be short. */
const isSearchedFast = ({ inputs }: FoldProgram, { shape, strides }: Loop): boolean =>
  shape.length === 1 && strides[0]![0] === 1 && inputs[0] !== "float16";

/** As many columns as the accumulators have room for, and that a group of rows can be staged whole. */
const mostColumns = ({ acc, inputs }: FoldProgram): number =>
  Math.min(WIDTH_BYTES / dtypes[acc].bytes, STAGE_BYTES / GROUP / Math.max(...inputs.map((one) => dtypes[one].bytes)));

const part = (view: View, axes: readonly number[]): View =>
  axes.length === view.shape.length ? view : pickAxes(view, axes);

function isAlong(kept: Loop, reduced: Loop): boolean {
  if (kept.size <= 1) return true;
  if (reduced.shape.at(-1)! < SHORT && kept.shape.at(-1)! >= SHORT) return false;
  const step = (loop: Loop) =>
    Math.min(...loop.strides.map((one) => Math.abs(one.at(-1)!) || Number.POSITIVE_INFINITY));
  return step(reduced) <= step(kept);
}

/**
 * The modules of a plan. Those for "along" return a value. Those for "across" have the accumulators in slot 0, followed
 * by the inputs of each row. The scratch memory is the last one if there are several, because engines keep the address
 * of the first one in a register and load the others' for every access.
 *
 * @param most The most rows of one run.
 */
function moduleFor(program: FoldProgram, operands: readonly Strided[], along: boolean, loop: Loop, most: number) {
  const found: WebAssembly.Memory[] = [];
  const places = operands.map(({ elements }) => {
    const { memory } = blockOf(elements.memory);
    if (memory && !found.includes(memory)) found.push(memory);
    return memory ? found.indexOf(memory) : -1;
  });
  const isNative = !places.includes(-1) && (hasMultiMemory || (along && found.length === 1));
  const memories = isNative ? places : operands.map(() => 0);
  const kinds = operands.map((_, i): StepKind => {
    const step = loop.strides[i]!.at(-1)!;
    return !isNative || step === 1 || loop.shape.at(-1) === 1 ? "run" : step === 0 ? "same" : "step";
  });
  const made = (rows: number) => modulesOf(program, kinds, memories, rows, !isNative);
  const groups = along ? [] : PASSES.filter((rows) => rows <= most).map((rows) => ({ rows, modules: made(rows) }));
  return { staged: !isNative, memories, modules: made(along ? 0 : 1), groups };
}
