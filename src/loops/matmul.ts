/**
 * Computes a matrix product in independent tiles. Parts of both factors are packed into the thread's scratch memory and
 * multiplied there, and then the tile is written out. Every sum follows the order of the inner axis, so tiles do not
 * change the bits.
 */
import { caster, type DType, dtypes, type RawArray } from "../base/dtype.js";
import { KERNEL_ROWS, kernelColumns, matmulModule } from "../ir/matmul-kernel.js";
import { type LaneType, laneBytes } from "../ir/node.js";
import type { Strided } from "../ndarray/elements.js";
import { sizeOf } from "../ndarray/shape.js";
import { makeView } from "../ndarray/view.js";
import { instanceRun, laneArray, scratch } from "./bound.js";
import { newModule } from "./modules.js";

/**
 * Rows and columns of a tile, and how much of the inner axis is packed at a time. The packed parts and the tile take
 * 0.5 MiB of float64, which fits into the second-level cache.
 */
const ROWS = 64;
const COLUMNS = 128;
const DEPTH = 256;

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
const LANE_DTYPE: Partial<Record<LaneType, DType>> = { f64: "float64", f32: "float32", i32: "int32", i64: "int64" };

/** The number of tiles of a result with this shape. */
export function tilesOf(shape: readonly number[]): number {
  const [m, n] = shape.slice(-2) as [number, number];
  return sizeOf(shape.slice(0, -2)) * tilesOfMatrix(m, n);
}
const tilesOfMatrix = (m: number, n: number): number => Math.ceil(m / ROWS) * Math.ceil(n / COLUMNS);

/** One of many matrices, by its number in C order of the leading axes. */
function matrixOf({ elements, view }: Strided, index: number): Strided {
  const { shape, strides } = view;
  let rest = index;
  let offset = view.offset;
  for (let axis = shape.length - 3; axis >= 0; axis--) {
    offset += (rest % shape[axis]!) * strides[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return { elements, view: makeView(shape.slice(-2), strides.slice(-2), offset) };
}

const modules = new Map<LaneType, WebAssembly.Module>();
function moduleOf(lane: LaneType): WebAssembly.Module {
  const known = modules.get(lane) ?? newModule(matmulModule(lane));
  modules.set(lane, known);
  return known;
}

/** Computes tiles [start, end). */
export function multiplyTiles(product: Product, start: number, end: number): void {
  const [m, n] = product.out.view.shape.slice(-2) as [number, number];
  const each = tilesOfMatrix(m, n);
  for (let tile = start; tile < end; ) {
    const matrix = Math.floor(tile / each);
    const first = tile - matrix * each;
    const last = Math.min(each, end - matrix * each);
    const [a, b, out] = [product.a, product.b, product.out].map((one) => matrixOf(one, matrix)) as [
      Strided,
      Strided,
      Strided,
    ];
    multiplyMatrix({ a, b, out, common: product.common }, first, last);
    tile += last - first;
  }
}

/** Computes tiles [start, end) of a product of two matrices. */
function multiplyMatrix({ a, b, out, common }: Product, start: number, end: number): void {
  const lane = productLane(common);
  const bytes = laneBytes(lane);
  const [m, n] = out.view.shape as [number, number];
  const inner = a.view.shape[1]!;
  const width = kernelColumns(lane);
  const sizes = [ROWS * DEPTH, DEPTH * COLUMNS, ROWS * COLUMNS].map((count) => count * bytes);
  const [aAt, bAt, cAt] = [0, sizes[0]!, sizes[0]! + sizes[1]!] as const;
  const area = scratch(sizes.reduce((x, y) => x + y));
  const [packedA, packedB, tile] = [aAt, bAt, cAt].map((at, i) =>
    laneArray(lane, area.buffer, at, sizes[i]! / bytes),
  ) as [RawArray, RawArray, RawArray];
  const run = instanceRun(moduleOf(lane), [area.memory]);
  const laneDType = LANE_DTYPE[lane]!;
  const perRow = Math.ceil(n / COLUMNS);
  for (let unit = start; unit < end; unit++) {
    const row = Math.floor(unit / perRow) * ROWS;
    const column = (unit % perRow) * COLUMNS;
    const [rows, columns] = [Math.min(ROWS, m - row), Math.min(COLUMNS, n - column)];
    tile.fill((bytes === 8 && lane === "i64" ? 0n : 0) as number);
    for (let k = 0; k < inner; k += DEPTH) {
      const depth = Math.min(DEPTH, inner - k);
      pack(packedA, a, laneDType, [row, k], [rows, depth], KERNEL_ROWS, false);
      pack(packedB, b, laneDType, [k, column], [depth, columns], width, true);
      for (let i = 0; i < rows; i += KERNEL_ROWS) {
        for (let j = 0; j < columns; j += width) {
          run(
            depth,
            aAt + i * depth * bytes,
            bAt + j * depth * bytes,
            cAt + (i * COLUMNS + j) * bytes,
            COLUMNS * bytes,
          );
        }
      }
    }
    unpack(out, tile, laneDType, [row, column], [rows, columns]);
  }
}

/**
 * Packs a part of a matrix into panels of `panel` rows or columns. Within a panel, the elements that one step along the
 * inner axis needs are adjacent. Panels at the edge are filled with zeros.
 */
function pack(
  to: RawArray,
  { elements, view }: Strided,
  lane: DType,
  [row, column]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  panel: number,
  byColumns: boolean,
): void {
  const { raw } = elements;
  const cast = caster(elements.dtype, lane);
  const [down, right] = view.strides as [number, number];
  const [step, along] = byColumns ? [right, down] : [down, right];
  const [count, depth] = byColumns ? [columns, rows] : [rows, columns];
  const start = view.offset + row * down + column * right;
  const zero = (lane === "int64" ? 0n : 0) as number;
  let at = 0;
  for (let first = 0; first < count; first += panel) {
    const have = Math.min(panel, count - first);
    for (let k = 0; k < depth; k++) {
      let from = start + first * step + k * along;
      if (cast) for (let i = 0; i < have; i++, from += step) to[at++] = cast(raw[from]!);
      else for (let i = 0; i < have; i++, from += step) to[at++] = raw[from]!;
      for (let i = have; i < panel; i++) to[at++] = zero;
    }
  }
}

function unpack(
  { elements, view }: Strided,
  tile: RawArray,
  lane: DType,
  [row, column]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): void {
  const { raw, dtype } = elements;
  const cast = lane === dtype ? undefined : caster(lane, dtype);
  const [down, right] = view.strides as [number, number];
  for (let i = 0; i < rows; i++) {
    let at = view.offset + (row + i) * down + column * right;
    for (let j = 0; j < columns; j++, at += right) {
      const value = tile[i * COLUMNS + j]!;
      raw[at] = cast ? cast(value) : value;
    }
  }
}
