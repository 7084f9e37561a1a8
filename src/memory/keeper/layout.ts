/**
 * The words that threads share with the keeper, and the messages between them. README.md has the byte map and the
 * races.
 */

import type { FilePart } from "../../system/files.js";
import { SIGNALS } from "../../system/libuv.js";
import type { ThrownWire } from "../../wire/thrown.js";
import type { ArrayInfo, BlockWire, Listed, MapMode, SharedSource } from "../blocks/driver.js";
import type { Words } from "../words/atomics.js";

/** Changes with any change below, so that two versions of the package in one process do not share a keeper. */
export const PROTOCOL = 7;
/** The key of the environment data that hold the `Tree`. */
export const TREE_KEY = `shared-ndarray/${PROTOCOL}`;

// The tree's words.
export const STATE = 0;
export const FAILURES = 1;
export const CREATIONS = 2;
export const REMOVALS = 3;
export const WANTED = 4;
export const USED = 5;
export const PUBLISHING = 6;
export const EXITING = 7;
export const LOADS = 8;
export const KEEPER = 9;
export const TAPPED = 10;
export const PROGRAM_HEARS = 11;
export const HOLDS = 12;
export const STAYS = 13;
/** The first of the words that count, for each of `SIGNALS`, how often the main thread has heard it. */
export const HEARD = 14;
/** The first of the words that count removals by name. */
const REMOVALS_BY_NAME = HEARD + SIGNALS.length;
/** Names share these words, and a shared word costs only a request: what was found under both is asked for again. */
const REMOVAL_WORDS = 256;
/** The length of the text that says why the last start failed. Its UTF-16 units follow, each in a word. */
export const FAILURE_TEXT = REMOVALS_BY_NAME + REMOVAL_WORDS;
/** The longest such text. */
export const FAILURE_UNITS = 1000;
export const TREE_WORDS = FAILURE_TEXT + 1 + FAILURE_UNITS;

/** The word that counts the removals of a name, and of others that share it. */
export function removalsOf(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (31 * hash + name.charCodeAt(i)) | 0;
  return REMOVALS_BY_NAME + (hash & (REMOVAL_WORDS - 1));
}

// Phases, in the low two bits of STATE. Above them it has the incarnation: how many keepers there have been.
export const DOWN = 0;
export const STARTING = 1;
export const UP = 2;
export const CLOSING = 3;
export const phaseOf = (state: number): number => state & 3;
export const incarnationOf = (state: number): number => state >>> 2;
export const stateOf = (incarnation: number, phase: number): number => (incarnation << 2) | phase;

// A client's words.
export const REPLIES = 0;
export const BUSY = 1;
/** The first of the words that say which blocks a thread has closed but still keeps. */
export const KEPT = 2;
/** How many blocks a thread keeps at most. */
export const KEPT_SLOTS = 64;
export const CLIENT_WORDS = KEPT + KEPT_SLOTS;

/** What a word of a kept block holds: its id, shortened so that it differs from 0 and from other ids of one keeper. */
export const keptWord = (id: number): number => (id + 1) | 0;

/** Stands in place of an id if there is none. */
export const NONE = -1;

/** How long after its last name, deposit and mapping are gone the keeper ends. */
export const LINGER_MS = 1000;
/**
 * How long a descendant waits for its root to start the keeper, and a client for a reply, before it reports an error.
 * It is not measured by the clock alone: see `patience.ts`.
 */
export const PATIENCE_MS = 5000;

