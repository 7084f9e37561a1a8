/** A worker's side of the team: what it does in its thread or process. README.md explains its states and its mail. */

import { type Trace, tracer } from "../../base/trace.js";
import type { BoundWork, Work } from "../../calls/call.js";
import { bindWork } from "../../calls/kinds/index.js";
import { tellDoomBy } from "../../memory/machine/native.js";
import { add, exchange, load, notify, pause, store, waitSync } from "../../memory/words/atomics.js";
import { thisAgent } from "../../system/agent.js";
import { type Packed, settle } from "../../wire/departures.js";
import { importFunction, resolveFunction } from "../../wire/functions.js";
import { pack, unpack } from "../../wire/pack.js";
import { toWire } from "../../wire/thrown.js";
import { Control } from "./control.js";
import {
  ASYNC,
  type ChunkTable,
  DOOMED,
  EXIT,
  FINISHED,
  type FromWorker,
  LOOP,
  lineOf,
  MAIL,
  NO_WORK,
  PARKED,
  POSTED_AT,
  READ,
  RUNNING,
  START,
  STATE,
  STAY_UNTIL,
  TASK,
  TID,
  type ToWorker,
  tableOver,
  type WorkerInit,
} from "./layout.js";
import type { Mailbox } from "./mailbox.js";
import { clockUs, Patience } from "./patience.js";
import { takeChunks } from "./share.js";
import { runTask } from "./task-runner.js";
import { bufferOf } from "./team-memory.js";

/** How long a worker waits for the next call before it returns to its event loop. */
const PARK_MS = 5;
/** How often a spinning worker reads MAIL before it reads the clock, which takes longer. */
const LOOKS = 50;

export class WorkerSide {
  readonly #mailbox: Mailbox<FromWorker, ToWorker>;
  readonly #rank: number;
  readonly #control: Control;
  readonly #line: number;
  readonly #patience: Patience;
  readonly #trace: Trace | undefined;
  readonly #works = new Map<number, BoundWork>([[NO_WORK, { isReduction: false, run: () => undefined }]]);
  #table: { number: number; table: ChunkTable } | undefined;
  #runningTasks = 0;
  /** Works whose modules are still being imported. */
  readonly #importing = new Set<number>();
  /** The MAIL for which this worker last reported that it is idle. */
  #toldMail = 0;

