/**
 * Running sums and products along an axis, in two passes. In the first, each piece of a line is accumulated by itself.
 * In the second, every piece except the first of its line is combined with the total of all pieces before it. The
 * pieces depend on the lengths alone, so the bits do not depend on who computes them.
 */
import { caster, type DType, type RawArray } from "../../base/dtype.js";
import { copy, copyRange } from "../../ndarray/assign.js";
import type { Strided } from "../../ndarray/elements.js";
import { arrayOf, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { cView, moveAxis, type View } from "../../ndarray/view.js";
import type { Call, Conditions, Kind, Work } from "../call.js";
import { newIn } from "../made.js";
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
}
interface ScanWork {
  readonly isSum: boolean;
  readonly pieces: Pieces;
  readonly pass: "accumulate" | "carry";
}

/** Elements of one piece: half a megabyte of float64, which stays in the second-level cache until the piece is done. */
const PIECE = 65536;

/** Makes the call. Long lines are cut into pieces; several short lines form one chunk. */
export function prepareScan(checked: CheckedScan, conditions: Conditions): Call<ScanSpec> {
  const { name, input, axis, isSum, dtype, out } = checked;
  const length = axis === undefined ? input.size : input.shape[axis]!;
  const lines = length === 0 ? 0 : input.size / length;
  const pieces = { lines, length, perLine: Math.max(1, Math.ceil(length / PIECE)) };
  const atOnce = Math.max(1, Math.floor(PIECE / Math.max(1, Math.min(length, PIECE))));
  return {
    kind: "scan",
    name,
    costKey: `${name}:${input.dtype}`,
    arrays: out ? [input, out] : [input],
    labels: out ? ["operands[0]", "out"] : ["operands[0]"],
    made: undefined,
    spec: { axis, isSum, dtype, pieces },
    plan: planChunks(lines * pieces.perLine, 1, conditions.chunkSize === "whole" ? "whole" : atOnce),
    elements: input.size,
    scope: conditions.scope,
    params: undefined,
    identity: undefined,
  };
}

/** The work's arrays are the lines of the result, the lines of the input, and the totals of pieces if lines are cut. */
export const scan: Kind<ScanSpec, ScanWork> = {
  stage({ spec, plan, scope }, arrays) {
    const { axis, pieces, isSum, dtype } = spec;
    const input = stridedOf(arrays[0]!);
    const source = axis === undefined ? input : { ...input, view: moveAxis(input.view, axis, -1) };
    const target = newIn(scope, source.view.shape, dtype);
    const totals = pieces.perLine > 1 ? [newIn(scope, [pieces.lines, pieces.perLine], dtype)] : [];
    return {
      kind: "scan",
      spec: { isSum, pieces, pass: "accumulate" },
      arrays: [target, source, ...totals].map((one) => arrayOf(one, true, true)),
      plan,
      params: undefined,
      functions: [],
      once: false,
    };
  },
  bind(work) {
    const run = work.spec.pass === "accumulate" ? accumulatePieces(work) : carryIntoPieces(work);
    return { isReduction: false, run: (chunk) => run(...chunkRange(work.plan, chunk)) };
  },
  next(_, work) {
    if (work.spec.pass === "carry" || work.spec.pieces.perLine === 1) return undefined;
    accumulateTotals(work);
    return { ...work, spec: { ...work.spec, pass: "carry" } };
  },
  finish({ spec, scope, arrays: given }, work, arrays) {
    const [input, out] = arrays as [AnyArray, AnyArray?];
    const { elements, view } = stridedOf(work.arrays[0]!);
    const inOrder = (result: View) => (spec.axis === undefined ? result : moveAxis(result, spec.axis, -1));
    const shape = spec.axis === undefined ? [input.size] : input.shape;
    if (!out && (spec.axis === undefined || spec.axis === input.ndim - 1))
      return arrayOf({ elements, view: cView(shape) });
    const result = out ? stridedOf(out) : newIn(scope, shape, spec.dtype);
    const lines = spec.axis === undefined ? cView(shape) : view;
    copy({ elements: result.elements, view: inOrder(result.view) }, { elements, view: lines });
    return out ? given[1] : arrayOf(result);
  },
};

