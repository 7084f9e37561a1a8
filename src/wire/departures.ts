/**
 * What becomes of the things in a message. Some of them must know: an end of a pipe is closed here once the message is
 * on its way, and a queue counts the handles that nobody has opened yet. The code that packs a message also settles it.
 */

/** What a thing does when it is known what became of its message. */
export interface Departure {
  /** The message is on its way. */
  sent(): void;
  /** The message could not be sent. */
  cancelled(): void;
  /** The message was sent, but its receiver died. If the thing has arrived all the same, nothing needs to be done. */
  lost(): void;
  /** There was no message: the user got a handle, which may be posted to any number of threads. */
  givenOut?(): void;
}

/** A value ready for `postMessage`. `shared` says whether it contains handles; most messages need no second walk. */
export interface Packed {
  readonly value: unknown;
  readonly shared: boolean;
}

const unsettled = new WeakMap<Packed, readonly Departure[]>();

/** Keeps the departures of a message until it is settled. */
export function keepDepartures(packed: Packed, departures: readonly Departure[]): void {
  if (departures.length > 0) unsettled.set(packed, departures);
}

/** Whether a message holds things that have left with it, so that it cannot be sent again. */
export const hasDepartures = (packed: Packed): boolean => unsettled.has(packed);

/**
 * Reports to the things in a message what became of it. A message that is never settled leaves them with the sender.
 * After "sent" it may still be settled as "lost".
 */
export function settle(packed: Packed, outcome: "sent" | "cancelled" | "lost"): void {
  for (const departure of unsettled.get(packed) ?? []) departure[outcome]();
  if (outcome !== "sent") unsettled.delete(packed);
}
