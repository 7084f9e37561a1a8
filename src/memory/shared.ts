/** What every shared thing has: the interface of locks, values, queues, arrays and plain memory. */
import type { Scope } from "./blocks/driver.js";

/**
 * What every shared thing has. The handle that created the thing owns it. Things without a name live until nothing
 * refers to them.
 */
export interface Shared extends Disposable {
  /** The name; `undefined` if it has none. */
  readonly name: string | undefined;
  /** Who can find the name. */
  readonly scope: Scope;
  /** Whether this handle created the thing. Disposing it then also unlinks. */
  readonly owner: boolean;
  /** Whether this handle was closed. */
  readonly closed: boolean;
  /** Closes this handle; idempotent. Using it later throws ClosedError. The name stays. */
  close(): void;
  /**
   * Frees the name at once. Handles that are attached keep working.
   *
   * @throws {NameNotFoundError} If the thing has no name, or it was freed before.
   */
  unlink(): void;
  /** Does `close()`, and `unlink()` if this handle is the owner. Does not throw if the name is already gone. */
  [Symbol.dispose](): void;
}
