/** The types of the transforms: what they take, and the dtypes of their results. */
import type { DType } from "../base/dtype.js";
import type { ArrayOf, OutOption, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { NestedList, TypedArrayLike } from "../ndarray/notation.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";

/** What is transformed: an array, or data that an array is made of. */
export type Signal = ReadonlyNDArray | TypedArrayLike | NestedList;

interface SpectrumTable {
  float16: "complex64";
  float32: "complex64";
  complex64: "complex64";
}
/** The dtype of a spectrum: complex64 of floats of up to 32 bits, otherwise complex128. */
export type SpectrumDType<D extends DType> = D extends keyof SpectrumTable ? SpectrumTable[D] : "complex128";
interface SignalTable {
  float16: "float16";
  float32: "float32";
  complex64: "float32";
}
/** The dtype of a real signal with such a spectrum. */
export type SignalDType<D extends DType> = D extends keyof SignalTable ? SignalTable[D] : "float64";

/** As `SignalDType`, of a transform along one axis or several. */
export type SignalsDType<D extends DType> = D extends "float16" ? "float16" | "float32" : SignalDType<D>;

/** A complex result of the rank of what is transformed. */
export type Spectrum<A> = ArrayOf<SpectrumDType<DTypeOf<A>>, RankOf<A>>;
/** A real result of the rank of what is transformed. */
export type RealSignal<A> = ArrayOf<SignalDType<DTypeOf<A>>, RankOf<A>>;

/** As `RealSignal`, of a transform along several axes: float16 becomes float32 if there is more than one. */
export type RealSignals<A> = ArrayOf<SignalsDType<DTypeOf<A>>, RankOf<A>>;

/** Which direction is divided by the length: the inverse one, the forward one, or both by its square root. */
export type FftNorm = "backward" | "ortho" | "forward";

/** Options of all transforms. */
export interface FftNormOptions extends OutOption {
  /** By default "backward". */
  readonly norm?: FftNorm | undefined;
}
/** Options of the transforms along one axis. */
export interface FftOptions extends FftNormOptions {
  /**
   * The length of the transform. A longer axis is cut, and a shorter one continued with zeros. By default the length of
   * the axis; for `irfft` and `hfft`, which have an even result then, 2 (length - 1).
   */
  readonly n?: number | undefined;
  /** By default the last. */
  readonly axis?: number | undefined;
}
/** Options of the transforms along several axes. */
export interface FftnOptions extends FftNormOptions {
  /** The length of the transform along each of the axes, as `n`; -1 is the length of the axis. */
  readonly s?: readonly number[] | undefined;
  /** The axes; one that is named twice is transformed twice. By default all or, with `s`, as many of the last ones. */
  readonly axes?: readonly number[] | undefined;
}
