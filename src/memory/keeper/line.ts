/**
 * This thread's line to the keeper. A request with a reply blocks for 10–100 µs; some requests need no reply. Used by
 * the drivers, `deposits.ts` and `machine/futex.ts`. README.md describes the protocol.
 */

import { tracer } from "../../base/trace.js";
import { BroadcastChannel, type MessagePort, receiveMessageOnPort, threadId } from "../../platform/runtime.js";
import { isTokenAlive, thisAgent, tidOf } from "../../system/agent.js";
import { fromWire } from "../../wire/thrown.js";
import { load, newWords, onWaiting, store, type Words, waitSync } from "../words/atomics.js";
import { DEATH_LOOK_MS } from "../words/intervals.js";
import { describeReply, describeRequest } from "./describe.js";
import {
  BUSY,
  CLIENT_WORDS,
  callChannel,
  clientChannel,
  DOWN,
  type Held,
  type Hello,
  HOLDS,
  helloChannel,
  incarnationOf,
  KEEPER,
  KEPT,
  keptWord,
  type Numbered,
  phaseOf,
  REPLIES,
  type Reply,
  type Request,
  STARTING,
  STATE,
  stateOf,
  UNASKED,
  UP,
} from "./layout.js";
import { Patience } from "./patience.js";
import { declareDead, keepersDied } from "./start.js";
import { requireKeeper, tree } from "./tree.js";

const trace = tracer("keeper", `thread ${threadId}`);

/** This thread's line to one incarnation of the keeper. */
class Line {
  readonly incarnation = incarnationOf(load(tree.words, STATE));
  readonly #words: Words;
  readonly #channel: BroadcastChannel;
  #asked = 0;

  /** @param words The thread's words in its line to an earlier keeper. */
  constructor(words = newWords(CLIENT_WORDS)) {
    this.#words = words;
    const client = crypto.randomUUID();
    this.#channel = new BroadcastChannel(clientChannel(client));
    this.#channel.unref();
    const hello = new BroadcastChannel(helloChannel(tree));
    const seen = load(this.#words, REPLIES);
    hello.postMessage({ client, words, held: held(), ...thisAgent() } satisfies Hello);
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
    this.#whileBusy(() => this.#channel.postMessage({ n: UNASKED, body: request } satisfies Numbered<Request>));
  }

  /** Says which block the thread keeps in a slot; `undefined` for none. */
  noteKept(slot: number, id: number | undefined): void {
    store(this.#words, KEPT + slot, id === undefined ? 0 : keptWord(id));
  }

  /** Closes the line, and returns the thread's words. */
  close(): Words {
    this.#channel.close();
    return this.#words;
  }

  #whileBusy<T>(send: () => T): T | undefined {
    store(this.#words, BUSY, 1); // before STATE is read: see README, "The race at the keeper's end"
    try {
      return load(tree.words, STATE) === stateOf(this.incarnation, UP) ? send() : undefined;
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
      const state = load(tree.words, STATE);
      if (phaseOf(state) === DOWN || this.incarnation !== incarnationOf(state)) throw new LineBroken();
      if (waitSync(this.#words, REPLIES, seen, DEATH_LOOK_MS) === "timed-out") expectAnswer(state, patience);
      seen = load(this.#words, REPLIES);
    }
  }
}

/** The keeper has not answered yet. It may have died, and then the next look finds it down. */
function expectAnswer(state: number, patience: Patience): void {
  const keeper = load(tree.words, KEEPER);
  const isAlive = isTokenAlive(keeper);
  if (isAlive === false && phaseOf(state) !== STARTING) declareDead(tree.words, state);
  if (isAlive === undefined && patience.isOverWith([tidOf(keeper)])) {
    throw new Error("internal: the keeper of names does not answer");
  }
}

/** The keeper at the other end of the line has ended: the client must say hello to the next one. */
class LineBroken extends Error {}
/** How many keepers may end during one request before it is taken for the cause. */
const MOST_BROKEN = 3;

let line: Line | undefined;
/** The thread's words, from its first line on. */
let words: Words | undefined;
let calls: BroadcastChannel | undefined;

/** What this thread has open under its name, for a keeper that takes the place of one that died. */
let held = (): readonly Held[] => [];
/** Sets what this thread shows a keeper that knows no names yet. */
export function onJoin(act: () => readonly Held[]): void {
  held = act;
}

function lineToKeeper(): Line {
  requireKeeper();
  if (line?.incarnation === incarnationOf(load(tree.words, STATE))) return line;
  const joined = join();
  trace?.(`has a line to keeper #${joined.incarnation}`);
  return joined;
}

function join(): Line {
  words = line?.close() ?? words;
  line = undefined;
  line = new Line(words);
  if (calls) return line;
  calls = new BroadcastChannel(callChannel(tree));
  calls.onmessage = rejoin;
  calls.unref();
  return line;
}

/** Shows a new keeper, while it gathers names, what this thread has open. */
function rejoin(): void {
  const state = load(tree.words, STATE);
  const isGathering = phaseOf(state) === STARTING && load(tree.words, KEEPER) !== 0 && load(tree.words, HOLDS) === 1;
  if (!isGathering || !line || line.incarnation === incarnationOf(state) || held().length === 0) return;
  try {
    join();
  } catch (e) {
    if (!(e instanceof LineBroken)) throw e; // the keeper died again: the next request joins another one
  }
}
onWaiting(rejoin); // a blocked thread does not hear the call

/**
 * Sends a request, starting the keeper if necessary, and returns the reply.
 *
 * @throws {UnsupportedError} If the root is blocked and has never started the keeper, or keepers die of the request.
 * @throws {Error} What the keeper reports of a request that failed.
 */
export function ask(request: Request): Reply {
  const since = performance.now();
  for (let broken = 0; broken < MOST_BROKEN; ) {
    try {
      const reply = lineToKeeper().ask(request);
      if (!reply) continue;
      trace?.(`${describeRequest(request)} → ${describeReply(reply)} in ${(performance.now() - since).toFixed(3)} ms`);
      if (reply.failed) throw fromWire(reply.failed);
      return reply;
    } catch (e) {
      if (!(e instanceof LineBroken)) throw e;
      broken++;
    }
  }
  throw keepersDied(MOST_BROKEN, describeRequest(request));
}

/** Sends a request that needs no reply to the keeper that was last asked. */
export const post = (request: Request): void => line?.post(request);

/** Shows the keeper, without a message, which block this thread has closed but still keeps in a slot. */
export const noteKept = (slot: number, id: number | undefined): void => line?.noteKept(slot, id);
