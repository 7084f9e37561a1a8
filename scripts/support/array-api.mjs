// The 174 names of the Python array API standard, version 2025.12, and why some are not here. A name needs an example
// (examples/), which decides whether it counts.

import { words } from "./words.mjs";

/** The names by the standard's groups, in its order. */
export const ARRAY_API = {
  "Creating arrays": words(`
    arange asarray empty empty_like eye from_dlpack full full_like linspace meshgrid ones ones_like tril triu zeros
    zeros_like
  `),
  dtypes: words(`
    astype can_cast finfo iinfo isdtype result_type
  `),
  "Element by element": words(`
    abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_invert bitwise_left_shift bitwise_or
    bitwise_right_shift bitwise_xor ceil clip conj copysign cos cosh divide equal exp expm1 floor floor_divide
    greater greater_equal hypot imag isfinite isinf isnan less less_equal log log10 log1p log2 logaddexp logical_and
    logical_not logical_or logical_xor maximum minimum multiply negative nextafter not_equal positive pow real
    reciprocal remainder round sign signbit sin sinh sqrt square subtract tan tanh trunc
  `),
  "Choosing elements": words(`
    take take_along_axis
  `),
  "Linear algebra": words(`
    matmul matrix_transpose tensordot vecdot
  `),
  "Arranging elements": words(`
    broadcast_arrays broadcast_shapes broadcast_to concat expand_dims flip moveaxis permute_dims repeat reshape roll
    squeeze stack tile unstack
  `),
  Searching: words(`
    argmax argmin count_nonzero nonzero searchsorted where
  `),
  Sets: words(`
    isin unique_all unique_counts unique_inverse unique_values
  `),
  Sorting: words(`
    argsort sort
  `),
  Statistics: words(`
    cumulative_prod cumulative_sum max mean min prod std sum var
  `),
  Utilities: words(`
    all any diff
  `),
  "The extension linalg": words(`
    linalg.cholesky linalg.cross linalg.det linalg.diagonal linalg.eig linalg.eigh linalg.eigvals linalg.eigvalsh
    linalg.inv linalg.matmul linalg.matrix_norm linalg.matrix_power linalg.matrix_rank linalg.matrix_transpose
    linalg.outer linalg.pinv linalg.qr linalg.slogdet linalg.solve linalg.svd linalg.svdvals linalg.tensordot
    linalg.trace linalg.vecdot linalg.vector_norm
  `),
  "The extension fft": words(`
    fft.fft fft.fftfreq fft.fftn fft.fftshift fft.hfft fft.ifft fft.ifftn fft.ifftshift fft.ihfft fft.irfft
    fft.irfftn fft.rfft fft.rfftfreq fft.rfftn
  `),
};

/** Why a name is not here. */
export const REFUSED = {
  from_dlpack: "JavaScript has no DLPack; `.npy` files and named blocks are shared with Python instead",
};
/** The reason for all others without an example. */
export const PLANNED = "planned";
