/**
 * Encodes messages as bytes and decodes them, for queues and pipes: everything that structured clone accepts, with
 * shared things kept shared.
 *
 * `msgpackr` encodes plain data. One number, or one array of bytes or numbers, is copied as its bytes. The runtime's
 * own structured clone encodes all else: it is exact, but four times slower. The message's tag says which it was.
 */

import { Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } from "msgpackr/pack";
import { isError, isSharedArrayBuffer, isWasmMemory, isWasmModule } from "../base/builtins.js";
import { replaceObjects } from "../base/containers.js";
import { FormatError, MessageTooLargeError } from "../base/errors.js";
import type { SharedSource } from "../memory/blocks/driver.js";
import { type Block, isFile } from "../memory/blocks/driver.js";
import { deposit, seeDeposit, withdraw } from "../memory/keeper/deposits.js";
import { type Packed, settle } from "../wire/departures.js";
import { pack, placeholder, placeholderIn, unpack } from "../wire/pack.js";
import { isStackOverflow, notSendable, sendError } from "../wire/send-errors.js";
import "../wire/shared-views.js";
import { Deserializer, Serializer } from "../platform/runtime.js";
import type { Outgoing, Taker } from "../sync/ring.js";
import { bytesOf, dataFrom, isData, tagOf } from "./data.js";
import { NOT_PLAIN, plainObjects } from "./plain.js";

const PLAIN = 0;
const CLONE = 1;
/** A clone that contains handles. */
const HANDLES = 2;
/** A clone that contains handles to shared memory. It ends with the id of its deposit. */
const DEPOSIT = 3;
const NUMBER = 4;
/** The first tag of the kinds in `data.ts`. */
const DATA = 5;

/** A message that can be put into a ring. Its bytes are valid until the next message is encoded. */
export interface Encoded extends Outgoing {
  readonly packed?: Packed;
  readonly deposit?: number;
}

const options = { useRecords: false, useToJSON: false } as const;
const packr = new Packr({ ...options, structuredClone: true, variableMapSize: true });
/** For messages of one object. It does not look for objects that occur twice, which makes it a third faster. */
const quickPackr = new Packr(options);
const REUSE = REUSE_BUFFER_MODE | RESET_BUFFER_MODE;
/** A buffer that has grown larger than this is not kept for the next message. */
const KEEP_BYTES = 1 << 16;
/** The size of the buffer that replaces it. */
const SMALL_BYTES = 8192;

/**
 * Encodes a message.
 *
 * @param channel The block of the queue or pipe, under which shared memory is deposited.
 * @throws {NotSendableError} If a part of the message cannot be sent. The error has the path to it.
 * @throws {MessageTooLargeError} If the message has more than `byteCapacity` bytes.
 */
export function encode(message: unknown, channel: Block, byteCapacity: number): Encoded {
  if (message === undefined) throw notSendable("message", message);
  const encoded = typeof message === "number" ? encodeNumber(message) : encodePlain(message);
  if (encoded) return fitting(encoded, byteCapacity);
  if (isData(message)) return fitting(encodeData(message), byteCapacity);
  const packed = pack(message, "message", { maxDepth: MAX_MESSAGE_DEPTH, toProcesses: isFile(channel) });
  try {
    return encodeClone(packed, channel, byteCapacity);
  } catch (cause) {
    settle(packed, "cancelled");
    throw isUnclonable(cause) ? notSendable("message", message, cause) : sendError(cause, "message");
  }
}

function whole(tag: number, bytes: Uint8Array): Encoded {
  return { tag, bytes, start: 0, end: bytes.length };
}

/**
 * How deeply messages may be nested. Without a limit, a thread could send what one with a smaller stack cannot receive.
 */
const MAX_MESSAGE_DEPTH = 1000;

/** Whether the runtime threw this because a value cannot be cloned, or is nested too deeply. */
const isUnclonable = (cause: unknown) =>
  isStackOverflow(cause) || (isError(cause) && /could not be cloned/.test(cause.message));

