// The least time that a row's work can take on this machine: that of the loop by hand that reads and writes the same
// bytes, 128 bits at a time (`streams.mjs`). A row that misses its target is measured against it.
import { COMPUTING, streamUs } from "./streams.mjs";
import { kindOf } from "./targets.mjs";

const BYTES = {
  ...{ float64: 8, int64: 8, uint64: 8, float32: 4, int32: 4, uint32: 4 },
  ...{ float16: 2, int16: 2, uint16: 2, uint8: 1, int8: 1, bool: 1 },
};
/** Elementary functions that are neither polynomials nor anything like them. */
const NO_POLYNOMIAL = ["nextafter", "fmod", "hypot"];
const DIVIDING = ["divide", "floorDivide", "remainder", "fmod", "reciprocal", "divmod"];
/** Rows whose operands are not `x` alone, by their first word or their whole name: bytes of an element of each. */
const OPERANDS = {
  where: (size) => [1, size, size],
  map: (size) => [size, size],
  dot: (size) => [size, size],
  vecdot: (size) => [size, size],
  allclose: (size) => [size, size],
  arrayEqual: (size) => [size, size],
  concat: (size) => [size, size],
  stack: (size) => [size, size],
  vstack: (size) => [size, size],
  hstack: (size) => [size, size],
  dstack: (size) => [size, size],
  columnStack: (size) => [size, size],
  "assign, with a mask": (size) => [1, size],
  fill: () => [],
};
/** Kinds that are not limited by streams: no loop says what they need at least. */
const UNBOUNDED = [
  ...[
    "sort",
    "argsort",
    "searchsorted",
    "matmul",
    "statistics",
    "view",
    "element",
    "linalg",
    "product",
    "fft",
    "random",
  ],
];
const OTHERS = [
  ...[
    "take",
    "put",
    "compress",
    "toArray",
    "array",
    "repeat",
    "tile",
    "pad",
    "unravelIndex",
    "tril",
    "triu",
    "diag",
    "meshgrid",
    "nonzero",
  ],
  ...["flatnonzero", "argwhere", "takeAlongAxis", "diff", "select", "choose", "extract", "putmask", "place"],
  ...[
    "putAlongAxis",
    "fillDiagonal",
    "insert",
    "deleteAt",
    "resize",
    "block",
    "diagflat",
    "trimZeros",
    "ix_",
    "append",
  ],
  ...["indices", "tri", "diagIndices", "trilIndices", "triuIndices", "mgrid", "ogrid", "logspace", "geomspace"],
];

const known = new Map();

/**
 * The least time of a measured case, in microseconds, or `undefined` if no loop stands for this row.
 *
 * @param nd the package
 * @param row of `rowsOf`
 * @param resultType the dtype of an array that the row makes, `undefined` for a number
 */
export async function leastUs(nd, row, { n, dtype, layout, form, resultType }) {
  const kind = kindOf(row);
  const [first] = row.name.split(/[, ]/);
  if (n < 1e6 || UNBOUNDED.includes(kind) || OTHERS.includes(first)) return;
  const isReduced = kind === "reduction" || (kind === "axis" && !first.startsWith("cumulative"));
  // Every second element of an array: its lines are read whole.
  const size = BYTES[dtype] * (layout === "strided" ? 2 : 1);
  const operands = OPERANDS[row.name] ?? OPERANDS[first];
  const reads = kind === "creating" ? [] : (operands?.(size) ?? Array(nd[first]?.nin ?? 1).fill(size));
  const write = isReduced || resultType === undefined ? (row.fresh ? 0 : size) : BYTES[resultType];
  const threads = form === "team" ? 2 : 1;
  const work = { reads, write, n: first === "concat" || first.toLowerCase().endsWith("stack") ? 2 * n : n, threads };
  const lanes = resultType === "float64" ? "f64x2" : "f32x4";
  const computing =
    kind === "elementary" && !NO_POLYNOMIAL.includes(first)
      ? ["polynomial", lanes, lanes === "f64x2" ? 11 : 5]
      : first === "sqrt" && resultType?.startsWith("float")
        ? ["squareRoot", lanes]
        : DIVIDING.includes(first) && dtype !== "bool"
          ? resultType === "int64"
            ? ["quotient"]
            : ["division", lanes]
          : ["nothing"];
  const key = JSON.stringify([work, computing]);
  if (!known.has(key)) {
    const [how, ...given] = computing;
    known.set(key, await streamUs({ ...work, compute: COMPUTING[how](...given) }));
  }
  return known.get(key);
}
