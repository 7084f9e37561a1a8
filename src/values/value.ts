/** `RawValue` and `Value`: one shared number, flag or record, without a lock and with one. */
import { DTypeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { AttachOptions, NameOptions } from "../memory/shared-memory.js";
import type { Words } from "../memory/words/atomics.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { expectLock, Lock, ownLock } from "../sync/lock.js";
import { currentHold, releaseHold, tryFast } from "../sync/mutex.js";
import { attachThing, type Findable, waitForThing, waitForThingSync } from "../things/found-by-name.js";
import { Existing, registerThing, SharedThing, wordsOf } from "../things/shared-thing.js";
import { type Cell, newCell, type Operation } from "./cell.js";
import { expectValueType, type ValueOf, type ValueType } from "./element-type.js";
import { type Contents, holding, MIN_BYTES, planContents, readContents } from "./layout.js";
import { isStruct, type Struct, StructCell } from "./struct.js";

type Numeric<T> = T extends Struct ? never : ValueOf<T>;

/** What is in the block: one cell, or one per field. */
type Held = Cell | StructCell;
/** What is in the value's block. @throws {ClosedError} */
let heldBy: <T extends ValueType>(value: RawValue<T>) => Held;

/**
 * One shared value without a lock. Reading and assigning `value` is one atomic access each, so `v.value += 1` is two steps,
 * between which another thread may come: use `add`, or a `Value` and its `update`. Integers wrap as typed arrays do.
 *
 * @example
 * const hits = new RawValue("int32", 0, { name: "hits" }); // in a worker: RawValue.attach("hits", "int32").add(1)
 *
 * After Python's `multiprocessing.RawValue`.
 */
export class RawValue<T extends ValueType> extends SharedThing {
  readonly #held: Held;

  /**
   * @param type a dtype, one of Python's type codes, or a `struct`
   * @param init default 0, of a struct all fields 0
   * @throws {DTypeError} {TypeError} {NameTakenError}
   */
  constructor(type: T, init?: ValueOf<T>, options?: NameOptions) {
    super(type, options, () => {
      const known = new.target === RawValue ? [] : ["lock"];
      const partner = known.length > 0 ? expectLock((options as LockOptions | undefined)?.lock) : undefined;
      const { contents, write, byteLength } = planContents(expectValueType(type), 1);
      const fill = (words: Words) => {
        write(words);
        if (init !== undefined) assign(heldIn(contents, words), init, "init");
      };
      return { byteLength, options: known, fill, partner };
    });
    const words = wordsOf(this);
    this.#held = heldIn(readContents(words, this.name), words, () => void wordsOf(this));
  }

  /** The one of that name. @throws {NameNotFoundError} {FormatError} {DTypeError} if it holds another type */
  static attach<T extends ValueType>(name: string, type: T, options?: AttachOptions): RawValue<T> {
    const wanted = expectValueType(type);
    return holding(attachThing(this as Findable<RawValue<T>>, name, options), wanted);
  }
  /** The one of that name, as soon as there is one. @throws {TimeoutError} {AbortedError} {FormatError} {DTypeError} */
  static async waitFor<T extends ValueType>(
    name: string,
    type: T,
    options?: AttachOptions & WaitOptions,
  ): Promise<RawValue<T>> {
    const wanted = expectValueType(type);
    return holding(await waitForThing(this as Findable<RawValue<T>>, name, options), wanted);
  }
  /** As `waitFor`, blocking. */
  static waitForSync<T extends ValueType>(
    name: string,
    type: T,
    options?: AttachOptions & SyncWaitOptions,
  ): RawValue<T> {
    const wanted = expectValueType(type);
    return holding(waitForThingSync(this as Findable<RawValue<T>>, name, options), wanted);
  }

  /**
   * The value: one atomic load, one atomic store. Of a struct a live record, whose fields are so read and written; as an
   * argument of a task it would be copied: pass the value itself.
   *
   * @throws {DTypeError} {TypeError} {ClosedError}
   */
  get value(): ValueOf<T> {
    const held = heldBy(this);
    return (held instanceof StructCell ? held.record : held.get()) as ValueOf<T>;
  }
  set value(value: ValueOf<T>) {
    assign(heldBy(this), value);
  }

  /** Adds in one step, as do the others; returns the OLD value, as `Atomics` does. @throws {DTypeError} {ClosedError} */
  add(n: Numeric<T>): Numeric<T> {
    return apply(this, "add", n);
  }
  /** Subtracts; returns the old value. @throws {DTypeError} of bool */
  sub(n: Numeric<T>): Numeric<T> {
    return apply(this, "sub", n);
  }
  /** Bitwise and, of integers and bool; returns the old value. @throws {DTypeError} of floats */
  and(n: Numeric<T>): Numeric<T> {
    return apply(this, "and", n);
  }
  /** Bitwise or, of integers and bool; returns the old value. @throws {DTypeError} of floats */
  or(n: Numeric<T>): Numeric<T> {
    return apply(this, "or", n);
  }
  /** Bitwise exclusive or, of integers and bool; returns the old value. @throws {DTypeError} of floats */
  xor(n: Numeric<T>): Numeric<T> {
    return apply(this, "xor", n);
  }
  /** Stores `n` and returns the old value, in one step. @throws {DTypeError} */
  exchange(n: Numeric<T>): Numeric<T> {
    return apply(this, "exchange", n);
  }
  /** Stores `n` if the value is `expected`; returns the old value in either case. @throws {DTypeError} */
  compareExchange(expected: Numeric<T>, n: Numeric<T>): Numeric<T> {
    const cell = cellBy(this, "compareExchange");
    return cell.compareExchange(cell.expect(expected, "expected"), cell.expect(n, "n")) as Numeric<T>;
  }

  static {
    heldBy = (value) => {
      wordsOf(value);
      return value.#held;
    };
  }
}
registerThing("RawValue", RawValue, MIN_BYTES);

/** @param assertOpen is asked by a struct's record, which outlives the handle it came from */
function heldIn({ type, byteOffset }: Contents, { buffer }: Words, assertOpen = () => {}): Held {
  return isStruct(type) ? new StructCell(type, buffer, byteOffset, assertOpen) : newCell(type, buffer, byteOffset);
}

function assign(held: Held, value: unknown, what = "value"): void {
  if (held instanceof StructCell) held.set(held.expect(value, what));
  else held.set(held.expect(value, what));
}

function cellBy<T extends ValueType>(value: RawValue<T>, operation: string): Cell {
  const held = heldBy(value);
  if (!(held instanceof StructCell)) return held;
  const expected = "one number";
  throw new DTypeError(`Expected the value to be ${expected} for \`${operation}\`, got a struct (use its fields)`, {
    dtype: "struct",
    expected,
  });
}

function apply<T extends ValueType>(value: RawValue<T>, operation: Operation, n: unknown): Numeric<T> {
  const cell = cellBy(value, operation);
  return cell.apply(operation, cell.expect(n, "n")) as Numeric<T>;
}

// ── With a lock ────────────────────────────────────────────────────────────────────────────────────────────────────

interface LockOptions extends NameOptions {
  readonly lock?: true | Lock | undefined;
}

/** A value with a lock, its own or one it shares. */
export interface Value<T extends ValueType> extends RawValue<T> {
  /** What `update` takes. Reading and assigning `value`, and the operations in one step, take no lock. */
  readonly lock: Lock;
  /**
   * Replaces the value by `fn(old)` under the lock; the NEW value. If `fn` throws, or returns what cannot be stored, nothing
   * changes.
   *
   * @throws {DTypeError} {ClosedError} @throws as `Lock.acquire`
   */
  update(fn: (old: ValueOf<T>) => ValueOf<T>, options?: WaitOptions): Promise<ValueOf<T>>;
  /** As `update`, blocking. @throws as `Lock.acquireSync` */
  updateSync(fn: (old: ValueOf<T>) => ValueOf<T>, options?: SyncWaitOptions): ValueOf<T>;
}

interface ValueClass {
  /** `{ lock: false }` makes a RawValue, as in Python. */
  new <T extends ValueType>(
    type: T,
    init: ValueOf<T> | undefined,
    options: NameOptions & { readonly lock: false },
  ): RawValue<T>;
  /** `lock`: true for an RLock of its own, or one that it shares with others. @throws {DTypeError} {TypeError} {NameTakenError} */
  new <T extends ValueType>(type: T, init?: ValueOf<T>, options?: LockOptions): Value<T>;
  /** The one of that name. @throws {NameNotFoundError} {FormatError} {DTypeError} if it holds another type */
  attach<T extends ValueType>(name: string, type: T, options?: AttachOptions): Value<T>;
  /** The one of that name, as soon as there is one. @throws {TimeoutError} {AbortedError} {FormatError} {DTypeError} */
  waitFor<T extends ValueType>(name: string, type: T, options?: AttachOptions & WaitOptions): Promise<Value<T>>;
  /** As `waitFor`, blocking. */
  waitForSync<T extends ValueType>(name: string, type: T, options?: AttachOptions & SyncWaitOptions): Value<T>;
}

class LockedValue<T extends ValueType> extends RawValue<T> {
  readonly lock: Lock;

  constructor(type: T, init?: ValueOf<T>, options?: NameOptions) {
    super(type, init, options);
    const first: unknown = type;
    const given = first instanceof Existing ? first.partner : (options as LockOptions | undefined)?.lock;
    this.lock = given instanceof Lock ? given : ownLock(this);
  }

  async update(fn: (old: ValueOf<T>) => ValueOf<T>, options?: WaitOptions): Promise<ValueOf<T>> {
    expectFunction(fn);
    using _ = await this.lock.acquire(options);
    return heldBy(this).replace(fn as never) as ValueOf<T>;
  }
  updateSync(fn: (old: ValueOf<T>) => ValueOf<T>, options?: SyncWaitOptions): ValueOf<T> {
    expectFunction(fn);
    const held = heldBy(this);
    const words = wordsOf(this.lock);
    if (options !== undefined || !tryFast(words)) {
      using _ = this.lock.acquireSync(options);
      return held.replace(fn as never) as ValueOf<T>;
    }
    const hold = currentHold(words);
    try {
      return held.replace(fn as never) as ValueOf<T>;
    } finally {
      releaseHold(words, hold); // what a guard does, without one
    }
  }
}
registerThing("Value", LockedValue, MIN_BYTES);

/**
 * One shared value with a lock, for what takes more than one step.
 *
 * @example
 * const total = new Value("float64");
 * total.updateSync((x) => x + 1); // exact, from any thread
 * {
 *   using _ = total.lock.acquireSync(); // several steps
 *   total.value += 1;
 * }
 *
 * After Python's `multiprocessing.Value`.
 */
export const Value: ValueClass = new Proxy(LockedValue, {
  construct(Class, [type, init, options]: [never, never, { lock?: unknown }?], newTarget) {
    if (options?.lock !== false) return Reflect.construct(Class, [type, init, options], newTarget);
    const { lock, ...rest } = options;
    return new RawValue(type, init, rest);
  },
}) as unknown as ValueClass;

function expectFunction(fn: unknown): void {
  if (typeof fn !== "function") throw new TypeError(`Expected \`fn\` to be a function, got ${show(fn)}`);
}
