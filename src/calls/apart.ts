/**
 * Copies inputs that overlap the result, so that the result is as if all inputs were read before anything is written.
 */
import type { Scope } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { overlaps, sameElements } from "../ndarray/overlap.js";
import { sameShape } from "../ndarray/shape.js";
import { compactCopy } from "../ndarray/storage.js";
import { broadcastTo } from "../ndarray/view.js";
import { placedIn } from "./made.js";

/** The input, broadcast to the shape of the result. It is copied first if writing the result would change it. */
export function apart(input: Strided, target: Strided, scope: Scope): Strided {
  const { shape } = target.view;
  const inShape = (one: Strided): Strided =>
    sameShape(one.view.shape, shape) ? one : { elements: one.elements, view: broadcastTo(one.view, shape) };
  const stretched = inShape(input);
  const isSafe = !overlaps(stretched, target) || sameElements(stretched, target);
  return isSafe ? stretched : inShape(compactCopy(input, placedIn(scope)));
}
