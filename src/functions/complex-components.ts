/**
 * Sums and differences of complex arrays as those of the floats that they are made of: one loop over adjacent numbers
 * instead of one for each part.
 */
import { isComplex } from "../base/dtype.js";
import { asPairs, components } from "../ndarray/components.js";
import { arrayOf } from "../ndarray/ndarray.js";
import { broadcastShapes, broadcastsTogether, sameShape } from "../ndarray/shape.js";
import { openStrided, refusesWrites } from "../ndarray/strided-array.js";
import { onlyOption } from "./short.js";

/** Functions that compute each part of the result from the same parts of the operands. */
const BY_PART: readonly string[] = ["add", "subtract", "negative", "positive"];

/**
 * The result, if the function is one of these, all operands are arrays of one complex dtype that broadcast, and there
 * is no option but `out` of that dtype; otherwise undefined.
 *
 * @param fn the function itself, which is called for the parts
 */
export function byComponents(
  name: string,
  fn: (...args: unknown[]) => unknown,
  operands: readonly unknown[],
  options: unknown,
): unknown {
  if (!BY_PART.includes(name)) return undefined;
  const out = options === undefined ? undefined : onlyOption(options, "out");
  if (options !== undefined && out === undefined) return undefined;
  const all = [...operands, ...(out === undefined ? [] : [out])].map(openStrided);
  const dtype = all[0]?.elements.dtype;
  if (dtype === undefined || !isComplex(dtype) || all.some((one) => one?.elements.dtype !== dtype)) return undefined;
  const shapes = all.map((one) => one!.view.shape);
  if (!broadcastsTogether(shapes)) return undefined; // the error names the shapes of the arrays
  if (out !== undefined && !sameShape(shapes.at(-1)!, broadcastShapes(shapes.slice(0, -1)))) return undefined;
  const parts = all.map((one, i) => {
    const isOut = i >= operands.length;
    return arrayOf(components(one!), true, isOut && refusesWrites(out));
  });
  const result = fn(...parts.slice(0, operands.length), out === undefined ? undefined : { out: parts.at(-1) });
  return out ?? arrayOf(asPairs(openStrided(result)!));
}
