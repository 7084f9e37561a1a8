/** The arguments of linear algebra, checked: matrices in the last two axes, and stacks of them. */
import { ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";

/**
 * Checks for at least two axes.
 *
 * @param what the argument, for the message
 * @throws {ShapeError} If there are fewer.
 */
export function expectMatrices(shape: readonly number[], what: string): void {
  if (shape.length >= 2) return;
  const message = `Expected \`${what}\` to be a matrix or a stack of matrices, got shape ${show(shape)}`;
  throw new ShapeError(message, { shape, expected: [-1, -1] });
}
