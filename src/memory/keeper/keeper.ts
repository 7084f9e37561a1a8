/**
 * The keeper: the object behind the one thread that holds the table of names. The root starts that thread (`tree.ts`),
 * and all threads ask it through `line.ts`. States, races and the byte map: README.md.
 */
import { type Trace, tracer } from "../../base/trace.js";
import { ownToken } from "../../system/agent.js";
import { toWire } from "../../wire/thrown.js";
import { add, compareExchange, notify, store, type Words } from "../words/atomics.js";
import { type Client, Clients } from "./clients.js";
import { Deposits } from "./deposited.js";
import { describeReply, describeRequest } from "./describe.js";
import { DroppedBytes } from "./dropped-bytes.js";
import {
  CLOSING,
  DOWN,
  INCARNATION,
  KEEPER,
  LINGER_MS,
  NONE,
  type Reply,
  type Request,
  STATE,
  type Tree,
  UP,
} from "./layout.js";
import { MachineRequests } from "./machine-requests.js";
import { NameTable } from "./name-table.js";

/** How often the keeper looks for the dead, for orphaned deposits, and whether it may end. */
const TEND_MS = LINGER_MS / 4;

export class Keeper {
  readonly #treeWords: Words;
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
    const incarnation = add(tree.words, INCARNATION, 1) + 1;
    // Ids are unique over all keepers of the tree, so a handle from an earlier keeper can never unlink a block of this
    // one.
    this.#nextId = incarnation * 2 ** 32;
    this.#trace = tracer("keeper", `#${incarnation}`);
    this.#treeWords = tree.words;
    this.#names = new NameTable(tree.words);
    this.#deposits = new Deposits((bytes) => this.#dropped.add(bytes), isHeld);
    this.#machine = new MachineRequests(tree, this.#dropped);
    this.#clients = new Clients(
      tree,
      (client, request) => this.#answerTo(client, request),
      ({ agent }) => this.#trace?.(`thread ${agent.tid} says hello`),
    );
  }

  /** Says that the keeper is up. From now on clients post requests. */
  start(): void {
    store(this.#treeWords, KEEPER, ownToken);
    store(this.#treeWords, STATE, UP);
    notify(this.#treeWords, STATE);
    setInterval(() => this.#tend(), TEND_MS);
    this.#trace?.("is up");
  }

  // ── Requests ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A request that fails, because a disk is full for example, fails for its client alone. */
  #answerTo(client: Client, request: Request): Reply | undefined {
    let reply: Reply | undefined;
    try {
      reply = this.#serve(client, request);
    } catch (e) {
      reply = { id: NONE, failed: toWire(e) };
    }
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
    if (this.#names.find(name)) {
      this.#dropped.add(block.size);
      return { id: NONE };
    }
    const id = this.#nextId++;
    owner.open.add(id);
    this.#names.add(name, { id, block, array, owner });
    return { id };
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
   * second.
   */
  #tend(): void {
    this.#removeDead();
    this.#dropped.collect();
    this.#machine.tend();
    this.#deposits.dropOrphans((channel) => this.#names.hasBlock(channel));
    if (this.#names.size + this.#deposits.size + this.#machine.size > 0) this.#idleSince = performance.now();
    if (performance.now() - this.#idleSince >= LINGER_MS) this.#endUnlessAsked();
  }

  #endUnlessAsked(): void {
    compareExchange(this.#treeWords, STATE, UP, CLOSING);
    // The clients' BUSY words are read only now: a client stores BUSY before it reads STATE (README, "The race at its
    // end").
    const isAsked = this.#clients.areAnyBusy();
    store(this.#treeWords, STATE, isAsked ? UP : DOWN);
    notify(this.#treeWords, STATE);
    if (isAsked) return;
    this.#trace?.("ends: it has held nothing for a second");
    process.exit(0);
  }
}
