/**
 * The keeper: the thread with the table of names. Started by the root (`tree.ts`), asked through
 * `keeper-line.ts`.
 * The protocol, its states and why it may end: README.md.
 */

import { toWire } from "../base/errors.js";
import type { ArrayInfo, BlockWire } from "../memory/blocks/driver.js";
import { Deposits } from "../memory/keeper/deposited.js";
import {
  BUSY,
  CLOSING,
  CREATIONS,
  clientChannel,
  DOWN,
  EXITING,
  type FromKeeper,
  type Hello,
  helloChannel,
  INCARNATION,
  KEEPER,
  LINGER_MS,
  NONE,
  type Numbered,
  PUBLISHING,
  REMOVALS,
  REPLIES,
  type Reply,
  type Request,
  STATE,
  type SystemRequest,
  type Tree,
  UP,
  USED,
} from "../memory/keeper/layout.js";
import { SystemBlocks } from "../memory/keeper/machine-blocks.js";
import { loading } from "../memory/keeper/native-loading.js";
import { add, compareExchange, load, notify, store, type Words } from "../memory/words/atomics.js";
import { BroadcastChannel, collector, parentPort, workerData } from "../platform/runtime.js";
import { type Agent, isAlive, ownToken } from "../system/agent.js";
import { libc } from "../system/libc.js";

import { isHeld } from "../things/holders.js";

interface Client {
  readonly words: Words;
  readonly agent: Agent;
  readonly channel: BroadcastChannel;
  /** Ids of the blocks that the thread has open. */
  readonly open: Set<number>;
}
interface Entry {
  readonly id: number;
  readonly block: BlockWire;
  readonly array: ArrayInfo | undefined;
  readonly createdAt: number;
  readonly owner: Client;
}

const tree = workerData as Tree;
const table = new Map<string, Entry>();
const clients = new Map<string, Client>();
const deposits = new Deposits(dropBytes, isHeld);
/** From the first request of system scope on. */
let system: SystemBlocks | undefined;
const hello = new BroadcastChannel(helloChannel(tree));
// Dropped blocks weigh nothing in this thread's heap, so it never collects by itself.
const collect = collector();
const COLLECT_BYTES = 16 << 20;
/** So many are not left until the next look: a collection takes some milliseconds, in which nobody gets a reply. */
const COLLECT_NOW_BYTES = 256 << 20;
/** What a mapping counts for at least: each takes some GiB of address space, of which there is an end. */
const MAPPING_BYTES = 1 << 20;
let dropped = 0;
// Unique over all keepers of the tree, so that a handle from an earlier one can never unlink a block of this one.
let nextId = (add(tree.words, INCARNATION, 1) + 1) * 2 ** 32;
let idleSince = performance.now();

hello.onmessage = (event: unknown) => {
  const { client: id, words, tid, startTime } = (event as { data: Hello }).data;
  const channel = new BroadcastChannel(clientChannel(id));
  const client: Client = { words, agent: { tid, startTime }, channel, open: new Set() };
  channel.onmessage = (request: unknown) => {
    const { n, body } = (request as { data: Numbered<Request> }).data;
    const reply = attempt(() => serve(client, body));
    if (reply) answer(client, n, reply);
  };
  clients.set(id, client);
  answer(client, 0, { id: 0 });
};

store(tree.words, KEEPER, ownToken);
store(tree.words, STATE, UP);
notify(tree.words, STATE);
setInterval(tend, LINGER_MS / 4);

function answer(client: Client, n: number, body: Reply): void {
  client.channel.postMessage({ n, body } satisfies Numbered<Reply>);
  add(client.words, REPLIES, 1);
  notify(client.words, REPLIES);
}

/** A disk that is full, say, is the asking thread's concern: all others go on. */
function attempt(act: () => Reply | undefined): Reply | undefined {
  try {
    return act();
  } catch (e) {
    return { id: NONE, failed: toWire(e) };
  }
}

function serve(client: Client, request: Request): Reply | undefined {
  if (request.op !== "list") idleSince = performance.now(); // who looks on needs no keeper
  switch (request.op) {
    case "create":
      return create(client, request.name, request.block, request.array);
    case "attach": {
      const entry = table.get(request.name);
      if (!entry) return { id: NONE };
      client.open.add(entry.id);
      return { id: entry.id, block: entry.block, array: entry.array };
    }
    case "unlink":
      return unlink(request.name, request.id);
    case "release":
      client.open.delete(request.id);
      return undefined; // nobody waits for it
    case "list":
      strikeOffTheDead();
      return { id: 0, list: [...table].map(([name, entry]) => listed(name, entry)) };
    case "deposit": {
      const id = nextId++;
      deposits.add(id, request.channel, request.sources);
      return { id };
    }
    case "fetch":
      return { id: request.id, sources: deposits.take(request.id) };
    case "withdraw":
      deposits.take(request.id);
      return undefined;
    default:
      return serveSystem(client, request);
  }
}

