/** What a manager's server thread and the threads that call it share: a queue of requests, a pipe for each caller's replies, two words. */

import type { ThrownWire } from "../base/errors.js";
import type { Queue } from "../channels/queue.js";
import type { Sender } from "../channels/types.js";
import type { Words } from "../memory/words/atomics.js";
import type { Packed } from "../wire/departures.js";

/** The server's token; 0 until it runs. Written by the server. */
export const TOKEN = 0;
/** Whether it is over, and how. Written by the server, by whoever started it, and by a caller that finds it dead. */
export const OVER = 1;
export const CLOSED = 1;
export const DIED = 2;
export const MANAGER_WORDS = 2;

/** Waits in the port before the server starts. */
export interface ServerBegin {
  readonly requests: Queue;
  readonly words: Words;
}

/** What the objects of a manager are. */
export const OBJECT_KINDS = ["dict", "list", "namespace", "value"] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** What the user gave is packed by itself, so that what cannot be unpacked fails the call and not the server. */
export type ServerRequest =
  /** A caller's pipe for replies. */
  | readonly [op: "hello", caller: string, replies: Sender<unknown>]
  /** No reply: calls will tell of a failure. */
  | readonly [op: "create", id: string, kind: ObjectKind, content: Packed]
  | readonly [op: "call", caller: string, call: number, id: string, method: string, args: Packed];

export type ServerReply =
  | readonly [call: number, value: Packed]
  | readonly [call: number, value: undefined, error: ThrownWire];

/** How deeply values may be nested: some levels less than messages, whose parts they are. */
export const MAX_DEPTH = 990;
