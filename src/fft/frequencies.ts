/** The frequencies of the elements of a spectrum, and a spectrum with the frequency 0 in its middle. */
import { type DType, type FloatDType, isFloat } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectInteger, expectKnown, show } from "../base/expect.js";
import { roll } from "../manipulation/repeat.js";
import { CREATION, type CreateOptions, create, expectCreation } from "../ndarray/create.js";
import { type ArrayOf, type NewArray, stridedOf } from "../ndarray/ndarray.js";
import type { Axes } from "../ndarray/notation.js";
import { expectFinite, fillWith } from "../ndarray/sequences.js";
import { expectAxis, expectShape } from "../ndarray/shape.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { withSignal } from "./prepare.js";
import type { Signal } from "./types.js";

/** The dtype of frequencies, and the distance of samples. */
export interface FrequencyOptions<D extends FloatDType> extends CreateOptions<D> {
  /** The time between two samples; by default 1. Frequencies are cycles per unit of it. */
  readonly d?: number | undefined;
}

/**
 * The frequencies of the elements of `fft` of n samples: 0, 1, …, then the negative ones up to -1, divided by n d.
 * After `np.fft.fftfreq`.
 *
 * @example fft.fftfreq(4, { d: 0.5 }).toArray() // [0, 0.5, -1, -0.5]
 * @throws {RangeError} If `n` is not an integer of at least 1, or `d` is 0 or not finite.
 * @throws {DTypeError} If the dtype is not that of floats.
 */
export function fftfreq<D extends FloatDType = "float64">(n: number, options?: FrequencyOptions<D>): NewArray<D, 1> {
  const positive = Math.ceil(n / 2);
  return frequencies("fftfreq", n, n, options, (i) => (i < positive ? i : i - n)) as never;
}

/**
 * The frequencies of the elements of `rfft` of n samples: 0, 1, … up to n / 2, divided by n d. After `np.fft.rfftfreq`.
 *
 * @example fft.rfftfreq(4, { d: 0.5 }).toArray() // [0, 0.5, 1]
 * @throws {RangeError} If `n` is not an integer of at least 1, or `d` is 0 or not finite.
 * @throws {DTypeError} If the dtype is not that of floats.
 */
export function rfftfreq<D extends FloatDType = "float64">(n: number, options?: FrequencyOptions<D>): NewArray<D, 1> {
  return frequencies("rfftfreq", n, Math.floor(n / 2) + 1, options, (i) => i) as never;
}

function frequencies(
  fn: string,
  n: number,
  count: number,
  options: FrequencyOptions<FloatDType> | undefined,
  cycles: (i: number) => number,
): unknown {
  expectInteger("n", n, 1, Number.POSITIVE_INFINITY);
  expectShape(n, "n");
  const { d = 1, ...creation } = expectKnown(options, ["d", ...CREATION], fn);
  expectFinite("d", d);
  if (d === 0) throw new RangeError(`Expected \`d\` not to be 0, got ${show(d)}`);
  const [dtype, named] = expectCreation(creation as CreateOptions<DType>, fn);
  if (!isFloat(dtype)) {
    throw new DTypeError(`Expected the dtype of floats for ${fn}, got ${dtype}`, { dtype, expected: "float64" });
  }
  const unit = 1 / (n * d);
  return create(count, [dtype, named], ({ elements }) => fillWith(elements.raw, dtype, count, (i) => cycles(i) * unit));
}

/** Along which axes a spectrum is moved. */
export interface ShiftOptions {
  /** One axis or several; by default all. */
  readonly axes?: Axes | undefined;
}

/**
 * The elements moved on by half of each axis, so that the frequency 0 is in the middle. After `np.fft.fftshift`.
 *
 * @example fft.fftshift(fft.fftfreq(4)).toArray() // [-0.5, -0.25, 0, 0.25]
 * @throws {RangeError} If there is no such axis.
 */
export function fftshift<const A extends Signal>(a: A, options?: ShiftOptions): ArrayOf<DTypeOf<A>, RankOf<A>> {
  return shifted("fftshift", a, options, (n) => Math.floor(n / 2)) as never;
}

/**
 * The inverse of `fftshift`, which differs from it if an axis has an odd length. After `np.fft.ifftshift`.
 *
 * @example fft.ifftshift(fft.fftshift(a)) // a copy of a
 * @throws {RangeError} If there is no such axis.
 */
export function ifftshift<const A extends Signal>(a: A, options?: ShiftOptions): ArrayOf<DTypeOf<A>, RankOf<A>> {
  return shifted("ifftshift", a, options, (n) => -Math.floor(n / 2)) as never;
}

function shifted(fn: string, value: unknown, options: ShiftOptions | undefined, by: (n: number) => number): unknown {
  const { axes } = expectKnown(options, ["axes"], fn);
  return withSignal(value, fn, (array) => {
    const { shape } = stridedOf(array).view;
    const list = axes === undefined ? shape.map((_, axis) => axis) : Array.isArray(axes) ? [...axes] : [axes];
    const places = list.map((axis) => expectAxis(axis, shape, "axes"));
    return roll(
      array,
      places.map((axis) => by(shape[axis]!)),
      { axis: places },
    );
  });
}
