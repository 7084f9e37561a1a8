/** `pipe`: two connected ends, each with one thread at a time; sending an end hands it over. */
import { ClosedError, UnsupportedError } from "../base/errors.js";
import { expectInteger, expectKnown, show } from "../base/expect.js";
import type { Block } from "../memory/blocks/driver.js";
import { expectPlace } from "../memory/names/place.js";
import { aliasOf, blockOf, freeName, publish, type Scope, SharedMemory } from "../memory/shared-memory.js";
import type { Words } from "../memory/words/atomics.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import type { Ring } from "../sync/ring.js";
import { arrives, hold, letGo } from "../things/holders.js";
import { readKind, wordsIn } from "../things/thing-block.js";
import { fromHandle, type Handle, registerHandleKind } from "../wire/registry.js";
import { type Channel, expectByteCapacity } from "./channel.js";
import {
  allocatePipe,
  closeEnd,
  closeIfPeerIsGone,
  depart,
  isPeerHere,
  leave,
  lose,
  nextPass,
  receive,
  ringsOf,
  type Side,
  stay,
  WHAT,
} from "./pipe-block.js";
import { Reader } from "./reader.js";
import type { Receiver, Sender } from "./types.js";
import { Writer } from "./writer.js";

/** An end of a pipe. Sending it to another thread hands it over: this handle is closed. `close()` ends both directions. */
export interface Connection<In, Out> extends Sender<Out>, Receiver<In>, Disposable {
  /** Gives up this end; idempotent. Its peer reads what was put, and then finds the end of the stream. */
  close(): void;
  readonly closed: boolean;
}

/** What a pipe is made of. */
export interface PipeOptions {
  /** Default `"process"`. Ends of a pipe of system scope can go to other processes; messages too carry what is of system scope only. */
  readonly scope?: Scope | undefined;
  /** As a queue's, in each direction. An integer in [1, 2^30 - 64]; default 1 MiB. */
  readonly byteCapacity?: number | undefined;
}

/** How often an end looks whether the thread at the other one lives. */
const LOOK_MS = 50;

/** What is left of an end that nobody has any more. */
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

/** For the layers above: the block of a pipe. @throws {ClosedError} */
export let blockOfPipe: (end: unknown) => Block;
/** For the layers above: frees the name of a pipe of system scope, whoever may yet have been about to find it. */
export let freePipe: (end: unknown) => void;
/** For the layers above: whether the other end of what `pipe` made is still open, and its thread lives. */
export let hasPeer: (end: unknown) => boolean;

class PipeEnd implements Connection<unknown, unknown> {
  readonly #memory: SharedMemory;
  readonly #side: Side;
  readonly #reader: Reader | undefined;
  readonly #writer: Writer | undefined;
  readonly #incoming: Ring | undefined;
  readonly #outgoing: Ring | undefined;
  #words: Words | undefined;
  #nextLook = 0;

  /** @param memory a handle of its own; the end is this thread's already */
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
  }

  static {
    blockOfPipe = (end) => blockOf((end as PipeEnd).#memory);
    freePipe = (end) => freeName((end as PipeEnd).#memory);
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
          const end = new PipeEnd(received, which); // now this thread holds the pipe
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
    this.#outgoing!.end();
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

  /** This handle is none any more; the end may be another thread's. */
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

  /** @throws {TypeError} if it is in another message already */
  #nextPass(): number {
    const pass = nextPass(this.#open(), this.#side);
    if (pass !== undefined) return pass;
    throw new TypeError(`Expected ${WHAT} to be handed over once, got a second message with it`);
  }

  #isDeserted(): boolean {
    const now = performance.now();
    if (now < this.#nextLook) return false;
    this.#nextLook = now + LOOK_MS;
    return closeIfPeerIsGone(this.#open(), this.#side);
  }
}

const endIsClosed = () =>
  new ClosedError(`Expected ${WHAT} to be open, but it was closed, or handed over to another thread`, { what: WHAT });

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
 * Two connected ends: what one puts, the other gets, in order. An end belongs to one thread at a time; sent as an argument
 * or in a message it is handed over. When the thread at the other end closes it or dies, what it had put is read, and then
 * comes the end of the stream. With `duplex: false`, `[reader, writer]`.
 *
 * @example
 * const [mine, theirs] = pipe<string, number>();
 * new Process(async (end) => { for await (const text of end) await end.put(text.length); }, [theirs]).start();
 * await mine.put("four");
 * await mine.get(); // 4
 *
 * After Python's `multiprocessing.Pipe`, with the verbs of a queue.
 * @throws {NoSpaceError} {RangeError} {TypeError}
 */
export function pipe<AtoB = unknown, BtoA = AtoB>(
  options?: PipeOptions & { readonly duplex?: true },
): [a: Connection<BtoA, AtoB>, b: Connection<AtoB, BtoA>];
export function pipe<T = unknown>(
  options: PipeOptions & { readonly duplex: false },
): [reader: Receiver<T> & Disposable, writer: Sender<T> & Disposable];
export function pipe(options?: PipeOptions & { readonly duplex?: boolean }): [unknown, unknown] {
  const { duplex = true, byteCapacity, scope } = expectKnown(options, ["duplex", "byteCapacity", "scope"], "a pipe");
  if (typeof duplex !== "boolean") throw new TypeError(`Expected \`duplex\` to be a boolean, got ${show(duplex)}`);
  const place = expectPlace({ scope });
  const memory = publish(allocatePipe(place, expectByteCapacity(byteCapacity), duplex), place);
  const [a, b] = [new PipeEnd(memory, 0), new PipeEnd(aliasOf(memory), 1)];
  return duplex ? [a, b] : [b, a];
}
