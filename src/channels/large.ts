/**
 * Messages larger than their channel: as bytes in shared memory, which go by handle. For channels whose users know of no
 * capacity, such as those of a manager.
 */
import { isSharedError } from "../errors.js";
import type { Block } from "../memory/driver.js";
import { allocate } from "../memory/heap-driver.js";
import { Arrival, encode, settleEncoded } from "./codec.js";

const TAG = "shared-ndarray:large"; // the key by which such a message is known

interface Large {
  readonly [TAG]: number;
  readonly bytes: Uint8Array;
}

/** Calls `put` with the message; if it does not fit, with one that stands for it. @param channel where its shared memory is deposited */
export function putAny<T>(message: unknown, channel: Block, put: (message: unknown) => T): T {
  try {
    return put(message);
  } catch (e) {
    if (isSharedError(e, "MESSAGE_TOO_LARGE")) return put(asShared(message, channel));
    throw e;
  }
}

/** As `putAny`, where `put` returns a promise. */
export async function putAnyAsync(
  message: unknown,
  channel: Block,
  put: (message: unknown) => Promise<void>,
): Promise<void> {
  try {
    await put(message);
  } catch (e) {
    if (!isSharedError(e, "MESSAGE_TOO_LARGE")) throw e;
    await put(asShared(message, channel));
  }
}

function asShared(message: unknown, channel: Block): Large {
  const encoded = encode(message, channel, Number.POSITIVE_INFINITY);
  const { tag, bytes, start, end } = encoded;
  const shared = new Uint8Array(allocate(end - start).buffer, 0, end - start);
  shared.set(bytes.subarray(start, end));
  settleEncoded(encoded, "sent");
  return { [TAG]: tag, bytes: shared };
}

/** What was put by `putAny`. */
export function gotAny(received: unknown): unknown {
  const isLarge = typeof received === "object" && received !== null && Object.hasOwn(received, TAG);
  if (!isLarge) return received;
  const { [TAG]: tag, bytes } = received as Large;
  const arrival = new Arrival();
  arrival.receive(tag, bytes.length).set(bytes);
  return arrival.message();
}
