/**
 * Reading a file as a program of steps: each asks for bytes of the file, or has bytes inflated. So every format is
 * written once, as a generator, and is read both ways: blocking the thread, or not.
 */
import { FormatError } from "../base/errors.js";
import { show } from "../base/expect.js";
import {
  closeSync,
  fstatSync,
  inflateRaw,
  inflateRawSync,
  open,
  openSync,
  readDescriptor,
  readSync,
} from "../platform/runtime.js";
import { PIECE } from "../system/replace-file.js";

/** Asks for up to `count` bytes from a position of the file on. The answer is how many were read. */
interface ReadStep {
  readonly kind: "read";
  readonly into: Uint8Array;
  readonly at: number;
  readonly count: number;
  readonly position: number;
}
/** Has bytes inflated to at most `byteLength`. The answer is the bytes. With `isPart`, the input may end early. */
interface InflateStep {
  readonly kind: "inflate";
  readonly bytes: Uint8Array;
  readonly byteLength: number;
  readonly isPart: boolean;
}
type Step = ReadStep | InflateStep;
/** A program that reads a file and returns a value. */
export type Steps<T> = Generator<Step, T, unknown>;

/**
 * Fills `bytes` from a position of the file on.
 *
 * @throws {FormatError} If the file ends before.
 */
export function* readFully(bytes: Uint8Array, position: number, path: string): Steps<void> {
  for (let at = 0; at < bytes.length; ) {
    const count = Math.min(PIECE, bytes.length - at);
    const got = (yield { kind: "read", into: bytes, at, count, position: position + at }) as number;
    if (got === 0) {
      const expected = `${show(path)} to hold ${position + bytes.length} bytes`;
      throw new FormatError(`Expected ${expected}, but it ends at ${position + at}`, { key: path });
    }
    at += got;
  }
}

/** Inflates bytes to at most `byteLength`. Throws the error of zlib if they are damaged, or would become more. */
export function* inflated(bytes: Uint8Array, byteLength: number, isPart = false): Steps<Uint8Array> {
  return (yield { kind: "inflate", bytes, byteLength, isPart }) as Uint8Array;
}

/** Runs a program on an open file without blocking this thread. */
export async function perform<T>(steps: Steps<T>, fd: number): Promise<T> {
  let next = steps.next();
  while (!next.done) {
    try {
      next = steps.next(await answer(next.value, fd));
    } catch (e) {
      next = steps.throw(e);
    }
  }
  return next.value;
}

/** As `perform`, but it blocks this thread. */
export function performSync<T>(steps: Steps<T>, fd: number): T {
  let next = steps.next();
  while (!next.done) {
    try {
      next = steps.next(answerSync(next.value, fd));
    } catch (e) {
      next = steps.throw(e);
    }
  }
  return next.value;
}

const answer = (step: Step, fd: number): Promise<unknown> =>
  step.kind === "read"
    ? readDescriptor(fd, step.into, step.at, step.count, step.position)
    : inflateRaw(step.bytes, step.byteLength, step.isPart);
const answerSync = (step: Step, fd: number): unknown =>
  step.kind === "read"
    ? readSync(fd, step.into, step.at, step.count, step.position)
    : inflateRawSync(step.bytes, step.byteLength, step.isPart);

/** Runs a program on bytes in memory, as if they were a file that it only reads. */
export function performOn<T>(bytes: Uint8Array, program: (size: number) => Steps<T>): T {
  const steps = program(bytes.length);
  let next = steps.next();
  while (!next.done) {
    const step = next.value;
    if (step.kind !== "read") throw new Error("Expected a program that only reads, got a step that inflates");
    const found = bytes.subarray(step.position, step.position + step.count);
    step.into.set(found, step.at);
    next = steps.next(found.length);
  }
  return next.value;
}

/** Opens a file, runs a program on it that begins with its size, and closes it. */
export async function readFile<T>(path: string, program: (size: number) => Steps<T>): Promise<T> {
  const file = await open(path, "r");
  try {
    return await perform(program((await file.stat()).size), file.fd);
  } finally {
    await file.close();
  }
}

/** As `readFile`, but it blocks this thread. */
export function readFileSync<T>(path: string, program: (size: number) => Steps<T>): T {
  const fd = openSync(path, "r");
  try {
    return performSync(program(fstatSync(fd).size), fd);
  } finally {
    closeSync(fd);
  }
}
