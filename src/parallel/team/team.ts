/** The pool's side of its workers: starting and replacing them, what each has been sent, waking, and who is dead. */

import type { Work } from "../../calls/call.js";
import { doom } from "../../memory/machine/native.js";
import { add, exchange, load, notify, store } from "../../memory/words/atomics.js";
import type { Isolation } from "../../platform/interface.js";
import { isAlive } from "../../system/agent.js";
import { type Packed, settle } from "../../wire/departures.js";
import { pack } from "../../wire/pack.js";
import { type SpawnOptions, spawnWorker, type TeamWorker } from "../spawn.js";
import { Control } from "./control.js";
import {
  BOOTING,
  BUSY,
  type ChunkTable,
  controlWords,
  DOOMED,
  EXIT,
  FREE,
  type FromWorker,
  INSIDE,
  LOOP,
  lineOf,
  MAIL,
  NO_JOB,
  READ,
  START,
  STATE,
  type TeamMemory,
  TID,
  type ToWorker,
} from "./layout.js";
import type { Mailbox } from "./mailbox.js";
import { bufferOf, giveBack, type NumberedTable, newTable, newTeamMemory } from "./team-memory.js";

/** One worker, as the pool sees it. */
export interface Hand {
  readonly rank: number;
  readonly worker: TeamWorker;
  readonly mailbox: Mailbox<ToWorker, FromWorker>;
  /** Works it has been sent and may keep. */
  readonly jobs: Set<number>;
  table: number;
  /** Bind messages sent to it. */
  sent: number;
  ready: boolean;
  /** The task that it runs. */
  task: number | undefined;
  /** Whether it may still have output to write: the process must not end before it says that it is idle. */
  awake: boolean;
  killed: boolean;
  dead: boolean;
}

export interface TeamEvents {
  /** A message of a worker that is not the team's own business. */
  received(team: Team, hand: Hand, message: FromWorker): void;
  /** A worker has ended and was replaced, unless the team is closing. */
  died(team: Team, hand: Hand, exitCode: number | undefined): void;
  /** No more workers can be had: three in a row ended before they were up. */
  broken(team: Team, exitCode: number | undefined): void;
}

interface TeamOptions extends SpawnOptions {
  readonly isolation: Isolation;
  readonly size: number;
  readonly spinUs: number;
}

/** Bind messages that a worker may have unread before it is passed over: each pins its operands. */
const MAX_UNREAD = 4;
/** Workers that ended before they were up, in a row, until the team gives up. */
const MAX_STILLBORN = 3;
const FIRST_TABLE = 4096;

export class Team {
  readonly control: Control;
  readonly size: number;
  readonly #options: TeamOptions;
  readonly #events: TeamEvents;
  #hands: Hand[] = [];
  readonly #isolation: Isolation;
  readonly #home: TeamMemory;
  #table: NumberedTable;
  #stillborn = 0;
  #closing = false;