/** A tree of threads that share one table of names. */
export interface Tree {
  readonly id: string;
  /** `threadId` of the root, which is the only thread that starts the keeper. */
  readonly root: number;
  /** The operating system's id of the root; 0 if it cannot be known. */
  readonly rootTid: number;
  readonly words: Words;
  /** What the keeper's `SignalTap` needs. It is the root's, so that it outlives the keeper. */
  readonly tap: Words;
}
/** The name of the channel on which descendants ask their root to start the keeper. */
export const treeChannel = (tree: Tree): string => `shared-ndarray:tree:${tree.id}`;
/** The name of the channel on which clients say hello to the keeper. */
export const helloChannel = (tree: Tree): string => `shared-ndarray:hello:${tree.id}`;
/** The name of the channel on which a keeper, in place of one that died, calls all threads that have names open. */
export const callChannel = (tree: Tree): string => `shared-ndarray:call:${tree.id}`;
/** The name of the channel that only one client and the keeper use. */
export const clientChannel = (id: string): string => `shared-ndarray:client:${id}`;

/** A named block that a thread has open. */
export interface Held {
  readonly name: string;
  readonly id: number;
  readonly block: BlockWire;
  readonly array: ArrayInfo | undefined;
}

/** What a client says first. */
export interface Hello {
  readonly client: string;
  readonly words: Words;
  readonly tid: number;
  readonly startTime: number;
  /** What it has open, if an earlier keeper knew it. */
  readonly held: readonly Held[];
}

/** What the keeper reports to the root without having been asked. */
export interface FromKeeper {
  /** Whether the process now owns any blocks of system scope. */
  readonly owns: boolean;
}

/** The number of a request that gets no reply. */
export const UNASKED = -1;
/** A request or a reply in transit. The numbers keep a late reply from being taken for the next one. */
export interface Numbered<T> {
  readonly n: number;
  readonly body: T;
}

/** What a client asks. */
export type Request =
  | { readonly op: "create"; readonly name: string; readonly block: BlockWire; readonly array: ArrayInfo | undefined }
  | { readonly op: "attach"; readonly name: string }
  | { readonly op: "unlink"; readonly name: string; readonly id: number }
  | { readonly op: "release"; readonly id: number }
  | { readonly op: "list" }
  | { readonly op: "deposit"; readonly channel: BlockWire; readonly sources: readonly SharedSource[] }
  | { readonly op: "fetch"; readonly id: number }
  | { readonly op: "withdraw"; readonly id: number }
  | MachineRequest;

/** A request to map a file, or a part of it. */
export interface MapRequest {
  readonly op: "mapPath";
  readonly path: string;
  readonly mode: MapMode;
  /** `undefined` for all of the file. A new file needs it. */
  readonly part: FilePart | undefined;
}

/** A request to make a block of system scope that has its name at once. */
export interface MakeRequest {
  readonly op: "make";
  /** Random: no other request has it, of no thread and no copy of the package. */
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** The block's bytes; without it they are zero. */
  readonly bytes: SharedArrayBuffer | undefined;
  readonly array: ArrayInfo | undefined;
}

/** A request of system scope. */
export type MachineRequest =
  | MakeRequest
  | { readonly op: "draft"; readonly size: number }
  | { readonly op: "publish"; readonly id: number; readonly name: string; readonly array: ArrayInfo | undefined }
  | { readonly op: "open"; readonly name: string; readonly waits: boolean }
  | { readonly op: "use"; readonly id: number }
  | { readonly op: "leave"; readonly id: number }
  | { readonly op: "free"; readonly name: string; readonly id: number }
  | MapRequest
  | { readonly op: "share"; readonly size: number }
  | { readonly op: "inherit"; readonly fd: number }
  | { readonly op: "wake"; readonly id: number; readonly byteOffset: number; readonly count: number };

/**
 * An `id` never stands for a second block or deposit. `NONE` means that there is none, or, after `create`, that the
 * name is taken.
 */
export interface Reply {
  readonly id: number;
  /** The error that the request failed with. */
  readonly failed?: ThrownWire;
  readonly block?: BlockWire | undefined;
  readonly array?: ArrayInfo | undefined;
  readonly list?: readonly Listed[] | undefined;
  readonly sources?: readonly SharedSource[] | undefined;
  /** The open file of a block without a name. */
  readonly fd?: number | undefined;
}
