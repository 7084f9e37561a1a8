/**
 * Products of a matrix and a vector by kernel, if rows or columns are adjacent elements. The vector and the sums are in
 * the scratch memory, and in engines without several memories windows of the matrix are as well.
 */
import type { RawArray } from "../base/dtype.js";
import { MATVEC_ROWS, matvecModule } from "../ir/matvec-kernel.js";
import { type LaneType, laneBytes } from "../ir/node.js";
import { hasMultiMemory, hasSimd } from "../ir/support.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { instanceRun, scratch } from "./bound.js";
import { DEPTH, roundUp } from "./matmul-block.js";
import { newModule } from "./modules.js";
import { WINDOW_BYTES, Window, windowRoom } from "./windows.js";

export type Way = "rows" | "columns";
/** How a kernel sums a matrix, given by its view with the results down; `undefined` if none can. */
export function wayOf({ elements, view }: Strided, lane: LaneType): Way | undefined {
  const { shape, strides } = view;
  const [rows, along] = [shape.at(-2)!, strides.at(-1)!];
  if (!hasSimd || rows < MATVEC_ROWS || elements.itemsize !== laneBytes(lane)) return undefined;
  const way = along === 1 ? "rows" : strides.at(-2) === 1 ? "columns" : undefined;
  if (hasMultiMemory) return blockOf(elements.memory).memory && way;
  // Windows take the least that the kernel computes at a time: eight rows, or one column.
  const apart = (way === "rows" ? MATVEC_ROWS * strides.at(-2)! : along) * elements.itemsize;
  const longest = Math.max(apart, way === "columns" ? rows * elements.itemsize : 0);
  return apart >= 0 && longest <= MOST_WINDOW_BYTES ? way : undefined;
}
/** The most bytes of a window: a second-level cache has them. */
const MOST_WINDOW_BYTES = 2 ** 19;

const kernels = new Map<string, WebAssembly.Module>();
function kernelOf(lane: LaneType, way: Way): WebAssembly.Module {
  const key = `${lane} ${way}`;
  const known = kernels.get(key) ?? newModule(matvecModule(lane, way, DEPTH, hasMultiMemory ? ["0", "1"] : ["0"]));
  kernels.set(key, known);
  return known;
}

/** A part of the product: a matrix with the results down, from some step of the inner axis on. */
interface Part {
  readonly matrix: Strided;
  /** The position of the first element of the matrix, and of the vector. */
  readonly start: number;
  readonly first: number;
  readonly depth: number;
  readonly x: RawArray;
  readonly step: number;
}
/** The most elements of the vector that are copied to the scratch memory at a time, in whole parts of `DEPTH`. */
const MOST_COPIED = 64 * DEPTH;

/**
 * Adds to the sums of as many rows as the kernel takes, and returns how many they are. "rows" sums in parts of `DEPTH`
 * elements, and "columns" takes one such part at a time.
 */
export function addByKernel(
  way: Way,
  lane: LaneType,
  sums: RawArray,
  { matrix, start, first, depth, x, step }: Part,
): number {
  const [rows] = matrix.view.shape as [number];
  const { itemsize, byteOffset } = matrix.elements;
  const unit = way === "rows" ? MATVEC_ROWS : 16 / itemsize;
  const count = Math.floor(rows / unit);
  const most = Math.min(depth, MOST_COPIED);
  const place = roundUp(most * itemsize, 16); // behind the vector
  const distance = matrix.view.strides[way === "rows" ? 0 : 1]! * itemsize;
  // What the kernel computes at a time, and how far that reaches beyond the beginning of the next such part.
  const apart = way === "rows" ? unit * distance : distance;
  const reach = (way === "rows" ? most : rows) * itemsize;
  const room = hasMultiMemory ? 0 : roundUp(Math.max(WINDOW_BYTES, apart) + reach, 16);
  const at = roundUp(place + rows * itemsize, 16);
  const { memory: second, buffer } = scratch(at + windowRoom(room));
  const newIn = sums.constructor as new (buffer: ArrayBufferLike, at: number, length: number) => RawArray;
  const vector = new newIn(buffer, 0, most);
  const made = new newIn(buffer, place, count * unit);
  made.set(sums.subarray(0, count * unit) as unknown as ArrayLike<number>);
  const { buffer: own, memory } = blockOf(matrix.elements.memory);
  const run = instanceRun(kernelOf(lane, way), hasMultiMemory ? [memory!, second] : [second]);
  const window = hasMultiMemory ? undefined : new Window(own, buffer, at, room);
  const together = apart === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(WINDOW_BYTES / apart));
  for (let k = 0; k < depth; k += most) {
    const taken = Math.min(most, depth - k);
    for (let i = 0, q = first + k * step; i < taken; i++, q += step) vector[i] = x[q]!;
    const from = byteOffset + (start + k) * itemsize;
    if (!window) run(count, taken, from, distance, 0, place);
    else if (way === "rows") rowsByWindow(taken, from);
    else columnsByWindow(taken, from);
  }
  sums.set(made as unknown as ArrayLike<number>);
  return count * unit;

  function rowsByWindow(taken: number, from: number): void {
    for (let done = 0; done < count; done += together) {
      const parts = Math.min(together, count - done);
      const here = window!.take(from + done * apart, (parts * unit - 1) * distance + taken * itemsize);
      run(parts, taken, here, distance, 0, place + done * unit * itemsize);
    }
  }

  function columnsByWindow(taken: number, from: number): void {
    for (let done = 0; done < taken; done += together) {
      const columns = Math.min(together, taken - done);
      const here = window!.take(from + done * apart, (columns - 1) * distance + count * unit * itemsize);
      run(count, columns, here, distance, done * itemsize, place);
    }
  }
}
