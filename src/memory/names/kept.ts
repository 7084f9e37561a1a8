/**
 * Named blocks that this thread closed a moment ago. It keeps them for a second, so that a thread that attaches and
 * closes again and again does not ask the keeper each time. README.md says why no stale block is found and why no
 * memory stays. Used by `process-names.ts`.
 */
import type { Named } from "../blocks/driver.js";
import { KEPT_SLOTS, REMOVALS } from "../keeper/layout.js";
import { noteKept, post } from "../keeper/line.js";
import { tree } from "../keeper/tree.js";
import { load, onWaiting } from "../words/atomics.js";
import { forgetFound, idFound } from "./found.js";

/** How long a block that nobody attaches to again is kept. */
const KEEP_MS = 1000;
/** How often a thread with a free event loop looks at what it keeps. */
const LOOK_MS = KEEP_MS / 4;

interface Kept {
  readonly named: Named;
  /** The word in which the keeper sees that the block is kept and not open. */
  readonly slot: number;
  readonly since: number;
}
/** By id, the one that was closed first at the front. */
const kept = new Map<number, Kept>();
const freeSlots = Array.from({ length: KEPT_SLOTS }, (_, slot) => slot);
let timer: ReturnType<typeof setInterval> | undefined;
/** The count of all removals at the last look. */
let seenRemovals = 0;

/** Keeps a block whose last handle was closed, if it still has its name. The keeper learns when it is dropped. */
export function keep(named: Named): void {
  dropUnnamed();
  if (idFound(named.name) !== named.id) {
    release(named);
    return;
  }
  if (freeSlots.length === 0) drop(kept.values().next().value!);
  const slot = freeSlots.pop()!;
  kept.set(named.id, { named, slot, since: performance.now() });
  noteKept(slot, named.id);
  timer ??= setInterval(look, LOOK_MS).unref();
}

/** All blocks that are kept. */
export const allKept = (): readonly Named[] => [...kept.values()].map(({ named }) => named);

/** Takes back a block that is kept, because it is opened again. */
export function takeKept(id: number): Named | undefined {
  const entry = kept.get(id);
  if (!entry) return undefined;
  forget(entry);
  return entry.named;
}

/** Drops the blocks whose names were removed. It costs one read of a word while no name of the tree is removed. */
export function dropUnnamed(): void {
  if (kept.size === 0) return;
  const removals = load(tree.words, REMOVALS); // before the looks, so that a later removal brings another look
  if (removals === seenRemovals) return;
  for (const entry of kept.values()) if (idFound(entry.named.name) !== entry.named.id) drop(entry);
  seenRemovals = removals;
}
// A blocked thread has no timers. It looks between two slices of its waits.
onWaiting(dropUnnamed);

function look(): void {
  dropUnnamed();
  const now = performance.now();
  for (const entry of kept.values()) if (now - entry.since >= KEEP_MS) drop(entry);
  if (kept.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function drop(entry: Kept): void {
  forget(entry);
  release(entry.named);
}

function forget({ named, slot }: Kept): void {
  kept.delete(named.id);
  freeSlots.push(slot);
  noteKept(slot, undefined);
}

/** Reports that this thread does not have the block any more. The keeper counts each thread once. */
function release(named: Named): void {
  forgetFound(named);
  post({ op: "release", id: named.id });
}
