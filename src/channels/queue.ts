/** `Queue`: messages from any number of threads to any number of threads. A ring in shared memory, which any of them finds by name. */
import { ClosedError } from "../base/errors.js";
import { expectInteger } from "../base/expect.js";
import type { AttachOptions, NameOptions } from "../memory/shared-memory.js";
import { nextLine } from "../memory/words/lines.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { ENTRIES } from "../sync/ledger.js";
import { formatRing, NO_LIMIT, Ring, ringWords } from "../sync/ring.js";
import { attachThing, type Findable, waitForThing, waitForThingSync } from "../things/found-by-name.js";
import { AFTER_HOLDERS, isHeld } from "../things/holders.js";
import { blockBehind, label, registerThing, SharedThing, wordsOf } from "../things/shared-thing.js";
import { type Channel, expectByteCapacity } from "./channel.js";
import { Reader } from "./reader.js";
import type { Receiver, Sender } from "./types.js";
import { Writer } from "./writer.js";

/** How much a queue holds before `put` waits. */
export interface QueueOptions extends NameOptions {
  /** Messages, an integer ≥ 1; no limit if not given. */
  readonly maxSize?: number | undefined;
  /**
   * Bytes of the largest message, and of all that wait, each rounded up to 8 and, but for one, 8 more. An integer in
   * [1, 2^30 - 64]; default 1 MiB.
   */
  readonly byteCapacity?: number | undefined;
}

/** The words of a `JoinableQueue`: see there. */
export const JOINABLE = AFTER_HOLDERS;
/** Three counters, the end of the entries used, and the entries, of two words each. */
const JOINABLE_WORDS = 4 + 2 * ENTRIES;
const RING = nextLine(JOINABLE + JOINABLE_WORDS);
const bytesFor = (byteCapacity: number) => 4 * (RING + ringWords(byteCapacity));
export const BYTES = bytesFor(1);

/** For `JoinableQueue`: the ring of a queue. @throws {ClosedError} */
export let ringOf: <T>(queue: Queue<T>) => Ring;
/** For `JoinableQueue`: takes note of each message that this thread is about to have. */
export let notesTaken: <T>(queue: Queue<T>, onTaken: () => void) => void;

/**
 * Messages, first in, first out, from any thread that puts to any that gets; each arrives once. What has been put survives
 * whoever put it. A reader or writer that dies leaves no half message and keeps nobody waiting; a message that it had taken
 * dies with it.
 *
 * @example
 * const jobs = new Queue<number>({ name: "jobs", maxSize: 100 });
 * await jobs.put(7);
 * jobs.end(); // in a worker: for await (const job of Queue.attach<number>("jobs")) …
 *
 * After Python's `multiprocessing.Queue`, whose `put` does not tell of a message that cannot be sent, and whose readers
 * wait for ever when one is killed.
 */
export class Queue<in out T = unknown> extends SharedThing implements Sender<T>, Receiver<T> {
  readonly #ring: Ring;
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #channel: Channel;

  /** @throws {NameTakenError} {NoSpaceError} {RangeError} {TypeError} */
  constructor(options?: QueueOptions) {
    super(options, options, () => {
      const { maxSize = NO_LIMIT } = options ?? {};
      const byteCapacity = expectByteCapacity(options?.byteCapacity);
      expectInteger("maxSize", maxSize, 1, NO_LIMIT + 1);
      return {
        byteLength: bytesFor(byteCapacity),
        options: ["maxSize", "byteCapacity"],
        fill: (words) => formatRing(words, RING, { maxSize, byteCapacity }),
      };
    });
    const words = wordsOf(this);
    const ring = new Ring(words, RING, this.name);
    this.#ring = ring;
    this.#channel = {
      ring,
      block: blockBehind(this),
      what: label(this),
      assertOpen: () => wordsOf(this),
      onTaken: undefined,
      whenVain: () => this.#writer.goOn(),
      isDeserted: () => false, // whoever has the queue may yet put and get
      isAlone: () => this.name === undefined && !isHeld(words, true),
    };
    this.#writer = new Writer(this.#channel);
    this.#reader = new Reader(this.#channel);
  }

  static {
    ringOf = (queue) => queue.#open();
    notesTaken = (queue, onTaken) => {
      queue.#channel.onTaken = onTaken;
    };
  }

  /** The one of that name. @throws {NameNotFoundError} at once @throws {FormatError} if the name has something else */
  static attach<T>(name: string, options?: AttachOptions): Queue<T> {
    return attachThing(Queue as Findable<Queue<T>>, name, options);
  }
  /** The one of that name, as soon as there is one. @throws {TimeoutError} {AbortedError} {FormatError} */
  static waitFor<T>(name: string, options?: AttachOptions & WaitOptions): Promise<Queue<T>> {
    return waitForThing(Queue as Findable<Queue<T>>, name, options);
  }
  /** As `waitFor`, blocking. */
  static waitForSync<T>(name: string, options?: AttachOptions & SyncWaitOptions): Queue<T> {
    return waitForThingSync(Queue as Findable<Queue<T>>, name, options);
  }

  /**
   * Puts a message, waiting while the queue is full.
   *
   * @throws {NotSendableError} naming the path in the message; then nothing has changed @throws {MessageTooLargeError}
   * @throws {EndOfStreamError} after `end()` @throws {TimeoutError} {AbortedError} {ClosedError}
   */
  put(message: T, options?: WaitOptions): Promise<void> {
    return this.#writer.put(message, options);
  }
  /** As `put`, blocking. */
  putSync(message: T, options?: SyncWaitOptions): void {
    this.#writer.putSync(message, options);
  }
  /** Puts a message if there is room; false if not. Never waits. @throws as `put` */
  tryPut(message: T): boolean {
    return this.#writer.tryPut(message);
  }

  /** The next message, waiting for one. @throws {EndOfStreamError} when ended and empty @throws {TimeoutError} {AbortedError} {ClosedError} */
  get(options?: WaitOptions): Promise<T> {
    return this.#reader.get(options) as Promise<T>;
  }
  /** As `get`, blocking. */
  getSync(options?: SyncWaitOptions): T {
    return this.#reader.getSync(options) as T;
  }
  /** The next message if there is one; `undefined` if not. Never waits. @throws {EndOfStreamError} {ClosedError} */
  tryGet(): T | undefined {
    return this.#reader.tryGet() as T | undefined;
  }
  /** The messages until the end of the stream, each for whoever takes it. @throws {ClosedError} */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    this.#open();
    return this.#reader.messages() as AsyncIterableIterator<T>;
  }

  /** Nobody puts any more, in any thread; readers take what is left. (`close()` gives up this handle and ends nothing.) */
  end(): void {
    this.#open().end();
  }
  /** Whether it was ended. Messages may be left. */
  get ended(): boolean {
    return this.#open().ended;
  }
  /** Messages that wait: exact at one moment of the call. */
  get size(): number {
    return this.#open().size;
  }

  /** Gives up this handle; idempotent. What waits in this handle's `put` and `get` rejects with ClosedError. */
  override close(): void {
    super.close();
    const what = label(this);
    const error = new ClosedError(`Expected ${what} to stay open, but this handle was closed`, { what });
    this.#writer.close(error);
    this.#reader.close(error);
  }

  #open(): Ring {
    wordsOf(this);
    return this.#ring;
  }
}
registerThing("Queue", Queue, BYTES, true);
