/** `arrayEqual` and `allclose`: one answer about two arrays. */
import { type DType, dtypes, isBigInt, type RawArray, type Scalar } from "../base/dtype.js";
import { expectBoolean, expectKnown, show } from "../base/expect.js";
import { stretchTo } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { broadcastShapes, sameShape } from "../ndarray/shape.js";
import { tidy } from "../ndarray/tidy.js";
import { perClass } from "../ndarray/typed-loops.js";
import { forEachRun, jointLoop } from "../ndarray/walk.js";
import { hasComplex } from "./complex.js";
import { isclose } from "./isclose.js";
import { all, areEqual } from "./reductions.js";

/** Whether NaN is equal to NaN. */
export interface EqualNaN {
  /** Whether NaN is equal, and close, to NaN. By default it is to nothing. */
  readonly equalNan?: boolean | undefined;
}

/**
 * Whether two arrays have the same shape and equal elements. Dtypes may differ, and NaN equals nothing, unless
 * `equalNan` is true. After `np.array_equal`.
 *
 * @example arrayEqual(array([1, NaN]), array([1, NaN]), { equalNan: true }) // true
 */
export function arrayEqual(a: ReadonlyNDArray, b: ReadonlyNDArray, options?: EqualNaN): boolean {
  const { equalNan } = expectKnown(options, ["equalNan"], "arrayEqual");
  const areNaNsEqual = expectBoolean("equalNan", equalNan);
  const [x, y] = [stridedOf(a), stridedOf(b)];
  if (!sameShape(x.view.shape, y.view.shape)) return false;
  // biome-ignore lint/suspicious/noDoubleEquals: 1n and 1 are equal numbers
  if (areNaNsEqual) return every(x, y, (p, q) => p == q || (Number.isNaN(p) && Number.isNaN(q)));
  if (canPromote(x.elements.dtype, y.elements.dtype)) return areEqual(a, b);
  // biome-ignore lint/suspicious/noDoubleEquals: 1n and 1 are equal numbers
  return every(x, y, (p, q) => p == q);
}

/**
 * Whether |a - b| ≤ atol + rtol · |b| for all elements. Infinities must be equal, and NaN is close to nothing, unless
 * `equalNan` is true. The arrays broadcast. After `np.allclose`.
 *
 * @param options the tolerances: `rtol`, relative to `b`, by default 1e-5, and `atol`, absolute, by default 1e-8
 * @throws {ShapeError} If the shapes do not broadcast together.
 * @throws {TypeError} If an argument is not an array.
 * @throws {RangeError} If a tolerance is not a number ≥ 0.
 */
export function allclose(
  a: ReadonlyNDArray,
  b: ReadonlyNDArray,
  options?: { readonly rtol?: number | undefined; readonly atol?: number | undefined } & EqualNaN,
): boolean {
  const { rtol = 1e-5, atol = 1e-8, equalNan } = expectKnown(options, ["rtol", "atol", "equalNan"], "allclose");
  const areNaNsClose = expectBoolean("equalNan", equalNan);
  for (const [what, value] of Object.entries({ rtol, atol })) {
    if (typeof value !== "number" || !(value >= 0)) {
      throw new RangeError(`Expected \`${what}\` to be a number ≥ 0, got ${show(value)}`);
    }
  }
  const [x, y] = [stridedOf(a), stridedOf(b)];
  const shape = broadcastShapes([x.view.shape, y.view.shape]);
  if (hasComplex([a, b])) return tidy(() => all(isclose(a, b, { rtol, atol })) as boolean);
  const close = (p: Scalar, q: Scalar) => {
    const [u, v] = [Number(p), Number(q)];
    if (Number.isNaN(u) && Number.isNaN(v)) return areNaNsClose;
    return u === v || (Number.isFinite(v) && Math.abs(u - v) <= atol + rtol * Math.abs(v));
  };
  const [u, v] = [stretched(x, shape), stretched(y, shape)];
  if (areNaNsClose || !areNumbers(u) || !areNumbers(v)) return every(u, v, close);
  return everyRun(u, v, (...run) => closeRun(...run, atol, rtol));
}

const stretched = ({ elements, view }: Strided, shape: readonly number[]): Strided => ({
  elements,
  view: stretchTo(view, shape, "operand"),
});

/** Whether numbers of both dtypes are numbers of the common one: as float64, 64-bit integers would be rounded. */
const canPromote = (a: DType, b: DType): boolean => a === b || !(isBigInt(a) || isBigInt(b));

/** The conversion of raw elements into values that can be compared. */
function decoder(dtype: DType): (raw: number) => Scalar {
  const { load } = dtypes[dtype];
  return load && !isBigInt(dtype) ? (raw) => Number(load(raw)) : (raw) => raw;
}

function every(a: Strided, b: Strided, holds: (p: Scalar, q: Scalar) => boolean): boolean {
  const [left, right] = [decoder(a.elements.dtype), decoder(b.elements.dtype)];
  return everyRun(a, b, (x, y, count, p, q, s, t) => {
    for (let i = 0; i < count; i++) if (!holds(left(x[p + i * s]!), right(y[q + i * t]!))) return false;
    return true;
  });
}

/** Whether `holds` is true for each run of two arrays: `count` elements from positions p and q on, at steps s and t. */
function everyRun(a: Strided, b: Strided, holds: RunTest): boolean {
  const loop = jointLoop([a.view, b.view], "K");
  const [s, t] = loop.strides.map((strides) => strides.at(-1)!) as [number, number];
  const [x, y] = [a.elements.raw, b.elements.raw];
  let isTrue = true;
  forEachRun(loop, 0, loop.size, ([p, q], count) => {
    isTrue &&= holds(x, y, count, p!, q!, s, t);
  });
  return isTrue;
}
type RunTest = (x: RawArray, y: RawArray, count: number, p: number, q: number, s: number, t: number) => boolean;

const closeRun = perClass(function closeRun(
  x: RawArray,
  y: RawArray,
  count: number,
  p: number,
  q: number,
  s: number,
  t: number,
  atol: number,
  rtol: number,
): boolean {
  for (let i = 0, at = p, to = q; i < count; i++, at += s, to += t) {
    const [u, v] = [Number(x[at]), Number(y[to])];
    if (u !== v && !(Number.isFinite(v) && Math.abs(u - v) <= atol + rtol * Math.abs(v))) return false;
  }
  return true;
}, 2);

/** Whether raw elements are the numbers that they stand for. Bytes of bools are all true but 0. */
const areNumbers = ({ elements: { dtype } }: Strided): boolean => !dtypes[dtype].load || isBigInt(dtype);
