/** Indices of lists and arrays of one axis. */
import { IndexError } from "../base/errors.js";
import { expectInteger } from "../base/expect.js";

/**
 * Turns an index into a non-negative one. A negative index counts from the end. `what` is "list" or "array".
 *
 * @throws {IndexError} If there is no such element.
 */
export function positionOf(i: number, length: number, what: string): number {
  const of = `${what} of ${length} items`;
  if (!Number.isInteger(i)) expectInteger("i", i, -length, length, of);
  const index = i < 0 ? i + length : i;
  if (index >= 0 && index < length) return index;
  const message = `Expected \`i\` to be an integer in [${-length}, ${length}), got ${i} (${of})`;
  throw new IndexError(message, { index: i, axis: 0, shape: [length] });
}

/** The elements in [start, stop), with the rules of `Array.prototype.slice`. */
export function rangeOf(length: number, start = 0, stop = length): readonly [from: number, to: number] {
  const bound = (at: number) => {
    const whole = Math.trunc(at) || 0;
    return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length);
  };
  return [bound(start), Math.max(bound(start), bound(stop))];
}
