/**
 * Windows: bytes of a block that are copied to the scratch memory, gaps included, and back. Engines copy shared memory
 * word by word only if both places are as far behind a whole word, and else element by element: 1000 rows of 998
 * float32 take 0.35 ms or 2 ms, and of uint8 0.13 or 0.57. So a window has the same distance to a word in both places.
 */
import type { Strided } from "../ndarray/elements.js";
import { forEachTile, jointLoop, type Loop } from "../ndarray/walk.js";

/** Bytes of a word. */
export const WORD = 8;
/** Bytes of the scratch memory for one window. All windows of a loop fit into the second-level cache. */
export const WINDOW_BYTES = 32768;

export class Window {
  readonly #words: Float64Array;
  /** Unlike a typed array of bytes, a view of data may be longer than 4 GiB on all engines. */
  readonly #bytes: DataView;
  readonly #hereWords: Float64Array;
  readonly #hereBytes: DataView;
  readonly #at: number;
  /** The first byte of the block that is here, which begins a word. */
  #first = 0;

  /**
   * @param block what the bytes are copied from
   * @param scratch where they are copied to
   * @param at the address in it, a multiple of 8
   * @param room the most bytes, a multiple of 8; there may be `WORD` more
   */
  constructor(block: ArrayBufferLike, scratch: ArrayBufferLike, at: number, room: number) {
    this.#words = new Float64Array(block, 0, Math.floor(block.byteLength / WORD));
    this.#bytes = new DataView(block);
    this.#hereWords = new Float64Array(scratch, at, room / WORD + 1);
    this.#hereBytes = new DataView(scratch, at, room + WORD);
    this.#at = at;
  }

  /** Moves the window to bytes of the block from `from` on, and returns their address in the scratch memory. */
  moveTo(from: number): number {
    this.#first = from - (from % WORD);
    return this.#at + (from % WORD);
  }

  /** As `moveTo`, and copies the bytes, and those that share a word with them. */
  take(from: number, count: number): number {
    const address = this.moveTo(from);
    const first = this.#first / WORD;
    const last = Math.min(this.#words.length, Math.ceil((from + count) / WORD));
    this.#hereWords.set(this.#words.subarray(first, last));
    // The last bytes of a buffer may be less than a word.
    for (let i = WORD * last; i < from + count; i++) this.#hereBytes.setUint8(i - this.#first, this.#bytes.getUint8(i));
    return address;
  }

  /** Copies bytes back to the block, and no other bytes. */
  put(from: number, count: number): void {
    const end = from + count;
    const [first, last] = [Math.ceil(from / WORD), Math.floor(end / WORD)];
    const behind = this.#first / WORD;
    if (last > first) this.#words.set(this.#hereWords.subarray(first - behind, last - behind), first);
    const head = Math.min(end, WORD * first);
    this.#putBytes(from, head);
    this.#putBytes(Math.max(head, WORD * last), end);
  }

  #putBytes(from: number, end: number): void {
    for (let i = from; i < end; i++) this.#bytes.setUint8(i, this.#hereBytes.getUint8(i - this.#first));
  }
}

/** The bytes of `room` that windows take in the scratch memory. */
export const windowRoom = (room: number): number => room + 2 * WORD;

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
