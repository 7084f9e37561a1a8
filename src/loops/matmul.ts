/**
 * Computes matrix products in independent tiles. Every sum follows the order of the inner axis, so tiles do not change
 * the bits.
 */
import { sizeOf } from "../ndarray/shape.js";
import { DEPTH, multiplyBlock, narrow, type Product, type Range } from "./matmul-block.js";
import { isVectorProduct, multiplyVector } from "./matmul-vector.js";

/**
 * The most rows of a tile, and its columns. Copying and packing an element takes 0.8 ns, so with 256 × 256 they take
 * 7 % of the time of 1000 × 1000 float64.
 */
const ROWS = 256;
const COLUMNS = 256;
/** Tiles of a small result have fewer rows, but at least so many, until there are `ENOUGH` of them for a team. */
const LEAST_ROWS = 64;
const ENOUGH = 8;
/** The most rows that a thread computes at a time if it has several tiles. It packs the right factor once for them. */
const STRIP = 1024;
/** The most elements of a factor, or of the results, that are copied at a time if matrices are small. */
const GROUP = 16384;

/** How results of this shape are cut into tiles. Tiles are numbered down the columns, then from matrix to matrix. */
function gridOf(shape: readonly number[]) {
  const [m, n] = shape.slice(-2) as [number, number];
  const across = Math.ceil(n / COLUMNS);
  let rows = ROWS;
  while (rows > LEAST_ROWS && across * Math.ceil(m / rows) < ENOUGH) rows /= 2;
  const down = Math.ceil(m / rows);
  return { rows, down, perMatrix: down * across, matrices: sizeOf(shape.slice(0, -2)) };
}

/** The number of tiles of a result with this shape. */
export function tilesOf(shape: readonly number[]): number {
  const { perMatrix, matrices } = gridOf(shape);
  return perMatrix * matrices;
}

/**
 * How many tiles make one chunk: so many that computing them takes some 50 µs at least. Besides its multiplications,
 * each matrix costs the time of about `COPIED` for each element that is copied and packed.
 */
export function tilesPerChunk(shape: readonly number[], inner: number): number {
  const { rows } = gridOf(shape);
  const [m, n] = [Math.min(rows, shape.at(-2)!), Math.min(COLUMNS, shape.at(-1)!)];
  return Math.ceil(CHUNK / Math.max(1, m * n * inner + COPIED * (m * inner + inner * n + m * n)));
}
const CHUNK = 2 ** 19;
const COPIED = 16;

/** Computes tiles [start, end). */
export function multiplyTiles(product: Product, start: number, end: number): void {
  const { a, b, out, common } = product;
  const { rows, down, perMatrix } = gridOf(out.view.shape);
  const [m, n] = out.view.shape.slice(-2) as [number, number];
  const inner = a.view.shape.at(-1)!;
  if (perMatrix === 1 && inner <= DEPTH) {
    const most = Math.max(1, Math.floor(GROUP / Math.max(1, m * inner, inner * n, m * n)));
    for (let first = start; first < end; first += most) multiplyBlock(product, first, Math.min(most, end - first));
    return;
  }
  const whole: Range = [0, inner];
  for (let tile = start; tile < end; ) {
    const matrix = Math.floor(tile / perMatrix);
    const place = tile - matrix * perMatrix;
    const row = (place % down) * rows;
    const column = Math.floor(place / down) * COLUMNS;
    const count = Math.min(STRIP / rows, down - (place % down), end - tile);
    const [i, j]: Range[] = [
      [row, Math.min(m, row + count * rows)],
      [column, Math.min(n, column + COLUMNS)],
    ];
    const part = { a: narrow(a, i!, whole), b: narrow(b, whole, j!), out: narrow(out, i!, j!), common };
    if (isVectorProduct(part)) multiplyVector(part, matrix);
    else multiplyBlock(part, matrix, 1);
    tile += count;
  }
}
