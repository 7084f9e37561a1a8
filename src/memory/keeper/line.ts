/**
 * This thread's line to the keeper. A request with a reply blocks for 10–100 µs; some requests need no reply. Used by
 * the drivers, `deposits.ts` and `machine/futex.ts`. README.md describes the protocol.
 */

import { tracer } from "../../base/trace.js";
import { BroadcastChannel, type MessagePort, receiveMessageOnPort, threadId } from "../../platform/runtime.js";
import { isTokenAlive, thisAgent, tidOf } from "../../system/agent.js";
import { fromWire } from "../../wire/thrown.js";
import { load, newWords, store, waitSync } from "../words/atomics.js";
import { DEATH_LOOK_MS } from "../words/intervals.js";
import { describeReply, describeRequest } from "./describe.js";
import {
  BUSY,
  CLIENT_WORDS,
  clientChannel,
  type Hello,
  helloChannel,
  INCARNATION,
  KEEPER,
  KEPT,
  keptWord,
  type Numbered,
  REPLIES,
  type Reply,
  type Request,
} from "./layout.js";
import { Patience } from "./patience.js";
import { isDown, isUp, requireKeeper, tree } from "./tree.js";

const trace = tracer("keeper", `thread ${threadId}`);

/** This thread's line to one incarnation of the keeper. */
class Line {
  readonly incarnation = load(tree.words, INCARNATION);
  readonly #words = newWords(CLIENT_WORDS);
  readonly #channel: BroadcastChannel;
  #asked = 0;

  constructor() {
    const client = crypto.randomUUID();
    this.#channel = new BroadcastChannel(clientChannel(client));
    this.#channel.unref();
    const hello = new BroadcastChannel(helloChannel(tree));
    const seen = load(this.#words, REPLIES);
    hello.postMessage({ client, words: this.#words, ...thisAgent() } satisfies Hello);
    hello.close();
    try {
      this.#take(seen, 0);
    } catch (e) {
      this.close();
      throw e;
    }
  }

  /** Sends a request and returns the reply. Sends nothing and returns `undefined` if the keeper is about to end. */
  ask(request: Request): Reply | undefined {
    return this.#whileBusy(() => {
      const seen = load(this.#words, REPLIES);
      this.#channel.postMessage({ n: ++this.#asked, body: request } satisfies Numbered<Request>);
      return this.#take(seen, this.#asked);
    });
  }

  /** Sends a request that needs no reply. If the keeper is about to end, nothing is lost: it has no names left. */
  post(request: Request): void {
    this.#whileBusy(() => this.#channel.postMessage({ n: -1, body: request } satisfies Numbered<Request>));
  }

  /** Says which block the thread keeps in a slot; `undefined` for none. */
  noteKept(slot: number, id: number | undefined): void {
    store(this.#words, KEPT + slot, id === undefined ? 0 : keptWord(id));
  }

  close(): void {
    this.#channel.close();
  }

  #whileBusy<T>(send: () => T): T | undefined {
    store(this.#words, BUSY, 1); // before STATE is read: see README, "The race at the keeper's end"
    try {
      return isUp() && this.incarnation === load(tree.words, INCARNATION) ? send() : undefined;
    } finally {
      store(this.#words, BUSY, 0);
    }
  }

  #take(seenReplies: number, n: number): Reply {
    let seen = seenReplies;
    const patience = new Patience();
    for (;;) {
      const message = receiveMessageOnPort(this.#channel as unknown as MessagePort);
      const reply = message?.message as Numbered<Reply> | undefined;
      if (reply?.n === n) return reply.body;
      if (reply) continue; // it answers a request that gave up
      if (isDown() || this.incarnation !== load(tree.words, INCARNATION)) throw new LineBroken();
      const keeper = load(tree.words, KEEPER);
      if (patience.isOverWith([tidOf(keeper)]) && isTokenAlive(keeper) !== true) {
        throw new Error("internal: the keeper of names does not answer");
      }
      waitSync(this.#words, REPLIES, seen, DEATH_LOOK_MS);
      seen = load(this.#words, REPLIES);
    }
  }
}

/** The keeper at the other end of the line has ended: the client must say hello to the next one. */
class LineBroken extends Error {}

let line: Line | undefined;

function lineToKeeper(): Line {
  requireKeeper();
  if (line?.incarnation === load(tree.words, INCARNATION)) return line;
  line?.close();
  line = undefined;
  line = new Line();
  trace?.(`has a line to keeper #${line.incarnation}`);
  return line;
}

/**
 * Sends a request, starting the keeper if necessary, and returns the reply.
 *
 * @throws {UnsupportedError} If the root is blocked and has never started the keeper.
 * @throws {Error} What the keeper reports of a request that failed.
 */
export function ask(request: Request): Reply {
  const since = performance.now();
  for (;;) {
    try {
      const reply = lineToKeeper().ask(request);
      if (!reply) continue;
      trace?.(`${describeRequest(request)} → ${describeReply(reply)} in ${(performance.now() - since).toFixed(3)} ms`);
      if (reply.failed) throw fromWire(reply.failed);
      return reply;
    } catch (e) {
      if (!(e instanceof LineBroken)) throw e;
    }
  }
}

/** Sends a request that needs no reply to the keeper that was last asked. */
export const post = (request: Request): void => line?.post(request);

/** Shows the keeper, without a message, which block this thread has closed but still keeps in a slot. */
export const noteKept = (slot: number, id: number | undefined): void => line?.noteKept(slot, id);
