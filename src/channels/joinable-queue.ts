/** `JoinableQueue`: a queue that knows when all of its messages are done. */
import { LockStateError, WorkerDiedError } from "../base/errors.js";
import type { AttachOptions } from "../memory/shared-memory.js";
import { add, compareExchange, load, notify, store, type Words } from "../memory/words/atomics.js";
import {
  expectSyncWait,
  expectWait,
  type SyncWaitOptions,
  type WaitOptions,
  waitUntil,
  waitUntilSync,
} from "../memory/words/wait.js";
import { ENTRIES, isDead, isOwn } from "../sync/ledger.js";
import { Patience } from "../sync/patience.js";
import { type OpenTable, takeEntry, usedEntries } from "../things/entries.js";
import { attachThing, type Findable, waitForThing, waitForThingSync } from "../things/found-by-name.js";
import { label, registerThing, wordsOf } from "../things/shared-thing.js";
import { BYTES, JOINABLE, notesTaken, Queue, type QueueOptions, ringOf } from "./queue.js";

/** Number of messages that are done. 32 bits that wrap around, like the ring's counts. */
const DONE = JOINABLE;
/** How often all messages were done. `join` waits on this word. */
const ALL_DONE = JOINABLE + 1;
/** 1 once a thread has found no room in the table. From then on nobody can say which threads died with a message. */
const UNCOUNTED = JOINABLE + 2;
/**
 * For each thread that takes messages: its token, and the number that it has not done. Only that thread writes the
 * number, so no lock is needed.
 */
const TABLE: OpenTable = { used: JOINABLE + 3, start: JOINABLE + 4, stride: 2, count: ENTRIES };
const TAKEN = 1;

const takenBy = (words: Words, at: number) => load(words, at + TAKEN);
/** The first entry for which `test` holds; 0 if there is none. */
function find(words: Words, test: (at: number) => boolean): number {
  const end = TABLE.start + TABLE.stride * usedEntries(words, TABLE);
  for (let at = TABLE.start; at < end; at += TABLE.stride) if (test(at)) return at;
  return 0;
}
const findOwn = (words: Words) => find(words, (at) => isOwn(words, at));

/** Adds a message to this thread's entry. */
function noteTaken(words: Words): void {
  const at = findOwn(words) || newEntry(words);
  if (at === 0) store(words, UNCOUNTED, 1);
  else store(words, at + TAKEN, takenBy(words, at) + 1);
}

/** A new entry for this thread; 0 if all of them are those of live threads. */
function newEntry(words: Words): number {
  const at = takeEntry(words, TABLE);
  if (at !== 0) store(words, at + TAKEN, 0);
  return at;
}

/**
 * Removes a message from this thread's entry. A thread without messages calls `taskDone` for another one, and nobody
 * knows for which. Then no entry changes: a live thread whose entry was lowered could be taken for idle while it works.
 */
function noteDone(words: Words): void {
  const own = findOwn(words);
  if (own !== 0 && takenBy(words, own) > 0) store(words, own + TAKEN, takenBy(words, own) - 1);
}

/** Whether a live thread has a message that is not done. Also true if nobody can say. */
function isAtWork(words: Words): boolean {
  if (load(words, UNCOUNTED) !== 0) return true;
  return find(words, (at) => takenBy(words, at) > 0 && !isDead(words, at)) !== 0;
}

/**
 * A queue whose readers report each message that they have finished, so that `join` can wait for all of them.
 *
 * After Python's `multiprocessing.JoinableQueue`, whose `join` never returns if a reader dies.
 *
 * @example
 * const jobs = new JoinableQueue<number>(); // workers: for await (const job of jobs) { …; jobs.taskDone(); }
 * await jobs.put(7);
 * await jobs.join(); // true
 */
export class JoinableQueue<in out T = unknown> extends Queue<T> {
  /**
   * Makes a queue.
   *
   * @throws {NameTakenError} If there is something with that name.
   * @throws {NoSpaceError} If there is not enough shared memory.
   * @throws {RangeError} If an option is out of range.
   * @throws {TypeError} If an option has the wrong type.
   */
  constructor(options?: QueueOptions) {
    super(options);
    const words = wordsOf(this);
    notesTaken(this, () => noteTaken(words));
  }