  constructor({ rank, words, spinUs }: WorkerInit, mailbox: Mailbox<FromWorker, ToWorker>) {
    this.#mailbox = mailbox;
    this.#rank = rank;
    this.#control = new Control(words);
    this.#line = lineOf(rank);
    this.#patience = new Patience(spinUs);
    this.#trace = tracer("pool", `worker ${rank}`);
    tellDoomBy(words, this.#line + DOOMED);
  }

  start(): void {
    const { words } = this.#control;
    const { tid, startTime } = thisAgent();
    store(words, this.#line + TID, tid);
    store(words, this.#line + START, startTime);
    store(words, this.#line + STATE, RUNNING);
    process.on("exit", (code) => {
      store(words, this.#line + EXIT, code + 1 || 256); // 0 would mean that it has not ended; -1 is 255 to a shell
      notify(words, FINISHED); // a blocked caller then checks who is missing
    });
    process.on("uncaughtExceptionMonitor", (error) => this.#reportDeath(error));
    this.#mailbox.hear((message: ToWorker) => {
      store(words, this.#line + STATE, RUNNING);
      this.#receive(message);
      this.#serve();
    });
    this.#post({ type: "ready" });
    this.#serve();
  }

  /** Reports to the pool what this worker dies of, unless the user's own listener keeps it alive. */
  #reportDeath(error: unknown): void {
    if (process.listenerCount("uncaughtException") > 0) return;
    try {
      this.#post({ type: "dying", error: toWire(error) });
    } catch {} // an error that cannot be sent: the pool learns of the death all the same
  }

  /** Works until there has been nothing to do for `PARK_MS`, then returns to the event loop. */
  #serve(): void {
    const { words } = this.#control;
    let idleSince = performance.now();
    let mail: number;
    for (;;) {
      mail = load(words, this.#line + MAIL);
      for (let m = this.#mailbox.take(); m; m = this.#mailbox.take()) this.#receive(m);
      if (this.#runningTasks === 0 && this.#takePart()) {
        idleSince = performance.now();
        continue;
      }
      if (this.#runningTasks === 0 && this.#awaitMail(mail, idleSince + PARK_MS)) continue;
      store(words, this.#line + STATE, LOOP); // and then look once more: see README, "Waking"
      if (load(words, this.#line + MAIL) === mail) break;
      store(words, this.#line + STATE, RUNNING);
    }
    if (this.#runningTasks === 0) this.#tellIdle(mail);
  }

  /** Spins, then sleeps, until the mail word moves or the time is up. */
  #awaitMail(mail: number, until: number): boolean {
    const began = performance.now();
    const beganUs = clockUs();
    const hasMail = this.#spin(mail, began) || this.#park(mail, until);
    const waitedUs = 1000 * (performance.now() - began);
    const untilPosted = (load(this.#control.words, POSTED_AT) - beganUs) | 0;
    this.#patience.record(hasMail && untilPosted >= 0 ? Math.min(waitedUs, untilPosted) : waitedUs);
    return hasMail;
  }

  #spin(mail: number, began: number): boolean {
    const { words } = this.#control;
    const until = began + this.#patience.usUntil(load(words, STAY_UNTIL)) / 1000;
    while (performance.now() < until) {
      for (let i = 0; i < LOOKS; i++) {
        if (load(words, this.#line + MAIL) !== mail) return true;
        pause();
      }
    }
    return false;
  }

  #park(mail: number, until: number): boolean {
    const { words } = this.#control;
    const left = until - performance.now();
    if (left <= 0) return false;
    store(words, this.#line + STATE, PARKED);
    waitSync(words, this.#line + MAIL, mail, left);
    store(words, this.#line + STATE, RUNNING);
    return load(words, this.#line + MAIL) !== mail;
  }

  /** Takes chunks of the call that is posted. False if there is none for this worker. */
  #takePart(): boolean {
    this.#control.enter(this.#rank);
    const posted = this.#control.read();
    const work = posted && this.#rank < posted.limit ? this.#works.get(posted.work) : undefined;
    const table = this.#table;
    // The call is not for this worker, or its work has not been sent here, or is still being imported.
    if (!posted || !work || table?.number !== posted.table) {
      this.#control.exit(this.#rank);
      return false;
    }
    const reporter = {
      failed: (chunk: number, error: unknown) =>
        this.#post({ type: "failed", tag: posted.tag, chunk, error: toWire(error, this.#mailbox.toProcesses) }),
      part: (chunk: number, part: unknown) => {
        const value = pack(part, "accumulator", { toProcesses: this.#mailbox.toProcesses });
        this.#post({ type: "part", tag: posted.tag, chunk, value });
        settle(value, "sent");
      },
    };
    const share = { posted, table: table.table, work, line: this.#rank, rank: this.#rank, reporter };
    const [taken, over] = takeChunks(this.#control, share, () => true);
    if (taken > 0) this.#trace?.("took", taken, "chunks of call", posted.tag, over ? "and ended it" : undefined);
    if (over && posted.flags & ASYNC) this.#post({ type: "finished", tag: posted.tag });
    return taken > 0;
  }

  #receive(message: ToWorker): void {
    switch (message.type) {
      case "bind":
        this.#forget(message.drop);
        this.#bind(message.number, message.work);
        add(this.#control.words, this.#line + READ, 1);
        break;
      case "drop":
        this.#forget(message.drop);
        break;
      case "table":
        this.#table = { number: message.number, table: tableOver(bufferOf(message.home), message.capacity) };
        break;
      case "task":
        this.#begin(message);
        break;
      case "close":
        this.#mailbox.close(); // the thread ends when nothing else keeps its event loop: logs and timers still come out
    }
  }

  #begin(task: Extract<ToWorker, { type: "task" }>): void {
    const id = task.id | 0;
    const before = exchange(this.#control.words, this.#line + TASK, id); // the user's code may end this worker
    this.#runningTasks++;
    const post = (reply: FromWorker, transfer?: readonly ArrayBuffer[]) => this.#post(reply, transfer);
    void runTask(task, post, { toProcesses: this.#mailbox.toProcesses, isWithdrawn: before === -id }).then(() => {
      this.#runningTasks--;
      this.#serve();
    });
  }

  #forget(numbers: readonly number[]): void {
    for (const number of numbers) {
      this.#works.delete(number);
      this.#importing.delete(number);
    }
  }

  #bind(number: number, packed: Packed): void {
    const unbound = (error: unknown) =>
      this.#post({ type: "unbound", number, error: toWire(error, this.#mailbox.toProcesses) });
    try {
      const work = unpack(packed) as Work;
      if (work.functions.every(resolveFunction)) {
        this.#works.set(number, bindWork(work));
        return;
      }
      this.#importing.add(number);
      Promise.all(work.functions.map(importFunction))
        .then(() => {
          const isWanted = this.#importing.delete(number); // it may have been dropped meanwhile
          if (isWanted) this.#works.set(number, bindWork(work));
        })
        .then(() => this.#serve(), unbound);
    } catch (e) {
      unbound(e);
    }
  }

  /** Reports that this worker is in its event loop after that mail and has written its output: the process may end. */
  #tellIdle(mail: number): void {
    if (mail === this.#toldMail) return;
    this.#toldMail = mail;
    const flushed = [process.stdout, process.stderr].map(
      (stream) =>
        new Promise<void>((resolve) => (stream.writableLength > 0 ? stream.write("", () => resolve()) : resolve())),
    );
    void Promise.all(flushed).then(() => this.#post({ type: "idle", mail }));
  }

  #post(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#mailbox.post(message, transfer);
  }
}
