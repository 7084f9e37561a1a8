/**
 * Computes one block of a matrix product, or many small matrices. Parts of both factors are copied to the thread's
 * scratch memory, packed and multiplied there, and the result is copied out.
 */
import { caster, type DType, dtypes, type RawArray } from "../base/dtype.js";
import { KERNEL_ROWS, kernelColumns, matmulModule } from "../ir/matmul-kernel.js";
import { type LaneType, laneBytes } from "../ir/node.js";
import type { Strided } from "../ndarray/elements.js";
import { castTile, moveTile } from "../ndarray/runs.js";
import { cStrides, sizeOf } from "../ndarray/shape.js";
import { makeView, swapAxes, type View } from "../ndarray/view.js";
import { forEachTile, jointLoop } from "../ndarray/walk.js";
import { instanceRun, scratch } from "./bound.js";
import { newModule } from "./modules.js";

/** How much of the inner axis is packed at a time. A sum begins anew with each such part, so this decides the bits. */
export const DEPTH = 256;
/**
 * The rows of the left factor that are packed at a time. They are read again for each panel of the right factor; 0.5
 * MiB of float64 fit into the second-level cache.
 */
const PACKED_ROWS = 256;

/** Products of matrices: (…, m, k) by (…, k, n) gives (…, m, n), with equal leading axes. */
export interface Product {
  readonly a: Strided;
  readonly b: Strided;
  readonly out: Strided;
  /** The dtype that both factors are cast to, which is also the dtype of `out`. */
  readonly common: DType;
}

/** The lanes that products of this dtype are summed in. Integers wrap, and bools are counted. */
export const productLane = (dtype: DType): LaneType => {
  if (dtype === "float64") return "f64";
  if (dtype === "float32" || dtype === "float16") return "f32";
  return dtypes[dtype].bytes === 8 ? "i64" : "i32";
};
/** The dtype of elements in the scratch memory. It is the product's own one if that is as wide as a lane. */
export const scratchDType = (dtype: DType): DType => {
  if (dtype === "float16") return "float32";
  return dtypes[dtype].bytes < 4 ? "int32" : dtype;
};

const modules = new Map<LaneType, WebAssembly.Module>();
function moduleOf(lane: LaneType): WebAssembly.Module {
  const known = modules.get(lane) ?? newModule(matmulModule(lane));
  modules.set(lane, known);
  return known;
}

export const roundUp = (count: number, unit: number): number => Math.ceil(count / unit) * unit;

export type Range = readonly [start: number, end: number];

/** Some rows and columns of all matrices. */
export function narrow({ elements, view }: Strided, [row, rowEnd]: Range, [column, columnEnd]: Range): Strided {
  const { shape, strides, offset } = view;
  const [down, right] = strides.slice(-2) as [number, number];
  const narrowed = [...shape.slice(0, -2), rowEnd - row, columnEnd - column];
  return { elements, view: makeView(narrowed, strides, offset + row * down + column * right) };
}

/**
 * Computes `count` matrices from number `first` on, in C order of the leading axes. There must be only one if it has
 * more than `PACKED_ROWS` rows or its inner axis is longer than `DEPTH`.
 */
