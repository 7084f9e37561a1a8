/**
 * Names of process scope, as every thread sees them: the keeper holds the table. `place.ts` chooses between this driver
 * and the one of system scope.
 */

import type { Driver, Named } from "../blocks/driver.js";
import { allocate, blockFromWire, blockToWire } from "../blocks/heap.js";
import { openedAs, remember } from "../blocks/opened.js";
import { REMOVALS } from "../keeper/layout.js";
import { ask, post } from "../keeper/line.js";
import { isDown, tree } from "../keeper/tree.js";
import { load } from "../words/atomics.js";

/** The driver of process scope. */
export const processNames: Driver = {
  allocate,
  discard() {}, // the collector frees it
  publish(name, block, array) {
    const removals = load(tree.words, REMOVALS); // before asking, so that a name that is removed meanwhile shows
    const { id } = ask({ op: "create", name, block: blockToWire(block), array });
    return id < 0 ? undefined : found({ scope: "process", name, block, array, id }, removals);
  },
  attach(name) {
    const known = recall(name);
    if (known) return known;
    if (isDown()) return undefined; // without a keeper there are no names
    const removals = load(tree.words, REMOVALS);
    const { id, block, array } = ask({ op: "attach", name });
    if (id < 0) return undefined;
    return found(openedAs(id) ?? { scope: "process", name, block: blockFromWire(block!), array, id }, removals);
  },
  unlink: ({ name, id }) => !isDown() && ask({ op: "unlink", name, id }).id >= 0,
  list: () => (isDown() ? [] : ask({ op: "list" }).list!),
};

// A name can go to another block only after it was removed. So what was found under it is valid while REMOVALS does not
// change.
const lastFound = new Map<string, { readonly id: number; readonly removals: number }>();

function found(named: Named, removals: number): Named {
  lastFound.set(named.name, { id: named.id, removals });
  return remember(named, closed);
}

function recall(name: string): Named | undefined {
  const entry = lastFound.get(name);
  return entry?.removals === load(tree.words, REMOVALS) ? openedAs(entry.id) : undefined;
}

/** Reports that this thread has no handle any more. The keeper counts each thread once. */
function closed({ name, id }: Named): void {
  if (lastFound.get(name)?.id === id) lastFound.delete(name);
  post({ op: "release", id });
}
