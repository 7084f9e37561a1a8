/** The functions of `fft`, as users see them: `fft.fft(a)`. The root exports them as a namespace. */
import "../functions/methods.js";

export { type FrequencyOptions, fftfreq, fftshift, ifftshift, rfftfreq, type ShiftOptions } from "./frequencies.js";
export { fft2, fftn, ifft2, ifftn, irfft2, irfftn, rfft2, rfftn } from "./many-axes.js";
export { fft, hfft, ifft, ihfft, irfft, rfft } from "./transforms.js";
export type {
  FftNorm,
  FftNormOptions,
  FftnOptions,
  FftOptions,
  RealSignal,
  RealSignals,
  Signal,
  Spectrum,
} from "./types.js";
