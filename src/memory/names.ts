/**
 * The table of names, as every thread sees it: `createName`, `attachName`, `unlinkName`, `listNames`. Used by
 * `shared-memory.ts` alone.
 */
import { load } from "./atomics.js";
import type { Block } from "./driver.js";
import { blockFromWire, blockToWire } from "./heap-driver.js";
import { ask, tell } from "./keeper-line.js";
import { type ArrayInfo, type Listed, REMOVALS } from "./layout.js";
import { isDown, tree } from "./tree.js";

/** A block with the name it was created under, and the keeper's id for it, which no other block ever has. */
export interface Named {
  readonly block: Block;
  readonly name: string;
  readonly id: number;
  readonly array: ArrayInfo | undefined;
}

/** Publishes a complete block; `undefined` if the name is taken. */
export function createName(name: string, block: Block, array: ArrayInfo | undefined): Named | undefined {
  const removals = load(tree.words, REMOVALS); // before asking: what is removed meanwhile must show
  const { id } = ask({ op: "create", name, block: blockToWire(block), array });
  return id < 0 ? undefined : remember({ name, block, array, id }, removals);
}

/** The block of that name, or `undefined`. Needs no keeper to know that there is none. */
export function attachName(name: string): Named | undefined {
  const known = recall(name);
  if (known) return known;
  if (isDown()) return undefined;
  const removals = load(tree.words, REMOVALS);
  const { id, block, array } = ask({ op: "attach", name });
  if (id < 0) return undefined;
  return remember(opened.get(id)?.named ?? { name, block: blockFromWire(block!), array, id }, removals);
}

/** Frees the name if it is still that block's; false if not. */
export const unlinkName = ({ name, id }: Named): boolean => !isDown() && ask({ op: "unlink", name, id }).id >= 0;

export const listNames = (): readonly Listed[] => (isDown() ? [] : ask({ op: "list" }).list!);

// ── What this thread has open ──────────────────────────────────────────────────────────────────────────────────────
// The keeper knows each block once per thread; handles are counted here, and a handle that was dropped without `close`
// counts until it is collected. (No WeakRef to a block: it would keep the block until the running job ends.)

interface Opened {
  readonly named: Named;
  handles: number;
}
const opened = new Map<number, Opened>();
// A name can be given anew only after it was removed: what was found under it holds while REMOVALS stands still.
const found = new Map<string, { readonly id: number; readonly removals: number }>();
const lost = new FinalizationRegistry<number>((id) => release(id));

/** This thread's one record of the block, however often it is found. */
function remember(named: Named, removals: number): Named {
  const known = opened.get(named.id) ?? { named, handles: 0 };
  opened.set(named.id, known);
  found.set(named.name, { id: named.id, removals });
  return known.named;
}

function recall(name: string): Named | undefined {
  const entry = found.get(name);
  return entry?.removals === load(tree.words, REMOVALS) ? opened.get(entry.id)?.named : undefined;
}

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
  if (opened.get(id)?.handles === 0) release(id);
}

/** With the last handle the block is forgotten here, and the keeper told. */
function release(id: number): void {
  const entry = opened.get(id);
  if (!entry || --entry.handles > 0) return;
  opened.delete(id);
  if (found.get(entry.named.name)?.id === id) found.delete(entry.named.name);
  tell({ op: "release", id });
}