function fitting<E extends Encoded>(encoded: E, byteCapacity: number): E {
  const byteLength = encoded.end - encoded.start;
  if (byteLength <= byteCapacity) return encoded;
  throw new MessageTooLargeError(
    `Expected a message of at most ${byteCapacity} bytes, the \`byteCapacity\`; got one of ${byteLength} ` +
      "(make the channel with a larger `byteCapacity`, or send a shared array, whose elements are not copied)",
    { byteLength, byteCapacity },
  );
}

const oneNumber = new Float64Array(1);
const number = whole(NUMBER, new Uint8Array(oneNumber.buffer));
/** The next number uses the same bytes, unless `kept` has copied them. */
function encodeNumber(message: number): Encoded {
  oneNumber[0] = message;
  return number;
}

let isPacking = false;
/** Used for every plain message, whose bytes are valid until the next one. `kept` copies them. */
const plain = { tag: PLAIN, bytes: new Uint8Array(0) as Uint8Array, start: 0, end: 0 };

/**
 * Returns `undefined` if the message is not plain data, or if a getter of a message that is being packed sends this
 * one.
 */
function encodePlain(message: unknown): Encoded | undefined {
  const objects = isPacking ? NOT_PLAIN : plainObjects(message);
  if (objects === NOT_PLAIN) return undefined;
  isPacking = true;
  let bytes: PackrBytes | undefined;
  try {
    bytes = (objects > 1 ? packr : quickPackr).pack(message, REUSE) as PackrBytes;
    plain.bytes = bytes;
    plain.start = bytes.start ?? 0; // there is no `start` if an object occurs twice: then the buffer is a new one
    plain.end = bytes.end ?? bytes.length;
    return plain;
  } catch {
    return undefined; // a getter has returned something else than before
  } finally {
    isPacking = false;
    // All Packrs share one buffer.
    if (!bytes || bytes.buffer.byteLength > KEEP_BYTES) packr.useBuffer(Buffer.allocUnsafeSlow(SMALL_BYTES));
  }
}
interface PackrBytes extends Uint8Array {
  readonly start?: number;
  readonly end?: number;
}

function encodeData(message: object): Encoded {
  try {
    return whole(DATA + tagOf(message), bytesOf(message));
  } catch (cause) {
    throw notSendable("message", message, cause); // its buffer was transferred
  }
}

const NIL = new Uint8Array([0xc0]);

class Cloner extends Serializer {
  /** Called for ports, file handles and keys, which cannot be sent. */
  _writeHostObject(object: object): void {
    throw notSendable("message", object);
  }
}

function encodeClone(packed: Packed, channel: Block, byteCapacity: number): Encoded {
  const sources: SharedSource[] = [];
  const cloner = new Cloner();
  cloner.writeHeader();
  cloner.writeValue(packed.shared ? withoutSources(packed.value, sources) : packed.value);
  if (sources.length === 0) {
    const tag = packed.shared ? HANDLES : CLONE;
    return { ...fitting(whole(tag, cloner.releaseBuffer()), byteCapacity), packed };
  }
  const id = deposit(channel, sources);
  try {
    cloner.writeDouble(id);
    const encoded = fitting(whole(DEPOSIT, cloner.releaseBuffer()), byteCapacity);
    return { ...encoded, packed, deposit: id };
  } catch (e) {
    withdraw(id);
    throw e;
  }
}

/** Informs the shared things in a message that it was sent, or that it was not. */
export function settleEncoded({ packed, deposit }: Encoded, outcome: "sent" | "cancelled"): void {
  if (packed) settle(packed, outcome);
  if (deposit !== undefined && outcome === "cancelled") withdraw(deposit);
}

/** The message with bytes of its own, which later messages do not change. For messages that wait for room. */
export function kept(encoded: Encoded): Encoded {
  if (encoded.packed) return encoded;
  const copy = new Uint8Array(encoded.bytes.subarray(encoded.start, encoded.end)); // `slice` of a Buffer copies nothing
  return whole(encoded.tag, copy);
}

// ── Shared memory in handles ───────────────────────────────────────────────────────────────────────────────────────

function withoutSources(value: unknown, sources: SharedSource[]): unknown {
  return replaceObjects(value, (object) => (isSource(object) ? placeholder(sources.push(object) - 1) : undefined));
}

