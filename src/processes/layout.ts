/** What a `Process` and its thread or process share: a few words, and the message with which it begins. */
import type { ThrownWire } from "../base/errors.js";
import type { Words } from "../memory/words/atomics.js";
import type { Packed } from "../wire/departures.js";
import type { FunctionRef } from "../wire/functions.js";

/** The token of whoever runs the target; 0 until it runs. Written by it. */
export const TOKEN = 0;
/** 1 when it is about to end by itself. Written by it, then notify. */
export const ENDING = 1;
/** The exit code, before ENDING. */
export const EXIT_CODE = 2;
/** 1: the thread is about to be terminated (`memory/native.ts`). Written by the parent. */
export const DOOMED = 3;
export const PROCESS_WORDS = 4;

/** Waits in the port before the thread starts. */
export interface Begin extends Task {
  readonly words: Words;
}
/** What is to be run. */
export interface Task {
  readonly fn: FunctionRef;
  readonly args: Packed;
  readonly identity: string;
}
/** What the thread tells on the way: what it prints, and what its target threw, just before it ends with exit code 1. */
export type FromChild =
  | { readonly type: "output"; readonly to: "stdout" | "stderr"; readonly chunk: Uint8Array }
  | { readonly type: "failed"; readonly error: ThrownWire };

// Of a process of the system all of it is in one block: the words, the length of what its target threw and its bytes, and, to the
// end of the block, the bytes of what it begins with.
export const THROWN_LENGTH = PROCESS_WORDS;
export const THROWN = 4 * (PROCESS_WORDS + 1);
/** More than any error has, unless it was made to; then its message alone is told. */
export const THROWN_BYTES = 1 << 16;
export const BEGIN = THROWN + THROWN_BYTES;
