/** The `lock` option of `Value` and `SharedArray`: a lock of its own, or one that it shares with others. */
import type { NameOptions } from "../memory/shared-memory.js";
import { Lock, ownLock } from "../sync/lock.js";
import { Existing, type SharedThing } from "../things/shared-thing.js";

export interface LockOptions extends NameOptions {
  readonly lock?: true | Lock | undefined;
}

/** The lock of a thing that was just made, or found: the given one, or the one in the thing's own block. */
export function lockFor(thing: SharedThing, first: unknown, options: LockOptions | undefined): Lock {
  const given = first instanceof Existing ? first.partner : options?.lock;
  return given instanceof Lock ? given : ownLock(thing);
}
