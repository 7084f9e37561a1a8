/**
 * The table of names, as every thread sees it: `createName`, `attachName`, `unlinkName`, `listNames`. Blocking calls of
 * 10–100 µs to the keeper. Used by `shared-memory.ts` alone. The protocol: README.md.
 */
import { thisAgent } from "../agent.js";
import { BroadcastChannel, type MessagePort, receiveMessageOnPort } from "../platform.js";
import { load, newWords, store, waitSync } from "./atomics.js";
import type { Block } from "./driver.js";
import { blockFromWire, blockToWire } from "./heap-driver.js";
import {
  type ArrayInfo,
  BUSY,
  CLIENT_WORDS,
  clientChannel,
  type Hello,
  helloChannel,
  INCARNATION,
  type Listed,
  type Numbered,
  PATIENCE_MS,
  REMOVALS,
  REPLIES,
  type Reply,
  type Request,
} from "./layout.js";
import { isDown, isUp, requireKeeper, tree } from "./tree.js";

/** A block with the name it was created under, and the keeper's id for it, which no other block ever has. */
export interface Named {
  readonly block: Block;
  readonly name: string;
  readonly id: number;
  readonly array: ArrayInfo | undefined;
}

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

  /** The reply, or `undefined` if the keeper is about to end: then nothing was sent. */
  ask(request: Request): Reply | undefined {
    return this.#whileBusy(() => {
      const seen = load(this.#words, REPLIES);
      this.#channel.postMessage({ n: ++this.#asked, body: request } satisfies Numbered<Request>);
      return this.#take(seen, this.#asked);
    });
  }

  /** Sends what needs no reply. Nothing is lost if the keeper is ending: it has no names left. */
  tell(request: Request): void {
    this.#whileBusy(() => this.#channel.postMessage({ n: -1, body: request } satisfies Numbered<Request>));
  }

  close(): void {
    this.#channel.close();
  }

  #whileBusy<T>(send: () => T): T | undefined {
    store(this.#words, BUSY, 1); // before STATE is read: see README, "the race at its end"
    try {
      return isUp() && this.incarnation === load(tree.words, INCARNATION) ? send() : undefined;
    } finally {
      store(this.#words, BUSY, 0);
    }
  }

  #take(seenReplies: number, n: number): Reply {
    let seen = seenReplies;
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const message = receiveMessageOnPort(this.#channel as unknown as MessagePort);
      const reply = message?.message as Numbered<Reply> | undefined;
      if (reply?.n === n) return reply.body;
      if (reply) continue; // of a request that gave up
      if (isDown() || this.incarnation !== load(tree.words, INCARNATION)) throw new LineBroken();
      if (performance.now() > deadline) throw new Error("internal: the keeper of names does not answer");
      waitSync(this.#words, REPLIES, seen, 50);
      seen = load(this.#words, REPLIES);
    }
  }
}

/** The keeper that was greeted has ended: greet the next one. */
class LineBroken extends Error {}

let line: Line | undefined;

function lineToKeeper(): Line {
  requireKeeper();
  if (line?.incarnation === load(tree.words, INCARNATION)) return line;
  line?.close();
  line = undefined;
  line = new Line();
  return line;
}

function ask(request: Request): Reply {
  for (;;) {
    try {
      const reply = lineToKeeper().ask(request);
      if (reply) return reply;
    } catch (e) {
      if (!(e instanceof LineBroken)) throw e;
    }
  }
}

/** Publishes a complete block; `undefined` if the name is taken. */
export function createName(name: string, block: Block, array: ArrayInfo | undefined): Named | undefined {
  const removals = load(tree.words, REMOVALS); // before asking: what is removed meanwhile must show
  const { id } = ask({ op: "create", name, block: blockToWire(block), array });
  return id < 0 ? undefined : remember({ name, block, array, id }, removals);
}

/** The block of that name, or `undefined`. Needs no keeper to know that there is none. */
export function attachName(name: string): Named | undefined {
  const known = recall(name);
  if (known) return known;
  if (isDown()) return undefined;
  const removals = load(tree.words, REMOVALS);
  const { id, block, array } = ask({ op: "attach", name });
  if (id < 0) return undefined;
  return remember(opened.get(id)?.named ?? { name, block: blockFromWire(block!), array, id }, removals);
}

/** Frees the name if it is still that block's; false if not. */
export const unlinkName = ({ name, id }: Named): boolean => !isDown() && ask({ op: "unlink", name, id }).id >= 0;

export const listNames = (): readonly Listed[] => (isDown() ? [] : ask({ op: "list" }).list!);

// ── What this thread has open ──────────────────────────────────────────────────────────────────────────────────────
// The keeper knows each block once per thread; handles are counted here, and a handle that was dropped without `close`
// counts until it is collected. (No WeakRef to a block: it would keep the block until the running job ends.)

interface Opened {
  readonly named: Named;
  handles: number;
}
const opened = new Map<number, Opened>();
// A name can be given anew only after it was removed: what was found under it holds while REMOVALS stands still.
const found = new Map<string, { readonly id: number; readonly removals: number }>();
const lost = new FinalizationRegistry<number>((id) => release(id));

/** This thread's one record of the block, however often it is found. */
function remember(named: Named, removals: number): Named {
  const known = opened.get(named.id) ?? { named, handles: 0 };
  opened.set(named.id, known);
  found.set(named.name, { id: named.id, removals });
  return known.named;
}

function recall(name: string): Named | undefined {
  const entry = found.get(name);
  return entry?.removals === load(tree.words, REMOVALS) ? opened.get(entry.id)?.named : undefined;
}

/** A handle of this thread was opened. */
export function openHandle({ id }: Named, handle: object): void {
  opened.get(id)!.handles++;
  lost.register(handle, id, handle);
}

/** A handle of this thread was closed. */
export function closeHandle({ id }: Named, handle: object): void {
  lost.unregister(handle);
  release(id);
}

/** A block that was found, but is not to be opened. */
export function forgetUnopened({ id }: Named): void {
  if (opened.get(id)?.handles === 0) release(id);
}

/** With the last handle the block is forgotten here, and the keeper told. */
function release(id: number): void {
  const entry = opened.get(id);
  if (!entry || --entry.handles > 0) return;
  opened.delete(id);
  if (found.get(entry.named.name)?.id === id) found.delete(entry.named.name);
  line?.tell({ op: "release", id });
}
