/** The names of process scope: the one table of them in a tree of threads. Used by the keeper, which holds it. */

import type { ArrayInfo, BlockWire, Listed } from "../blocks/driver.js";
import { add, notify, type Words } from "../words/atomics.js";
import type { Client, Clients } from "./clients.js";
import { CREATIONS, REMOVALS, removalsOf } from "./layout.js";

/** A named block. */
export interface Entry {
  /** Unique among all blocks and deposits that keepers of this tree have ever known. */
  readonly id: number;
  readonly block: BlockWire;
  readonly array: ArrayInfo | undefined;
  /** The thread that created it. */
  readonly owner: Client;
}

export class NameTable {
  readonly #entries = new Map<string, Entry & { readonly createdAt: number }>();
  readonly #treeWords: Words;

  constructor(treeWords: Words) {
    this.#treeWords = treeWords;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(name: string): Entry | undefined {
    return this.#entries.get(name);
  }

  /** Whether any name stands for the block. */
  hasBlock(blockId: number): boolean {
    return [...this.#entries.values()].some(({ block }) => block.id === blockId);
  }

  /** Adds a name that is free, and wakes the threads that wait for new names. */
  add(name: string, entry: Entry): void {
    this.#entries.set(name, { ...entry, createdAt: Date.now() });
    add(this.#treeWords, CREATIONS, 1);
    notify(this.#treeWords, CREATIONS);
  }

  /** Removes a name and returns its entry; `undefined` if the name is gone or has gone to a newer block. */
  remove(name: string, id: number): Entry | undefined {
    const entry = this.#entries.get(name);
    if (entry?.id !== id) return undefined;
    this.#entries.delete(name);
    add(this.#treeWords, removalsOf(name), 1); // before REMOVALS: a thread that sees that one change reads this one
    add(this.#treeWords, REMOVALS, 1);
    return entry;
  }

  list(clients: Clients): Listed[] {
    return [...this.#entries].map(([name, { id, block, array, createdAt, owner }]) => ({
      name,
      size: block.size,
      array,
      createdAt,
      pid: process.pid,
      ownerAlive: clients.has(owner),
      threads: clients.countHolders(id),
    }));
  }
}
