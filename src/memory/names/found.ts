/**
 * What this thread has found under which name. A name can go to another block only after it was removed, and the
 * keeper counts removals in the tree's words. So what was found is valid while the count of its name does not change.
 */
import type { Named } from "../blocks/driver.js";
import { removalsOf } from "../keeper/layout.js";
import { tree } from "../keeper/tree.js";
import { load } from "../words/atomics.js";

const lastFound = new Map<string, { readonly id: number; readonly removals: number; readonly word: number }>();

/** The count of removals of a name. It is read before the keeper is asked, so a removal meanwhile makes it differ. */
export const countRemovals = (name: string): number => load(tree.words, removalsOf(name));

/** Notes which block has a name, if the count of removals was `removals` before the keeper was asked. */
export function noteFound({ name, id }: Named, removals: number): void {
  lastFound.set(name, { id, removals, word: removalsOf(name) });
}

/** Returns the id of the block that has the name now; `undefined` if only the keeper knows. */
export function idFound(name: string): number | undefined {
  const found = lastFound.get(name);
  return found && load(tree.words, found.word) === found.removals ? found.id : undefined;
}

/** Forgets a block that this thread does not have any more. */
export function forgetFound({ name, id }: Named): void {
  if (lastFound.get(name)?.id === id) lastFound.delete(name);
}