const isSource = (object: object): object is SharedSource =>
  isSharedArrayBuffer(object) || isWasmMemory(object) || isWasmModule(object);

function withSources(value: unknown, sources: readonly SharedSource[]): unknown {
  return replaceObjects(value, (object) => sources[placeholderIn(object) ?? -1]);
}

// ── Decoding ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** A message with handles, or why it could not be decoded, and the deposit that is not needed any more. */
interface Claimed {
  readonly message?: unknown;
  readonly error?: unknown;
  readonly deposit: number | undefined;
}

/**
 * Takes the bytes of one message from a ring. Then `message` decodes them. If there are handles in it, `claim` must
 * have decoded them before the message left the ring.
 */
export class Arrival implements Taker {
  #claimed: Claimed | undefined;
  #small = Buffer.allocUnsafeSlow(KEEP_BYTES);
  #bytes: Uint8Array = this.#small;
  #tag = PLAIN;
  #length = 0;

  receive(tag: number, length: number): Uint8Array {
    this.#tag = tag;
    this.#length = length;
    if (this.#isNumber) return number.bytes;
    const isOwn = tag === PLAIN && length <= KEEP_BYTES;
    this.#bytes = isOwn ? this.#small : Buffer.allocUnsafeSlow(length);
    return this.#bytes;
  }

  get #isNumber(): boolean {
    return this.#tag === NUMBER && this.#length === number.end;
  }

  #plain(bytes: Uint8Array): unknown {
    const value: unknown = packr.unpack(bytes, this.#length);
    if (bytes !== this.#small) packr.unpack(NIL); // otherwise it would keep the bytes until the next message
    return value;
  }

  /**
   * Makes the shared things in the message this thread's, as long as the message is in the ring. So if this thread dies
   * at any instruction, either the message is still there for another one, or what was in it has the token of a dead
   * thread. This thread holds the ring's lock.
   */
  claim(): void {
    this.#claimed = undefined;
    if (this.#tag !== HANDLES && this.#tag !== DEPOSIT) return;
    let deposit: number | undefined;
    try {
      const { value, depositId } = this.#decoded();
      deposit = depositId;
      const whole = depositId === undefined ? value : withSources(value, fetched(depositId));
      this.#claimed = { message: unpack({ value: whole, shared: true }), deposit };
    } catch (error) {
      this.#claimed = { error, deposit };
    }
  }

  /**
   * The last message that was received, decoded. Can be called once per message.
   *
   * @throws {FormatError} If the bytes are no message: something else has written to the channel's memory.
   * @throws {Error} What `claim` could not decode: the message is gone all the same.
   */
  message(): unknown {
    if (this.#claimed) return this.#settled(this.#claimed);
    return this.#isNumber ? oneNumber[0] : this.#decoded().value;
  }

  #settled({ message, error, deposit }: Claimed): unknown {
    this.#claimed = undefined;
    if (deposit !== undefined) withdraw(deposit);
    if (error !== undefined) throw error;
    return message;
  }

  #decoded(): { readonly value: unknown; readonly depositId?: number } {
    const bytes = this.#bytes;
    this.#bytes = this.#small;
    try {
      if (this.#tag === PLAIN) return { value: this.#plain(bytes) };
      if (this.#tag >= DATA) return { value: dataFrom(this.#tag - DATA, bytes) };
      const reader = new Deserializer(bytes);
      reader.readHeader();
      const value: unknown = reader.readValue();
      return this.#tag === DEPOSIT ? { value, depositId: reader.readDouble() } : { value };
    } catch (cause) {
      const got = `${this.#length} bytes of kind ${this.#tag} that are none`;
      throw new FormatError(`Expected a message, got ${got}: the channel's memory is damaged`, { key: "" }, { cause });
    }
  }
}

function fetched(deposit: number): readonly SharedSource[] {
  const sources = seeDeposit(deposit);
  if (sources) return sources;
  const problem = "Expected the shared memory of a message to be there, but somebody else has fetched it";
  throw new FormatError(problem, { key: "" });
}
