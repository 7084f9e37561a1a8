/** `pipe`: two connected ends. One thread has an end at a time; sending the end moves it to the receiver. */
import { ClosedError, UnsupportedError } from "../base/errors.js";
import { expectBoolean, expectInteger, expectKnown, show } from "../base/expect.js";
import { refuseIndices } from "../base/misuse.js";
import { keepNames } from "../base/names.js";
import type { Block } from "../memory/blocks/driver.js";
import { memoryForChild } from "../memory/mapped-memory.js";
import { expectPlace } from "../memory/names/place.js";
import { aliasOf, allocate, blockOf, freeName, publish, type Scope, SharedMemory } from "../memory/shared-memory.js";
import type { Words } from "../memory/words/atomics.js";
import { MOMENT_MS } from "../memory/words/intervals.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import type { Ring } from "../sync/ring.js";
import { arrives, hold, letGo } from "../things/holders.js";
import { readKind, wordsIn } from "../things/thing-block.js";
import { contentsGetter, defineContents } from "../wire/comparison.js";
import { fromHandle, type Handle, registerHandleKind, toHandle } from "../wire/registry.js";
import { type Channel, expectByteCapacity } from "./channel.js";
import {
  closeEnd,
  closeIfPeerIsGone,
  depart,
  formatPipe,
  isPeerHere,
  leave,
  lose,
  nextPass,
  pipeBytes,
  receive,
  ringsOf,
  type Side,
  stay,
  WHAT,
} from "./pipe-block.js";
import { Reader } from "./reader.js";
import type { Receiver, Sender } from "./types.js";
import { Writer } from "./writer.js";

/**
 * An end of a pipe. Sending it to another thread moves it there and closes this handle. `close()` ends both directions.
 */
export interface Connection<In, Out> extends Sender<Out>, Receiver<In>, Disposable {
  /** Gives up this end; idempotent. The other end reads what was put, and then reaches the end of the stream. */
  close(): void;
  readonly closed: boolean;
}

/** The scope and the capacity of a pipe. */
export interface PipeOptions {
  /**
   * Default `"process"`. Ends of a pipe of system scope can be sent to other processes; the shared things in its
   * messages must have system scope too.
   */
  readonly scope?: Scope | undefined;
  /** Like a queue's `byteCapacity`, for each direction. An integer in [1, 2^30 - 64]; default 1 MiB. */
  readonly byteCapacity?: number | undefined;
}

/** How often an end checks whether the thread at the other end is alive. */
const PEER_CHECK_MS = 50;

/** The parts of an end that are needed to close it after it was garbage-collected. */
interface Dropped {
  readonly memory: SharedMemory;
  readonly words: Words;
  readonly side: Side;
}
const dropped = new FinalizationRegistry<Dropped>(closeDropped);

function closeDropped({ memory, words, side }: Dropped): void {
  closeEnd(words, side);
  if (closeIfPeerIsGone(words, side)) freeName(memory);
  memory.close();
}

/** For the layers above: the block of a pipe. Throws ClosedError if the end is closed. */
export let blockOfPipe: (end: unknown) => Block;
/** For the layers above: whether the other end is open and its thread is alive. */
export let hasPeer: (end: unknown) => boolean;
let contentsOf: (end: PipeEnd) => object;

class PipeEnd implements Connection<unknown, unknown> {
  readonly #memory: SharedMemory;
  readonly #side: Side;
  readonly #reader: Reader | undefined;
  readonly #writer: Writer | undefined;
  readonly #incoming: Ring | undefined;
  readonly #outgoing: Ring | undefined;
  #words: Words | undefined;
  #nextCheckAt = 0;

  /** @param memory A handle for this end alone. This thread already has the end. */
  constructor(memory: SharedMemory, side: Side) {
    const block = blockOf(memory);
    const words = wordsIn(block);
    const { incoming, outgoing } = ringsOf(words, side);
    const channel = (ring: Ring): Channel => ({
      ring,
      block,
      what: WHAT,
      assertOpen: () => this.#open(),
      isDeserted: () => this.#isDeserted(),
      isAlone: () => isPeerHere(words, side),
    });
    this.#memory = memory;
    this.#side = side;
    this.#words = words;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#reader = incoming && new Reader(channel(incoming));
    this.#writer = outgoing && new Writer(channel(outgoing));
    hold(this, block.id, words);
    dropped.register(this, { memory, words: words.subarray(), side }, this);
    defineContents(this, CONTENTS);
  }

