/** The blocks and files of other processes that the handles in messages name, checked on arrival. */
import { ClosedError } from "../../base/errors.js";
import { expectInteger, show } from "../../base/expect.js";
import type { Named } from "../blocks/driver.js";
import { attachMapping, attachSystemBlock } from "../machine/machine-names.js";
import { expectAddress, nameReplaced } from "./place.js";

/**
 * The mapping of a file with that id.
 *
 * @throws {ClosedError} If all handles to it were closed.
 */
export function expectMapping(path: unknown, id: number): Named {
  const named = attachMapping(String(path), id);
  if (named) return named;
  const what = `the file ${show(path)} in memory`;
  throw new ClosedError(`Expected ${what} to be open in some thread, but all handles to it were closed`, { what });
}

/**
 * The block of system scope with that name and id.
 *
 * @throws {NameNotFoundError} If there is none.
 */
export function expectSystemBlock(name: unknown, id: unknown): Named {
  const address = expectAddress(name, { scope: "system" });
  const named = attachSystemBlock(address.name, expectInteger("id", id, 0, Number.POSITIVE_INFINITY));
  if (named) return named;
  throw nameReplaced(address.name, "system");
}