export function multiplyBlock({ a, b, out, common }: Product, first: number, count: number): void {
  const [m, n] = out.view.shape.slice(-2) as [number, number];
  const inner = a.view.shape.at(-1)!;
  const lane = productLane(common);
  const bytes = laneBytes(lane);
  const dtype = scratchDType(common);
  const columns = roundUp(n, kernelColumns(lane));
  const [rows, depth] = [Math.min(m, PACKED_ROWS), Math.min(inner, DEPTH)];
  // The kernel stores whole registers. What it stores behind a row must not stay there if it adds to the next row.
  const pitch = inner > DEPTH ? columns : n;
  const sizes = [
    roundUp(rows, KERNEL_ROWS) * depth,
    columns * depth,
    count * rows * depth,
    count * n * depth,
    count * m * pitch + KERNEL_ROWS * columns,
  ];
  let size = 0;
  const [panelsA, panelsB, placeA, placeB, placeC] = sizes.map((one) => {
    size += roundUp(one, 8); // so that each part begins at a vector
    return size - roundUp(one, 8);
  }) as [number, number, number, number, number];
  const { memory, buffer } = scratch(size * bytes);
  const raw = new dtypes[dtype].array(buffer, 0, size);
  const run = instanceRun(moduleOf(lane), [memory]);
  const turned = { elements: b.elements, view: swapAxes(b.view, -2, -1) };
  for (let k = 0; k === 0 || k < inner; k += DEPTH) {
    const part: Range = [k, Math.min(inner, k + DEPTH)];
    const stepsB = stage(raw, placeB, dtype, narrow(turned, [0, n], part), first, count);
    for (let row = 0; row < m; row += PACKED_ROWS) {
      const end = Math.min(m, row + PACKED_ROWS);
      const stepsA = stage(raw, placeA, dtype, narrow(a, [row, end], part), first, count);
      const places = [placeA, ...stepsA, placeB, ...stepsB, placeC + row * pitch, m * pitch, pitch, panelsA, panelsB];
      run(count, end - row, n, part[1] - k, ...places.map((one) => one * bytes), Number(row === 0), Number(k > 0));
    }
  }
  const result = inScratch(out.view.shape, placeC, pitch, first);
  transfer(raw, result, dtype, out, [first, first + count], true);
}

/** The view of all matrices in the scratch memory if number `first` is at `place`, with rows of `pitch` elements. */
function inScratch(shape: readonly number[], place: number, pitch: number, first: number): View {
  const strides = cStrides([...shape.slice(0, -1), pitch]);
  return makeView(shape, strides, place - first * shape.at(-2)! * pitch);
}

/**
 * Copies matrices of a factor, whose last axis is the inner one, to `place`. Returns the steps of the copy: from matrix
 * to matrix, from row to row, and along the inner axis. Rows and inner axis are exchanged if that is the order of the
 * factor's memory, because adjacent elements are copied 3 times as fast.
 */
function stage(
  raw: RawArray,
  place: number,
  dtype: DType,
  { elements, view }: Strided,
  first: number,
  count: number,
): readonly [number, number, number] {
  const [down, along] = view.strides.slice(-2) as [number, number];
  const isTurned = Math.abs(down) < Math.abs(along);
  const ordered = isTurned ? swapAxes(view, -2, -1) : view;
  const length = ordered.shape.at(-1)!;
  const copy = inScratch(ordered.shape, place, length, first);
  transfer(raw, copy, dtype, { elements, view: ordered }, [first, first + count], false);
  return [ordered.shape.at(-2)! * length, ...(isTurned ? ([1, length] as const) : ([length, 1] as const))];
}

/** Copies matrices of an operand to the scratch memory, or from there. */
function transfer(
  raw: RawArray,
  staged: View,
  dtype: DType,
  { elements, view }: Strided,
  [start, end]: Range,
  isStore: boolean,
): void {
  const size = sizeOf(view.shape.slice(-2));
  const loop = jointLoop([staged, view], "C");
  const cast = isStore ? caster(dtype, elements.dtype) : caster(elements.dtype, dtype);
  const arrays = [raw, elements.raw];
  const [from, to] = isStore ? [0, 1] : [1, 0];
  forEachTile(loop, start * size, end * size, (rows, count, at) => {
    const tiles = arrays.map((one, i) => {
      const [step = 0, rowStep = 0] = loop.strides[i]!.toReversed();
      return { raw: one, start: at[i]!, rowStep, step };
    });
    if (cast) castTile(tiles[to]!, tiles[from]!, rows, count, cast);
    else moveTile(tiles[to]!, tiles[from]!, rows, count);
  });
}
