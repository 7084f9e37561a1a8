/** The threads that ask the keeper: their channels, what they have open, and how the keeper learns of their deaths. */
import { BroadcastChannel } from "../../platform/runtime.js";
import { type Agent, isAlive } from "../../system/agent.js";
import { add, load, notify, type Words } from "../words/atomics.js";
import {
  BUSY,
  clientChannel,
  type Held,
  type Hello,
  helloChannel,
  KEPT,
  KEPT_SLOTS,
  keptWord,
  type Numbered,
  REPLIES,
  type Reply,
  type Request,
  type Tree,
  UNASKED,
} from "./layout.js";

/** One thread, as the keeper knows it. */
export interface Client {
  /** The words that the thread and the keeper share. */
  readonly words: Words;
  readonly agent: Agent;
  readonly channel: BroadcastChannel;
  /** Ids of the named blocks that the thread has open or keeps. */
  readonly open: Set<number>;
}

/** Carries out a request and returns the reply, or `undefined` if the client expects none. It must not throw. */
export type Serve = (client: Client, request: Request) => Reply | undefined;

export class Clients {
  readonly #byId = new Map<string, Client>();
  readonly #hello: BroadcastChannel;
  readonly #serve: Serve;
  readonly #whenGreeted: (client: Client, held: readonly Held[]) => void;

  constructor(tree: Tree, serve: Serve, whenGreeted: (client: Client, held: readonly Held[]) => void) {
    this.#serve = serve;
    this.#whenGreeted = whenGreeted;
    this.#hello = new BroadcastChannel(helloChannel(tree));
    this.#hello.onmessage = (event: unknown) => this.#greet((event as { data: Hello }).data);
  }

  #greet({ client: id, words, tid, startTime, held }: Hello): void {
    const channel = new BroadcastChannel(clientChannel(id));
    const client: Client = { words, agent: { tid, startTime }, channel, open: new Set() };
    channel.onmessage = (event: unknown) => {
      const { n, body } = (event as { data: Numbered<Request> }).data;
      const reply = this.#serve(client, body);
      if (reply && n !== UNASKED) answer(client, n, reply);
    };
    this.#byId.set(id, client);
    this.#whenGreeted(client, held);
    answer(client, 0, { id: 0 });
  }

  /** Whether the thread has not been found dead. */
  has(client: Client): boolean {
    return [...this.#byId.values()].includes(client);
  }

  /** How many threads have the named block open. */
  countHolders(id: number): number {
    return [...this.#byId.values()].filter((client) => client.open.has(id) && !isKept(client, id)).length;
  }

  /** Whether any client has a request under way: see README, "The race at the keeper's end". */
  areAnyBusy(): boolean {
    return [...this.#byId.values()].some(({ words }) => load(words, BUSY) === 1);
  }

  /** Forgets the clients whose threads have died, and calls back for each. */
  removeDead(whenDead: (client: Client) => void): void {
    for (const [id, client] of this.#byId) {
      if (isAlive(client.agent) !== false) continue;
      client.channel.close();
      this.#byId.delete(id);
      whenDead(client);
    }
  }
}

/** Whether the thread has closed the block and only keeps it for a moment. */
function isKept({ words }: Client, id: number): boolean {
  for (let slot = 0; slot < KEPT_SLOTS; slot++) if (load(words, KEPT + slot) === keptWord(id)) return true;
  return false;
}

function answer({ channel, words }: Client, n: number, body: Reply): void {
  channel.postMessage({ n, body } satisfies Numbered<Reply>);
  add(words, REPLIES, 1);
  notify(words, REPLIES);
}
