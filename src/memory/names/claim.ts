/** Giving a new block its name. */
import { show } from "../../base/expect.js";
import { assertNotImporting } from "../../platform/importing.js";
import type { ArrayInfo, Block, Named, Scope } from "../blocks/driver.js";
import { driverOf, nameTaken, type Place } from "./place.js";

/**
 * Gives a block its name, if it is to have one.
 *
 * @throws {NameTakenError} If the name is taken. The block is discarded.
 */
export function claim({ scope, name }: Place, block: Block, array: ArrayInfo | undefined): Named | undefined {
  if (name === undefined) return undefined;
  try {
    assertMayName(name);
  } catch (e) {
    driverOf(scope).discard(block);
    throw e;
  }
  return driverOf(scope).publish(name, block, array) ?? isTaken(name, scope);
}

/**
 * Makes a block of zeroed bytes that has its name at once; `undefined` if it is to have none.
 *
 * @throws {NameTakenError} If the name is taken.
 * @throws {NoSpaceError} If there is not enough memory. Nothing is left behind.
 */
export function claimNew({ scope, name }: Place, size: number): Named | undefined {
  if (name === undefined) return undefined;
  assertMayName(name);
  return driverOf(scope).create(name, size) ?? isTaken(name, scope);
}

const assertMayName = (name: string): void => assertNotImporting(`the named block ${show(name)}`);

function isTaken(name: string, scope: Scope): never {
  throw nameTaken(name, scope);
}

const unasked = new FinalizationRegistry<Named>((named) => driverOf(named.scope).unlink(named));
/**
 * A name that the user did not ask for is freed with the handle that made the block. Otherwise it would stay until the
 * process ends.
 */
export const freeWithHandle = (handle: object, named: Named): void => unasked.register(handle, named, handle);
/** The name stays when the handle is collected. */
export const outliveHandle = (handle: object): void => void unasked.unregister(handle);
