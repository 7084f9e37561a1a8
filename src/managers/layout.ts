/**
 * What the server of a manager and the threads that call it share: a queue of requests, a pipe for each caller's
 * replies, and three words.
 */

import type { Queue } from "../channels/queue.js";
import type { Sender } from "../channels/types.js";
import type { Words } from "../memory/words/atomics.js";
import type { Packed } from "../wire/departures.js";
import type { ThrownWire } from "../wire/thrown.js";

/** The token of the server's thread; 0 until it runs. Written by the server. */
export const TOKEN = 0;
/**
 * 0 while the server runs, then CLOSED or DIED. Written by the server when it exits, by the thread that started it, and
 * by a caller that finds it dead.
 */
export const OVER = 1;
export const CLOSED = 1;
export const DIED = 2;
/** Counts the requests that the server has handled, wrapping. Written by the server. */
export const HANDLED = 2;
export const MANAGER_WORDS = 3;

/** The message that waits in the port when the server starts. */
export interface ServerBegin {
  readonly requests: Queue;
  readonly words: Words;
}

/** The kinds of objects that a manager can hold. */
export const OBJECT_KINDS = ["dict", "list", "namespace", "value"] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** A call to a method of an object, answered by a reply with the same number. */
export type ServerCall = readonly [op: "call", caller: string, call: number, id: string, method: string, args: Packed];

/**
 * A request. Content and arguments are packed on their own, so that one that cannot be unpacked fails only its call.
 */
export type ServerRequest =
  /** Introduces a caller and its pipe for replies. */
  | readonly [op: "hello", caller: string, replies: Sender<unknown>]
  /** Makes an object. There is no reply: if this fails, later calls to the object throw the error. */
  | readonly [op: "create", id: string, kind: ObjectKind, content: Packed]
  | ServerCall;

export type ServerReply =
  | readonly [call: number, value: Packed]
  | readonly [call: number, value: undefined, error: ThrownWire];

/** How deeply values may be nested: a few levels less than the messages that contain them. */
export const MAX_VALUE_DEPTH = 990;
