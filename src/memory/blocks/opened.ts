/**
 * What this thread has open: one record for each named block, no matter how often it is found, with the number of its
 * handles. A handle that was dropped without `close` counts until it is collected. (There is no WeakRef to a block,
 * because a WeakRef keeps its target alive until the running job ends.)
 */
import type { Named } from "./driver.js";

interface Opened {
  readonly named: Named;
  readonly whenClosed: (named: Named, isCollected: boolean) => void;
  handles: number;
  /** Whether any of the handles was collected without having been closed. */
  isCollected: boolean;
}
const opened = new Map<number, Opened>();
const lost = new FinalizationRegistry<number>((id) => {
  const entry = opened.get(id);
  if (!entry) return;
  entry.isCollected = true;
  release(id);
});

/**
 * Returns this thread's record of the block, and makes one if there is none.
 *
 * @param whenClosed Called when the last handle is gone, with whether any handle was collected instead of closed.
 */
export function remember(named: Named, whenClosed: Opened["whenClosed"]): Named {
  const known = opened.get(named.id) ?? { named, whenClosed, handles: 0, isCollected: false };
  opened.set(named.id, known);
  return known.named;
}

/** Returns the record with that id, if this thread has the block open. */
export const openedAs = (id: number): Named | undefined => opened.get(id)?.named;

/** All records of this thread. */
export const allOpened = (): readonly Named[] => [...opened.values()].map(({ named }) => named);

/** Counts a handle that this thread opened. */
export function openHandle({ id }: Named, handle: object): void {
  opened.get(id)!.handles++;
  lost.register(handle, id, handle);
}

/** Stops counting a handle that this thread closed. */
export function closeHandle({ id }: Named, handle: object): void {
  lost.unregister(handle);
  release(id);
}

/** Forgets a block that was found but is not wanted, if it has no handles. */
export function forgetUnopened({ id }: Named): void {
  if (opened.get(id)?.handles === 0) close(id);
}

function release(id: number): void {
  const entry = opened.get(id);
  if (entry && --entry.handles <= 0) close(id);
}

function close(id: number): void {
  const { named, whenClosed, isCollected } = opened.get(id)!;
  opened.delete(id);
  whenClosed(named, isCollected);
}

// ── Holding bytes without a handle ─────────────────────────────────────────────────────────────────────────────────

/** The ids of blocks whose bytes are given back when their last handle is closed, by buffer. */
const fleeting = new WeakMap<SharedArrayBuffer, number>();
let anyFleeting = false;

/**
 * Notes that a block's bytes are given back when its last handle is closed. Code that uses them without a handle must
 * hold them.
 */
export function markFleeting({ buffer }: Named["block"], id: number): void {
  anyFleeting = true;
  fleeting.set(buffer, id);
}

/** Keeps the bytes that a wait or a guard uses, until it releases them or is collected. */
export function holdBytes({ buffer }: { readonly buffer: SharedArrayBuffer }, user: object): void {
  if (!anyFleeting) return;
  const id = fleeting.get(buffer);
  const entry = id === undefined ? undefined : opened.get(id);
  if (entry) openHandle(entry.named, user);
}

/** Releases the bytes that are held; otherwise a no-op. */
export function letGoOfBytes({ buffer }: { readonly buffer: SharedArrayBuffer }, user: object): void {
  if (anyFleeting && lost.unregister(user)) release(fleeting.get(buffer)!);
}
