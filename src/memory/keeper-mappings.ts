/** Which files this process has mapped, and which of its threads use each mapping; kept by the keeper. */
import type { BlockWire } from "./layout.js";

export class Mappings<Thread> {
  readonly #mappings = new Map<number, { readonly block: BlockWire; readonly users: Set<Thread> }>();

  get size(): number {
    return this.#mappings.size;
  }

  /** The mapping of that id, which the thread uses from now on; `undefined` if there is none. */
  use(id: number, thread: Thread): BlockWire | undefined {
    const mapping = this.#mappings.get(id);
    mapping?.users.add(thread);
    return mapping?.block;
  }

  /** A thread has made a mapping. The earlier one, if there is one: then it is that which the thread uses. */
  add(block: BlockWire, thread: Thread): BlockWire | undefined {
    const earlier = this.use(block.id, thread);
    if (!earlier) this.#mappings.set(block.id, { block, users: new Set([thread]) });
    return earlier;
  }

  /** The thread uses it no more. True if it was the last: the mapping is forgotten, and its pages are the thread's to give back. */
  leave(id: number, thread: Thread): boolean {
    const mapping = this.#mappings.get(id);
    if (!mapping?.users.delete(thread) || mapping.users.size > 0) return false;
    return this.#mappings.delete(id);
  }

  /** The thread has died. Mappings that nobody else uses are left to the collector. */
  leaveAll(thread: Thread): void {
    for (const id of this.#mappings.keys()) this.leave(id, thread);
  }
}
