/**
 * The keeper: the object behind the one thread that holds the table of names. The root starts that thread (`tree.ts`),
 * and all threads ask it through `line.ts`. States, races and the byte map: README.md.
 */
import { type Trace, tracer } from "../../base/trace.js";
import { BroadcastChannel } from "../../platform/runtime.js";
import { ownToken } from "../../system/agent.js";
import { toWire } from "../../wire/thrown.js";
import { compareExchange, load, notify, store, type Words } from "../words/atomics.js";
import { type Client, Clients } from "./clients.js";
import { Deposits } from "./deposited.js";
import { describeReply, describeRequest } from "./describe.js";
import { DroppedBytes } from "./dropped-bytes.js";
import {
  CLOSING,
  callChannel,
  DOWN,
  type Held,
  HOLDS,
  incarnationOf,
  KEEPER,
  LINGER_MS,
  NONE,
  type Reply,
  type Request,
  STARTING,
  STATE,
  STAYS,
  stateOf,
  type Tree,
  UP,
} from "./layout.js";
import { MachineRequests } from "./machine-requests.js";
import { NameTable } from "./name-table.js";

/** How often the keeper looks for the dead, for orphaned deposits, and whether it may end. */
const TEND_MS = LINGER_MS / 4;
/** How long a keeper waits for the threads that have names open, if the one before it died. */
const GATHER_MS = 300;

export class Keeper {
  readonly #tree: Tree;
  readonly #treeWords: Words;
  readonly #incarnation: number;
  /** Whether the keeper before this one died and has left names. */
  readonly #isSuccessor: boolean;
  readonly #names: NameTable;
  readonly #clients: Clients;
  readonly #deposits: Deposits;
  readonly #machine: MachineRequests;
  readonly #dropped = new DroppedBytes();
  readonly #trace: Trace | undefined;
  #nextId: number;
  /** When the keeper last held something, or served a request. */
  #idleSince = performance.now();

  /** @param isHeld Whether any thread has a channel open, by the words in the channel's block. */
  constructor(tree: Tree, isHeld: (channel: Words) => boolean) {
    const incarnation = incarnationOf(load(tree.words, STATE));
    // Ids are unique over all keepers of the tree, so a handle from an earlier keeper can never unlink a block of this
    // one.
    this.#nextId = incarnation * 2 ** 32;
    this.#incarnation = incarnation;
    this.#trace = tracer("keeper", `#${incarnation}`);
    this.#tree = tree;
    this.#treeWords = tree.words;
    this.#names = new NameTable(tree.words);
    this.#deposits = new Deposits((bytes) => this.#dropped.add(bytes), isHeld);
    this.#machine = new MachineRequests(tree, this.#dropped);
    this.#clients = new Clients(
      tree,
      (client, request) => this.#answerTo(client, request),
      (client, held) => this.#greet(client, held),
    );
    this.#isSuccessor = load(tree.words, HOLDS) === 1;
    if (this.#isSuccessor) this.#machine.succeed();
  }

