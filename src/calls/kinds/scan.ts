/**
 * Running sums and products along an axis. Short lines are accumulated as they are. Long lines are cut into pieces. One
 * thread accumulates them in order; a team needs two passes. In the first, each piece of a line is accumulated by
 * itself. In the second, every piece except the first of its line is computed again, and combined with the total of all
 * pieces before it. The pieces depend on the lengths alone, so the bits do not depend on who computes them.
 */
import type { DType } from "../../base/dtype.js";
import { type BoundScan, bindScan, combiner, type Lines, planScan, type ScanPlan } from "../../loops/scan.js";
import { copy } from "../../ndarray/assign.js";
import type { Strided } from "../../ndarray/elements.js";
import { arrayOf, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { overlaps } from "../../ndarray/overlap.js";
import { writtenStrided } from "../../ndarray/storage.js";
import { cView, makeView, moveAxis, type View } from "../../ndarray/view.js";
import { forEachRun, jointLoop, type Loop } from "../../ndarray/walk.js";
import type { Call, Conditions, Kind, Work } from "../call.js";
import { newIn, placedIn } from "../made.js";
import { chunkRange, planChunks } from "../plan.js";

/** The arguments of a running sum or product, checked. */
export interface CheckedScan {
  readonly name: string;
  readonly input: AnyArray;
  /** The axis to accumulate along. `undefined`: all elements in C order are one line. */
  readonly axis: number | undefined;
  readonly isSum: boolean;
  /** The dtype of the result, in which everything is accumulated. */
  readonly dtype: DType;
  readonly out: AnyArray | undefined;
}

interface ScanSpec {
  readonly axis: number | undefined;
  readonly isSum: boolean;
  readonly dtype: DType;
  readonly pieces: Pieces;
}
/** How the lines are cut into pieces. */
interface Pieces {
  readonly lines: number;
  readonly length: number;
  readonly perLine: number;
  /** Whether lines are along an axis. Otherwise all elements in C order are one line. */
  readonly isAxis: boolean;
}
interface ScanWork {
  readonly scan: ScanPlan;
  readonly pieces: Pieces;
  /** `ordered`: one thread computes all pieces in order, so that the total before each one is known. */
  readonly pass: "ordered" | "accumulate" | "carry";
  /** Whether the result is written to the user's array, and not copied to it. */
  readonly isDirect: boolean;
}

/** Elements of one piece: half a megabyte of float64, which stays in the second-level cache until the piece is done. */
const PIECE = 65536;
/** The fewest columns of one chunk, if lines are columns: 2 KiB of each row, half a page. */
const COLUMNS = 256;

/** Makes the call. Long lines are cut into pieces; several short lines form one chunk. */
export function prepareScan(checked: CheckedScan, conditions: Conditions): Call<ScanSpec> {
  const { name, input, axis, isSum, dtype, out } = checked;
  const length = axis === undefined ? input.size : input.shape[axis]!;
  const lines = length === 0 ? 0 : input.size / length;
  const pieces = { lines, length, perLine: Math.max(1, Math.ceil(length / PIECE)), isAxis: axis !== undefined };
  const isColumns = axis !== undefined && axis !== input.ndim - 1;
  const atOnce = Math.max(isColumns ? COLUMNS : 1, Math.floor(PIECE / Math.max(1, Math.min(length, PIECE))));
  return {
    kind: "scan",
    name,
    costKey: `${name}:${input.dtype}${isColumns ? " across" : ""}`,
    arrays: out ? [input, out] : [input],
    labels: out ? ["operands[0]", "out"] : ["operands[0]"],
    made: undefined,
    spec: { axis, isSum, dtype, pieces },
    plan: planChunks(lines * pieces.perLine, 1, conditions.chunkSize === "whole" ? "whole" : atOnce),
    elements: input.size,
    sharedWork: pieces.perLine > 1 ? 2 : 1,
    scope: conditions.scope,
    params: undefined,
    identity: undefined,
  };
}

/** The work's arrays are the lines of the result, the lines of the input, and the totals of pieces if lines are cut. */
export const scan: Kind<ScanSpec, ScanWork> = {
  stage({ spec, plan, scope }, arrays, isAlone) {
    const { axis, pieces, isSum, dtype } = spec;
    const [input, out] = arrays.map(stridedOf) as [Strided, Strided?];
    const inLines = (one: Strided): Strided =>
      axis === undefined ? one : { ...one, view: moveAxis(one.view, axis, -1) };
    const isDirect = out !== undefined && canWriteTo(out, input, spec);
    const made = isDirect ? out : writtenStrided(input.view.shape, dtype, placedIn(scope), () => {});
    const [target, source] = [inLines(made), inLines(input)];
    const totals = pieces.perLine > 1 ? [newIn(scope, [pieces.lines, pieces.perLine], dtype)] : [];
    const { steps, lineSteps } = stepsOf(target.view, source.view, pieces);
    return {
      kind: "scan",
      spec: {
        scan: planScan(target, source, isSum, steps, lineSteps),
        pieces,
        pass: isAlone ? "ordered" : "accumulate",
        isDirect,
      },
      arrays: [target, source, ...totals].map((one) => arrayOf(one, true, true)),
      plan,
      params: undefined,
      functions: [],
      once: false,
    };
  },
  bind(work) {
    const { pieces } = work.spec;
    const run = pieces.perLine === 1 && pieces.isAxis ? wholeLines(work) : piecesOfLines(work);
    return { isReduction: false, run: (chunk) => run(...chunkRange(work.plan, chunk)) };
  },
  next(_, work) {
    if (work.spec.pass !== "accumulate" || work.spec.pieces.perLine === 1) return undefined;
    accumulateTotals(work);
    return { ...work, spec: { ...work.spec, pass: "carry" } };
  },
  finish({ spec: { axis }, arrays: given }, work, arrays) {
    const [input, out] = arrays as [AnyArray, AnyArray?];
    const { elements, view } = stridedOf(work.arrays[0]!);
    const shape = axis === undefined ? [input.size] : input.shape;
    if (!out) return arrayOf({ elements, view: cView(shape) });
    const lines = axis === undefined ? cView(shape) : moveAxis(view, -1, axis);
    if (!work.spec.isDirect) copy(stridedOf(out), { elements, view: lines });
    return given[1];
  },
};

/** Whether the result may be accumulated in the user's array: it has the result's dtype and shape, and is no input. */
const canWriteTo = (out: Strided, input: Strided, { axis, dtype }: ScanSpec): boolean =>
  out.elements.dtype === dtype && (axis !== undefined || input.view.shape.length === 1) && !overlaps(out, input);

/** All axes but the last one, which is that of the lines. */
const linesOf = (views: readonly View[]): Loop =>
  jointLoop(
    views.map(({ shape, strides, offset }) => makeView(shape.slice(0, -1), strides.slice(0, -1), offset)),
    "C",
  );
const lastSteps = (strides: readonly (readonly number[])[]): [number, number] => [
  strides[0]!.at(-1)!,
  strides[1]!.at(-1)!,
];
/** With fewer lines side by side, they are accumulated one after the other. */
const ADJACENT = 8;

/** The steps along lines, and those from line to line if neighbours are closer than the elements of a line. */
function stepsOf(target: View, source: View, { perLine, isAxis }: Pieces) {
  const steps = lastSteps(jointLoop([target, source], "C").strides);
  if (perLine > 1 || !isAxis) return { steps, lineSteps: undefined };
  const lines = linesOf([target, source]);
  const lineSteps = lastSteps(lines.strides);
  const isAcross = lines.shape.at(-1)! >= ADJACENT && Math.abs(lineSteps[0]) < Math.abs(target.strides.at(-1)!);
  return { steps: lastSteps([target.strides, source.strides]), lineSteps: isAcross ? lineSteps : undefined };
}

type RunPieces = (start: number, end: number) => void;

/** Accumulates lines [start, end), which are pieces. */
function wholeLines({ spec, arrays }: Work<ScanWork>): RunPieces {
  const [target, source] = arrays.map(stridedOf) as [Strided, Strided];
  const bound = bindScan(spec.scan, target, source);
  const loop = linesOf([target.view, source.view]);
  const lineSteps = lastSteps(loop.strides);
  const steps = lastSteps([target.view.strides, source.view.strides]);
  return (start, end) =>
    forEachRun(loop, start, end, ([to, from], count) => {
      bound.run(count, spec.pieces.length, { at: [to!, from!], lineSteps, steps });
    });
}

/**
 * Accumulates pieces [start, end) of long lines, each from the input, so that it can be repeated if a worker dies
 * halfway.
 */
function piecesOfLines({ spec, arrays }: Work<ScanWork>): RunPieces {
  const [target, source, totals] = arrays.map(stridedOf) as [Strided, Strided, Strided?];
  const { pieces, pass, scan: plan } = spec;
  const bound = bindScan(plan, target, source);
  const loop = jointLoop([target.view, source.view], "C");
  const sums = totals?.elements.raw;
  return (start, end) => {
    for (let piece = start; piece < end; piece++) {
      const isFirst = piece % pieces.perLine === 0;
      if (isFirst && pass === "carry") continue;
      const carry = isFirst || pass === "accumulate" ? undefined : sums![piece - 1]!;
      const total = accumulate(bound, loop, rangeOf(pieces, piece), carry);
      if (sums && pass !== "carry") sums[piece] = (carry === undefined ? total : bound.combine(carry, total)) as number;
    }
  };
}

/** Accumulates one piece, which may be several runs, and returns its total without the carry. */
function accumulate(bound: BoundScan, loop: Loop, [from, to]: [number, number], carry: number | undefined) {
  const steps = lastSteps(loop.strides);
  let total: number | bigint | undefined;
  forEachRun(loop, from, to, ([a, b], count) => {
    total = bound.run(1, count, { at: [a!, b!], lineSteps: [0, 0], steps } satisfies Lines, carry, total);
  });
  return total!;
}

/** Between the passes: turns the totals of single pieces into totals of all pieces up to each one. */
function accumulateTotals({ spec, arrays }: Work<ScanWork>): void {
  const { elements } = stridedOf(arrays[2]!);
  const { lines, perLine } = spec.pieces;
  const { raw } = elements;
  const combine = combiner(elements.dtype, spec.scan.isSum);
  for (let i = 1; i < lines * perLine; i++) if (i % perLine > 0) raw[i] = combine(raw[i - 1]!, raw[i]!) as number;
}

/** The positions [from, to) of a piece, in C order of the lines. */
function rangeOf({ length, perLine }: Pieces, piece: number): [from: number, to: number] {
  const start = Math.floor(piece / perLine) * length;
  const from = start + (piece % perLine) * PIECE;
  return [from, Math.min(from + PIECE, start + length)];
}
