/**
 * `SharedMemoryManager`: a scope for shared things. It unlinks what it was given when it closes, even if some are
 * already gone.
 */
import { ClosedError, NameNotFoundError } from "../base/errors.js";
import { expectNoOptions, show } from "../base/expect.js";
import { forbidSending, ofItsThread } from "../wire/contents.js";
import type { Shared } from "./shared-memory.js";

/**
 * A scope that closes and unlinks all shared things that it was given, in reverse order.
 *
 * @example
 * using manager = new SharedMemoryManager();
 * const grid = manager.use(zeros([100, 100], { name: "grid" }));
 * const total = manager.use(new Value("float64", 0, { name: "total" }));
 * // …at the end of the scope both names are free, also after an error
 *
 * After Python's `multiprocessing.managers.SharedMemoryManager`, which leaves all other blocks behind if one was
 * unlinked early.
 */
export class SharedMemoryManager implements Disposable {
  /** Makes structured clone fail, with an error that says why. */
  protected readonly contents = ofItsThread("SharedMemoryManager");
  readonly #things = new Set<Shared>();
  #isClosed = false;

  /** Makes a manager that has nothing in its charge. */
  constructor();
  constructor(...extra: unknown[]) {
    expectNoOptions(extra, "SharedMemoryManager");
  }

  /**
   * Takes charge of a shared thing, no matter which thread created it, and returns it.
   *
   * @throws {TypeError} If it is not a shared thing.
   * @throws {ClosedError} If the manager was closed.
   */
  use<T extends Shared>(thing: T): T {
    const isShared =
      typeof thing === "object" &&
      thing !== null &&
      typeof thing.close === "function" &&
      typeof thing.unlink === "function";
    if (!isShared) throw new TypeError(`Expected a shared thing (an NDArray, a Lock), got ${show(thing)}`);
    if (this.#isClosed) {
      const what = "SharedMemoryManager";
      throw new ClosedError(`Expected the ${what} to be open, but it was closed`, { what });
    }
    this.#things.add(thing);
    return thing;
  }

  /**
   * Closes and unlinks all things; idempotent. A thing that cannot be unlinked does not keep the others.
   *
   * @throws {AggregateError} If some things could not be closed or unlinked. All others were.
   */
  close(): void {
    this.#isClosed = true;
    const things = [...this.#things].reverse();
    this.#things.clear();
    const errors = things.flatMap((thing) => [...attempt(() => thing.close()), ...attempt(() => unlink(thing))]);
    if (errors.length > 0)
      throw new AggregateError(errors, `Expected to close ${things.length} things, but some failed`);
  }
  /** `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
forbidSending(SharedMemoryManager);

function attempt(act: () => void): unknown[] {
  try {
    act();
    return [];
  } catch (e) {
    return [e];
  }
}

function unlink(thing: Shared): void {
  try {
    if (thing.name !== undefined) thing.unlink();
  } catch (e) {
    if (!(e instanceof NameNotFoundError)) throw e; // it is gone already, which is fine
  }
}