  /** Says that the keeper is up, after gathering names if it must. From then on clients post requests. */
  start(): void {
    store(this.#treeWords, KEEPER, ownToken);
    if (!this.#isSuccessor) {
      this.#open();
      return;
    }
    const call = new BroadcastChannel(callChannel(this.#tree));
    call.postMessage("join");
    call.close();
    setTimeout(() => this.#open(), GATHER_MS);
  }

  #open(): void {
    if (!this.#turn(STARTING, UP)) process.exit(0); // the root has given this thread up
    setInterval(() => this.#tend(), TEND_MS);
    this.#trace?.("is up");
  }

  // ── Requests ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The names, deposits and mappings. While there are any, this thread must not end. */
  get #size(): number {
    return this.#names.size + this.#deposits.size + this.#machine.size;
  }

  #noteHolds(): void {
    store(this.#treeWords, HOLDS, this.#size > 0 || this.#machine.hasFiles ? 1 : 0);
  }

  /** A request that fails, because a disk is full for example, fails for its client alone. */
  #answerTo(client: Client, request: Request): Reply | undefined {
    let reply: Reply | undefined;
    try {
      reply = this.#serve(client, request);
    } catch (e) {
      reply = { id: NONE, failed: toWire(e) };
    }
    this.#noteHolds();
    this.#trace?.(`thread ${client.agent.tid} asks: ${describeRequest(request)} → ${describeReply(reply)}`);
    return reply;
  }

  #serve(client: Client, request: Request): Reply | undefined {
    if (request.op !== "list") this.#idleSince = performance.now(); // a program that only lists names needs no keeper
    switch (request.op) {
      case "create":
        return this.#create(client, request);
      case "attach": {
        const entry = this.#names.find(request.name);
        if (!entry) return { id: NONE };
        client.open.add(entry.id);
        return { id: entry.id, block: entry.block, array: entry.array };
      }
      case "unlink": {
        const entry = this.#names.remove(request.name, request.id);
        if (!entry) return { id: NONE };
        this.#dropped.add(entry.block.size);
        return { id: entry.id };
      }
      case "release":
        client.open.delete(request.id);
        return undefined;
      case "list":
        this.#removeDead();
        return { id: 0, list: this.#names.list(this.#clients) };
      case "deposit": {
        const id = this.#nextId++;
        this.#deposits.add(id, request.channel, request.sources);
        return { id };
      }
      case "fetch":
        return { id: request.id, sources: this.#deposits.see(request.id) };
      case "withdraw":
        this.#deposits.drop(request.id);
        return undefined;
      default:
        return this.#machine.serve(client, request);
    }
  }

  #create(owner: Client, { name, block, array }: Extract<Request, { op: "create" }>): Reply {
    const known = this.#names.find(name);
    if (known?.block.id === block.id) return { id: known.id }; // an earlier keeper died before it could answer
    if (known) {
      this.#dropped.add(block.size);
      return { id: NONE };
    }
    const id = this.#nextId++;
    owner.open.add(id);
    this.#names.add(name, { id, block, array, owner });
    return { id };
  }

  /** A thread has come. If it had names open when an earlier keeper died, they are names again. */
  #greet(client: Client, held: readonly Held[]): void {
    this.#trace?.(`thread ${client.agent.tid} says hello${held.length > 0 ? ` with ${held.length} names` : ""}`);
    for (const { name, id, block, array } of held) {
      if (!this.#names.find(name)) this.#names.add(name, { id, block, array, owner: client });
      if (this.#names.find(name)!.id === id) client.open.add(id);
    }
  }

  #turn(from: number, to: number): boolean {
    const [old, next] = [stateOf(this.#incarnation, from), stateOf(this.#incarnation, to)];
    const isTurned = compareExchange(this.#treeWords, STATE, old, next) === old;
    if (isTurned) notify(this.#treeWords, STATE);
    return isTurned;
  }

  // ── Tending, and the end ─────────────────────────────────────────────────────────────────────────────────────────

  #removeDead(): void {
    this.#clients.removeDead((client) => {
      this.#trace?.(`thread ${client.agent.tid} has died`);
      this.#machine.leaveAll(client);
    });
  }

  /**
   * Forgets the dead, drops what nobody can fetch, and ends this thread if it has held nothing and was not asked for a
   * second, unless it is to stay.
   */
  #tend(): void {
    this.#removeDead();
    this.#dropped.collect();
    this.#machine.tend();
    this.#deposits.dropOrphans((channel) => this.#names.hasBlock(channel));
    this.#noteHolds();
    if (this.#size > 0) this.#idleSince = performance.now();
    const isIdle = performance.now() - this.#idleSince >= LINGER_MS;
    if (isIdle && load(this.#treeWords, STAYS) === 0) this.#endUnlessAsked();
  }

  #endUnlessAsked(): void {
    this.#turn(UP, CLOSING);
    // These words are read only now: the other side stores them before it reads STATE (README, "The race at the
    // keeper's end").
    const isAsked = this.#clients.areAnyBusy() || load(this.#treeWords, STAYS) === 1;
    this.#turn(CLOSING, isAsked ? UP : DOWN);
    if (isAsked) return;
    this.#trace?.("ends: it has held nothing for a second");
    process.exit(0);
  }
}
