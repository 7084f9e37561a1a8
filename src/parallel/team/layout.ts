/** The words of a team's control block, and the messages that accompany it. README.md has meanings and races. */
import type { SharedMemory } from "../../memory/shared-memory.js";
import type { Words } from "../../memory/words/atomics.js";
import { LINE_WORDS } from "../../memory/words/lines.js";
import type { Barrier } from "../../sync/barrier.js";
import type { Packed } from "../../wire/departures.js";
import type { FunctionRef } from "../../wire/functions.js";
import type { Handle } from "../../wire/registry.js";
import type { ThrownWire } from "../../wire/thrown.js";

// Line 0: the call. The pool alone writes it (STOP: every closer), while TAG is 0.
/** Number of the call that members may claim from; 0 while the pool writes the words of the next one. */
export const TAG = 0;
export const WORK = 1;
export const TOTAL = 2;
export const TABLE = 3;
export const FLAGS = 4;
export const LIMIT = 5;
/** Into how many ranges the turns are divided. */
export const RANGES = 6;
/** Position at which every range of this call begins to count. */
export const BASE = 7;
export const STOP = 8;
/** When it was posted: `clockUs`. */
export const POSTED_AT = 9;
/** Until when members that have been roused spin for the next call: `clockUs`. It may change at any time. */
export const STAY_UNTIL = 10;

// Line 1: its end.
export const FINISHED = LINE_WORDS;
/** 1: a blocked caller sleeps on FINISHED. */
export const WAITED = LINE_WORDS + 1;

// Then two lines for each member: its own, and those of the range with its number.
/** First word of member i's line; the words in it follow. */
export const lineOf = (member: number): number => (2 + 2 * member) * LINE_WORDS;
export const STATE = 0;
export const TID = 1;
export const START = 2;
/** 1: the member may claim, or is in a chunk. */
export const INSIDE = 3;
export const MAIL = 4;
export const EXIT = 5;
/** Counts the bind messages that the member has read. */
export const READ = 6;
/** Microseconds spent in chunks, wrapping. */
export const BUSY = 7;
/** 1: the member is about to be terminated (`memory/machine/native.ts`). */
export const DOOMED = 8;
/** Chunks that this member and its predecessors have ended, wrapping. */
export const PROGRESS = 9;
/** The id of the last task that the member has begun; 0: none yet; −id: that task was withdrawn before it began. */
export const TASK = 10;

/** First word of range i's line. */
export const rangeLineOf = (range: number): number => (3 + 2 * range) * LINE_WORDS;
/** `position << 1 | closed`: how many turns of the range are reserved, counted from BASE. */
export const TAKEN = 0;
/** Turns taken from the front, by the range's owner. */
export const FRONT = 1;
/** Turns taken from the back, by thieves. */
export const BACK = 2;

/** @param members workers, and one more for a blocked caller */
export const controlWords = (members: number): number => lineOf(members);
/** The work that does nothing, bound everywhere: to measure what dispatch costs. */
export const NO_WORK = 0;

// STATE of a member.
export const BOOTING = 0;
export const RUNNING = 1;
export const PARKED = 2;
export const LOOP = 3;
// FLAGS of a call.
export const ASYNC = 1;
export const REORDERED = 2;
// STOP: why no more chunks are to be claimed.
export const STOP_FAILED = 1;
export const STOP_ABORTED = 2;
// A chunk's state.
export const FREE = 0;
export const DONE = 1;
/** Done, and the reducer's value was no number: it came by message. */
export const POSTED = 2;
export const FAILED = 3;

/** One buffer for the chunks of a call. */
export interface ChunkTable {
  readonly states: Int8Array<SharedArrayBuffer>;
  readonly order: Words;
  readonly values: Float64Array<SharedArrayBuffer>;
}

/** @param capacity chunks, a multiple of 8 */
export const tableBytes = (capacity: number): number => 13 * capacity;
export function tableOver(buffer: SharedArrayBuffer, capacity: number): ChunkTable {
  return {
    values: new Float64Array(buffer, 0, capacity),
    order: new Int32Array(buffer, 8 * capacity, capacity),
    states: new Int8Array(buffer, 12 * capacity, capacity),
  };
}

/** What a worker has to know about its place in the team. */
export interface WorkerInit {
  readonly rank: number;
  readonly words: Words;
  readonly spinUs: number;
}
/** The first message to a thread, with its port. */
export interface Init<Port> extends WorkerInit {
  readonly type: "shared-ndarray:init";
  readonly port: Port;
}

/** The memory of words and tables: of this process, or of system scope if the workers are processes. */
export type TeamMemory = SharedArrayBuffer | SharedMemory;

export type ToWorker =
  /** A work that has this number from now on, and the numbers of works to forget. */
  | { readonly type: "bind"; readonly number: number; readonly work: Packed; readonly drop: readonly number[] }
  | { readonly type: "drop"; readonly drop: readonly number[] }
  | { readonly type: "table"; readonly number: number; readonly capacity: number; readonly home: TeamMemory }
  | {
      readonly type: "task";
      readonly id: number;
      readonly fn: FunctionRef;
      readonly args: Packed;
      readonly team: TeamWire | undefined;
    }
  /** Makes a worker that is in its event loop look for mail. */
  | { readonly type: "wake" }
  | { readonly type: "close" };

/** The part of a task in a broadcast. */
export interface TeamWire {
  readonly rank: number;
  readonly size: number;
  readonly barrier: Handle<Barrier>;
}

export type FromWorker =
  | { readonly type: "ready" }
  /** The call with that tag is over. */
  | { readonly type: "finished"; readonly tag: number }
  | { readonly type: "failed"; readonly tag: number; readonly chunk: number; readonly error: ThrownWire }
  /** A work cannot be bound here, for example because its module cannot be imported. */
  | { readonly type: "unbound"; readonly number: number; readonly error: ThrownWire }
  | { readonly type: "part"; readonly tag: number; readonly chunk: number; readonly value: Packed }
  | { readonly type: "result"; readonly id: number; readonly value: Packed }
  | { readonly type: "thrown"; readonly id: number; readonly error: ThrownWire }
  /** The worker is about to die of something that nobody has caught. */
  | { readonly type: "dying"; readonly error: ThrownWire }
  /** The worker is in its event loop after that MAIL and has written all output: the process may end. */
  | { readonly type: "idle"; readonly mail: number };
