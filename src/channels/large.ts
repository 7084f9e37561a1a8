/**
 * Messages larger than their channel: as bytes in shared memory, which go by handle. For channels whose users know of no
 * capacity, such as those of a manager.
 */
import { isSharedError } from "../base/errors.js";
import { type Block, isFile } from "../memory/blocks/driver.js";
import { allocate } from "../memory/blocks/heap.js";
import { madeUpName } from "../memory/names/place.js";
import { SharedMemory } from "../memory/shared-memory.js";
import { Arrival, encode, settleEncoded } from "./codec.js";

const TAG = "shared-ndarray:large"; // the key by which such a message is known

interface Large {
  readonly [TAG]: number;
  /** In system scope a block, which whoever reads it removes. */
  readonly bytes: Uint8Array | SharedMemory;
}

/**
 * What to put in place of a message that was too large for its channel.
 *
 * @param channel the block of the queue or pipe @throws the error, if it says something else
 */
export function insteadOf(message: unknown, error: unknown, channel: Block): object {
  if (isSharedError(error, "MESSAGE_TOO_LARGE")) return asBytes(message, channel);
  throw error;
}

/** A message of any size as bytes in shared memory, as it is now. @param channel as `insteadOf`'s @throws {NotSendableError} */
export function asBytes(message: unknown, channel: Block): object {
  const encoded = encode(message, channel, Number.POSITIVE_INFINITY);
  const { tag, bytes, start, end } = encoded;
  // (With a name that was asked for: it must outlive this handle, until its reader removes it.)
  const memory = isFile(channel) ? new SharedMemory(end - start, { scope: "system", name: madeUpName() }) : undefined;
  const shared = memory?.buf ?? new Uint8Array(allocate(end - start).buffer, 0, end - start);
  shared.set(bytes.subarray(start, end));
  settleEncoded(encoded, "sent");
  return { [TAG]: tag, bytes: memory ?? shared } satisfies Large;
}

/** The message itself, if one came that stood for it. */
export function unwrapped(received: unknown): unknown {
  const isLarge = typeof received === "object" && received !== null && Object.hasOwn(received, TAG);
  if (!isLarge) return received;
  const { [TAG]: tag, bytes } = received as Large;
  const shared = bytes instanceof Uint8Array ? bytes : bytes.buf;
  const arrival = new Arrival();
  arrival.receive(tag, shared.length).set(shared);
  if (bytes instanceof SharedMemory) {
    bytes.unlink();
    bytes.close();
  }
  return arrival.message();
}