  /**
   * Attaches to the queue with that name.
   *
   * @throws {NameNotFoundError} If there is none.
   * @throws {FormatError} If the name has something else.
   */
  static override attach<T>(name: string, options?: AttachOptions): JoinableQueue<T> {
    return attachThing(JoinableQueue as Findable<JoinableQueue<T>>, name, options);
  }
  /**
   * Waits until there is a queue with that name, and attaches to it.
   *
   * @throws {TimeoutError} If there is none after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {FormatError} If the name has something else.
   */
  static override waitFor<T>(name: string, options?: AttachOptions & WaitOptions): Promise<JoinableQueue<T>> {
    return waitForThing(JoinableQueue as Findable<JoinableQueue<T>>, name, options);
  }
  /** The blocking form of `waitFor`. */
  static override waitForSync<T>(name: string, options?: AttachOptions & SyncWaitOptions): JoinableQueue<T> {
    return waitForThingSync(JoinableQueue as Findable<JoinableQueue<T>>, name, options);
  }

  /**
   * Reports that a message is done. Any thread may report it, also for a thread that has died.
   *
   * @throws {LockStateError} If all messages that were taken are done already.
   * @throws {ClosedError} If this handle was closed.
   */
  taskDone(): void {
    const ring = ringOf(this);
    const words = wordsOf(this);
    let done = load(words, DONE);
    for (let seen: number; ; done = seen) {
      if (done === ring.takes) throw this.#tooMany();
      seen = compareExchange(words, DONE, done, (done + 1) | 0);
      if (seen === done) break;
    }
    noteDone(words);
    if (((done + 1) | 0) !== ring.puts) return;
    add(words, ALL_DONE, 1);
    notify(words, ALL_DONE);
  }

  /**
   * Waits until every message that was put is done. Returns true then, and false if that takes longer than `timeoutMs`.
   *
   * @throws {WorkerDiedError} If threads ended before their messages were done, and no live thread works on one. The
   * thread that handles this calls `taskDone` for those messages.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {ClosedError} If this handle is closed.
   */
  async join(options: WaitOptions = {}): Promise<boolean> {
    const given = expectWait(options, "join");
    const words = wordsOf(this);
    const patience = new Patience();
    return (await waitUntil(words, ALL_DONE, this.#doneOrDead(patience), given, patience.nap)) ?? false;
  }
  /** The blocking form of `join`. */
  joinSync(options: SyncWaitOptions = {}): boolean {
    const given = expectSyncWait(options, "joinSync");
    const words = wordsOf(this);
    const patience = new Patience();
    return waitUntilSync(words, ALL_DONE, this.#doneOrDead(patience), given.timeoutMs, patience.nap) ?? false;
  }

  /**
   * The poll of `join`: true if all is done, `undefined` if not. Throws if the threads with the last messages have
   * died.
   */
  #doneOrDead(patience: Patience): () => true | undefined {
    const ring = ringOf(this);
    const first = load(wordsOf(this), ALL_DONE);
    return () => {
      const words = wordsOf(this); // throws once the handle is closed
      const [done, puts] = [load(words, DONE), ring.puts];
      if (done === puts || load(words, ALL_DONE) !== first) return true;
      const isHopeless = patience.isTimeToLook() && ring.size === 0 && !isAtWork(words);
      if (!isHopeless || load(words, DONE) !== done || ring.puts !== puts) return undefined;
      throw this.#abandoned((puts - done) | 0);
    };
  }

  /** Gives up this handle, as for every queue. Calls of `join` on it reject with ClosedError. */
  override close(): void {
    const words = this.closed ? undefined : wordsOf(this);
    super.close();
    if (words) notify(words, ALL_DONE);
  }

  #tooMany(): LockStateError {
    const lock = label(this);
    return new LockStateError(`Expected one taskDone() for each message taken from ${lock}, got one more`, { lock });
  }
  #abandoned(count: number): WorkerDiedError {
    const messages = `the ${count} message${count === 1 ? "" : "s"} taken from ${label(this)}`;
    const message = `Expected ${messages} to be done, but the threads that had them have ended`;
    return new WorkerDiedError(message, { exitCode: undefined, chunks: [], written: [] });
  }
}
registerThing("JoinableQueue", JoinableQueue, BYTES, true);
