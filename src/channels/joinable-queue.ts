/** `JoinableQueue`: a queue that knows when all of its messages are dealt with. */
import { LockStateError, WorkerDiedError } from "../base/errors.js";
import type { AttachOptions } from "../memory/shared-memory.js";
import { add, load, notify, store, type Words } from "../memory/words/atomics.js";
import { expectWait, type SyncWaitOptions, type WaitOptions, waitUntil, waitUntilSync } from "../memory/words/wait.js";
import { alone, claim, ENTRIES, find, isDead, isOwn, type Table } from "../sync/ledger.js";
import { Patience } from "../sync/patience.js";
import { attachThing, type Findable, waitForThing, waitForThingSync } from "../things/found-by-name.js";
import { label, registerThing, wordsOf } from "../things/shared-thing.js";
import { BYTES, JOINABLE, notesTaken, Queue, type QueueOptions, ringOf } from "./queue.js";

/** Messages that are done: 32 bits, which wrap around as the ring's counts do. */
const DONE = JOINABLE;
/** Counts the moments in which all that had been put were done. */
const ALL_DONE = JOINABLE + 1;
/** 1 once a thread found no room in the table: then nobody can say who has died with a message. */
const UNCOUNTED = JOINABLE + 2;
/** Who has taken how many that are not done: token, messages. Before it the end of what was used. */
const TABLE: Table = { start: JOINABLE + 4, stride: 2, count: ENTRIES };
const TAKEN = 1;

const takenBy = (words: Words, at: number) => load(words, at + TAKEN);
const findOwn = (words: Words) => find(words, TABLE, (at) => isOwn(words, at));

function noteTaken(words: Words): void {
  const at = findOwn(words) || newEntry(words);
  if (at === 0) store(words, UNCOUNTED, 1);
  else store(words, at + TAKEN, takenBy(words, at) + 1);
}

function newEntry(words: Words): number {
  const at = claim(words, TABLE, (other) => takenBy(words, other) === 0 || isDead(words, other));
  if (at !== 0) store(words, at + TAKEN, 0);
  return at;
}

/**
 * One message less, of this thread's. If it has none it speaks for another, nobody knows which: of the living none is struck
 * off, for it could then be thought idle while it is at work.
 */
function noteDone(words: Words): void {
  const own = findOwn(words);
  if (own !== 0 && takenBy(words, own) > 0) store(words, own + TAKEN, takenBy(words, own) - 1);
}

/** Whether a live thread has a message that is not done. */
function isAtWork(words: Words): boolean {
  if (load(words, UNCOUNTED) !== 0) return true;
  return find(words, TABLE, (at) => takenBy(words, at) > 0 && !isDead(words, at)) !== 0;
}

/**
 * A queue whose readers say of each message when they are done with it, so that `join` can wait for all.
 *
 * @example
 * const jobs = new JoinableQueue<number>(); // workers: for await (const job of jobs) { …; jobs.taskDone(); }
 * await jobs.put(7);
 * await jobs.join(); // true
 *
 * After Python's `multiprocessing.JoinableQueue`, whose `join` waits for ever when a reader dies.
 */
export class JoinableQueue<in out T = unknown> extends Queue<T> {
  /** @throws {NameTakenError} {NoSpaceError} {RangeError} {TypeError} */
  constructor(options?: QueueOptions) {
    super(options);
    const words = wordsOf(this);
    notesTaken(this, () => alone(words, noteTaken));
  }

  /** The one of that name. @throws {NameNotFoundError} at once @throws {FormatError} if the name has something else */
  static override attach<T>(name: string, options?: AttachOptions): JoinableQueue<T> {
    return attachThing(JoinableQueue as Findable<JoinableQueue<T>>, name, options);
  }
  /** The one of that name, as soon as there is one. @throws {TimeoutError} {AbortedError} {FormatError} */
  static override waitFor<T>(name: string, options?: AttachOptions & WaitOptions): Promise<JoinableQueue<T>> {
    return waitForThing(JoinableQueue as Findable<JoinableQueue<T>>, name, options);
  }
  /** As `waitFor`, blocking. */
  static override waitForSync<T>(name: string, options?: AttachOptions & SyncWaitOptions): JoinableQueue<T> {
    return waitForThingSync(JoinableQueue as Findable<JoinableQueue<T>>, name, options);
  }

  /** One message that was taken is done, by whomever. @throws {LockStateError} if all that were taken are done already */
  taskDone(): void {
    const ring = ringOf(this);
    const words = wordsOf(this);
    const isAll = alone(words, () => {
      const done = load(words, DONE);
      if (done === ring.takes) throw this.#tooMany();
      noteDone(words);
      store(words, DONE, (done + 1) | 0);
      return ((done + 1) | 0) === ring.puts;
    });
    if (!isAll) return;
    add(words, ALL_DONE, 1);
    notify(words, ALL_DONE);
  }

  /**
   * Waits until every message that was put is done: true; false if that takes longer than `timeoutMs`.
   *
   * @throws {WorkerDiedError} if threads that had taken messages ended before they were done, and nobody is at work any more.
   * Whoever deals with those calls `taskDone` for them. @throws {AbortedError} {ClosedError}
   */
  async join(options: WaitOptions = {}): Promise<boolean> {
    expectWait(options);
    const words = wordsOf(this);
    const patience = new Patience();
    return (await waitUntil(words, ALL_DONE, this.#doneOrDead(patience), options, patience.nap)) ?? false;
  }
  /** As `join`, blocking. */
  joinSync(options: SyncWaitOptions = {}): boolean {
    expectWait(options);
    const words = wordsOf(this);
    const patience = new Patience();
    return waitUntilSync(words, ALL_DONE, this.#doneOrDead(patience), options.timeoutMs, patience.nap) ?? false;
  }

  #doneOrDead(patience: Patience): () => true | undefined {
    const ring = ringOf(this);
    const first = load(wordsOf(this), ALL_DONE);
    return () => {
      const words = wordsOf(this); // throws once the handle is closed
      const [done, puts] = [load(words, DONE), ring.puts];
      if (done === puts || load(words, ALL_DONE) !== first) return true;
      const isHopeless = patience.isTimeToLook() && ring.size === 0 && !alone(words, isAtWork);
      if (!isHopeless || load(words, DONE) !== done || ring.puts !== puts) return undefined;
      throw this.#abandoned((puts - done) | 0);
    };
  }

  /** As of every queue; `join` too rejects with ClosedError. */
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
    const message = `Expected the ${count} message${count === 1 ? "" : "s"} taken from ${label(this)} to be done, but the threads that had them have ended`;
    return new WorkerDiedError(message, { exitCode: undefined, chunks: [], written: [] });
  }
}
registerThing("JoinableQueue", JoinableQueue, BYTES, true);
