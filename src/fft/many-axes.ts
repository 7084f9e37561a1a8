/** Transforms along two axes, or along any number of them: one axis after the other. */
import { transformMany } from "./prepare.js";
import type { FftnOptions, RealSignals, Signal, Spectrum } from "./types.js";

const LAST_TWO = [-2, -1];

/**
 * The discrete Fourier transform along several axes, by default all: `fft` along each of them, the last one first.
 * Along no axis, it is a complex copy. After `np.fft.fftn`.
 *
 * @example fft.fftn(volume, { axes: [0, 2], s: [64, 128] })
 * @throws {RangeError} If there is no such axis, or a length is not an integer from 1 to 2^30, or -1.
 * @throws {ShapeError} If `s` has not as many lengths as there are axes, an axis has no elements, or `out` has another
 * shape than the result.
 * @throws {TypeError} If `s` or `axes` is not a list.
 */
export function fftn<const A extends Signal>(a: A, options?: FftnOptions): Spectrum<A> {
  return transformMany("fftn", "fft", a, options) as Spectrum<A>;
}

/**
 * The inverse of `fftn`. After `np.fft.ifftn`.
 *
 * @example fft.ifftn(fft.fftn(volume))
 * @throws {RangeError} If there is no such axis, or a length is not an integer from 1 to 2^30, or -1.
 * @throws {ShapeError} As `fftn`.
 */
export function ifftn<const A extends Signal>(a: A, options?: FftnOptions): Spectrum<A> {
  return transformMany("ifftn", "ifft", a, options) as Spectrum<A>;
}

/**
 * The transform of a real signal along several axes: `rfft` along the last of them, then `fft` along the others. After
 * `np.fft.rfftn`.
 *
 * @example fft.rfftn(zeros([4, 6])).shape // [4, 4]
 * @throws {DTypeError} If the elements are complex.
 * @throws {RangeError} If there is no such axis, or none at all, or a length is not an integer from 1 to 2^30, or -1.
 * @throws {ShapeError} As `fftn`.
 */
export function rfftn<const A extends Signal>(a: A, options?: FftnOptions): Spectrum<A> {
  return transformMany("rfftn", "rfft", a, options) as Spectrum<A>;
}

/**
 * The inverse of `rfftn`. Without `s`, the last of the axes gets an even length, 2 (length - 1). After `np.fft.irfftn`.
 *
 * @example fft.irfftn(fft.rfftn(image), { s: image.shape })
 * @throws {RangeError} If there is no such axis, or none at all, or a length is not an integer from 1 to 2^30, or -1.
 * @throws {ShapeError} As `fftn`.
 */
export function irfftn<const A extends Signal>(a: A, options?: FftnOptions): RealSignals<A> {
  return transformMany("irfftn", "irfft", a, options) as RealSignals<A>;
}

/**
 * As `fftn`, by default along the last two axes. After `np.fft.fft2`.
 *
 * @example fft.fft2(image)
 * @throws {RangeError} As `fftn`.
 * @throws {ShapeError} As `fftn`.
 */
export function fft2<const A extends Signal>(a: A, options?: FftnOptions): Spectrum<A> {
  return transformMany("fft2", "fft", a, options, LAST_TWO) as Spectrum<A>;
}

/**
 * As `ifftn`, by default along the last two axes. After `np.fft.ifft2`.
 *
 * @example fft.ifft2(fft.fft2(image))
 * @throws {RangeError} As `fftn`.
 * @throws {ShapeError} As `fftn`.
 */
export function ifft2<const A extends Signal>(a: A, options?: FftnOptions): Spectrum<A> {
  return transformMany("ifft2", "ifft", a, options, LAST_TWO) as Spectrum<A>;
}

/**
 * As `rfftn`, by default along the last two axes. After `np.fft.rfft2`.
 *
 * @example fft.rfft2(image)
 * @throws {DTypeError} If the elements are complex.
 * @throws {RangeError} As `fftn`.
 * @throws {ShapeError} As `fftn`.
 */
export function rfft2<const A extends Signal>(a: A, options?: FftnOptions): Spectrum<A> {
  return transformMany("rfft2", "rfft", a, options, LAST_TWO) as Spectrum<A>;
}

/**
 * As `irfftn`, by default along the last two axes. After `np.fft.irfft2`.
 *
 * @example fft.irfft2(fft.rfft2(image), { s: image.shape })
 * @throws {RangeError} As `fftn`.
 * @throws {ShapeError} As `fftn`.
 */
export function irfft2<const A extends Signal>(a: A, options?: FftnOptions): RealSignals<A> {
  return transformMany("irfft2", "irfft", a, options, LAST_TWO) as RealSignals<A>;
}
