/**
 * Sorts lines in independent pieces. A short line is one piece. A long one is cut by value in a first pass, and each
 * range of values is sorted by itself in a second one. Nothing is merged.
 */
import { type DType, dtypes, type RawArray } from "../base/dtype.js";
import { type KeyForm, keyForm } from "../ir/sort-keys.js";
import { hasSimd } from "../ir/support.js";
import type { Strided } from "../ndarray/elements.js";
import { copyBytes } from "../platform/runtime.js";
import { type Bucket, bucketOf, type Cut, partition, piecesIn } from "./buckets.js";
import { engineSort, mergeSort } from "./engine-sort.js";
import { lineBytes, lineOf } from "./line.js";
import { canSort, sortedElements, sortedPositions } from "./radix.js";
import { LONGEST, sortShortLines } from "./short-lines.js";

/** How lines are cut into pieces, as plain data. */
export interface SortPlan {
  /** The number of pieces of each line. */
  readonly perLine: number;
  /** Whether positions are written instead of elements. */
  readonly positions: boolean;
}

/** How many pieces a line is cut into. */
export const cutsOf = (length: number): number => (hasSimd ? piecesIn(length) : 1);

/** The approximate number of elements of a chunk of short lines. Sorting them takes a millisecond or more. */
const CHUNK = 65536;
/** How many pieces to claim at a time. Short lines are claimed in batches. */
export const piecesAtOnce = (pieces: number, elements: number): number =>
  Math.max(1, Math.floor(CHUNK / Math.max(1, elements / Math.max(1, pieces))));

/** First pass over lines that are cut: pieces [start, end). */
export function partitionPieces({ perLine }: SortPlan, cut: Cut, start: number, end: number): void {
  for (let piece = start; piece < end; piece++) partition(cut, Math.floor(piece / perLine), piece % perLine);
}

/** Sorts pieces [start, end) of the source's lines into those of the target: elements, or positions as int32. */
export function sortPieces(
  { perLine, positions }: SortPlan,
  source: Strided,
  target: Strided,
  cut: Cut | undefined,
  start: number,
  end: number,
): void {
  if (!cut && hasSimd && source.view.shape.at(-1)! <= LONGEST) {
    sortShortLines(source, target, positions, start, end);
    return;
  }
  const { dtype } = source.elements;
  const form = keyForm(dtype, positions);
  for (let piece = start; piece < end; piece++) {
    const line = Math.floor(piece / perLine);
    const bucket = cut ? bucketOf(cut, line, piece % perLine) : wholeLine(source, line);
    const { before, count } = bucket;
    const bytesOut = target.elements.itemsize;
    const to = lineBytes(target, line).subarray(before * bytesOut, (before + count) * bytesOut);
    if (isByDigits(form, count, dtype, positions)) {
      const unsorted = { form, count, read: bucket.readElements };
      if (positions) sortedPositions(unsorted, to, cut && bucket.readPositions);
      else sortedElements(unsorted, to);
    } else {
      byEngine(dtype, bucket, lineOf(target, line).subarray(before, before + count), positions, cut !== undefined);
    }
  }
}

const isByDigits = (form: KeyForm, count: number, dtype: DType, positions: boolean): boolean =>
  hasSimd && (count > LONGEST || (dtype === "float16" && count > 0)) && canSort(form, count, positions);

function wholeLine(source: Strided, line: number): Bucket {
  return {
    count: source.view.shape.at(-1)!,
    before: 0,
    readElements: (to) => copyBytes(to, 0, lineBytes(source, line), 0, to.length),
    readPositions() {},
  };
}

function byEngine(dtype: DType, bucket: Bucket, target: RawArray, positions: boolean, isMapped: boolean): void {
  const { array, bytes } = dtypes[dtype];
  const elements = positions ? new array(new ArrayBuffer(bucket.count * bytes)) : target;
  bucket.readElements(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength));
  if (!positions) {
    engineSort(target, dtype);
    return;
  }
  const order = mergeSort(elements, dtype);
  if (isMapped) {
    const table = new Int32Array(bucket.count);
    bucket.readPositions(new Uint8Array(table.buffer));
    for (let i = 0; i < order.length; i++) order[i] = table[order[i]!]!;
  }
  target.set(order as ArrayLike<number>);
}
