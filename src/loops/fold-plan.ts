/**
 * Reductions cut into pieces, as plain data. Which elements make one partial result is decided by the operands' layout alone, so
 * that the bits do not depend on who computes which piece.
 *
 * The kept axes number the results; the reduced ones, what goes into each. Where the elements of one result lie side by side it is
 * folded by itself ("along"); where neighbours belong to different results, a row of results is accumulated at once ("across").
 */
import { type DType, dtypes } from "../base/dtype.js";
import { storedLane } from "../ir/elements.js";
import type { Node } from "../ir/node.js";
import * as ir from "../ir/node.js";
import { hasMultiMemory } from "../ir/support.js";
import { compile, type Slot, type StepKind } from "../ir/wasm.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { makeView, type View } from "../ndarray/view.js";
import { jointLoop, type Loop } from "../ndarray/walk.js";
import { newModule } from "./modules.js";

/** How two partial results become one. */
export type Merge = "add" | "mul" | "min" | "max" | "or" | "and";

/** What is computed: of each element values in the lanes of `acc`, each merged with those of the other elements. */
export interface FoldProgram {
  readonly key: string;
  readonly inputs: readonly DType[];
  readonly merge: Merge;
  /** The dtype of partial results. */
  readonly acc: DType;
  /**
   * Of an element whose operands are in slots `first`, `first + 1`, …: the value. More than one value: how many elements count (unless
   * all do), then the square of the distance to the mean of the piece, which is known by then.
   */
  readonly values: readonly ((first: number, mean: Node) => Node)[];
}

export interface FoldPlan {
  readonly merge: Merge;
  /** The dtype of partial results. */
  readonly acc: DType;
  readonly along: boolean;
  /** Inputs are copied to the scratch memory, piece by piece. */
  readonly staged: boolean;
  /** One for each value. */
  readonly modules: readonly WebAssembly.Module[];
  /** Across: as `modules`, of `GROUP` rows at once. */
  readonly groups: readonly WebAssembly.Module[];
  /** Which memory each input lies in, of those of the module. */
  readonly memories: readonly number[];
  readonly kept: Loop;
  readonly reduced: Loop;
  /** Reduced positions of one piece, and pieces of one result. */
  readonly segment: number;
  readonly segments: number;
  /** Results that are accumulated at once; 1 along. */
  readonly width: number;
  /** Pieces of work; elements of each, about. */
  readonly units: number;
  readonly unitSize: number;
}

/** Elements of a piece along: enough to hide the call, few enough for the error of a sum to stay small. */
const SEGMENT = 8192;
/** Terms of a piece across, and results accumulated at once: 8 KiB of float64, which stay in the first-level cache. */
const TERMS = 512;
/** As above where pieces are read twice: they must stay in the second-level cache. */
const TERMS_TWICE = 64;
export const WIDTH = 1024;
/** Rows that are merged with each other before they are with the accumulators: a fourth of the loads and stores. */
export const GROUP = 4;
/** Runs shorter than this are not worth a call each. */
const SHORT = 24;

/** @param axes to reduce @param inOrder whether pieces must be in C order of the reduced axes, not in that of memory */
export function planFold(
  program: FoldProgram,
  operands: readonly Strided[],
  axes: readonly number[],
  inOrder: boolean,
): FoldPlan {
  const views = operands.map(({ view }) => view);
  const rank = views[0]!.shape.length;
  const keptAxes = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
  const kept = jointLoop(
    views.map((view) => part(view, keptAxes)),
    "C",
  );
  const reduced = jointLoop(
    views.map((view) => part(view, axes)),
    inOrder ? "C" : "K",
  );
  const along = isAlong(kept, reduced);
  const row = Math.max(1, reduced.shape.at(-1)!);
  const fitting =
    along && row < SEGMENT
      ? Math.max(1, Math.floor(SEGMENT / row)) * row
      : along
        ? SEGMENT
        : program.values.length > 1
          ? TERMS_TWICE
          : TERMS;
  const segment = Math.max(1, Math.min(fitting, reduced.size));
  const segments = Math.ceil(reduced.size / segment);
  const width = along ? 1 : Math.min(WIDTH, kept.shape.at(-1)!);
  const rows =
    kept.size === 0 ? 0 : along ? kept.size : (kept.size / kept.shape.at(-1)!) * Math.ceil(kept.shape.at(-1)! / width);
  return {
    ...moduleFor(program, operands, along, along ? reduced : kept),
    merge: program.merge,
    acc: program.acc,
    along,
    kept,
    reduced,
    segment,
    segments,
    width,
    units: rows * segments,
    unitSize: segment * width,
  };
}

const part = ({ shape, strides, offset }: View, axes: readonly number[]): View =>
  makeView(
    axes.map((axis) => shape[axis]!),
    axes.map((axis) => strides[axis]!),
    offset,
  );

function isAlong(kept: Loop, reduced: Loop): boolean {
  if (kept.size <= 1) return true;
  if (reduced.shape.at(-1)! < SHORT && kept.shape.at(-1)! >= SHORT) return false;
  const step = (loop: Loop) =>
    Math.min(...loop.strides.map((one) => Math.abs(one.at(-1)!) || Number.POSITIVE_INFINITY));
  return step(reduced) <= step(kept);
}

