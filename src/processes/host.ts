/** A host runs a target: in a thread (`thread-host.ts`) or in a system process (`process-host.ts`). */
import type { Words } from "../memory/words/atomics.js";
import type { Packed } from "../wire/departures.js";
import type { FunctionRef } from "../wire/functions.js";
import type { ThrownWire } from "../wire/thrown.js";

/** The function to run, its arguments and its names. */
export interface Assignment {
  readonly fn: FunctionRef;
  readonly args: Packed;
  /** Shown by debuggers. */
  readonly name: string;
  /** "1"; its first child is "1:1". Default names are made from it. */
  readonly identity: string;
  /** Whether it may outlive this program. */
  readonly detached: boolean;
}

/** How a thread or process ended. */
export interface Ending {
  /** The exit code; if a signal ended it, minus the signal's number. */
  readonly exitCode: number;
  /** If it ended without setting ENDING: the reason, if it is known. */
  readonly failure?: Error | undefined;
}

/** A running thread or process, as the thread that started it sees it. */
export interface Host {
  /** The shared words that `layout.ts` describes. */
  readonly words: Words;
  readonly pid: number;
  /** How it has ended; `undefined` while it runs. Works even if event loops are blocked. */
  look(): Ending | undefined;
  /** What the target has thrown; `undefined` if nothing. */
  readonly thrown: ThrownWire | undefined;
  /** Ends it: with `force` at once, otherwise it may clean up first. */
  stop(force: boolean): void;
  /** Whether somebody waits for the end: then this program must not end before it. */
  hold(isAwaited: boolean): void;
  /** Frees the host's resources after it has ended. */
  close(): void;
}

/** Called once, from the event loop, when it has ended. */
export type WhenEnded = (ending: Ending) => void;
