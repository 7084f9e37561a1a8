/** `Value`: one shared number, boolean or record with a lock. */
import { ownOf, show } from "../base/expect.js";
import type { AttachOptions, NameOptions } from "../memory/shared-memory.js";
import { expectSyncWait, expectWait, type SyncWaitOptions, type WaitOptions } from "../memory/words/wait.js";
import { type Lock, lockOf } from "../sync/lock.js";
import { currentHold, releaseHold, tryFast } from "../sync/mutex.js";
import { registerThing, wordsOf } from "../things/shared-thing.js";
import type { ValueOf, ValueType } from "./element-type.js";
import { MIN_BYTES } from "./layout.js";
import type { LockOptions } from "./lock-option.js";
import { heldBy, RawValue, VALUE } from "./raw-value.js";

/** A value with a lock: its own, or one that it shares with others. */
export interface Value<T extends ValueType> extends RawValue<T> {
  /** The lock that `update` takes. Reading and assigning `value` take no lock, nor do operations such as `add`. */
  readonly lock: Lock;
  /**
   * Replaces the value by `fn(old)` under the lock, and returns the NEW value. If `fn` throws, or returns something
   * that cannot be stored, nothing changes. Throws the errors of `Lock.acquire` too.
   *
   * @throws {DTypeError} If `fn` returns another type.
   * @throws {ClosedError} If this handle was closed.
   */
  update(fn: (old: ValueOf<T>) => ValueOf<T>, options?: WaitOptions): Promise<ValueOf<T>>;
  /** The blocking form of `update`. Throws the errors of `Lock.acquireSync` too. */
  updateSync(fn: (old: ValueOf<T>) => ValueOf<T>, options?: SyncWaitOptions): ValueOf<T>;
}

interface ValueClass {
  /** With `{ lock: false }` makes a RawValue, as in Python. */
  new <T extends ValueType>(
    type: T,
    init: ValueOf<T> | undefined,
    options: NameOptions & { readonly lock: false },
  ): RawValue<T>;
  /**
   * Makes a value. `lock` is true for an RLock of its own, or a lock that it shares with others.
   *
   * @throws {DTypeError} If `type` is not a type of values, or `init` has another type.
   * @throws {TypeError} If an option is wrong.
   * @throws {NameTakenError} If there is something with that name.
   */
  new <T extends ValueType>(type: T, init?: ValueOf<T>, options?: LockOptions): Value<T>;
  /**
   * Attaches to the value with that name.
   *
   * @throws {NameNotFoundError} If there is none.
   * @throws {FormatError} If the name has something else.
   * @throws {DTypeError} If it holds another type.
   */
  attach<T extends ValueType>(name: string, type: T, options?: AttachOptions): Value<T>;
  /**
   * Waits until there is a value with that name, and attaches to it.
   *
   * @throws {TimeoutError} If there is none after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {FormatError} If the name has something else.
   * @throws {DTypeError} If it holds another type.
   */
  waitFor<T extends ValueType>(name: string, type: T, options?: AttachOptions & WaitOptions): Promise<Value<T>>;
  /** The blocking form of `waitFor`. */
  waitForSync<T extends ValueType>(name: string, type: T, options?: AttachOptions & SyncWaitOptions): Value<T>;
}

class LockedValue<T extends ValueType> extends RawValue<T> {
  readonly #lock: Lock;

  constructor(type: T, init?: ValueOf<T>, options?: NameOptions) {
    super(type, init, options);
    this.#lock = lockOf(this);
  }
  get lock(): Lock {
    return this.#lock;
  }

  async update(fn: (old: ValueOf<T>) => ValueOf<T>, options?: WaitOptions): Promise<ValueOf<T>> {
    expectFunction(fn);
    const given = expectWait(options, "update");
    using _ = await this.lock.acquire(given);
    return heldBy(this).replace(fn as never) as ValueOf<T>;
  }
  updateSync(fn: (old: ValueOf<T>) => ValueOf<T>, options?: SyncWaitOptions): ValueOf<T> {
    expectFunction(fn);
    const given = expectSyncWait(options, "updateSync");
    const held = heldBy(this);
    const words = wordsOf(this.lock);
    if (given !== undefined || !tryFast(words)) {
      using _ = this.lock.acquireSync(given);
      return held.replace(fn as never) as ValueOf<T>;
    }
    const hold = currentHold(words);
    try {
      return held.replace(fn as never) as ValueOf<T>;
    } finally {
      releaseHold(words, hold); // does what a guard would do, but makes none
    }
  }
}
registerThing("Value", LockedValue, MIN_BYTES, false, VALUE);

/**
 * One shared value with a lock, for changes that take more than one step.
 *
 * After Python's `multiprocessing.Value`.
 *
 * @example
 * const total = new Value("float64");
 * total.updateSync((x) => x + 1); // exact, from any thread
 * {
 *   using _ = total.lock.acquireSync(); // several steps
 *   total.value += 1;
 * }
 */
export const Value: ValueClass = new Proxy(LockedValue, {
  construct(Class, [type, init, options]: [never, never, { lock?: unknown }?], newTarget) {
    const { lock, ...rest } = ownOf(options ?? {});
    if (lock !== false) return Reflect.construct(Class, [type, init, options], newTarget);
    return new RawValue(type, init, rest);
  },
}) as unknown as ValueClass;

function expectFunction(fn: unknown): void {
  if (typeof fn !== "function") throw new TypeError(`Expected \`fn\` to be a function, got ${show(fn)}`);
}
