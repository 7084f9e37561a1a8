/** The `lock` option of `Value` and `SharedArray`. */
import type { NameOptions } from "../memory/shared-memory.js";
import type { Lock } from "../sync/lock.js";

export interface LockOptions extends NameOptions {
  /** A lock that it shares with others; by default, or with `true`, it has a lock of its own. */
  readonly lock?: true | Lock | undefined;
}
