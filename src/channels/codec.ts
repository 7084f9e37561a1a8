/**
 * Messages as bytes, and back: what structured clone takes, shared things as themselves. Used by queues and pipes.
 *
 * Told by the tag: plain data by `msgpackr`; one number, or one array of bytes or numbers, as its bytes; all else by the
 * runtime's own structured clone, exact but four times slower.
 */
import { Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } from "msgpackr/pack";
import { replaceObjects } from "../base/containers.js";
import { FormatError, MessageTooLargeError } from "../base/errors.js";
import type { SharedSource } from "../memory/blocks/driver.js";
import { type Block, isFile } from "../memory/blocks/driver.js";
import { deposit, fetchDeposit, withdraw } from "../memory/keeper/deposits.js";
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
/** A clone with handles in it. */
const HANDLES = 2;
/** A clone with handles to shared memory: it ends with the id of its deposit. */
const DEPOSIT = 3;
const NUMBER = 4;
/** From here on the kinds of `data.ts`. */
const DATA = 5;

/** A message ready for a ring. Its bytes hold until the next one is encoded. */
export interface Encoded extends Outgoing {
  readonly packed?: Packed;
  readonly deposit?: number;
}

const options = { useRecords: false, useToJSON: false } as const;
const packr = new Packr({ ...options, structuredClone: true, variableMapSize: true });
/** Takes no note of objects, a third quicker: where there is but one. */
const quickPackr = new Packr(options);
const REUSE = REUSE_BUFFER_MODE | RESET_BUFFER_MODE;
/** Buffers for larger messages are not kept. */
const KEEP_BYTES = 1 << 16;
const SMALL_BYTES = 8192;

/**
 * @param channel the block of the queue or pipe, where shared memory is deposited
 * @throws {NotSendableError} with the path of what no thread could receive @throws {MessageTooLargeError}
 */
export function encode(message: unknown, channel: Block, byteCapacity: number): Encoded {
  if (message === undefined) throw notSendable("message", message);
  const encoded = typeof message === "number" ? encodeNumber(message) : encodePlain(message);
  if (encoded) return fitting(encoded, byteCapacity);
  if (isData(message)) return fitting(encodeData(message), byteCapacity);
  const packed = pack(message, "message", { maxDepth: MAX_DEPTH, toProcesses: isFile(channel) });
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

/** Threads differ in how much stack they have: what one could send, another could not receive. */
const MAX_DEPTH = 1000;

/** What the runtime says of what it cannot clone, or of what is nested too deeply. */
const isUnclonable = (cause: unknown) =>
  isStackOverflow(cause) || (cause instanceof Error && /could not be cloned/.test(cause.message));

function fitting<E extends Encoded>(encoded: E, byteCapacity: number): E {
  const byteLength = encoded.end - encoded.start;
  if (byteLength <= byteCapacity) return encoded;
  throw new MessageTooLargeError(
    `Expected a message of at most ${byteCapacity} bytes, the \`byteCapacity\`; got one of ${byteLength}`,
    { byteLength, byteCapacity },
  );
}

const oneNumber = new Float64Array(1);
const number = whole(NUMBER, new Uint8Array(oneNumber.buffer));
/** Its bytes are the next number's too, until they are `kept`. */
function encodeNumber(message: number): Encoded {
  oneNumber[0] = message;
  return number;
}

let isPacking = false;
/** One for all: its bytes are, until they are copied into a ring or `kept`. */
const plain = { tag: PLAIN, bytes: new Uint8Array(0) as Uint8Array, start: 0, end: 0 };

/** `undefined` if it is not plain data; also while such a message is under way, whose getters may send others. */
function encodePlain(message: unknown): Encoded | undefined {
  const objects = isPacking ? NOT_PLAIN : plainObjects(message);
  if (objects === NOT_PLAIN) return undefined;
  isPacking = true;
  let bytes: PackrBytes | undefined;
  try {
    bytes = (objects > 1 ? packr : quickPackr).pack(message, REUSE) as PackrBytes;
    plain.bytes = bytes;
    plain.start = bytes.start ?? 0; // it is not of the reused buffer if an object was in it twice
    plain.end = bytes.end ?? bytes.length;
    return plain;
  } catch {
    return undefined; // a getter that gave something else this time
  } finally {
    isPacking = false;
    // (All Packrs share one buffer.)
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
    throw notSendable("message", message, cause); // its buffer was transferred elsewhere
  }
}

const NIL = new Uint8Array([0xc0]);

class Cloner extends Serializer {
  /** A port, a file handle, a key. */
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

/** Tells the things in a message what became of it. */
export function settleEncoded({ packed, deposit }: Encoded, outcome: "sent" | "cancelled"): void {
  if (packed) settle(packed, outcome);
  if (deposit !== undefined && outcome === "cancelled") withdraw(deposit);
}

/** The message with bytes of its own, for whoever has to wait with it. */
export function kept(encoded: Encoded): Encoded {
  if (encoded.packed) return encoded;
  return whole(encoded.tag, new Uint8Array(encoded.bytes.subarray(encoded.start, encoded.end))); // (a Buffer's `slice` copies nothing)
}

// ── Shared memory in handles ───────────────────────────────────────────────────────────────────────────────────────

function withoutSources(value: unknown, sources: SharedSource[]): unknown {
  return replaceObjects(value, (object) => (isSource(object) ? placeholder(sources.push(object) - 1) : undefined));
}

const isSource = (object: object): object is SharedSource =>
  object instanceof SharedArrayBuffer || object instanceof WebAssembly.Memory || object instanceof WebAssembly.Module;

function withSources(value: unknown, sources: readonly SharedSource[]): unknown {
  return replaceObjects(value, (object) => sources[placeholderIn(object) ?? -1]);
}

// ── Arriving ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Takes one message's bytes from a ring; `message` makes it of them. */
export class Arrival implements Taker {
  #small = Buffer.allocUnsafeSlow(KEEP_BYTES);
  #bytes: Uint8Array = this.#small;
  #tag = PLAIN;
  #length = 0;

  receive(tag: number, length: number): Uint8Array {
    this.#tag = tag;
    this.#length = length;
    if (tag === NUMBER) return number.bytes;
    const isOwn = tag === PLAIN && length <= KEEP_BYTES;
    this.#bytes = isOwn ? this.#small : Buffer.allocUnsafeSlow(length);
    return this.#bytes;
  }

  #plain(bytes: Uint8Array): unknown {
    const value: unknown = packr.unpack(bytes, this.#length);
    if (bytes !== this.#small) packr.unpack(NIL); // else it would keep the bytes until the next one
    return value;
  }

  /** The message that was received last; once. */
  message(): unknown {
    if (this.#tag === NUMBER) return oneNumber[0];
    const bytes = this.#bytes;
    this.#bytes = this.#small;
    if (this.#tag === PLAIN) return this.#plain(bytes);
    if (this.#tag >= DATA) return dataFrom(this.#tag - DATA, bytes);
    const reader = new Deserializer(bytes);
    reader.readHeader();
    const value: unknown = reader.readValue();
    if (this.#tag !== DEPOSIT) return unpack({ value, shared: this.#tag === HANDLES });
    const sources = fetchDeposit(reader.readDouble());
    if (sources) return unpack({ value: withSources(value, sources), shared: true });
    throw new FormatError("Expected the shared memory of a message to be there, but somebody else has fetched it", {
      name: "",
    });
  }
}
