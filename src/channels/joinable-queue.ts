/** `JoinableQueue`: a queue that knows when all of its messages are dealt with. */
import { LockStateError, WorkerDiedError } from "../errors.js";
import { load, notify, store, type Words } from "../memory/atomics.js";
import { label, registerThing, wordsOf } from "../memory/shared-thing.js";
import { expectWait, type SyncWaitOptions, type WaitOptions, waitUntil, waitUntilSync } from "../memory/wait.js";
import { alone, claim, ENTRIES, find, isDead, isOwn, next, type Table } from "../sync/ledger.js";
import { Patience } from "../sync/patience.js";
import { BYTES, JOINABLE, notesTaken, Queue, type QueueOptions, ringOf } from "./queue.js";

/** Messages that are done: 32 bits, which wrap around as the ring's counts do. */
const DONE = JOINABLE;
/** 1 once a thread found no room in the table: then nobody can say who has died with a message. */
const UNCOUNTED = JOINABLE + 1;
/** Who has taken how many that are not done: token, messages. Before it the end of what was used. */
const TABLE: Table = { start: JOINABLE + 3, stride: 2, count: ENTRIES };
const TAKEN = 1;

const takenBy = (words: Words, at: number) => load(words, at + TAKEN);

function noteTaken(words: Words): void {
  const own = find(words, TABLE, (at) => isOwn(words, at));
  const at = own || claim(words, TABLE, (free) => takenBy(words, free) === 0);
  if (at === 0) store(words, UNCOUNTED, 1);
  else store(words, at + TAKEN, takenBy(words, at) + 1);
}

/** One message less, of this thread's; or of another's, for which it stands. */
function noteDone(words: Words): void {
  const has = (at: number) => takenBy(words, at) > 0;
  const at = find(words, TABLE, (own) => has(own) && isOwn(words, own)) || find(words, TABLE, has);
  if (at !== 0) store(words, at + TAKEN, takenBy(words, at) - 1);
}

/** Whether a live thread has a message that is not done. */
function isAtWork(words: Words): boolean {
  if (load(words, UNCOUNTED) !== 0) return true;
  for (let at = next(words, TABLE, 0); at !== 0; at = next(words, TABLE, at)) {
    if (takenBy(words, at) > 0 && !isDead(words, at)) return true;
  }
  return false;
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

  /** One message that was taken is done. @throws {LockStateError} if all that were taken are done already */
  taskDone(): void {
    const ring = ringOf(this);
    const words = wordsOf(this);
    alone(words, () => {
      const done = load(words, DONE);
      if (done === ring.takes) throw this.#tooMany();
      noteDone(words);
      store(words, DONE, (done + 1) | 0);
    });
    if (load(words, DONE) === ring.puts) notify(words, DONE);
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
    return (await waitUntil(words, DONE, this.#doneOrDead(words, patience), options, patience.nap)) ?? false;
  }
  /** As `join`, blocking. */
  joinSync(options: SyncWaitOptions = {}): boolean {
    expectWait(options);
    const words = wordsOf(this);
    const patience = new Patience();
    return waitUntilSync(words, DONE, this.#doneOrDead(words, patience), options.timeoutMs, patience.nap) ?? false;
  }

  #doneOrDead(words: Words, patience: Patience): () => true | undefined {
    const ring = ringOf(this);
    return () => {
      const [done, puts] = [load(words, DONE), ring.puts];
      if (done === puts) return true;
      const isHopeless = patience.isTimeToLook() && ring.size === 0 && !alone(words, isAtWork);
      if (!isHopeless || load(words, DONE) !== done || ring.puts !== puts) return undefined;
      throw this.#abandoned((puts - done) | 0);
    };
  }

  #tooMany(): LockStateError {
    const lock = label(this);
    return new LockStateError(`Expected one taskDone() for each message taken from ${lock}, got one more`, { lock });
  }
  #abandoned(count: number): WorkerDiedError {
    const message = `Expected the ${count} messages taken from ${label(this)} to be done, but the threads that had them have ended`;
    return new WorkerDiedError(message, { exitCode: undefined, chunks: [], written: [] });
  }
}
registerThing("JoinableQueue", JoinableQueue, BYTES, true);
