/** What a target runs in: a thread (`thread-host.ts`) or a process of the system (`process-host.ts`). */
import type { ThrownWire } from "../base/errors.js";
import type { Words } from "../memory/words/atomics.js";
import type { Packed } from "../wire/departures.js";
import type { FunctionRef } from "../wire/functions.js";

/** What is to be run, and what it is called. */
export interface Assignment {
  readonly fn: FunctionRef;
  readonly args: Packed;
  /** For debuggers. */
  readonly name: string;
  /** "1", of its first child "1:1": what default names are made of. */
  readonly identity: string;
}

/** How it ended. */
export interface Ending {
  /** Minus the signal's number if a signal ended it. */
  readonly exitCode: number;
  /** It said nothing of its end: why, if that is known. */
  readonly failure?: Error | undefined;
}

export interface Host {
  /** `layout.ts` says what is in them. */
  readonly words: Words;
  readonly pid: number;
  /** How it has ended, if it has, though no event loop have turned. */
  look(): Ending | undefined;
  /** What its target has thrown. */
  readonly thrown: ThrownWire | undefined;
  /** Ends it. */
  stop(force: boolean): void;
  /** It has ended, and nobody will ask any more. */
  close(): void;
}

/** Called once, from the event loop. */
export type WhenEnded = (ending: Ending) => void;
