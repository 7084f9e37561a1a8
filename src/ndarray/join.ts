/** Arrays made of arrays: `concat`, `stack`, and windows that slide over an array. */
import type { DType } from "../base/dtype.js";
import { DTypeError, ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, expectNoOptions, show } from "../base/expect.js";
import { copy } from "./assign.js";
import type { Strided } from "./elements.js";
import {
  type AnyNDArray,
  type ArrayOf,
  arrayOf,
  type NDArray,
  type OutOption,
  type ReadonlyNDArray,
  stridedOf,
} from "./ndarray.js";
import type { AxisOptions, RankTable } from "./notation.js";
import { resultIn } from "./out.js";
import { expectAxis } from "./shape.js";
import { expandDims, makeView } from "./view.js";

/**
 * The arrays one after the other along an axis, by default the first: in a new array, or in `out`, of any dtype that
 * the arrays can be cast to.
 *
 * @example concat([a, b], { axis: 1 })
 * @throws {ShapeError} If the arrays differ in another axis, or `out` does not have the result's shape.
 * @throws {LayoutError} If `out` cannot be written to.
 * @throws {DTypeError} If the arrays differ in dtype.
 */
export function concat<D extends DType, R extends number>(
  arrays: readonly ReadonlyNDArray<D, R>[],
  options?: AxisOptions & OutOption,
): ArrayOf<D, R> {
  const parts = expectParts(arrays);
  const { axis = 0, out } = expectKnown(options, ["axis", "out"], "concat");
  return joined(parts, expectAxis(axis, parts[0]!.view.shape), out) as never;
}

/**
 * The arrays next to each other along a new axis, by default the first: in a new array, or in `out`, of any dtype that
 * the arrays can be cast to.
 *
 * @example stack([x, y], { axis: -1 })
 * @throws {ShapeError} If the arrays differ in shape, or `out` does not have the result's shape.
 * @throws {LayoutError} If `out` cannot be written to.
 * @throws {DTypeError} If the arrays differ in dtype.
 */
export function stack<D extends DType, R extends number>(
  arrays: readonly ReadonlyNDArray<D, R>[],
  options?: AxisOptions & OutOption,
): ArrayOf<D, RankTable[R]["+1"]> {
  const parts = expectParts(arrays);
  const { axis: given = 0, out } = expectKnown(options, ["axis", "out"], "stack");
  const axis = expectAxis(given, parts[0]!.view.shape, "axis", 1);
  const widened = parts.map(({ elements, view }) => ({
    elements,
    view: expandDims(view, Math.min(axis, view.shape.length)),
  }));
  return joined(widened, axis, out, true) as never;
}

/**
 * All windows of a 1-D array as the rows of a read-only view: (n) → (n - window + 1, window).
 *
 * @example mean(slidingWindowView(prices, 20), { axis: 1 })
 * @throws {ShapeError} If the array does not have one axis.
 * @throws {RangeError} If `window` is not in [1, n].
 */
export function slidingWindowView<D extends DType>(a: NDArray<D, 1>, window: number): ReadonlyNDArray<D, 2>;
export function slidingWindowView(a: AnyNDArray, window: number, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "slidingWindowView");
  const { elements, view } = stridedOf(a);
  if (view.shape.length !== 1) {
    throw new ShapeError(`Expected an array of one axis, got shape ${show(view.shape)}`, {
      shape: view.shape,
      expected: [-1],
    });
  }
  const [n] = view.shape as [number];
  expectInteger("window", window, 1, n + 1, `array of ${n} elements`);
  const [stride] = view.strides as [number];
  const windows = makeView([n - window + 1, window], [stride, stride], view.offset);
  return arrayOf({ elements, view: windows }, true, true);
}

function expectParts(arrays: unknown): Strided[] {
  if (!Array.isArray(arrays) || arrays.length === 0) {
    throw new TypeError(`Expected \`arrays\` to be a list of at least one array, got ${show(arrays)}`);
  }
  const parts = Array.from({ length: arrays.length }, (_, i) => stridedOf(arrays[i] as NDArray<DType>)); // a plain list
  const { dtype } = parts[0]!.elements;
  const other = parts.find(({ elements }) => elements.dtype !== dtype)?.elements.dtype;
  if (other === undefined) return parts;
  throw new DTypeError(`Expected arrays of one dtype, got ${dtype} and ${other}`, { dtype: other, expected: dtype });
}

function joined(parts: readonly Strided[], axis: number, out: unknown, sameLength = false): unknown {
  const [first] = parts as [Strided];
  const { shape } = first.view;
  const bad = parts.find(
    ({ view }) =>
      view.shape.length !== shape.length || view.shape.some((n, i) => n !== shape[i] && (i !== axis || sameLength)),
  );
  if (bad) {
    const got = `${show(shape)} and ${show(bad.view.shape)}`;
    const message = `Expected arrays that agree in all axes but ${axis}, got shapes ${got}`;
    throw new ShapeError(message, { shape: bad.view.shape, expected: shape });
  }
  const total = parts.reduce((sum, { view }) => sum + view.shape[axis]!, 0);
  const result = resultIn(out, {
    shape: shape.with(axis, total),
    dtype: first.elements.dtype,
    inputs: parts,
    write: ({ elements, view }) => {
      let { offset } = view;
      for (const part of parts) {
        copy({ elements, view: makeView(part.view.shape, view.strides, offset) }, part);
        offset += part.view.shape[axis]! * view.strides[axis]!;
      }
    },
    takesAnyLayout: true,
  });
  return out ?? arrayOf(result);
}