function create(owner: Client, name: string, block: BlockWire, array: ArrayInfo | undefined): Reply {
  if (table.has(name)) {
    dropBytes(block.size);
    return { id: NONE };
  }
  const id = nextId++;
  table.set(name, { id, block, array, owner, createdAt: Date.now() });
  owner.open.add(id);
  add(tree.words, CREATIONS, 1);
  notify(tree.words, CREATIONS);
  return { id };
}

function unlink(name: string, id: number): Reply {
  const entry = table.get(name);
  if (entry?.id !== id) return { id: NONE }; // gone, or a newer block of that name
  table.delete(name);
  add(tree.words, REMOVALS, 1);
  dropBytes(entry.block.size);
  return { id };
}

function serveSystem(client: Client, request: SystemRequest): Reply | undefined {
  system ??= newSystemBlocks();
  switch (request.op) {
    case "draft":
      return { id: 0, block: system.draft(request.size, client) };
    case "publish": {
      const { id, name, array } = request;
      return { id: unlessEnding(() => system!.publish(id, name, array, client)) ? id : NONE };
    }
    case "open":
      return { id: 0, block: system.open(request.name, request.waits, client) };
    case "use":
      return { id: 0, block: system.use(request.id, client) };
    case "leave":
      unlessEnding(() => system!.leave(request.id, client));
      return { id: NONE };
    case "free":
      return { id: unlessEnding(() => system!.unlink(request.name, request.id)) ? request.id : NONE };
    case "mapPath":
      return { id: 0, block: system.mapPath(request.path, request.mode, client) };
    case "wake":
      system.wake(request.id, request.byteOffset, request.count);
      return undefined;
  }
}

function newSystemBlocks(): SystemBlocks {
  store(tree.words, USED, 1);
  loading(tree.words, libc);
  return new SystemBlocks(tree.id, load(tree.words, INCARNATION), {
    owning: (owns) => parentPort!.postMessage({ owns } satisfies FromKeeper),
    dropped: (bytes) => dropBytes(Math.max(bytes, MAPPING_BYTES)),
  });
}

/** Nothing is named or noted any more when the process ends: the main thread is just removing what there is. */
function unlessEnding<T>(act: () => T): T | undefined {
  store(tree.words, PUBLISHING, 1); // and only then look: see README, "Its end"
  try {
    return load(tree.words, EXITING) === 0 ? act() : undefined;
  } finally {
    store(tree.words, PUBLISHING, 0);
  }
}

function listed(name: string, { id, block, array, createdAt, owner }: Entry) {
  const holders = [...clients.values()].filter((client) => client.open.has(id));
  return {
    name,
    size: block.size,
    array,
    createdAt,
    pid: process.pid,
    ownerAlive: [...clients.values()].includes(owner),
    threads: holders.length,
  };
}

function dropBytes(bytes: number): void {
  dropped += bytes;
  if (dropped >= COLLECT_NOW_BYTES) setImmediate(collectDropped); // not now: somebody waits for the reply
}

function collectDropped(): void {
  if (dropped < COLLECT_BYTES) return;
  dropped = 0;
  collect();
}

function strikeOffTheDead(): void {
  for (const [id, client] of clients) {
    if (isAlive(client.agent) !== false) continue;
    client.channel.close();
    clients.delete(id);
    unlessEnding(() => system?.leaveAll(client));
  }
}

/** Each quarter second: forgets dead clients, drops what nobody can fetch, and ends the thread when it had nothing for a second. */
function tend(): void {
  strikeOffTheDead();
  collectDropped();
  try {
    unlessEnding(() => system?.tend());
  } catch {
    // a disk that is full, say: the next look will do
  }
  deposits.dropOrphans((channel) => [...table.values()].some(({ block }) => block.id === channel));
  if (table.size + deposits.size + (system?.size ?? 0) > 0) idleSince = performance.now();
  if (performance.now() - idleSince < LINGER_MS) return;
  compareExchange(tree.words, STATE, UP, CLOSING);
  // Only now look: a client marks itself busy before it reads STATE (README, "the race at its end").
  const anyBusy = [...clients.values()].some((client) => load(client.words, BUSY) === 1);
  store(tree.words, STATE, anyBusy ? UP : DOWN);
  notify(tree.words, STATE);
  if (!anyBusy) process.exit(0);
}
