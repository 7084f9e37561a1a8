/** Transforms along one axis: of complex signals, of real ones, and of those with a real spectrum. */
import { transform } from "./prepare.js";
import type { FftOptions, RealSignal, Signal, Spectrum } from "./types.js";

/**
 * The discrete Fourier transform along an axis: element k of the result is the sum of a[m] exp(-2πi k m / n). Of any
 * length n, in about n log n steps. complex64 for floats of up to 32 bits and complex64, which are transformed in
 * double precision and rounded once, and complex128 for all others. In a new array, or in `out`. After `np.fft.fft`.
 *
 * @example fft.fft(array([1, 2, 3, 4])) // [10, -2+2j, -2, -2-2j]
 * @example fft.fft(image, { axis: 0, norm: "ortho" })
 * @throws {RangeError} If there is no such axis, or `n` is not an integer from 1 to 2^30.
 * @throws {ShapeError} If the axis has no elements and `n` is not given, or `out` does not have the result's shape.
 * @throws {TypeError} If `norm` is not one of the three words.
 * @throws {DTypeError} If `out` is of a dtype that complex numbers cannot be cast to.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export function fft<const A extends Signal>(a: A, options?: FftOptions): Spectrum<A> {
  return transform("fft", a, options) as Spectrum<A>;
}

/**
 * The inverse of `fft`: element m of the result is the sum of a[k] exp(2πi k m / n), divided by n. After `np.fft.ifft`.
 *
 * @example fft.ifft(fft.fft(a)) // a, as complex numbers
 * @throws {RangeError} If there is no such axis, or `n` is not an integer from 1 to 2^30.
 * @throws {ShapeError} If the axis has no elements and `n` is not given, or `out` does not have the result's shape.
 */
export function ifft<const A extends Signal>(a: A, options?: FftOptions): Spectrum<A> {
  return transform("ifft", a, options) as Spectrum<A>;
}

/**
 * The first n / 2 + 1 elements of the transform of a real signal; the others are their conjugates. It takes about half
 * of the time of `fft` if n is even. After `np.fft.rfft`.
 *
 * @example fft.rfft(array([1, 2, 3, 4])) // [10, -2+2j, -2]
 * @throws {DTypeError} If the elements are complex.
 * @throws {RangeError} If there is no such axis, or `n` is not an integer from 1 to 2^30.
 * @throws {ShapeError} If the axis has no elements and `n` is not given, or `out` does not have the result's shape.
 */
export function rfft<const A extends Signal>(a: A, options?: FftOptions): Spectrum<A> {
  return transform("rfft", a, options) as Spectrum<A>;
}

/**
 * The inverse of `rfft`: the real signal of length n whose spectrum begins like this. Of an odd length, `n` must say
 * so. The imaginary part of the first element, and of element n / 2, counts as 0. After `np.fft.irfft`.
 *
 * @example fft.irfft(fft.rfft(a), { n: a.length })
 * @throws {RangeError} If there is no such axis, or `n` is not an integer from 1 to 2^30.
 * @throws {ShapeError} If the axis has less than 2 elements and `n` is not given, or `out` has another shape.
 */
export function irfft<const A extends Signal>(a: A, options?: FftOptions): RealSignal<A> {
  return transform("irfft", a, options) as RealSignal<A>;
}

/**
 * The real spectrum of length n of a signal with Hermitian symmetry, whose first n / 2 + 1 elements are given. After
 * `np.fft.hfft`.
 *
 * @example fft.hfft(array([1, 2, 3])).toArray() // [8, -2, 0, -2]
 * @throws {RangeError} If there is no such axis, or `n` is not an integer from 1 to 2^30.
 * @throws {ShapeError} If the axis has less than 2 elements and `n` is not given, or `out` has another shape.
 */
export function hfft<const A extends Signal>(a: A, options?: FftOptions): RealSignal<A> {
  return transform("hfft", a, options) as RealSignal<A>;
}

/**
 * The inverse of `hfft`: the first n / 2 + 1 elements of the signal whose spectrum is real. After `np.fft.ihfft`.
 *
 * @example fft.ihfft(fft.hfft(a)) // a
 * @throws {DTypeError} If the elements are complex.
 * @throws {RangeError} If there is no such axis, or `n` is not an integer from 1 to 2^30.
 * @throws {ShapeError} If the axis has no elements and `n` is not given, or `out` does not have the result's shape.
 */
export function ihfft<const A extends Signal>(a: A, options?: FftOptions): Spectrum<A> {
  return transform("ihfft", a, options) as Spectrum<A>;
}
