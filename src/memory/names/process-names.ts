/**
 * Names of process scope, as every thread sees them: the keeper holds the table. `place.ts` chooses between this driver
 * and the one of system scope.
 */

import type { ArrayInfo, Block, Driver, Named } from "../blocks/driver.js";
import { allocate, blockFromWire, blockToWire } from "../blocks/heap.js";
import { allOpened, openedAs, remember } from "../blocks/opened.js";
import { ask, onJoin } from "../keeper/line.js";
import { isDown } from "../keeper/tree.js";
import { countRemovals, idFound, noteFound } from "./found.js";
import { allKept, dropUnnamed, keep, takeKept } from "./kept.js";

/** The driver of process scope. */
export const processNames: Driver = {
  allocate,
  discard() {}, // the collector frees it
  create: (name, size) => publish(name, allocate(size), undefined),
  publish,
  attach(name) {
    const known = idFound(name);
    const mine = known === undefined ? undefined : recall(known);
    if (mine) return mine;
    if (isDown()) return undefined; // without a keeper there are no names
    const removals = countRemovals(name);
    const { id, block, array } = ask({ op: "attach", name });
    if (id < 0) return undefined;
    return found(recall(id) ?? { scope: "process", name, block: blockFromWire(block!), array, id }, removals);
  },
  unlink,
  dispose(named, close) {
    close();
    unlink(named);
  },
  list: () => (isDown() ? [] : ask({ op: "list" }).list!),
};

function publish(name: string, block: Block, array: ArrayInfo | undefined): Named | undefined {
  const removals = countRemovals(name);
  const { id } = ask({ op: "create", name, block: blockToWire(block), array });
  return id < 0 ? undefined : found({ scope: "process", name, block, array, id }, removals);
}

function unlink({ name, id }: Named): boolean {
  if (isDown()) return false;
  const isFreed = ask({ op: "unlink", name, id }).id >= 0;
  dropUnnamed();
  return isFreed;
}

/** What this thread can show a keeper that takes the place of one that died: the blocks that have their names still. */
onJoin(() =>
  [...allOpened(), ...allKept()]
    .filter(({ name, id }) => idFound(name) === id)
    .map(({ name, id, block, array }) => ({ name, id, block: blockToWire(block), array })),
);

/** Returns a block that this thread has open, or closed a moment ago. */
function recall(id: number): Named | undefined {
  const open = openedAs(id);
  if (open) return open;
  const kept = takeKept(id);
  return kept && remember(kept, keep);
}

function found(named: Named, removals: number): Named {
  noteFound(named, removals);
  return remember(named, keep);
}
