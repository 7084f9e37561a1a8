/** What every shared thing has, whatever it is. */
import type { Scope } from "./blocks/driver.js";

/**
 * What every shared thing has. The handle that created it is its owner; unnamed things live until nothing refers to
 * them.
 */
export interface Shared extends Disposable {
  readonly name: string | undefined;
  readonly scope: Scope;
  readonly owner: boolean;
  readonly closed: boolean;
  /** Gives up this handle; idempotent. Using it later throws ClosedError. Unlinks nothing. */
  close(): void;
  /** Frees the name at once; attached handles go on. A second time: NameNotFoundError. */
  unlink(): void;
  /** `close()`, and `unlink()` if owner; silent if the name is already gone. */
  [Symbol.dispose](): void;
}
