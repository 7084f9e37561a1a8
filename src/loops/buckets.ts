/**
 * Cuts a long line by value, so that several threads can sort it and each of them works in its cache. There are two
 * passes, and a line has as many pieces in both.
 *
 * In the first pass a piece is a part of the line. Its elements are moved to buckets, ranges of values that a sample
 * divides, in their order. In the second pass a piece is a bucket: it collects its elements from all parts, sorts them,
 * and writes them behind those of all lower buckets. Both passes only read what they do not write.
 */
import type { RawArray } from "../base/dtype.js";
import { storedLane } from "../ir/elements.js";
import { classifyModule, lookUpModule, moveModule, moveNumbersModule } from "../ir/partition-kernels.js";
import { formName, keyForm } from "../ir/sort-keys.js";
import type { Strided } from "../ndarray/elements.js";
import { copyBytes } from "../platform/runtime.js";
import { scratch } from "./bound.js";
import { lanesIn, lineBytes } from "./line.js";
import { kernelIn, sortedKeys } from "./radix.js";

/** The arrays of lines that are cut. */
export interface Cut {
  /** The lines to sort, along the last axis, without gaps. */
  readonly source: Strided;
  /** The same elements after the first pass, part by part, and those of a part by buckets. */
  readonly staged: Strided;
  /** The position of each of them in its line, as int32; `undefined` if elements are sorted. */
  readonly positions: Strided | undefined;
  /** For each line, the keys at which buckets begin. See `classifyModule`. */
  readonly splitters: Strided;
  /** For each line, the buckets of cells of keys, as bytes, and which keys these are. See `lookUpModule`. */
  readonly cells: Strided;
  readonly ranges: Strided;
  /** For each part, where each bucket begins in it, and where the last one ends. */
  readonly starts: Strided;
}

/** The approximate number of elements of a piece: their records fit into a second-level cache twice. */
const PIECE = 65536;
/** The bucket of an element is a byte. */
const MAX_PIECES = 256;
/** Elements of the sample for each bucket. So a bucket rarely has more than twice as many elements as another. */
const SAMPLES = 32;

/** How many cells the range of a sample has. Floats of both signs have 32 for each power of two. */
export const CELLS = 65536;
/** In place of a number of bits: cells are too wide to tell buckets apart. */
const UNUSABLE = 255;

/** How many pieces a line is cut into: a power of two. */
export const piecesIn = (length: number): number =>
  Math.min(MAX_PIECES, 2 ** Math.max(0, Math.round(Math.log2(length / PIECE))));

const bytesEach = ({ elements }: Strided): number => elements.itemsize;

/** Writes the splitters of all lines. */
export function writeSplitters({ source, splitters, cells, ranges }: Cut, isMerged: boolean): void {
  const { shape, size } = source.view;
  const [length, perLine] = [shape.at(-1)!, splitters.view.shape[1]!];
  const form = keyForm(source.elements.dtype, isMerged);
  const lane = storedLane(source.elements.dtype);
  const count = perLine * SAMPLES;
  for (let line = 0; line * length < size; line++) {
    const from = lanesIn(lineBytes(source, line), lane);
    const keys = sortedKeys({
      form,
      count,
      read(to) {
        const sample = lanesIn(to, lane);
        for (let i = 0; i < count; i++) sample[i] = from[Math.floor(((i + 0.5) * length) / count)]!;
      },
    });
    writeTree(splitters.elements.raw, line * perLine, 1, perLine, (bucket) => keys[bucket * SAMPLES] as number);
    writeCells(lineBytes(cells, line), ranges.elements.raw.subarray(3 * line, 3 * line + 3), keys, perLine);
  }
}

/** Writes the splitters of `count` buckets from node `node` on: the root of the tree separates its halves. */
function writeTree(to: RawArray, at: number, node: number, perLine: number, keyOf: (bucket: number) => number): void {
  // Node i of a level with 2^k nodes separates the halves of the i-th of 2^k ranges of buckets.
  if (node >= perLine) return;
  const level = 31 - Math.clz32(node);
  const range = perLine >> level;
  to[at + node] = keyOf((node - (1 << level)) * range + (range >> 1));
  writeTree(to, at, 2 * node, perLine, keyOf);
  writeTree(to, at, 2 * node + 1, perLine, keyOf);
}

/** Writes the buckets of cells, and their range: the lowest key, the highest one, and bits of a cell. */
function writeCells(cells: Uint8Array, range: RawArray, keys: Uint32Array | BigUint64Array, perLine: number): void {
  const [low, high] = [BigInt(keys[0]!), BigInt(keys.at(-1)!)];
  const bits = BigInt(Math.max(0, (high - low).toString(2).length - Math.log2(CELLS)));
  const starts = Array.from({ length: perLine }, (_, i) => Number((BigInt(keys[i * SAMPLES]!) - low) >> bits));
  // A cell in which two buckets begin would put all its elements into one of them.
  const isUsable = starts.every((start, i) => i === 0 || start > starts[i - 1]!);
  for (const [bucket, start] of starts.entries()) cells.fill(bucket, start, starts[bucket + 1] ?? CELLS);
  const shift = isUsable ? bits : BigInt(UNUSABLE);
  for (const [i, value] of [low, high, shift].entries())
    range[i] = (typeof keys[0] === "bigint" ? value : Number(value)) as number;
}

