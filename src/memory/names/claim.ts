/** Giving a new block its name. */
import { show } from "../../base/expect.js";
import { assertNotImporting } from "../../platform/importing.js";
import type { ArrayInfo, Block, Named } from "../blocks/driver.js";
import { driverOf, nameTaken, type Place } from "./place.js";

/**
 * Gives a block its name, if it is to have one.
 *
 * @throws {NameTakenError} If the name is taken. The block is discarded.
 */
export function claim(place: Place, block: Block, array: ArrayInfo | undefined): Named | undefined {
  const { scope, name } = place;
  if (name === undefined) return undefined;
  try {
    assertNotImporting(`the named block ${show(name)}`);
  } catch (e) {
    driverOf(scope).discard(block);
    throw e;
  }
  const named = driverOf(scope).publish(name, block, array);
  if (named) return named;
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
