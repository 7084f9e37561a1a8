/**
 * Products of a matrix and a vector by kernel: in engines with several memories, if rows or columns are adjacent
 * elements. The vector and the sums are in the scratch memory.
 */
import type { RawArray } from "../base/dtype.js";
import { MATVEC_ROWS, matvecModule } from "../ir/matvec-kernel.js";
import { type LaneType, laneBytes } from "../ir/node.js";
import { hasMultiMemory } from "../ir/support.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { instanceRun, scratch } from "./bound.js";
import { DEPTH, roundUp } from "./matmul-block.js";
import { newModule } from "./modules.js";

export type Way = "rows" | "columns";
/** How a kernel sums a matrix, given by its view with the results down; `undefined` if none can. */
export function wayOf({ elements, view }: Strided, lane: LaneType): Way | undefined {
  const { shape, strides } = view;
  const [rows, along] = [shape.at(-2)!, strides.at(-1)!];
  if (!hasMultiMemory || rows < MATVEC_ROWS || elements.itemsize !== laneBytes(lane)) return undefined;
  if (!blockOf(elements.memory).memory) return undefined;
  return along === 1 ? "rows" : strides.at(-2) === 1 ? "columns" : undefined;
}

const kernels = new Map<string, WebAssembly.Module>();
function kernelOf(lane: LaneType, way: Way): WebAssembly.Module {
  const key = `${lane} ${way}`;
  const known = kernels.get(key) ?? newModule(matvecModule(lane, way, DEPTH));
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
  const { itemsize, byteOffset, memory } = matrix.elements;
  const unit = way === "rows" ? MATVEC_ROWS : 16 / itemsize;
  const count = Math.floor(rows / unit);
  const most = Math.min(depth, MOST_COPIED);
  const place = roundUp(most * itemsize, 16); // behind the vector
  const { memory: second, buffer } = scratch(place + rows * itemsize);
  const newIn = sums.constructor as new (buffer: ArrayBufferLike, at: number, length: number) => RawArray;
  const vector = new newIn(buffer, 0, most);
  const made = new newIn(buffer, place, count * unit);
  made.set(sums.subarray(0, count * unit) as unknown as ArrayLike<number>);
  const distance = matrix.view.strides[way === "rows" ? 0 : 1]! * itemsize;
  const run = instanceRun(kernelOf(lane, way), [blockOf(memory).memory!, second]);
  for (let k = 0; k < depth; k += most) {
    const taken = Math.min(most, depth - k);
    for (let i = 0, q = first + k * step; i < taken; i++, q += step) vector[i] = x[q]!;
    run(count, taken, byteOffset + (start + k) * itemsize, distance, 0, place);
  }
  sums.set(made as unknown as ArrayLike<number>);
  return count * unit;
}
