/** The words that threads and the keeper share, and the messages between them. Meanings and races: README.md. */
import type { ThrownWire } from "../../base/errors.js";
import type { ArrayInfo, BlockWire, Listed, MapMode, SharedSource } from "../blocks/driver.js";
import type { Words } from "../words/atomics.js";

/** Changed with any change below, so that two versions of the package in one process do not meet. */
export const PROTOCOL = 3;
/** The key of the environment data; what it holds is `Tree`. */
export const TREE_KEY = `shared-ndarray/${PROTOCOL}`;

// The tree's words.
export const STATE = 0;
export const INCARNATION = 1;
export const CREATIONS = 2;
export const REMOVALS = 3;
export const WANTED = 4;
export const USED = 5;
export const PUBLISHING = 6;
export const EXITING = 7;
export const LOADS = 8;
export const KEEPER = 9;
export const TREE_WORDS = 10;
// Values of STATE.
export const DOWN = 0;
export const STARTING = 1;
export const UP = 2;
export const CLOSING = 3;

// A client's words.
export const REPLIES = 0;
export const BUSY = 1;
export const CLIENT_WORDS = 2;

/** In place of an id: there is none. */
export const NONE = -1;

/** The keeper ends this long after the last name and the last deposit are gone. */
export const LINGER_MS = 1000;
/** How long a descendant waits for its root to start the keeper, and anyone for a reply, before it says that something is wrong. */
export const PATIENCE_MS = 5000;

export interface Tree {
  readonly id: string;
  /** `threadId` of the root: whoever has it may start the keeper. */
  readonly root: number;
  readonly words: Words;
}
/** Where descendants ask their root to start the keeper. */
export const treeChannel = (tree: Tree): string => `shared-ndarray:tree:${tree.id}`;
/** Where clients say hello to the keeper. */
export const helloChannel = (tree: Tree): string => `shared-ndarray:hello:${tree.id}`;
export const clientChannel = (id: string): string => `shared-ndarray:client:${id}`;

export interface Hello {
  readonly client: string;
  readonly words: Words;
  readonly tid: number;
  readonly startTime: number;
}

/** What the keeper tells the root unasked. */
export interface FromKeeper {
  /** Whether the process owns blocks of system scope. */
  readonly owns: boolean;
}

/** A request or reply on its way. Numbered: a reply that comes too late must not be taken for the next one's. */
export interface Numbered<T> {
  readonly n: number;
  readonly body: T;
}

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

/** Of system scope. */
export type MachineRequest =
  | { readonly op: "draft"; readonly size: number }
  | { readonly op: "publish"; readonly id: number; readonly name: string; readonly array: ArrayInfo | undefined }
  | { readonly op: "open"; readonly name: string; readonly waits: boolean }
  | { readonly op: "use"; readonly id: number }
  | { readonly op: "leave"; readonly id: number }
  | { readonly op: "free"; readonly name: string; readonly id: number }
  | { readonly op: "mapPath"; readonly path: string; readonly mode: MapMode }
  | { readonly op: "wake"; readonly id: number; readonly byteOffset: number; readonly count: number };

/** `id` names one block, or one deposit, for ever; `NONE` stands for "none such" and, creating, for "taken". */
export interface Reply {
  readonly id: number;
  /** What kept the keeper from doing it. */
  readonly failed?: ThrownWire;
  readonly block?: BlockWire | undefined;
  readonly array?: ArrayInfo | undefined;
  readonly list?: readonly Listed[] | undefined;
  readonly sources?: readonly SharedSource[] | undefined;
}
