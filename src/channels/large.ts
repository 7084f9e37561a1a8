/**
 * Messages that are too large for their channel: their bytes are put into shared memory, and a handle to it is sent.
 * For channels whose capacity users do not see, such as those of a manager. In system scope the memory has a name, so
 * that others may write to it; the digest of the bytes goes through the channel, and bytes that differ are refused.
 */
import { isUint8Array } from "../base/builtins.js";
import { FormatError, isSharedError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { type Block, isFile } from "../memory/blocks/driver.js";
import { allocate } from "../memory/blocks/heap.js";
import { madeUpName } from "../memory/names/place.js";
import { freeName, SharedMemory } from "../memory/shared-memory.js";
import { copyBytes, sha256 } from "../platform/runtime.js";
import { Arrival, encode, settleEncoded } from "./codec.js";

const TAG = "shared-ndarray:large"; // only messages that stand for a large one have this key

interface Large {
  readonly [TAG]: number;
  /** The bytes; in system scope a block, which its reader removes. */
  readonly bytes: Uint8Array | SharedMemory;
  /** The digest of the bytes in a block. */
  readonly digest?: string;
}

/**
 * Returns a small message that stands for one that was too large for its channel. If the error says something else,
 * throws it.
 *
 * @param channel The block of the queue or pipe.
 */
export function insteadOf(message: unknown, error: unknown, channel: Block): object {
  if (isSharedError(error, "MESSAGE_TOO_LARGE")) return asBytes(message, channel);
  throw error;
}

/**
 * Encodes a message of any size into shared memory, and returns a small message that stands for it.
 *
 * @param channel The block of the queue or pipe.
 * @throws {NotSendableError} If a part of the message cannot be sent.
 */
export function asBytes(message: unknown, channel: Block): object {
  const encoded = encode(message, channel, Number.POSITIVE_INFINITY);
  const { tag, bytes, start, end } = encoded;
  // A block with a given name outlives this handle. Its reader removes it.
  const memory = isFile(channel) ? new SharedMemory(end - start, { scope: "system", name: madeUpName() }) : undefined;
  const shared = memory?.buf ?? new Uint8Array(allocate(end - start).buffer, 0, end - start);
  const own = bytes.subarray(start, end) as Uint8Array<ArrayBuffer>;
  copyBytes(shared, 0, own, 0, own.length);
  settleEncoded(encoded, "sent");
  return (memory ? { [TAG]: tag, bytes: memory, digest: sha256(own) } : { [TAG]: tag, bytes: shared }) satisfies Large;
}

/**
 * The message that a received one stands for; any other message is returned as it is.
 *
 * @throws {FormatError} If the bytes are not those that were sent.
 */
export function unwrapped(received: unknown): unknown {
  const isLarge = typeof received === "object" && received !== null && Object.hasOwn(received, TAG);
  if (!isLarge) return received;
  const { [TAG]: tag, bytes, digest } = received as Large;
  const isWhole = Number.isInteger(tag) && (isUint8Array(bytes) || bytes instanceof SharedMemory);
  if (!isWhole) throw new FormatError("Expected a large message to have a tag and bytes, got neither", { key: "" });
  const shared = isUint8Array(bytes) ? bytes : bytes.buf;
  const arrival = new Arrival();
  const own = arrival.receive(tag, shared.length) as Uint8Array<ArrayBuffer>;
  copyBytes(own, 0, shared, 0, shared.length);
  if (bytes instanceof SharedMemory) {
    freeName(bytes);
    bytes.close();
    if (sha256(own) !== digest) throw changed(bytes.name!);
  }
  arrival.claim();
  return arrival.message();
}

function changed(name: string): FormatError {
  const message = `Expected ${show(name)} to have the bytes of the message that was sent, got others`;
  return new FormatError(`${message} (another process has written to it)`, { key: name });
}