/** First pass: casts pieces [start, end) into the result, accumulates each one there, and stores their totals. */
function accumulatePieces({ spec, arrays }: Work<ScanWork>): (start: number, end: number) => void {
  const [target, source, totals] = arrays.map(stridedOf) as [Strided, Strided, Strided?];
  const { elements } = target;
  const combine = combiner(elements.dtype, spec.isSum);
  return (start, end) => {
    copyRange(target, source, rangeOf(spec.pieces, start)[0], rangeOf(spec.pieces, end - 1)[1]);
    for (let piece = start; piece < end; piece++) {
      const [from, to] = rangeOf(spec.pieces, piece);
      combine.along(elements.raw, from, to);
      if (totals) totals.elements.raw[piece] = elements.raw[to - 1]!;
    }
  };
}

/**
 * Second pass: combines each of the pieces [start, end) with the total of the pieces before it in its line. A piece
 * begins anew from the input, so that it can be repeated if a worker dies halfway.
 */
function carryIntoPieces({ spec, arrays }: Work<ScanWork>): (start: number, end: number) => void {
  const [target, source, totals] = arrays.map(stridedOf) as [Strided, Strided, Strided];
  const { raw, dtype } = target.elements;
  const combine = combiner(dtype, spec.isSum);
  return (start, end) => {
    for (let piece = start; piece < end; piece++) {
      if (piece % spec.pieces.perLine === 0) continue;
      const [from, to] = rangeOf(spec.pieces, piece);
      copyRange(target, source, from, to);
      combine.along(raw, from, to);
      combine.each(raw, from, to, totals.elements.raw[piece - 1]!);
    }
  };
}

/** Between the passes: turns the totals of single pieces into totals of all pieces up to each one. */
function accumulateTotals({ spec, arrays }: Work<ScanWork>): void {
  const { elements } = stridedOf(arrays[2]!);
  const { lines, perLine } = spec.pieces;
  const combine = combiner(elements.dtype, spec.isSum);
  for (let line = 0; line < lines; line++) combine.along(elements.raw, line * perLine, (line + 1) * perLine);
}

/** The positions [from, to) of a piece, in C order of the lines. */
function rangeOf({ length, perLine }: Pieces, piece: number): [from: number, to: number] {
  const start = Math.floor(piece / perLine) * length;
  const from = start + (piece % perLine) * PIECE;
  return [from, Math.min(from + PIECE, start + length)];
}

/** Adds or multiplies raw elements. Each result is rounded or wrapped as its dtype stores it. */
interface Combiner {
  /** Replaces each element of [from, to) by the combination of all elements from `from` up to it. */
  along(raw: RawArray, from: number, to: number): void;
  /** Combines each element of [from, to) with a value. */
  each(raw: RawArray, from: number, to: number, value: number): void;
}

/** The combiner for a dtype. Raw elements of 64-bit integers are bigints, for which the operators are the same. */
function combiner(dtype: DType, isSum: boolean): Combiner {
  const read = dtype === "float16" ? caster(dtype, "float64") : undefined;
  if (read) return halfCombiner(read, caster("float64", dtype)!, isSum);
  if (isSum) {
    return {
      along(raw, from, to) {
        for (let i = from + 1; i < to; i++) raw[i] = raw[i - 1]! + raw[i]!;
      },
      each(raw, from, to, value) {
        for (let i = from; i < to; i++) raw[i] = value + raw[i]!;
      },
    };
  }
  return {
    along(raw, from, to) {
      for (let i = from + 1; i < to; i++) raw[i] = raw[i - 1]! * raw[i]!;
    },
    each(raw, from, to, value) {
      for (let i = from; i < to; i++) raw[i] = value * raw[i]!;
    },
  };
}

/** The combiner for float16 in engines without Float16Array, where the raw elements are bits. */
function halfCombiner(read: (raw: number) => number, write: (value: number) => number, isSum: boolean): Combiner {
  const both = isSum ? (a: number, b: number) => a + b : (a: number, b: number) => a * b;
  return {
    along(raw, from, to) {
      for (let i = from + 1; i < to; i++) raw[i] = write(both(read(raw[i - 1]!), read(raw[i]!)));
    },
    each(raw, from, to, value) {
      for (let i = from; i < to; i++) raw[i] = write(both(read(value), read(raw[i]!)));
    },
  };
}
