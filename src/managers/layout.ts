/** What a manager's server thread and the threads that call it share: a queue of requests, a pipe for each caller's replies, two words. */
import type { Queue } from "../channels/queue.js";
import type { Sender } from "../channels/types.js";
import type { ThrownWire } from "../errors.js";
import type { Words } from "../memory/atomics.js";

/** The server's token; 0 until it runs. Written by the server. */
export const TOKEN = 0;
/** 1 when it is over: closed, or dead. Written by the server, by whoever started it, and by a caller that finds it dead. */
export const OVER = 1;
export const MANAGER_WORDS = 2;

/** Waits in the port before the server starts. */
export interface ServerBegin {
  readonly requests: Queue;
  readonly words: Words;
}

/** What the objects of a manager are. */
export const OBJECT_KINDS = ["dict", "list", "namespace", "value"] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

export type ServerRequest =
  /** A caller's pipe for replies. */
  | readonly [op: "hello", caller: string, replies: Sender<ServerReply>]
  /** No reply: what could fail was checked by the caller. */
  | readonly [op: "create", id: string, kind: ObjectKind, content: unknown]
  | readonly [op: "call", caller: string, call: number, id: string, method: string, args: readonly unknown[]];

/** Which part of a request is the user's, and what errors call it. */
export const USERS_PART = { hello: [2, "the pipe"], create: [3, "content"], call: [5, "args"] } as const;

export type ServerReply =
  | readonly [call: number, value: unknown]
  | readonly [call: number, value: undefined, error: ThrownWire];