/** The positions [from, to) of a part in its line. */
function partRange(length: number, perLine: number, part: number): [from: number, to: number] {
  const step = Math.ceil(length / perLine);
  return [Math.min(part * step, length), Math.min((part + 1) * step, length)];
}

/** First pass: moves the elements of a part of a line to their buckets. */
export function partition(cut: Cut, line: number, part: number): void {
  const { source, staged, positions, splitters, cells, ranges, starts } = cut;
  const perLine = splitters.view.shape[1]!;
  const bytes = bytesEach(source);
  const [first, last] = partRange(source.view.shape.at(-1)!, perLine, part);
  const count = last - first;
  const form = keyForm(source.elements.dtype, positions !== undefined);
  const isLookedUp = Number(ranges.elements.raw[3 * line + 2]!) !== UNUSABLE;

  const table = lineBytes(isLookedUp ? ranges : splitters, line);
  const size = 64 * Math.ceil((count * Math.max(bytes, 4)) / 64);
  const [keysAt, counters, from] = [0, 2048, 4096];
  const [to, buckets] = [from + size, from + 2 * size];
  const cellsAt = 64 * Math.ceil((buckets + count) / 64);
  const area = scratch(cellsAt + CELLS);
  const bytesAt = (at: number, length: number) => new Uint8Array(area.buffer, at, length);
  copyBytes(bytesAt(keysAt, table.length), 0, table, 0, table.length);
  copyBytes(bytesAt(from, count * bytes), 0, lineBytes(source, line), first * bytes, last * bytes);
  const places = new Int32Array(area.buffer, counters, perLine).fill(0);
  if (isLookedUp) {
    copyBytes(bytesAt(cellsAt, CELLS), 0, lineBytes(cells, line), 0, CELLS);
    const lookUp = kernelIn(area, `look up ${formName(form)}`, () => lookUpModule(form));
    lookUp(from, from + count * bytes, keysAt, buckets, counters, cellsAt);
  } else {
    const levels = Math.log2(perLine);
    const classify = kernelIn(area, `classify ${formName(form)} ${levels}`, () => classifyModule(form, levels));
    classify(from, from + count * bytes, keysAt, buckets, counters);
  }

  const own = startsOf(starts, line * perLine + part);
  own[0] = 0;
  for (let bucket = 0; bucket < perLine; bucket++) own[bucket + 1] = own[bucket]! + places[bucket]!;
  for (let bucket = 0; bucket < perLine; bucket++) places[bucket] = to + own[bucket]! * bytes;
  kernelIn(area, `move ${bytes}`, () => moveModule(bytes))(from, from + count * bytes, buckets, counters);
  copyBytes(lineBytes(staged, line), first * bytes, bytesAt(to, count * bytes), 0, count * bytes);
  if (!positions) return;
  for (let bucket = 0; bucket < perLine; bucket++) places[bucket] = to + own[bucket]! * 4;
  kernelIn(area, "move numbers", moveNumbersModule)(first, last, buckets, counters);
  copyBytes(lineBytes(positions, line), first * 4, bytesAt(to, count * 4), 0, count * 4);
}

const startsOf = ({ elements, view }: Strided, part: number): RawArray =>
  elements.raw.subarray(part * view.shape[1]!, (part + 1) * view.shape[1]!);

/** The elements of one bucket, which are in all parts of the line. */
export interface Bucket {
  readonly count: number;
  /** The number of elements in lower buckets. */
  readonly before: number;
  /** Writes the bytes of the elements, in the order in which they were in the line. */
  readElements(to: Uint8Array): void;
  /** Writes the positions of the elements in the line. */
  readPositions(to: Uint8Array): void;
}

/** Second pass: a bucket of a line. */
export function bucketOf({ source, staged, positions, splitters, starts }: Cut, line: number, bucket: number): Bucket {
  const perLine = splitters.view.shape[1]!;
  const length = source.view.shape.at(-1)!;
  let [count, before] = [0, 0];
  const segments = Array.from({ length: perLine }, (_, part) => {
    const own = startsOf(starts, line * perLine + part);
    const [first] = partRange(length, perLine, part);
    before += own[bucket]!;
    count += own[bucket + 1]! - own[bucket]!;
    return [first + own[bucket]!, first + own[bucket + 1]!] as const;
  });
  const reader = (lines: Strided) => (to: Uint8Array) => {
    const [from, bytes] = [lineBytes(lines, line), bytesEach(lines)];
    let at = 0;
    for (const [start, end] of segments) {
      copyBytes(to, at, from, start * bytes, end * bytes);
      at += (end - start) * bytes;
    }
  };
  return { count, before, readElements: reader(staged), readPositions: reader(positions ?? staged) };
}
