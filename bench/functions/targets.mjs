// What each row of `bench:functions` should reach, by the kind of its work: at a million elements and more a ratio to
// NumPy on one thread, on Node 24 and on Node 20; at ten elements, microseconds. Rows in between have no target.

const ELEMENTARY = [
  ...["exp", "expm1", "log", "log1p", "log2", "log10", "cbrt", "sin", "cos", "tan", "asin", "acos", "atan", "atan2"],
  ...["sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "pow", "hypot", "logaddexp", "nextafter", "fmod"],
  ...["exp2", "logaddexp2", "floatPower", "sinc"],
];
const REDUCTIONS = ["sum", "prod", "mean", "min", "max", "std", "variance", "any", "all", "argmin", "argmax", "norm"];
const CREATING = [
  "zeros",
  "ones",
  "empty",
  "full",
  "zerosLike",
  "onesLike",
  "emptyLike",
  "arange",
  "linspace",
  "eye",
  "fullLike",
  "identity",
  ...["indices", "tri", "diagIndices", "trilIndices", "triuIndices", "mgrid", "ogrid", "logspace", "geomspace"],
  "fromFunction",
  "records",
];
const MOVING = [
  ...["copy", "flatten", "astype", "fill", "assign", "concat", "stack", "take", "put", "compress", "array"],
  ...["arrayEqual", "allclose", "vstack", "hstack", "dstack", "columnStack", "repeat", "tile", "roll", "tril", "triu"],
  ...["pad", "unravelIndex", "diag", "meshgrid", "nonzero", "flatnonzero", "argwhere", "takeAlongAxis"],
  ...[
    "select",
    "choose",
    "extract",
    "putmask",
    "place",
    "putAlongAxis",
    "fillDiagonal",
    "append",
    "insert",
    "deleteAt",
  ],
  ...["resize", "block", "diagflat", "trimZeros", "ix_", "ndindex", "ndenumerate"],
];
const VIEWS = [
  ...["slice", "T", "transpose", "reshape", "ravel", "squeeze", "expandDims", "diagonal", "flip", "swapaxes"],
  ...[
    "moveaxis",
    "broadcastTo",
    "slidingWindowView",
    "permuteDims",
    "matrixTranspose",
    "asReadonly",
    "rot90",
    "atleast1d",
  ],
  ...[
    "atleast2d",
    "atleast3d",
    "broadcastArrays",
    "split",
    "arraySplit",
    "unstack",
    "asarray",
    "view",
    "hsplit",
    "vsplit",
    "dsplit",
  ],
];

/** Set functions and statistics, most of which sort or read all elements several times. */
export const STATISTICS = [
  "uniqueValues uniqueCounts uniqueInverse uniqueAll unique isin union1d intersect1d setdiff1d setxor1d",
  "lexsort partition argpartition median nanmedian quantile nanquantile percentile nanpercentile ptp",
  "average cov corrcoef histogram histogramBinEdges histogram2d histogramdd bincount digitize interp",
  "gradient ediff1d trapezoid unwrap convolve correlate nansum nanprod nanmean nanvar nanstd nanmin",
  "nanmax nanargmin nanargmax nancumsum nancumprod polyval polyadd polymul poly",
].flatMap((line) => line.split(" "));

/** The kind of a row's work. */
export function kindOf({ name }) {
  const [first] = name.split(/[, ]/);
  if (first === "uniform" || first === "normal") return "random";
  if (first.includes(".") && /^[a-z]+$/.test(first.split(".")[0])) return first.split(".")[0]; // a namespace's
  if (["tensordot", "inner", "outer", "kron", "einsum", "cross", "vdot", "trace"].includes(first)) return "product";
  if (first === "sort" || first === "argsort" || first === "searchsorted" || first === "matmul") return first;
  if (name === "matmul, a matrix and a vector") return "matmul";
  if (first.startsWith("cumulative") || name.includes(", axis")) return name.startsWith("concat") ? "moving" : "axis";
  if (REDUCTIONS.includes(first) || first === "countNonzero" || first.endsWith("dot")) return "reduction";
  if (CREATING.includes(first)) return "creating";
  if (MOVING.includes(first)) return "moving";
  if (name.startsWith("slice, ") && name !== "slice, of text") return "moving"; // by index arrays
  if (VIEWS.includes(first)) return "view";
  if (STATISTICS.includes(first)) return "statistics";
  if (first === "get" || first === "set") return "element";
  if (first === "toArray") return "moving";
  return ELEMENTARY.includes(first) ? "elementary" : "element-wise";
}

/** The largest ratio to NumPy's one thread: [Node 24, Node 20], on one thread and on the team. */
const RATIOS = {
  "element-wise": { one: [1.3, 3], team: [0.9, 1.6] },
  reduction: { one: [1, 1.2], team: [0.7, 0.8] },
  axis: { one: [1.5, 1.5], team: [1, 1] },
  moving: { one: [2, 2], team: [1.3, 1.3] },
  creating: { one: [2, 2], team: [1.3, 1.3] },
  elementary: { one: [2.5, 2.5], team: [1.3, 1.3] },
  sort: { one: [3, 3], team: [2, 2] },
  argsort: { one: [2, 2], team: [1.3, 1.3] },
  searchsorted: { one: [2, 2], team: [1.2, 1.2] },
  matmul: { one: [3.5, 3.5], team: [2, 2] },
  fft: { one: [3, 3], team: [3, 3] },
  statistics: { one: [3, 4], team: [3, 4] },
};
/** The most microseconds of a call with ten elements. */
const SMALL_US = {
  "element-wise": [1.5, 2],
  reduction: [1.5, 1.5],
  creating: [1, 1],
  view: [0.4, 0.4],
  element: [0.05, 0.05],
};

/**
 * What a measured row should reach, or `undefined`: the most microseconds.
 *
 * @param outUs what the same work took with `out`, if it was measured
 * @param views how many arrays a call returns: `split` may take as long as so many slices
 */
export function targetUs(row, { form, n, dtype, views = 1 }, numpyUs, outUs, major) {
  const kind = kindOf(row);
  const [own, fresh] = SMALL_US[kind] ?? [];
  if (kind === "view") return views * own;
  if (kind === "element") return own;
  if (n <= 10) return form === "fresh" ? fresh : form === "out" ? own : undefined;
  if (n < 1e6) return undefined;
  // A fresh result in a steady loop may take half as long again as the same with `out`.
  if (form === "fresh" && outUs !== undefined) return 1.5 * outUs;
  const ratios = RATIOS[kind]?.[form === "team" ? "team" : "one"];
  if (!ratios) return undefined;
  const ratio = ratios[major >= 22 ? 0 : 1];
  return numpyUs * (kind === "reduction" && dtype === "bool" ? Math.max(ratio, 3) : ratio);
}
