/**
 * Finding values and arrays by name: like other shared things, but the caller names the type of the elements, which is
 * checked against the block. Used by `RawValue`, `Value` and `SharedArray`.
 */
import type { DType } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { AttachOptions } from "../memory/shared-memory.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { attachThing, type Findable, waitForThing, waitForThingSync } from "../things/found-by-name.js";
import { type SharedThing, wordsOf } from "../things/shared-thing.js";
import { nameOfType, readContents, textOf } from "./layout.js";
import type { Struct } from "./struct.js";

type Type = DType | Struct;

/**
 * Attaches to the thing with that name.
 *
 * @throws {NameNotFoundError} If there is none.
 * @throws {FormatError} If the name has a thing of another class.
 * @throws {DTypeError} If it holds another type.
 */
export function attachTyped<T extends SharedThing>(
  Class: Findable<T>,
  name: string,
  wanted: Type,
  options?: AttachOptions,
): T {
  return holding(attachThing(Class, name, options), wanted);
}

/**
 * Waits until there is a thing with that name, and attaches to it.
 *
 * @throws {TimeoutError} If there is none after `timeoutMs`.
 * @throws {AbortedError} If `signal` is aborted.
 * @throws {FormatError} If the name has a thing of another class.
 * @throws {DTypeError} If it holds another type.
 */
export async function waitForTyped<T extends SharedThing>(
  Class: Findable<T>,
  name: string,
  wanted: Type,
  options?: AttachOptions & WaitOptions,
): Promise<T> {
  return holding(await waitForThing(Class, name, options), wanted);
}

/** The blocking form of `waitForTyped`. */
export function waitForTypedSync<T extends SharedThing>(
  Class: Findable<T>,
  name: string,
  wanted: Type,
  options?: AttachOptions & SyncWaitOptions,
): T {
  return holding(waitForThingSync(Class, name, options), wanted);
}

/** Returns the thing if it holds that type; otherwise closes the handle and throws. */
function holding<T extends SharedThing>(thing: T, wanted: Type): T {
  const { type } = readContents(wordsOf(thing), thing.name);
  if (textOf(type) === textOf(wanted)) return thing;
  thing.close();
  const [dtype, expected] = [nameOfType(type), nameOfType(wanted)];
  throw new DTypeError(`Expected ${show(thing.name)} to hold ${expected}, got ${dtype}`, { dtype, expected });
}
