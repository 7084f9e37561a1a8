/** `Queue`: messages from any number of threads to any number of threads, in a ring in shared memory. */
import { ClosedError } from "../base/errors.js";
import { expectInteger, ownOf } from "../base/expect.js";
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
  /** The largest number of messages that wait. An integer ≥ 1; by default there is no limit. */
  readonly maxSize?: number | undefined;
  /**
   * The size in bytes of the largest message, and the room for all messages that wait. Each of those takes its size
   * rounded up to a multiple of 8, and all but one take 8 bytes more. An integer in [1, 2^30 - 64]; default 1 MiB.
   */
  readonly byteCapacity?: number | undefined;
}

/** The first of the words that a `JoinableQueue` uses (`joinable-queue.ts`). */
export const JOINABLE = AFTER_HOLDERS;
/** Three counters, the end of the entries used, and the entries, of two words each. */
const JOINABLE_WORDS = 4 + 2 * ENTRIES;
const RING = nextLine(JOINABLE + JOINABLE_WORDS);
const bytesFor = (byteCapacity: number) => 4 * (RING + ringWords(byteCapacity));
export const BYTES = bytesFor(1);

/** How long `end` waits for threads that are putting. They take microseconds, so one that takes longer is stopped. */
const END_MS = 1000;

/** For `JoinableQueue`: the ring of a queue. Throws ClosedError if the handle was closed. */
export let ringOf: <T>(queue: Queue<T>) => Ring;
/** For `JoinableQueue`: sets the function that records each message which this thread takes. */
export let notesTaken: <T>(queue: Queue<T>, onTaken: () => void) => void;

/**
 * A queue of messages, first in, first out. Any thread can put and any thread can get; each message arrives once. A
 * message that was put survives the thread that put it. A reader or writer that dies leaves no half message and blocks
 * nobody; only messages that it had taken are lost with it.
 *
 * After Python's `multiprocessing.Queue`, whose `put` does not report a message that cannot be sent, and whose readers
 * may never return after one of them was killed.
 *
 * @example
 * const jobs = new Queue<number>({ name: "jobs", maxSize: 100 });
 * await jobs.put(7);
 * jobs.end(); // in a worker: for await (const job of Queue.attach<number>("jobs")) …
 */
export class Queue<in out T = unknown> extends SharedThing implements Sender<T>, Receiver<T> {
  readonly #ring: Ring;
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #channel: Channel;

  /**
   * Makes a queue.
   *
   * @throws {NameTakenError} If there is something with that name.
   * @throws {NoSpaceError} If there is not enough shared memory.
   * @throws {RangeError} If an option is out of range.
   * @throws {TypeError} If an option has the wrong type.
   */
  constructor(options?: QueueOptions) {
    super(options, options, () => {
      const { maxSize = NO_LIMIT, byteCapacity: bytes } = ownOf(options ?? {});
      const byteCapacity = expectByteCapacity(bytes);
      expectInteger("maxSize", maxSize, 1, NO_LIMIT + 1, "without it there is no limit");
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
      whenEmpty: () => this.#writer.goOn(),
      isDeserted: () => false, // any thread that has the queue may still put and get
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

  /**
   * Attaches to the queue with that name.
   *
   * @throws {NameNotFoundError} If there is none.
   * @throws {FormatError} If the name has something else.
   */
  static attach<T>(name: string, options?: AttachOptions): Queue<T> {
    return attachThing(Queue as Findable<Queue<T>>, name, options);
  }
  /**
   * Waits until there is a queue with that name, and attaches to it.
   *
   * @throws {TimeoutError} If there is none after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {FormatError} If the name has something else.
   */
  static waitFor<T>(name: string, options?: AttachOptions & WaitOptions): Promise<Queue<T>> {
    return waitForThing(Queue as Findable<Queue<T>>, name, options);
  }
  /** The blocking form of `waitFor`. */
  static waitForSync<T>(name: string, options?: AttachOptions & SyncWaitOptions): Queue<T> {
    return waitForThingSync(Queue as Findable<Queue<T>>, name, options);
  }

  /**
   * Puts a message. Waits while the queue is full. If it throws, the queue has not changed.
   *
   * @throws {NotSendableError} If a part of the message cannot be sent. The error has the path to it.
   * @throws {MessageTooLargeError} If the message is larger than `byteCapacity`.
   * @throws {EndOfStreamError} If the queue was ended.
   * @throws {TimeoutError} If there is no room after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {ClosedError} If this handle is closed.
   */
  put(message: T, options?: WaitOptions): Promise<void> {
    return this.#writer.put(message, options);
  }
  /** The blocking form of `put`. */
  putSync(message: T, options?: SyncWaitOptions): void {
    this.#writer.putSync(message, options);
  }
  /** Puts a message if there is room, and returns whether it did. Never waits; otherwise throws the errors of `put`. */
  tryPut(message: T): boolean {
    return this.#writer.tryPut(message);
  }

  /**
   * Takes the next message. Waits while the queue is empty.
   *
   * @throws {EndOfStreamError} If the queue was ended and is empty.
   * @throws {TimeoutError} If there is no message after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {ClosedError} If this handle is closed.
   */
  get(options?: WaitOptions): Promise<T> {
    return this.#reader.get(options) as Promise<T>;
  }
  /** The blocking form of `get`. */
  getSync(options?: SyncWaitOptions): T {
    return this.#reader.getSync(options) as T;
  }
  /**
   * Takes the next message; returns `undefined` if there is none. Never waits.
   *
   * @throws {EndOfStreamError} If the queue was ended and is empty.
   * @throws {ClosedError} If this handle was closed.
   */
  tryGet(): T | undefined {
    return this.#reader.tryGet() as T | undefined;
  }
  /**
   * Iterates over the messages until the end of the stream. If several threads iterate, each message goes to one of
   * them.
   *
   * @throws {ClosedError} If this handle is closed.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    this.#open();
    return this.#reader.messages() as AsyncIterableIterator<T>;
  }

  /**
   * Ends the stream: no thread can put any more, and readers take what is left. (`close()` only gives up this handle.)
   */
  end(): void {
    this.#open().end(END_MS);
  }
  /** Whether the queue was ended. It may still have messages. */
  get ended(): boolean {
    return this.#open().ended;
  }
  /** Number of messages that wait, exact at one moment during the call. */
  get size(): number {
    return this.#open().size;
  }

  /** Gives up this handle; idempotent. Calls of `put` and `get` that wait on it reject with ClosedError. */
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
