// Names of NumPy's main namespace that are called differently here, or that are not here. Names that differ only in
// case and `_` from one of the package's exports are found by themselves.

import { words } from "./words.mjs";

/** What does the same here: an export, a member of arrays, or an expression of the operands in operands.mjs. */
export const CALLED = {
  absolute: "abs",
  amax: "max",
  amin: "min",
  arccos: "acos",
  arccosh: "acosh",
  arcsin: "asin",
  arcsinh: "asinh",
  arctan2: "atan2",
  arctan: "atan",
  arctanh: "atanh",
  around: "round",
  asanyarray: "asarray",
  ascontiguousarray: "a.copy",
  astype: "a.astype",
  bitwise_not: "bitwiseInvert",
  compress: "a.compress",
  concatenate: "concat",
  copy: "a.copy",
  copyto: "a.assign",
  conjugate: "conj",
  cumprod: "cumulativeProd",
  cumsum: "cumulativeSum",
  degrees: "rad2deg",
  delete: "deleteAt",
  diag_indices_from: "diagIndices(a.shape[0], { ndim: a.ndim })",
  diagonal: "a.diagonal",
  fabs: "abs",
  fix: "trunc",
  fliplr: "flip(a, { axis: 1 })",
  flipud: "flip(a, { axis: 0 })",
  frompyfunc: "map",
  index_exp: 'a.slice("1:, ::2")',
  invert: "bitwiseInvert",
  issubdtype: "isdtype",
  left_shift: "bitwiseLeftShift",
  matvec: "matmul",
  mod: "remainder",
  ndarray: "NDArray",
  ndim: "a.ndim",
  power: "pow",
  put: "a.put",
  radians: "deg2rad",
  ravel: "a.ravel",
  right_shift: "bitwiseRightShift",
  rint: "round",
  row_stack: "vstack",
  s_: 'a.slice("1:, ::2")',
  shape: "a.shape",
  size: "a.size",
  swapaxes: "a.swapaxes",
  take: "a.take",
  transpose: "permuteDims",
  tril_indices_from: "trilIndices(a.shape[0], { columns: a.shape[1] })",
  triu_indices_from: "triuIndices(a.shape[0], { columns: a.shape[1] })",
  true_divide: "divide",
  var: "variance",
  vecmat: "matmul",
  vectorize: "map",
};

/** Why names are not here, by reason. What is said of a planned name holds until it is exported. */
export const REFUSED = {
  planned: words("isclose nan_to_num"),
  "planned, with sets": words(`
    intersect1d isin setdiff1d setxor1d union1d unique unique_all unique_counts unique_inverse unique_values
  `),
  "planned, with statistics": words(`
    average bincount convolve corrcoef correlate cov digitize gradient histogram histogram2d histogram_bin_edges
    histogramdd interp median nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian nanmin nanpercentile
    nanprod nanquantile nanstd nansum nanvar percentile ptp quantile trapezoid
  `),
  "contractions are made in pairs, from the left": ["einsum_path"],
  "planned, with complex dtypes": words(`
    iscomplex iscomplexobj isreal isrealobj real_if_close sort_complex
  `),
  "`records` make arrays whose fields are `r.fields.x`": ["recarray"],
  "there are no dates": words(`
    busday_count busday_offset busdaycalendar datetime_as_string datetime_data is_busday isnat
  `),
  "there are no floating-point warnings and no buffers to set": words(`
    errstate geterr geterrcall getbufsize setbufsize seterr seterrcall
  `),
  "about NumPy's own installation; here `npx shared-ndarray doctor`": words(`
    get_include info show_runtime test
  `),
  "NumPy keeps them for old programs": words(`
    poly poly1d polyadd polyder polydiv polyfit polyint polymul polysub polyval roots rollaxis
  `),
  "NumPy advises against matrices": words("asmatrix bmat matrix"),
  "new arrays are in C order; `a.T` is a view in the other order": words("asfortranarray isfortran require"),
  "`ndindex`, `ndenumerate` and `broadcastArrays` do it": words("broadcast flatiter nditer nested_iters"),
  "`concat`, `stack` and `columnStack` do it": words("c_ r_"),
  "about Python's objects and type codes; here `typeof x` and `a.dtype`": words(`
    common_type isscalar iterable mintypecode typename
  `),
  'dtypes are names, as in `zeros(3, { dtype: "int8" })`': ["dtype"],
  "element-wise functions are plain functions": ["ufunc"],
  "JavaScript has no DLPack": ["from_dlpack"],
  "`array` takes the numbers that are read from a text": words("fromregex fromstring"),
  "JavaScript has `n.toString(2)`": words("base_repr binary_repr"),
  "`all(isfinite(a))` asks the same": ["asarray_chkfinite"],
};

/** The reason for all others. */
export const NOT_YET = "not yet";

/** dtypes and constants, by what they are here. */
export const DTYPES_HERE = {
  '`"bool"`': words("bool bool_"),
  '`"int8"`': words("int8 byte"),
  '`"uint8"`': words("uint8 ubyte"),
  '`"int16"`': words("int16 short"),
  '`"uint16"`': words("uint16 ushort"),
  '`"int32"`': words("int32 intc"),
  '`"uint32"`': words("uint32 uintc"),
  '`"int64"`': words("int64 int_ intp long longlong"),
  '`"uint64"`': words("uint64 uint uintp ulong ulonglong"),
  '`"float16"`': words("float16 half"),
  '`"float32"`': words("float32 single"),
  '`"float64"`': words("float64 double"),
  '`"complex64"`': words("complex64 csingle"),
  '`"complex128"`': words("complex128 cdouble"),
  "no: planned": words("record void"),
  "no: processors and WebAssembly have no such numbers": words("complex256 clongdouble float128 longdouble"),
  "no: elements are numbers": words("bytes_ character datetime64 flexible object_ str_ timedelta64"),
  'no: kinds are asked for with `isdtype(a.dtype, "integral")`': words(`
    complexfloating floating generic inexact integer number signedinteger unsignedinteger
  `),
};
export const CONSTANTS_HERE = {
  "`true`, `false`": words("True_ False_"),
  "`Math.E`, `Math.PI`": words("e pi"),
  "`Infinity`, `NaN`": words("inf nan"),
  "`null`, as in `a.slice(0, null)`": ["newaxis"],
  no: words("euler_gamma little_endian ScalarType sctypeDict typecodes"),
};
