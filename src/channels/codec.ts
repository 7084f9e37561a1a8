/**
 * Messages as bytes, and back: what structured clone takes, shared things as themselves. Used by queues and pipes.
 *
 * Three ways, told by the tag: plain data by `msgpackr`; one array of bytes or numbers as its bytes; all else by the
 * runtime's own structured clone, exact but four times slower.
 */
import { Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } from "msgpackr/pack";
import { MessageTooLargeError, NotSendableError } from "../errors.js";
import { isStackOverflow, notSendable, type Packed, pack, replaceObjects, settle, unpack } from "../handle.js";
import { deposit, fetchDeposit, withdraw } from "../memory/deposits.js";
import type { Block } from "../memory/driver.js";
import "../memory/shared-views.js";
import { Deserializer, Serializer } from "../platform.js";
import type { Outgoing, Taker } from "../sync/ring.js";
import { bytesOf, dataFrom, isData, tagOf } from "./data.js";
import { isPlain } from "./plain.js";

const PLAIN = 0;
const CLONE = 1;
/** A clone with handles in it. */
const HANDLES = 2;
/** A clone with handles to shared memory: it ends with the id of its deposit. */
const DEPOSIT = 3;
/** From here on the kinds of `data.ts`. */
const DATA = 4;

/** A message ready for a ring. Its bytes hold until the next one is encoded. */
export interface Encoded extends Outgoing {
  readonly packed?: Packed;
  readonly deposit?: number;
}

const packr = new Packr({ structuredClone: true, useRecords: false, variableMapSize: true, useToJSON: false });
const REUSE = REUSE_BUFFER_MODE | RESET_BUFFER_MODE;
/** Buffers for larger messages are not kept. */
const KEEP_BYTES = 1 << 16;

/**
 * @param channel the block of the queue or pipe, where shared memory is deposited
 * @throws {NotSendableError} with the path of what no thread could receive @throws {MessageTooLargeError}
 */
export function encode(message: unknown, channel: Block, byteCapacity: number): Encoded {
  if (message === undefined) throw notSendable("message", message);
  if (isPlain(message)) return fitting(encodePlain(message), byteCapacity);
  if (isData(message)) {
    const bytes = bytesOf(message);
    return fitting({ tag: DATA + tagOf(message), bytes, start: 0, end: bytes.length }, byteCapacity);
  }
  const packed = pack(message, "message");
  try {
    return encodeClone(packed, channel, byteCapacity);
  } catch (cause) {
    settle(packed, "cancelled");
    throw isStackOverflow(cause) ? notSendable("message", message, cause) : cause;
  }
}

function fitting<E extends Encoded>(encoded: E, byteCapacity: number): E {
  const byteLength = encoded.end - encoded.start;
  if (byteLength <= byteCapacity) return encoded;
  throw new MessageTooLargeError(
    `Expected a message of at most ${byteCapacity} bytes, the \`byteCapacity\`; got one of ${byteLength}`,
    { byteLength, byteCapacity },
  );
}

function encodePlain(message: unknown): Encoded {
  const bytes = packr.pack(message, REUSE) as Uint8Array & { readonly start: number; readonly end: number };
  const { start, end } = bytes;
  if (bytes.length > KEEP_BYTES) packr.useBuffer(Buffer.allocUnsafeSlow(8192));
  return { tag: PLAIN, bytes, start, end };
}

class Cloner extends Serializer {
  /** What the runtime throws for what it cannot clone. */
  readonly _getDataCloneError = (message: string): Error =>
    new NotSendableError(`Expected \`message\` to be something another thread can receive: ${message}`, {
      path: "message",
    });
  /** A port, a file handle, a key. */
  _writeHostObject(object: object): void {
    throw notSendable("message", object);
  }
}

function encodeClone(packed: Packed, channel: Block, byteCapacity: number): Encoded {
  const sources: Source[] = [];
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

const whole = (tag: number, bytes: Uint8Array): Encoded => ({ tag, bytes, start: 0, end: bytes.length });

/** Tells the things in a message what became of it. */
export function settleEncoded({ packed, deposit }: Encoded, outcome: "sent" | "cancelled"): void {
  if (packed) settle(packed, outcome);
  if (deposit !== undefined && outcome === "cancelled") withdraw(deposit);
}

/** The message with bytes of its own, for whoever has to wait with it. */
export function kept(encoded: Encoded): Encoded {
  if (encoded.tag !== PLAIN) return encoded;
  const bytes = encoded.bytes.slice(encoded.start, encoded.end);
  return { ...encoded, bytes, start: 0, end: bytes.length };
}

// ── Shared memory in handles ───────────────────────────────────────────────────────────────────────────────────────

type Source = SharedArrayBuffer | WebAssembly.Memory;
const SOURCE = "shared-ndarray:source"; // the key of what stands in its place

function withoutSources(value: unknown, sources: Source[]): unknown {
  return replaceObjects(value, (object) => {
    if (!(object instanceof SharedArrayBuffer || object instanceof WebAssembly.Memory)) return undefined;
    return { [SOURCE]: sources.push(object) - 1 };
  });
}

function withSources(value: unknown, sources: readonly Source[]): unknown {
  return replaceObjects(value, (object) => {
    if (!Object.hasOwn(object, SOURCE)) return undefined;
    return sources[(object as { [SOURCE]: number })[SOURCE]];
  });
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
    const isOwn = tag === PLAIN && length <= KEEP_BYTES;
    this.#bytes = isOwn ? this.#small : Buffer.allocUnsafeSlow(length);
    return this.#bytes;
  }

  /** The message that was received last; once. */
  message(): unknown {
    const bytes = this.#bytes;
    this.#bytes = this.#small;
    if (this.#tag === PLAIN) return packr.unpack(bytes, this.#length);
    if (this.#tag >= DATA) return dataFrom(this.#tag - DATA, bytes);
    const reader = new Deserializer(bytes);
    reader.readHeader();
    const value: unknown = reader.readValue();
    if (this.#tag !== DEPOSIT) return unpack({ value, shared: this.#tag === HANDLES });
    return unpack({ value: withSources(value, fetchDeposit(reader.readDouble()) ?? []), shared: true });
  }
}