  constructor(options: TeamOptions, events: TeamEvents) {
    this.size = options.size;
    this.#options = options;
    this.#events = events;
    this.#isolation = options.isolation;
    const words = controlWords(options.size + 1); // one line more: a blocked caller's
    this.#home = newTeamMemory(4 * words, this.#isolation);
    this.#table = newTable(1, FIRST_TABLE, this.#isolation);
    this.control = new Control(new Int32Array(bufferOf(this.#home), 0, words));
  }

  get hands(): readonly Hand[] {
    return this.#hands;
  }
  /** How long a member spins before it sleeps. */
  get spinUs(): number {
    return this.#options.spinUs;
  }
  /** Workers without a task. */
  get free(): Hand[] {
    return this.#hands.filter((hand) => hand.task === undefined && !hand.dead && !hand.killed);
  }
  get started(): boolean {
    return this.#hands.length > 0;
  }
  get table(): NumberedTable {
    return this.#table;
  }

  /** Starts the workers, once. If one cannot be made none is left, and this team is of no more use. */
  start(): void {
    if (this.started || this.#closing) return;
    try {
      for (let rank = 0; rank < this.size; rank++) this.#hands.push(this.#hire(rank));
    } catch (e) {
      void this.end(0);
      throw e;
    }
  }

  #hire(rank: number): Hand {
    const { words } = this.control;
    const line = lineOf(rank);
    store(words, line + STATE, BOOTING);
    store(words, line + DOOMED, 0);
    for (const word of [TID, START, INSIDE, EXIT, READ]) store(words, line + word, 0);
    const { worker, mailbox } = spawnWorker(this.#options, { rank, words, spinUs: this.#options.spinUs }, this.#home);
    const hand: Hand = {
      rank,
      worker,
      mailbox,
      jobs: new Set([NO_JOB]),
      table: 0,
      sent: 0,
      ready: false,
      task: undefined,
      awake: false,
      killed: false,
      dead: false,
    };
    worker.on?.("error", () => {}); // told by `exit`; without a listener the error would be uncaught
    worker.on?.("exit", (code: number) => this.#bury(hand, code));
    mailbox.hear((message) => this.#receive(hand, message));
    mailbox.unref(); // after the listener, which holds the process open: that is the engine's to decide
    return hand;
  }

  #receive(hand: Hand, message: FromWorker): void {
    if (message.type === "ready") {
      hand.ready = true;
      this.#stillborn = 0;
    }
    // A newer mail means that it was woken again, and will say so again.
    if (message.type === "idle" && message.mail === load(this.control.words, lineOf(hand.rank) + MAIL))
      hand.awake = false;
    if (message.type === "unbound") hand.jobs.delete(message.job); // the next call must send it again
    this.#events.received(this, hand, message);
  }

  /** Takes what workers have posted, without the event loop. */
  drain(): void {
    for (const hand of this.#hands) this.#drainHand(hand);
  }
  #drainHand(hand: Hand): void {
    for (let m = hand.mailbox.take(); m; m = hand.mailbox.take()) this.#receive(hand, m);
  }

  // ── Mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A table with room for that many chunks, all free. */
  prepareTable(chunks: number): ChunkTable {
    const { table, number } = this.#table;
    if (table.states.length >= chunks) {
      table.states.fill(FREE, 0, chunks);
      return table;
    }
    giveBack(this.#table.home);
    this.#table = newTable(number + 1, 2 ** Math.ceil(Math.log2(chunks)), this.#isolation);
    return this.#table.table;
  }

  /**
   * Makes sure that workers know the work and the table, and forget what is not to be kept. Returns those who do; not those who would have to be sent it while
   * they still have several works unread, unless there is nobody else.
   */
  brief(hands: readonly Hand[], job: number, spec: Work | undefined, keep: ReadonlySet<number>): readonly Hand[] {
    const attentive = hands.filter((hand) => hand.jobs.has(job) || this.#unread(hand) < MAX_UNREAD);
    const briefed = attentive.length > 0 ? attentive : hands;
    let packed: Packed | undefined;
    for (const hand of briefed) {
      const { number, capacity, home } = this.#table;
      if (hand.table !== number) this.#send(hand, { type: "table", number, capacity, home });
      hand.table = number;
      if (hand.jobs.has(job)) continue;
      packed ??= this.#packed(spec);
      const drop = [...hand.jobs].filter((known) => known !== NO_JOB && !keep.has(known));
      for (const old of drop) hand.jobs.delete(old);
      this.#send(hand, { type: "bind", job, spec: packed, drop });
      hand.jobs.add(job);
      hand.sent++;
    }
    return briefed;
  }
  /** Copies of the things in it are in the work itself, for as long as the call lasts: none is ever only on its way. */
  #packed(spec: Work | undefined): Packed {
    const packed = pack(spec, "params", { toProcesses: this.#isolation === "process" });
    settle(packed, "cancelled");
    return packed;
  }
  #unread(hand: Hand): number {
    return hand.sent - load(this.control.words, lineOf(hand.rank) + READ);
  }

  /** Lets all workers forget a work. */
  drop(job: number): void {
    for (const hand of this.#hands) {
      if (!hand.jobs.delete(job)) continue;
      this.#send(hand, { type: "drop", drop: [job] });
      this.wake(hand);
    }
  }

  send(hand: Hand, message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#send(hand, message, transfer);
    this.wake(hand);
  }
  #send(hand: Hand, message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    hand.mailbox.post(message, transfer);
  }

  /** Makes a worker look at its mail and at the open call. */
  wake(hand: Hand): void {
    const { words } = this.control;
    const line = lineOf(hand.rank);
    hand.awake = true;
    add(words, line + MAIL, 1);
    // Only now read the state: a worker on its way to the event loop stores LOOP and then reads MAIL.
    const state = load(words, line + STATE);
    if (state === LOOP) this.#send(hand, { type: "wake" });
    else notify(words, line + MAIL);
  }

  /** Whether a worker may still have output to write. */
  get isAwake(): boolean {
    return this.#hands.some((hand) => hand.awake);
  }

  /** Microseconds that all members have spent in chunks; wraps. */
  get busyUs(): number {
    let sum = 0;
    for (let line = 0; line <= this.size; line++) sum += load(this.control.words, lineOf(line) + BUSY);
    return sum | 0;
  }

  // ── Death ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Finds dead workers without the event loop, and replaces them. */
  buryTheDead(): void {
    for (const hand of this.#hands) {
      if (hand.ready || load(this.control.words, lineOf(hand.rank) + TID) !== 0) {
        if (this.#isDead(hand)) this.#bury(hand, undefined);
      }
    }
  }

  #isDead({ rank, worker }: Hand): boolean {
    const { words } = this.control;
    const line = lineOf(rank);
    const alive = isAlive({ tid: load(words, line + TID), startTime: load(words, line + START) });
    if (alive !== undefined) return !alive;
    return load(words, line + EXIT) !== 0 || worker.performance?.eventLoopUtilization().idle === -1;
  }

  /** Ends a worker by force. */
  kill(hand: Hand): void {
    if (hand.killed) return; // a blocked caller looks again and again until the thread is gone
    hand.killed = true;
    this.#terminate(hand);
  }

  #terminate({ rank, worker }: Hand): unknown {
    doom(this.control.words, lineOf(rank) + DOOMED);
    return worker.terminate();
  }

  #bury(hand: Hand, code: number | undefined): void {
    if (hand.dead) return;
    hand.dead = true;
    if (code === undefined) this.kill(hand); // found dead by looking: should it live after all, it must not go on
    this.#drainHand(hand); // what it posted before it died is still there
    hand.mailbox.close();
    const exit = exchange(this.control.words, lineOf(hand.rank) + EXIT, 0);
    const exitCode = exit > 0 ? exit - 1 : code;
    if (this.#closing) return;
    this.#stillborn = hand.ready ? 0 : this.#stillborn + 1;
    store(this.control.words, lineOf(hand.rank) + INSIDE, 0);
    const isBroken = this.#stillborn >= MAX_STILLBORN || !this.#rehire(hand.rank);
    this.#events.died(this, hand, exitCode);
    if (isBroken) this.#events.broken(this, exitCode);
  }

  /** False if no worker can be had. */
  #rehire(rank: number): boolean {
    try {
      this.#hands[rank] = this.#hire(rank);
      return true;
    } catch {
      return false;
    }
  }

  /** Ends all workers: each in its own time, or by force. Resolves when they are gone. */
  async end(graceMs: number): Promise<void> {
    this.#closing = true;
    const hands = this.#hands.filter((hand) => !hand.dead);
    const gone = hands.map(
      (hand) => new Promise<void>((resolve) => hand.worker.on?.("exit", () => resolve()) ?? resolve()),
    );
    if (graceMs > 0) {
      for (const hand of hands) this.send(hand, { type: "close" });
      let timer: ReturnType<typeof setTimeout> | undefined;
      const grace = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      await Promise.race([Promise.all(gone), grace]);
      clearTimeout(timer);
    }
    await Promise.all(hands.filter((hand) => !hand.dead).map((hand) => this.#terminate(hand)));
    for (const hand of hands) hand.mailbox.close();
    giveBack(this.#home);
    giveBack(this.#table.home);
  }
}
