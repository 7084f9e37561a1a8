/** What a `Process` shares with its thread or system process: a few words, and the message that starts it. */
import type { Words } from "../memory/words/atomics.js";
import type { Packed } from "../wire/departures.js";
import type { FunctionRef } from "../wire/functions.js";
import type { ThrownWire } from "../wire/thrown.js";

/** The token of the thread that runs the target; 0 until it runs. Written by that thread. */
export const TOKEN = 0;
/** 1 when the target's thread is about to exit by itself. That thread writes it and then notifies. */
export const ENDING = 1;
/** The exit code. Written before ENDING, by the same thread. */
export const EXIT_CODE = 2;
/** 1 when the thread is about to be terminated (`memory/machine/native.ts`). Written by the parent. */
export const DOOMED = 3;
export const PROCESS_WORDS = 4;

/** The message that waits in the port when the thread starts, and for which a spare thread waits. */
export interface Begin extends Task {
  readonly words: Words;
}
/** The message for a spare thread that is not to run anything. */
export const GIVE_UP = "give up";
/** The function to run and its arguments. */
export interface Task {
  readonly fn: FunctionRef;
  readonly args: Packed;
  readonly identity: string;
}
/**
 * What the thread sends: that a spare one has loaded the package, what it prints, and what its target threw, just
 * before it exits with code 1.
 */
export type FromChild =
  | { readonly type: "loaded" }
  | { readonly type: "output"; readonly to: "stdout" | "stderr"; readonly chunk: Uint8Array }
  | { readonly type: "failed"; readonly error: ThrownWire };

// A system process shares one block with its parent: the words, the length and the bytes of what its target threw, and,
// up to the end of the block, the bytes of its task.
export const THROWN_LENGTH = PROCESS_WORDS;
export const THROWN = 4 * (PROCESS_WORDS + 1);
/** Room for what was thrown. Only errors built to be huge need more; of those, name and message are kept. */
export const THROWN_BYTES = 1 << 16;
export const BEGIN = THROWN + THROWN_BYTES;
