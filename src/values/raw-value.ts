/** `RawValue`: one shared number, boolean or record, without a lock. */

import { DTypeError } from "../base/errors.js";
import { ownOf } from "../base/expect.js";
import type { AttachOptions, NameOptions } from "../memory/shared-memory.js";
import type { Words } from "../memory/words/atomics.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { expectLock } from "../sync/lock.js";
import type { Findable } from "../things/found-by-name.js";
import { registerThing, SharedThing, wordsOf } from "../things/shared-thing.js";
import { type Cell, newCell, type Operation } from "./cell.js";
import { expectTypeOfNamed, expectValueType, type ValueOf, type ValueType } from "./element-type.js";
import { type Contents, MIN_BYTES, planContents, readContents, typeIn } from "./layout.js";
import type { LockOptions } from "./lock-option.js";
import { isStruct, type Struct, StructCell } from "./struct.js";
import { attachTyped, waitForTyped, waitForTypedSync } from "./typed.js";

type Numeric<T> = T extends Struct ? never : ValueOf<T>;

/** The content of a value's block: one cell, or a struct with a cell per field. */
type Held = Cell | StructCell;
/** For `Value`: the content of a value's block. Throws ClosedError if the handle was closed. */
export let heldBy: <T extends ValueType>(value: RawValue<T>) => Held;

/**
 * One shared value without a lock. Reading `value` is one atomic step and assigning it is another, so other threads may
 * come between the two steps of `v.value += 1`: use `add`, or a `Value` and its `update`. Integers wrap around as in
 * typed arrays.
 *
 * After Python's `multiprocessing.RawValue`.
 *
 * @example
 * const hits = new RawValue("int32", 0, { name: "hits" }); // in a worker: RawValue.attach("hits", "int32").add(1)
 */
export class RawValue<T extends ValueType> extends SharedThing {
  readonly #held: Held;

  /**
   * Makes a value.
   *
   * @param type A dtype, one of Python's type codes, or a `struct`.
   * @param init The first value. Default 0; for a struct, 0 in all fields.
   * @throws {DTypeError} If `type` is none of these, or `init` has another type.
   * @throws {TypeError} If a field is missing or unknown, or an option is wrong.
   * @throws {NameTakenError} If there is something with that name.
   */
  constructor(type: T, init?: ValueOf<T>, options?: NameOptions) {
    super(type, options, () => {
      const known = new.target === RawValue ? [] : ["lock"];
      const partner = known.length > 0 ? expectLock(ownOf((options as LockOptions | undefined) ?? {}).lock) : undefined;
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

  /**
   * Attaches to the value with that name.
   *
   * @throws {NameNotFoundError} If there is none.
   * @throws {FormatError} If the name has something else.
   * @throws {DTypeError} If it holds another type.
   */
  static attach<T extends ValueType>(name: string, type: T, options?: AttachOptions): RawValue<T> {
    return attachTyped(this as Findable<RawValue<T>>, name, expectTypeOfNamed(type), options);
  }
  /**
   * Waits until there is a value with that name, and attaches to it.
   *
   * @throws {TimeoutError} If there is none after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {FormatError} If the name has something else.
   * @throws {DTypeError} If it holds another type.
   */
  static async waitFor<T extends ValueType>(
    name: string,
    type: T,
    options?: AttachOptions & WaitOptions,
  ): Promise<RawValue<T>> {
    return waitForTyped(this as Findable<RawValue<T>>, name, expectTypeOfNamed(type), options);
  }
  /** The blocking form of `waitFor`. */
  static waitForSync<T extends ValueType>(
    name: string,
    type: T,
    options?: AttachOptions & SyncWaitOptions,
  ): RawValue<T> {
    return waitForTypedSync(this as Findable<RawValue<T>>, name, expectTypeOfNamed(type), options);
  }

  /**
   * The current value. Reading it is one atomic load, assigning it is one atomic store. For a struct it is a live
   * record, whose fields are read and written in this way; as an argument of a task the record is copied, so pass the
   * `RawValue` instead.
   *
   * @throws {DTypeError} If an assigned value has another type.
   * @throws {TypeError} If a field is missing or unknown.
   * @throws {ClosedError} If this handle was closed.
   */
  get value(): ValueOf<T> {
    const held = heldBy(this);
    return (held instanceof StructCell ? held.record : held.get()) as ValueOf<T>;
  }
  set value(value: ValueOf<T>) {
    assign(heldBy(this), value);
  }

  /**
   * Adds `n` in one atomic step and returns the OLD value, like `Atomics.add`. For booleans this is "or".
   *
   * @throws {DTypeError} If the value is a struct, or `n` has another type.
   * @throws {ClosedError} If this handle was closed.
   */
  add(n: Numeric<T>): Numeric<T> {
    return apply(this, "add", n);
  }
  /**
   * Subtracts `n` in one atomic step and returns the old value.
   *
   * @throws {DTypeError} If the value is a boolean or a struct, or `n` has another type.
   */
  sub(n: Numeric<T>): Numeric<T> {
    return apply(this, "sub", n);
  }
  /**
   * Bitwise "and" of an integer or boolean, in one atomic step. Returns the old value.
   *
   * @throws {DTypeError} If the value is a float or a struct, or `n` has another type.
   */
  and(n: Numeric<T>): Numeric<T> {
    return apply(this, "and", n);
  }
  /**
   * Bitwise "or" of an integer or boolean, in one atomic step. Returns the old value.
   *
   * @throws {DTypeError} If the value is a float or a struct, or `n` has another type.
   */
  or(n: Numeric<T>): Numeric<T> {
    return apply(this, "or", n);
  }
  /**
   * Bitwise "exclusive or" of an integer or boolean, in one atomic step. Returns the old value.
   *
   * @throws {DTypeError} If the value is a float or a struct, or `n` has another type.
   */
  xor(n: Numeric<T>): Numeric<T> {
    return apply(this, "xor", n);
  }
  /**
   * Stores `n` and returns the old value, in one atomic step.
   *
   * @throws {DTypeError} If the value is a struct, or `n` has another type.
   */
  exchange(n: Numeric<T>): Numeric<T> {
    return apply(this, "exchange", n);
  }
  /**
   * Stores `n` if the value equals `expected`, in one atomic step. Returns the old value in either case.
   *
   * @throws {DTypeError} If the value is a struct, or an argument has another type.
   */
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
/** How the data of values are read. */
export const VALUE = {
  read: (value: RawValue<ValueType>): unknown => {
    const held = heldBy(value);
    return held instanceof StructCell ? held.snapshot() : held.get();
  },
  typeOf: typeIn,
  access: "its `value`",
};
registerThing("RawValue", RawValue, MIN_BYTES, false, VALUE);

/** @param assertOpen Called by a struct's record before each access, because a record may outlive its handle. */
function heldIn({ type, byteOffset }: Contents, { buffer }: Words, assertOpen = () => {}): Held {
  return isStruct(type) ? new StructCell(type, buffer, byteOffset, assertOpen) : newCell(type, buffer, byteOffset);
}

function assign(held: Held, value: unknown, what = "value"): void {
  if (held instanceof StructCell) held.set(held.expect(value, what));
  else held.set(held.expect(value, what));
}

/** The value's cell; throws DTypeError if it is a struct. */
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