/** What merges two values of such lanes, and what changes none. */
function mergeOf(merge: Merge, acc: DType): { combine: (a: Node, b: Node) => Node; identity: number | bigint } {
  const { kind, bytes } = dtypes[acc];
  const bits = BigInt(8 * bytes);
  const lowest = kind === "f" ? Number.NEGATIVE_INFINITY : kind === "u" ? 0n : -(2n ** (bits - 1n));
  const greatest = kind === "f" ? Number.POSITIVE_INFINITY : kind === "u" ? 2n ** bits - 1n : 2n ** (bits - 1n) - 1n;
  switch (merge) {
    case "add":
      return { combine: ir.add, identity: 0 };
    case "mul":
      return { combine: ir.mul, identity: 1 };
    case "min":
      return { combine: kind === "f" ? keepingNaN(ir.pmin) : ir.min, identity: greatest };
    case "max":
      return { combine: kind === "f" ? keepingNaN(ir.pmax) : ir.max, identity: lowest };
    case "or":
      return { combine: ir.or, identity: 0 };
    case "and":
      return { combine: ir.and, identity: 1 };
  }
}
/**
 * An extreme that is NaN from the first NaN on: three instructions, where `f64x2.max` is eight. The selection keeps its first operand
 * if that is NaN; a second one that is NaN sets all bits.
 */
const keepingNaN =
  (pick: (a: Node, b: Node) => Node) =>
  (a: Node, b: Node): Node => {
    const lane = a.type === "f32" ? "i32" : "i64";
    const allBits = ir.reinterpret(ir.ne(b, b), lane);
    return ir.reinterpret(ir.or(ir.reinterpret(pick(a, b), lane), allBits), a.type);
  };

/** The value of no elements at all, in the lanes of the partial results. */
export const identityOf = (merge: Merge, acc: DType): number | bigint => {
  const { identity } = mergeOf(merge, acc);
  return ir.isBigLane(storedLane(acc)) ? BigInt(identity) : Number(identity);
};

const modules = new Map<string, WebAssembly.Module>();
const MAX_MODULES = 2000;

/** Modules along fold to a value; those across have the accumulators in slot 0, in the first memory, and the inputs of each row after it. */
function moduleFor(program: FoldProgram, operands: readonly Strided[], along: boolean, loop: Loop) {
  const found: WebAssembly.Memory[] = [];
  const places = operands.map(({ elements }) => {
    const { memory } = blockOf(elements.memory);
    if (memory && !found.includes(memory)) found.push(memory);
    return memory ? found.indexOf(memory) : -1;
  });
  const isNative = !places.includes(-1) && (hasMultiMemory || (along && found.length === 1));
  const memories = isNative ? places.map((place) => place + (along ? 0 : 1)) : operands.map(() => 0);
  const kinds = operands.map((_, i): StepKind => {
    const step = loop.strides[i]!.at(-1)!;
    return !isNative || step === 1 || loop.shape.at(-1) === 1 ? "run" : step === 0 ? "same" : "step";
  });
  const made = (rows: number) => program.values.map((_, i) => moduleOf(program, i, kinds, memories, rows));
  return { staged: !isNative, memories, modules: made(along ? 0 : 1), groups: along ? [] : made(GROUP) };
}

function moduleOf(
  program: FoldProgram,
  which: number,
  kinds: readonly StepKind[],
  memories: readonly number[],
  rows: number,
): WebAssembly.Module {
  const { key, inputs, merge, acc, values } = program;
  const whole = [key, which, ...inputs, merge, acc, rows, ...kinds, ...memories].join();
  const known = modules.get(whole);
  if (known) return known;
  const lane = storedLane(acc);
  const { combine, identity } = mergeOf(merge, acc);
  const slots = inputs.map((dtype, i): Slot => ({ type: storedLane(dtype), kind: kinds[i]!, memory: memories[i]! }));
  const inScratch: Slot = { type: lane, kind: "run", memory: 0 };
  const usesMean = which > 0 && which === values.length - 1;
  const value = values[which]!;
  const merged = (rowValues: readonly Node[]): Node => {
    const half = rowValues.length / 2;
    return half < 1 ? rowValues[0]! : combine(merged(rowValues.slice(0, half)), merged(rowValues.slice(half)));
  };
  const across = () => {
    const mean = ir.load(rows * slots.length + 1, lane);
    const each = Array.from({ length: rows }, (_, row) => value(1 + row * slots.length, mean));
    return combine(ir.load(0, lane), merged(each));
  };
  const allRows = Array.from({ length: rows }, () => slots).flat();
  const kernel =
    rows === 0
      ? {
          slots,
          params: usesMean ? [lane] : [],
          result: value(0, ir.param(0, lane)),
          fold: { combine: combine(ir.load(0, lane), ir.load(1, lane)), identity: ir.constant(identity, lane) },
        }
      : { slots: [inScratch, ...allRows, ...(usesMean ? [inScratch] : [])], params: [], result: across() };
  const module = newModule(compile(kernel));
  if (modules.size >= MAX_MODULES) modules.clear();
  modules.set(whole, module);
  return module;
}