  static {
    blockOfPipe = (end) => blockOf((end as PipeEnd).#memory);
    contentsOf = (end) => ({ block: blockOf(end.#memory).id, side: end.#side });
    hasPeer = (end) => {
      const { closed } = end as PipeEnd;
      return !closed && !closeIfPeerIsGone((end as PipeEnd).#open(), (end as PipeEnd).#side);
    };
    registerHandleKind<PipeEnd>(
      "Connection",
      (value) => value instanceof PipeEnd,
      (end, handleOf) => ({ memory: handleOf(end.#memory), side: end.#side, pass: end.#nextPass() }),
      ({ memory, side, pass }) => {
        const received = expectPipe(memory);
        try {
          const words = wordsIn(blockOf(received));
          const which = expectInteger("side", side, 0, 2) as Side;
          receive(words, which, expectInteger("pass", pass, 1, 2 ** 29));
          const end = new PipeEnd(received, which); // from now on this thread counts as a holder of the pipe
          arrives(words);
          return end;
        } catch (e) {
          received.close();
          throw e;
        }
      },
      {
        depart: (end) => {
          const [words, side, pass] = [end.#open(), end.#side, end.#nextPass()];
          leave(words, side, pass);
          return {
            sent() {
              depart(words, side, pass);
              end.#leave();
            },
            cancelled: () => stay(words, side),
            lost: () => lose(words, side, pass),
          };
        },
        isHandedOver: true,
        canHaveScope: true,
      },
    );
  }

  async put(message: unknown, options?: WaitOptions): Promise<void> {
    await this.#writing().put(message, options);
  }
  putSync(message: unknown, options?: SyncWaitOptions): void {
    this.#writing().putSync(message, options);
  }
  tryPut(message: unknown): boolean {
    return this.#writing().tryPut(message);
  }
  end(): void {
    this.#writing();
    this.#outgoing!.end(MOMENT_MS); // only this thread puts
  }

  async get(options?: WaitOptions): Promise<unknown> {
    return await this.#reading().get(options);
  }
  getSync(options?: SyncWaitOptions): unknown {
    return this.#reading().getSync(options);
  }
  tryGet(): unknown {
    return this.#reading().tryGet();
  }
  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return this.#reading().messages();
  }
  get ended(): boolean {
    this.#reading();
    return this.#incoming!.ended;
  }

  get closed(): boolean {
    return this.#words === undefined;
  }
  close(): void {
    if (this.#words) {
      closeEnd(this.#words, this.#side);
      if (closeIfPeerIsGone(this.#words, this.#side)) freeName(this.#memory);
    }
    this.#leave();
  }
  get scope(): Scope {
    return this.#memory.scope;
  }
  [Symbol.dispose](): void {
    this.close();
  }
  toString(): string {
    return WHAT;
  }
  toJSON(): string {
    return WHAT;
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return WHAT;
  }

  /** Closes this handle. The end itself is closed, or belongs to another thread. */
  #leave(): void {
    if (!this.#words) return;
    letGo(this, blockOf(this.#memory).id);
    dropped.unregister(this);
    this.#words = undefined;
    this.#memory.close();
    this.#reader?.close(endIsClosed());
    this.#writer?.close(endIsClosed());
  }

  #open(): Words {
    if (this.#words) return this.#words;
    throw endIsClosed();
  }
  #reading(): Reader {
    this.#open();
    return this.#reader ?? wrongWay("reading from", "writing");
  }
  #writing(): Writer {
    this.#open();
    return this.#writer ?? wrongWay("writing to", "reading");
  }

  /** The number of the next pass; throws TypeError if the end is in another message already. */
  #nextPass(): number {
    const pass = nextPass(this.#open(), this.#side);
    if (pass !== undefined) return pass;
    throw new TypeError(`Expected ${WHAT} to be sent once, got a second message with it`);
  }

  #isDeserted(): boolean {
    const now = performance.now();
    if (now < this.#nextCheckAt) return false;
    this.#nextCheckAt = now + PEER_CHECK_MS;
    return closeIfPeerIsGone(this.#open(), this.#side);
  }
}
keepNames({ Connection: PipeEnd });

/** Ends of pipes are equal if they are the same end of the same pipe. */
const CONTENTS = contentsGetter<PipeEnd>(contentsOf);
refuseIndices(PipeEnd, "an end of a pipe", "`put` and `get`", () => true);

const endIsClosed = () =>
  new ClosedError(`Expected ${WHAT} to be open, but it was closed, or sent to another thread`, { what: WHAT });

function wrongWay(act: string, has: string): never {
  throw new UnsupportedError(`Expected the other end of a one-way pipe for ${act} it, got the ${has} end`, {
    feature: `${act} the ${has} end of a pipe`,
    instead: "the other end, or { duplex: true }",
  });
}

function expectPipe(handle: unknown): SharedMemory {
  const memory = typeof handle === "object" && handle !== null ? fromHandle(handle as Handle<unknown>) : undefined;
  if (memory instanceof SharedMemory && readKind(memory) === "Pipe") return memory;
  throw new TypeError(`Expected \`memory\` to be a pipe's, got ${show(handle)}`);
}

/**
 * Makes two connected ends. Each gets what the other puts, in order. One thread has an end at a time: sending it, as an
 * argument or in a message, moves it to the receiver. If the thread at the other end closes it or dies, the messages
 * that it has put can still be read; then comes the end of the stream. With `duplex: false`, returns `[reader,
 * writer]`.
 *
 * After Python's `multiprocessing.Pipe`, with the methods of a queue.
 *
 * @example
 * const [mine, theirs] = pipe<string, number>();
 * new Process(async (end) => { for await (const text of end) await end.put(text.length); }, [theirs]).start();
 * await mine.put("four");
 * await mine.get(); // 4
 *
 * @throws {NoSpaceError} If there is not enough shared memory.
 * @throws {RangeError} If `byteCapacity` is out of range.
 * @throws {TypeError} If an option has the wrong type.
 */
export function pipe<AtoB = unknown, BtoA = AtoB>(
  options?: PipeOptions & { readonly duplex?: true | undefined },
): [a: Connection<BtoA, AtoB>, b: Connection<AtoB, BtoA>];
export function pipe<T = unknown>(
  options: PipeOptions & { readonly duplex: false },
): [reader: Receiver<T> & Disposable, writer: Sender<T> & Disposable];
export function pipe(options?: PipeOptions & { readonly duplex?: boolean | undefined }): [unknown, unknown] {
  const { duplex = true, byteCapacity, scope } = expectKnown(options, ["duplex", "byteCapacity", "scope"], "pipe");
  expectBoolean("duplex", duplex);
  const place = expectPlace({ scope });
  const capacity = expectByteCapacity(byteCapacity);
  const block = allocate(place, pipeBytes(capacity, duplex));
  const [a, b] = endsIn(publish(formatPipe(block, capacity, duplex), place));
  return duplex ? [a, b] : [b, a];
}

const endsIn = (memory: SharedMemory): [PipeEnd, PipeEnd] => [new PipeEnd(memory, 0), new PipeEnd(aliasOf(memory), 1)];

/** A pipe to a child process that is about to be started. */
interface PipeToChild<In, Out> {
  readonly mine: Connection<In, Out>;
  /** The child's end, for `fromHandle` in the child once it has `inheritedMemory`. */
  readonly theirs: Handle<Connection<Out, In>>;
  /** The open file to start the child with. */
  readonly fd: number;
}

/**
 * For the layers above: makes a pipe to a child process, in memory without a name. No other process can write into it,
 * so code may travel through it.
 *
 * @throws {NoSpaceError} If there is not enough memory.
 * @throws {UnsupportedError} If there is no system scope here.
 */
export function pipeToChild<In, Out>(): PipeToChild<In, Out> {
  const capacity = expectByteCapacity(undefined);
  const { memory, fd } = memoryForChild(pipeBytes(capacity, true));
  formatPipe(blockOf(memory), capacity, true);
  const [mine, theirs] = endsIn(memory);
  return { mine: mine as Connection<In, Out>, theirs: toHandle(theirs as Connection<Out, In>), fd };
}
