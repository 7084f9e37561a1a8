/** Where the lines of a text file are that are to be read, and the lines that begin in a stretch of it. */
import { readFully, type Steps } from "./steps.js";

/** A text file. */
export interface TextFile {
  readonly path: string;
  readonly size: number;
}
/** Bytes [start, end) of a file: whole lines. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

const [NEWLINE, RETURN] = [0x0a, 0x0d];
const BLOCK_BYTES = 1 << 16;
/** UTF-8's mark at the beginning of some files. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

function* block(file: TextFile, start: number, length: number): Steps<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, file.size - start)));
  yield* readFully(bytes, start, file.path);
  return bytes;
}

/** Where the first line begins, after some lines that are skipped. */
export function* afterLines(file: TextFile, count: number): Steps<number> {
  const first = yield* block(file, 0, BYTE_ORDER_MARK.length);
  const hasMark = BYTE_ORDER_MARK.every((byte, i) => first[i] === byte);
  let left = count;
  let isAfterReturn = false;
  const from = hasMark ? BYTE_ORDER_MARK.length : 0;
  for (let start = from; left > 0 || isAfterReturn; start += BLOCK_BYTES) {
    if (start >= file.size) return file.size;
    const bytes = yield* block(file, start, BLOCK_BYTES);
    for (const [i, byte] of bytes.entries()) {
      if (isAfterReturn && byte !== NEWLINE) left--;
      if (left === 0) return start + i;
      isAfterReturn = byte === RETURN;
      if (byte === NEWLINE && --left === 0) return start + i + 1;
    }
  }
  return from;
}

/**
 * The lines that begin in bytes [start, end) of a stretch that is cut anywhere. So each line is in one cut, however
 * long it is.
 */
export function* linesIn(file: TextFile, { start, end }: Stretch, all: Stretch): Steps<Uint8Array> {
  const from = start === all.start ? start : start - 1;
  const bytes = yield* block(file, from, end - from);
  const first = from === start ? 0 : bytes.indexOf(NEWLINE) + 1;
  if (from !== start && first === 0) return bytes.subarray(0, 0);
  const pieces = [bytes.subarray(first)];
  let isOpen = first < bytes.length && bytes.at(-1) !== NEWLINE;
  for (let next = end; isOpen && next < all.end; next += BLOCK_BYTES) {
    const more = yield* block(file, next, Math.min(BLOCK_BYTES, all.end - next));
    const length = more.indexOf(NEWLINE) + 1;
    isOpen = length === 0;
    pieces.push(isOpen ? more : more.subarray(0, length));
  }
  return pieces.length === 1 ? pieces[0]! : joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * Where the last rows begin. Lines that are no rows do not count.
 *
 * @param isRow whether a line is a row
 */
export function* beforeRows(
  file: TextFile,
  all: Stretch,
  count: number,
  isRow: (line: Uint8Array) => boolean,
): Steps<number> {
  for (let length = BLOCK_BYTES; count > 0; length *= 4) {
    const start = Math.max(all.start, all.end - length);
    const bytes = yield* block(file, start, all.end - start);
    let left = count;
    for (let end = bytes.length; end > 0; ) {
      let first = end - 1;
      while (first > 0 && bytes[first - 1] !== NEWLINE) first--;
      if (first === 0 && start > all.start) break; // the line may begin before
      if (isRow(bytes.subarray(first, end)) && --left === 0) return start + first;
      end = first;
    }
    if (start === all.start) return start;
  }
  return all.end;
}
