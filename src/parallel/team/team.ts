/** The pool's side of its workers: starts and replaces them, sends works, wakes members, and finds the dead. */

import { tracer } from "../../base/trace.js";
import type { Work } from "../../calls/call.js";
import type { Death } from "../../calls/executors/death.js";
import { lendToCall } from "../../memory/blocks/recycling.js";
import { doom } from "../../memory/machine/native.js";
import { add, compareExchange, exchange, load, notify, sleepSync, store } from "../../memory/words/atomics.js";
import type { Isolation } from "../../platform/interface.js";
import { isAlive } from "../../system/agent.js";
import { type Packed, settle } from "../../wire/departures.js";
import { pack } from "../../wire/pack.js";
import { fromWire } from "../../wire/thrown.js";
import { type CallWords, Control, type Posted } from "./control.js";
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
  NO_WORK,
  PARKED,
  READ,
  RUNNING,
  START,
  STATE,
  STAY_UNTIL,
  TASK,
  type TeamMemory,
  TID,
  type ToWorker,
} from "./layout.js";
import type { Member } from "./member.js";
import { clockUs, MAX_STAY_US, Patience } from "./patience.js";
import type { StartWorker } from "./started-worker.js";
import { bufferOf, giveBack, type NumberedTable, newTable, newTeamMemory } from "./team-memory.js";

export interface TeamEvents {
  /** A worker has sent a message that is not only for the team. */
  received(team: Team, member: Member, message: FromWorker): void;
  /** A worker has ended and was replaced, unless the team is closing. */
  died(team: Team, member: Member, death: Death): void;
  /** No more workers can be started: three in a row ended before they were ready. */
  broken(team: Team, death: Death): void;
}

interface TeamOptions {
  readonly isolation: Isolation;
  readonly size: number;
  readonly spinUs: number;
  /** Starts one worker. */
  readonly startWorker: StartWorker;
}

/** How many bind messages a worker may leave unread before calls pass it over: each keeps operands alive. */
const MAX_UNREAD = 4;
/** How many workers in a row may end before they are ready until the team gives up. */
const MAX_STILLBORN = 3;
const FIRST_TABLE = 4096;

const trace = tracer("pool", "team");
const STATE_NAMES = ["booting", "running", "parked", "in its event loop"];

export class Team {
  readonly control: Control;
  readonly size: number;
  /** How long a blocked caller spins for the end of a call. */
  readonly patience: Patience;
  readonly #options: TeamOptions;
  readonly #events: TeamEvents;
  #members: Member[] = [];
  readonly #isolation: Isolation;
  readonly #home: TeamMemory;
  #table: NumberedTable;
  #stillborn = 0;
  #closing = false;
  /** Resolves when all workers that lived when the team began to end are gone. */
  #gone: Promise<unknown> | undefined;

