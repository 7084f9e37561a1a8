/** `arrayEqual` and `allclose`: one answer about two arrays. */
import { type DType, dtypes, isBigInt, type Scalar } from "../base/dtype.js";
import { expectKnown, expectNoOptions, show } from "../base/expect.js";
import { stretchTo } from "./assign.js";
import type { Strided } from "./elements.js";
import { type ReadonlyNDArray, stridedOf } from "./ndarray.js";
import { broadcastShapes, sameShape } from "./shape.js";
import { forEachRun, jointLoop } from "./walk.js";

/**
 * Whether two arrays have the same shape and equal elements. Dtypes may differ, and NaN equals nothing. After
 * `np.array_equal`.
 */
export function arrayEqual(a: ReadonlyNDArray, b: ReadonlyNDArray): boolean;
export function arrayEqual(a: ReadonlyNDArray, b: ReadonlyNDArray, ...extra: unknown[]): boolean {
  expectNoOptions(extra, "arrayEqual");
  const [x, y] = [stridedOf(a), stridedOf(b)];
  // biome-ignore lint/suspicious/noDoubleEquals: 1n and 1 are equal numbers
  return sameShape(x.view.shape, y.view.shape) && every(x, y, (p, q) => p == q);
}

/**
 * Whether |a - b| ≤ atol + rtol · |b| for all elements. Infinities must be equal, and NaN is close to nothing. The
 * arrays broadcast. After `np.allclose`.
 *
 * @param options the tolerances: `rtol`, relative to `b`, by default 1e-5, and `atol`, absolute, by default 1e-8
 * @throws {ShapeError} If the shapes do not broadcast together.
 * @throws {TypeError} If an argument is not an array.
 * @throws {RangeError} If a tolerance is not a number ≥ 0.
 */
export function allclose(
  a: ReadonlyNDArray,
  b: ReadonlyNDArray,
  options?: { readonly rtol?: number | undefined; readonly atol?: number | undefined },
): boolean {
  const { rtol = 1e-5, atol = 1e-8 } = expectKnown(options, ["rtol", "atol"], "allclose");
  for (const [what, value] of Object.entries({ rtol, atol })) {
    if (typeof value !== "number" || !(value >= 0)) {
      throw new RangeError(`Expected \`${what}\` to be a number ≥ 0, got ${show(value)}`);
    }
  }
  const [x, y] = [stridedOf(a), stridedOf(b)];
  const shape = broadcastShapes([x.view.shape, y.view.shape]);
  const close = (p: Scalar, q: Scalar) => {
    const [u, v] = [Number(p), Number(q)];
    return u === v || (Number.isFinite(v) && Math.abs(u - v) <= atol + rtol * Math.abs(v));
  };
  return every(stretched(x, shape), stretched(y, shape), close);
}

const stretched = ({ elements, view }: Strided, shape: readonly number[]): Strided => ({
  elements,
  view: stretchTo(view, shape, "operand"),
});

/** The conversion of raw elements into values that can be compared. */
function decoder(dtype: DType): (raw: number) => Scalar {
  const { load } = dtypes[dtype];
  return load && !isBigInt(dtype) ? (raw) => Number(load(raw)) : (raw) => raw;
}

function every(a: Strided, b: Strided, holds: (p: Scalar, q: Scalar) => boolean): boolean {
  const loop = jointLoop([a.view, b.view], "K");
  const [s, t] = loop.strides.map((strides) => strides.at(-1)!) as [number, number];
  const [x, y] = [a.elements.raw, b.elements.raw];
  const [left, right] = [decoder(a.elements.dtype), decoder(b.elements.dtype)];
  let equal = true;
  forEachRun(loop, 0, loop.size, ([p, q], count) => {
    for (let i = 0; equal && i < count; i++) equal = holds(left(x[p! + i * s]!), right(y[q! + i * t]!));
  });
  return equal;
}
