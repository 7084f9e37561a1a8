/**
 * Windows: bytes of a block that are copied to the scratch memory, gaps included, and back, for engines whose kernels
 * reach only one memory.
 */
import type { Strided } from "../ndarray/elements.js";
import { forEachTile, jointLoop, type Loop } from "../ndarray/walk.js";
import { copyBytes } from "../platform/runtime.js";

/** Bytes of the scratch memory for one window. All windows of a loop fit into the second-level cache. */
export const WINDOW_BYTES = 32768;

export class Window {
  readonly #block: ArrayBufferLike;
  readonly #here: Uint8Array;
  readonly #at: number;
  /** The byte of the block that is the first one here. */
  #first = 0;

  /**
   * @param block what the bytes are copied from
   * @param scratch where they are copied to
   * @param at the address in it
   * @param room the most bytes
   */
  constructor(block: ArrayBufferLike, scratch: ArrayBufferLike, at: number, room: number) {
    this.#block = block;
    this.#here = new Uint8Array(scratch, at, room);
    this.#at = at;
  }

  /** Moves the window to bytes of the block from `from` on, and returns their address in the scratch memory. */
  moveTo(from: number): number {
    this.#first = from;
    return this.#at;
  }

  /** As `moveTo`, and copies the bytes. */
  take(from: number, count: number): number {
    copyBytes(this.#here, 0, new Uint8Array(this.#block, from, count), 0, count);
    return this.moveTo(from);
  }

  /** Copies bytes back to the block, and no other bytes. */
  put(from: number, count: number): void {
    const start = from - this.#first;
    copyBytes(new Uint8Array(this.#block, from, count), 0, this.#here, start, start + count);
  }
}

/**
 * The bytes of `room` that windows take in the scratch memory. Windows do not begin at the same place of a page,
 * because processors take a load for one of bytes that were just stored if the lower 12 bits of the addresses are
 * equal.
 */
export const windowRoom = (room: number): number => room + 256;

/** The largest steps and gaps of inputs, in elements and in rows, that are copied with them. */
const MOST_GAPS = 4;
/** Rows of so many elements are worth being copied one by one, if there is much between them. */
const LONG = 64;

/** The fewest elements for which windows are worth being moved. */
const LEAST = 1024;

/** Whether it is cheap to copy windows of these operands, the result first: there is little between their elements. */
export function areWindows(operands: readonly Strided[]): boolean {
  const { shape, strides } = jointLoop(
    operands.map(({ view }) => view),
    "K",
  );
  const count = shape.at(-1)!;
  if (shape.length > 2 && count * shape.at(-2)! < LEAST) return false;
  return strides.every((one, i) => {
    const along = one.at(-1)!;
    if (i === 0 ? along !== 1 : Math.abs(along) > MOST_GAPS) return false;
    return count >= LONG || Math.abs(one.at(-2) ?? 0) <= MOST_GAPS * count;
  });
}

/** A position and the steps of an operand, in bytes. */
interface Steps {
  readonly base: number;
  readonly unit: number;
  readonly across: number;
  readonly along: number;
}
/** Computes rows of positions; `at` is where each operand's first element is, in elements. */
export type RunRows = (rows: number, count: number, at: readonly number[]) => void;

/** Calls `run` for rows of positions [start, end) such that the window of each operand has room for them. */
export function forEachWindow(loop: Loop, steps: readonly Steps[], start: number, end: number, run: RunRows): void {
  const longest = Math.max(...steps.map(({ unit, along }) => Math.max(unit, Math.abs(along))));
  const most = Math.floor(WINDOW_BYTES / longest);
  forEachTile(loop, start, end, (rows, count, at) => {
    const width = Math.min(count, most);
    const height = width < count ? 1 : Math.min(...steps.map((one) => rowsIn(one, count)));
    for (let row = 0; row < rows; row += height) {
      for (let column = 0; column < count; column += width) {
        const place = at.map((one, i) => {
          const { unit, across, along } = steps[i]!;
          return one + (row * across + column * along) / unit;
        });
        run(Math.min(height, rows - row), Math.min(width, count - column), place);
      }
    }
  });
}

/** How many rows fit into a window. A row is taken alone if what is between rows is much longer. */
function rowsIn({ unit, across, along }: Steps, count: number): number {
  if (across === 0) return Number.POSITIVE_INFINITY;
  const pitch = Math.abs(across);
  if (pitch > MOST_GAPS * count * unit) return 1;
  return 1 + Math.floor(Math.max(0, WINDOW_BYTES - extentOf(1, count, { unit, across, along, base: 0 })) / pitch);
}

/** The bytes from the first to the last element of rows. */
export const extentOf = (rows: number, count: number, { unit, across, along }: Steps): number =>
  (rows - 1) * Math.abs(across) + (count - 1) * Math.abs(along) + unit;
