/** Files that were mapped with mode "r", whose bytes users do not get as a typed array. */
import { UnsupportedError } from "../base/errors.js";
import { show } from "../base/expect.js";

/** The error of asking for a typed array over such a file: a write to it could not be refused, and would be lost. */
export function noWrites(path: string): UnsupportedError {
  const feature = "a typed array that refuses writes";
  const instead = 'mode "c", in which writes stay in this process, or "r+"; to read: get, toArray or .copy()';
  const message = `Expected a file whose bytes may be written, got ${show(path)}, mapped with mode "r" (${instead})`;
  return new UnsupportedError(message, { feature, instead });
}