  constructor(options: TeamOptions, events: TeamEvents) {
    this.size = options.size;
    this.patience = new Patience(options.spinUs);
    this.#options = options;
    this.#events = events;
    this.#isolation = options.isolation;
    const words = controlWords(options.size + 1); // one line more: a blocked caller's
    this.#home = newTeamMemory(4 * words, this.#isolation);
    this.#table = newTable(1, FIRST_TABLE, this.#isolation);
    this.control = new Control(new Int32Array(bufferOf(this.#home), 0, words));
  }

  get members(): readonly Member[] {
    return this.#members;
  }
  /** Workers without a task. */
  get free(): Member[] {
    return this.#members.filter((member) => member.task === undefined && !member.dead && !member.killed);
  }
  get started(): boolean {
    return this.#members.length > 0;
  }
  get table(): NumberedTable {
    return this.#table;
  }

  /** Starts the workers, once. If one cannot be made, ends the others; the team cannot be used after that. */
  start(): void {
    if (this.started || this.#closing) return;
    try {
      for (let rank = 0; rank < this.size; rank++) this.#members.push(this.#hire(rank));
    } catch (e) {
      void this.end(0);
      throw e;
    }
  }

  #hire(rank: number): Member {
    const { words } = this.control;
    const line = lineOf(rank);
    store(words, line + STATE, BOOTING);
    store(words, line + DOOMED, 0);
    for (const word of [TID, START, INSIDE, EXIT, READ, TASK]) store(words, line + word, 0);
    const { worker, mailbox } = this.#options.startWorker({ rank, words, spinUs: this.#options.spinUs }, this.#home);
    const member: Member = {
      rank,
      worker,
      mailbox,
      works: new Set([NO_WORK]),
      table: 0,
      sent: 0,
      ready: false,
      task: undefined,
      lastBegun: 0,
      awake: false,
      uncaught: undefined,
      killed: false,
      dead: false,
    };
    // `exit` follows. Mostly the worker has told its error itself, but not if it has run out of memory.
    worker.on?.("error", (error) => {
      member.uncaught ??= { error };
    });
    worker.on?.("exit", (code: number) => this.#bury(member, code));
    mailbox.hear((message) => this.#receive(member, message));
    mailbox.unref(); // after the listener, which would keep the process alive: the engine decides about that
    return member;
  }

  #receive(member: Member, message: FromWorker): void {
    if (message.type === "ready") {
      member.ready = true;
      this.#stillborn = 0;
    }
    // If there is newer mail, the worker has been woken again and will send another such message.
    if (message.type === "idle" && message.mail === load(this.control.words, lineOf(member.rank) + MAIL))
      member.awake = false;
    if (message.type === "dying") member.uncaught = { error: fromWire(message.error) };
    if (message.type === "unbound") member.works.delete(message.number); // the next call must send it again
    this.#events.received(this, member, message);
  }

  /** Receives what workers have sent, without waiting for the event loop. */
  drain(): void {
    for (const member of this.#members) this.#drainMember(member);
  }
  #drainMember(member: Member): void {
    for (let m = member.mailbox.take(); m; m = member.mailbox.take()) this.#receive(member, m);
  }

  /**
   * Posts a call. Once in 2^30 positions it first waits until every live member is outside, so that none can still be
   * on its way into a call whose positions come round again; see README, "A member that sleeps".
   */
  post(call: CallWords): Posted {
    if (this.control.isLapOver) {
      while (this.#members.some((member) => this.control.isInside(member.rank) && !this.isDead(member))) sleepSync(1);
      this.control.startLap();
    }
    const posted = this.control.post(call);
    trace?.("posts call", posted.tag, "of work", call.work, "with", call.total, "chunks in", call.ranges, "ranges");
    return posted;
  }

  // ── Mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Returns a table with room for that many chunks, all free. */
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
   * Sends the work and the table to those of the members that do not have them, with the works to forget. Returns the
   * members that can take part. A member that would need the work and has several works unread is left out, unless
   * all are such.
   */
  brief(
    members: readonly Member[],
    number: number,
    work: Work | undefined,
    keep: ReadonlySet<number>,
  ): readonly Member[] {
    const attentive = members.filter((member) => member.works.has(number) || this.#unread(member) < MAX_UNREAD);
    const briefed = attentive.length > 0 ? attentive : members;
    let packed: Packed | undefined;
    for (const member of briefed) {
      const { number: table, capacity, home } = this.#table;
      if (member.table !== table) this.#send(member, { type: "table", number: table, capacity, home });
      member.table = table;
      if (member.works.has(number)) continue;
      packed ??= this.#packed(work);
      const drop = [...member.works].filter((known) => known !== NO_WORK && !keep.has(known));
      for (const old of drop) member.works.delete(old);
      this.#send(member, { type: "bind", number, work: packed, drop });
      member.works.add(number);
      member.sent++;
    }
    return briefed;
  }
  /** The call itself keeps everything in the work alive while it lasts, so nothing depends on the message's arrival. */
  #packed(work: Work | undefined): Packed {
    const send = () => pack(work, "params", { toProcesses: this.#isolation === "process" });
    // A kernel of rows, and one with params, gets arrays, which it may keep.
    const isOwnCode = work !== undefined && work.kind !== "rows" && work.params === undefined;
    const packed = isOwnCode ? lendToCall(send) : send();
    settle(packed, "cancelled");
    return packed;
  }
  #unread(member: Member): number {
    return member.sent - load(this.control.words, lineOf(member.rank) + READ);
  }

  /** Makes all workers forget a work. */
  drop(number: number): void {
    for (const member of this.#members) {
      if (!member.works.delete(number)) continue;
      this.#send(member, { type: "drop", drop: [number] });
      this.wake(member);
    }
  }

  send(member: Member, message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#send(member, message, transfer);
    this.wake(member);
  }
  #send(member: Member, message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    member.mailbox.post(message, transfer);
  }

  /** Keeps a worker from beginning its task, if it has not begun it. It answers as if the task had failed. */
  withdrawTask(member: Member): void {
    const { words } = this.control;
    const at = lineOf(member.rank) + TASK;
    const id = member.task! | 0;
    const last = load(words, at);
    if (last !== id) compareExchange(words, at, last, -id); // which fails if the worker begins the task meanwhile
  }

  /** Makes a worker look at its mail and at the call that is posted. */
  wake(member: Member): void {
    const { words } = this.control;
    const line = lineOf(member.rank);
    member.awake = true;
    add(words, line + MAIL, 1);
    // Read the state only now: a worker first stores that it goes to sleep or to its event loop, and then reads MAIL.
    const state = load(words, line + STATE);
    trace?.("wakes worker", member.rank, "which is", STATE_NAMES[state]);
    if (state === LOOP) this.#send(member, { type: "wake" });
    else if (state === PARKED) notify(words, line + MAIL); // others look at MAIL before they sleep
  }

  /** Wakes workers for calls that are expected soon, and has them spin until then. */
  rouse(members: readonly Member[]): void {
    store(this.control.words, STAY_UNTIL, (clockUs() + MAX_STAY_US) | 0);
    for (const member of members) if (this.stateOf(member) !== RUNNING) this.wake(member);
  }

  stateOf(member: Member): number {
    return load(this.control.words, lineOf(member.rank) + STATE);
  }

  /** Whether a worker may still have output to write. */
  get isAwake(): boolean {
    return this.#members.some((member) => member.awake);
  }

  /** Microseconds that all members have spent in chunks; wraps. */
  get busyUs(): number {
    let sum = 0;
    for (let line = 0; line <= this.size; line++) sum += load(this.control.words, lineOf(line) + BUSY);
    return sum | 0;
  }

  // ── Death ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Finds dead workers without waiting for the event loop, and replaces them. */
  buryTheDead(): void {
    for (const member of this.#members) {
      if (member.ready || load(this.control.words, lineOf(member.rank) + TID) !== 0) {
        if (this.isDead(member)) this.#bury(member, undefined);
      }
    }
  }

  /** Whether the worker has ended, found out without its event loop. */
  isDead({ rank, worker }: Member): boolean {
    const { words } = this.control;
    const line = lineOf(rank);
    const alive = isAlive({ tid: load(words, line + TID), startTime: load(words, line + START) });
    if (alive !== undefined) return !alive;
    return load(words, line + EXIT) !== 0 || worker.performance?.eventLoopUtilization().idle === -1;
  }

  /** Kills a worker. */
  kill(member: Member): void {
    if (member.killed) return; // a blocked caller calls this again and again until the thread is gone
    member.killed = true;
    this.#terminate(member);
  }

  #terminate(member: Member): unknown {
    doom(this.control.words, lineOf(member.rank) + DOOMED);
    member.terminated ??= member.worker.terminate(); // once, because each call adds a listener to the worker
    return member.terminated;
  }

  #bury(member: Member, code: number | undefined): void {
    if (member.dead) return;
    member.dead = true;
    if (code === undefined) this.kill(member); // nobody saw it exit: in case it is still alive, it must not go on
    this.#drainMember(member); // what it sent before it died is still there
    member.mailbox.close();
    member.lastBegun = load(this.control.words, lineOf(member.rank) + TASK);
    const exit = exchange(this.control.words, lineOf(member.rank) + EXIT, 0);
    const exitCode = exit > 0 ? exit - 1 : code;
    trace?.("worker", member.rank, this.#closing ? "has ended" : "has died", "with exit code", exitCode);
    if (this.#closing) return;
    this.#stillborn = member.ready ? 0 : this.#stillborn + 1;
    store(this.control.words, lineOf(member.rank) + INSIDE, 0);
    const isBroken = this.#stillborn >= MAX_STILLBORN || !this.#rehire(member.rank);
    const death = { exitCode, uncaught: member.uncaught };
    this.#events.died(this, member, death);
    if (isBroken) this.#events.broken(this, death);
  }

  /** False if no worker can be started. */
  #rehire(rank: number): boolean {
    try {
      this.#members[rank] = this.#hire(rank);
      return true;
    } catch {
      return false;
    }
  }

  /** Ends all workers, and kills those that have not ended after the grace period. Resolves when all are gone. */
  async end(graceMs: number): Promise<void> {
    this.#closing = true;
    const members = this.#members.filter((member) => !member.dead);
    this.#gone ??= Promise.all(members.map(whenGone));
    if (graceMs > 0) {
      for (const member of members) this.send(member, { type: "close" });
      let timer: ReturnType<typeof setTimeout> | undefined;
      const grace = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      await Promise.race([this.#gone, grace]);
      clearTimeout(timer);
    }
    await Promise.all(members.filter((member) => !member.dead).map((member) => this.#terminate(member)));
    for (const member of members) member.mailbox.close();
    giveBack(this.#home);
    giveBack(this.#table.home);
  }
}

const whenGone = ({ worker }: Member): Promise<void> =>
  new Promise((resolve) => worker.on?.("exit", () => resolve()) ?? resolve());
