/** The bytes of an array as elements of another dtype. */
import { type DType, dtypes } from "../base/dtype.js";
import { LayoutError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { Elements, type Strided } from "./elements.js";
import { makeView } from "./view.js";

/**
 * The same bytes as elements of another dtype. The last axis gets longer or shorter if the elements do not have the
 * same size, as in NumPy.
 *
 * @throws {LayoutError} If its elements are not next to each other, or one would not be at a multiple of its size.
 * @throws {ShapeError} If its bytes do not make whole elements, or there is no axis.
 */
export function viewedAs({ elements, view }: Strided, dtype: DType): Strided {
  const [from, to] = [elements.itemsize, dtypes[dtype].bytes];
  const { shape, strides, offset } = view;
  const got = `${elements.dtype} of shape ${show(shape)} with strides ${show(strides.map((step) => step * from))}`;
  const lengths = [...shape];
  if (from !== to) {
    const last = shape.length - 1;
    const bytes = (shape[last] ?? 1) * from;
    if (last < 0) {
      const message = `Expected an array with an axis to view as ${dtype}, got ${got} (use reshape(1) first)`;
      throw new ShapeError(message, { shape, expected: [1] });
    }
    if (bytes % to !== 0) {
      const message = `Expected a last axis whose bytes are a multiple of ${to} to view as ${dtype}, got ${got}`;
      throw new ShapeError(message, { shape, expected: shape });
    }
    if (view.size > 0 && shape[last] !== 1 && strides[last] !== 1) {
      const message = `Expected elements of the last axis next to each other to view as ${dtype}, got ${got}`;
      throw new LayoutError(`${message} (take a .copy())`, { shape, strides });
    }
    lengths[last] = bytes / to;
  }
  const steps = strides.map((step, axis) => (from !== to && axis === shape.length - 1 ? 1 : (step * from) / to));
  const start = elements.byteOffset + offset * from;
  const isApart = start % to !== 0 || steps.some((step, axis) => lengths[axis]! > 1 && !Number.isInteger(step));
  if (view.size > 0 && isApart) {
    const message = `Expected each element at a multiple of ${to} bytes to view as ${dtype}, got ${got}`;
    throw new LayoutError(`${message}, from byte ${start} on (take a .copy())`, { shape, strides });
  }
  // Elements of the new dtype over the same bytes, from the first place on that is a multiple of their size.
  const base = Math.ceil(elements.byteOffset / to) * to;
  const end = elements.byteOffset + elements.length * from;
  const seen = new Elements(elements.memory, dtype, base, Math.max(0, Math.floor((end - base) / to)));
  const whole = steps.map((step) => (Number.isInteger(step) ? step : 0));
  return { elements: seen, view: makeView(lengths, whole, view.size > 0 ? (start - base) / to : 0) };
}
