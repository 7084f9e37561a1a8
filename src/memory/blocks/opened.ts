/**
 * What this thread has open: one record of each named block, however often it is found, and how many handles there are to it.
 * A handle that was dropped without `close` counts until it is collected. (No WeakRef to a block: it would keep the block until the
 * running job ends.)
 */
import type { Named } from "./driver.js";

interface Opened {
  readonly named: Named;
  readonly whenClosed: (named: Named, isCollected: boolean) => void;
  handles: number;
  /** Whether one of them was not closed, but collected. */
  isCollected: boolean;
}
const opened = new Map<number, Opened>();
const lost = new FinalizationRegistry<number>((id) => {
  const entry = opened.get(id);
  if (!entry) return;
  entry.isCollected = true;
  release(id);
});

/** This thread's record of the block. @param whenClosed is told when it has no handle any more, and whether each was closed */
export function remember(named: Named, whenClosed: Opened["whenClosed"]): Named {
  const known = opened.get(named.id) ?? { named, whenClosed, handles: 0, isCollected: false };
  opened.set(named.id, known);
  return known.named;
}

/** The record of that id, if the block is open. */
export const openedAs = (id: number): Named | undefined => opened.get(id)?.named;

/** A handle of this thread was opened. */
export function openHandle({ id }: Named, handle: object): void {
  opened.get(id)!.handles++;
  lost.register(handle, id, handle);
}

/** A handle of this thread was closed. */
export function closeHandle({ id }: Named, handle: object): void {
  lost.unregister(handle);
  release(id);
}

/** A block that was found, but is not to be opened. */
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

/** Blocks whose bytes are given back when the last handle is closed, by their buffers. */
const fleeting = new WeakMap<SharedArrayBuffer, number>();
let anyFleeting = false;

/** Says that a block's bytes go when nobody has it open any more: whoever goes on with them without a handle must hold them. */
export function markFleeting({ buffer }: Named["block"], id: number): void {
  anyFleeting = true;
  fleeting.set(buffer, id);
}

/** Keeps the bytes of words that a wait or a guard uses, until it lets go of them or is collected. */
export function holdBytes({ buffer }: { readonly buffer: SharedArrayBuffer }, user: object): void {
  if (!anyFleeting) return;
  const id = fleeting.get(buffer);
  const entry = id === undefined ? undefined : opened.get(id);
  if (entry) openHandle(entry.named, user);
}

/** As was held, if it was. */
export function letGoOfBytes({ buffer }: { readonly buffer: SharedArrayBuffer }, user: object): void {
  if (anyFleeting && lost.unregister(user)) release(fleeting.get(buffer)!);
}
