/** What a `Process` and its thread share: three words, and the message with which the thread begins. */
import type { ThrownWire } from "../errors.js";
import type { Packed } from "../handle.js";
import type { FunctionRef } from "../kernels/functions.js";
import type { Words } from "../memory/atomics.js";

/** The thread's token; 0 until it runs. Written by the thread. */
export const TOKEN = 0;
/** 1 when the thread is about to end by itself. Written by the thread, then notify. */
export const ENDING = 1;
/** The exit code, before ENDING. */
export const EXIT_CODE = 2;
/** 1: the thread is about to be terminated (`memory/native.ts`). Written by the parent. */
export const DOOMED = 3;
export const PROCESS_WORDS = 4;

/** Waits in the port before the thread starts. */
export interface Begin {
  readonly fn: FunctionRef;
  readonly args: Packed;
  readonly words: Words;
  /** "1", of its first child "1:1": what default names are made of. */
  readonly identity: string;
}
/** What the thread tells on the way: what it prints, and what its target threw, just before it ends with exit code 1. */
export type FromChild =
  | { readonly type: "output"; readonly to: "stdout" | "stderr"; readonly chunk: Uint8Array }
  | { readonly type: "failed"; readonly error: ThrownWire };
