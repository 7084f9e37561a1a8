/** The types of results, checked by the compiler: dtypes are promoted, ranks broadcast. */
import {
  type AnyNDArray,
  add,
  array,
  divide,
  greater,
  mean,
  multiply,
  type NDArray,
  type ReadonlyNDArray,
  sin,
  slidingWindowView,
  sqrt,
  square,
  std,
  sum,
  where,
  zeros,
} from "shared-ndarray";

const ints: NDArray<"int32", 2> = zeros([2, 2], { dtype: "int32" });
const bytes: NDArray<"uint8", 1> = zeros(2, { dtype: "uint8" });
const floats: NDArray<"float32", 1> = array([1, 2], { dtype: "float32" });

const promoted: NDArray<"float64", 2> = add(ints, floats);
const same: NDArray<"int32", 2> = multiply(ints, bytes);
const ratio: NDArray<"float64", 1> = divide(bytes, bytes);
const root: NDArray<"float16", 1> = sqrt(bytes);
const weak: NDArray<"float32", 1> = add(floats, 1);
const asked: NDArray<"float64"> = sin(bytes, { dtype: "float64" });
const mask: NDArray<"bool"> = greater(floats, 1);
const chosen: AnyNDArray = where(mask, floats, 0);
const given: NDArray<"float32", 1> = square(floats, { out: floats });
const total: number = sum(ints);
const column = mean(ints, { axis: 0 }); // float16, float32 or float64, of one axis
const rank: 1 = column.ndim as 1;
const means: NDArray<"float64", 1> | NDArray<"float32", 1> | NDArray<"float16", 1> = mean(
  slidingWindowView(zeros(9), 3),
  { axis: 1 },
);
const kept: ReadonlyNDArray = sum(ints, { axis: 0, keepdims: true });
const spread: number = std(ints) + mean(ints);
declare const any: AnyNDArray;
const unknown: AnyNDArray = add(any, any);
// @ts-expect-error: int32 and float32 are float64
const wrong: NDArray<"float32", 2> = add(ints, floats);

export { asked, chosen, given, kept, means, promoted, rank, ratio, root, same, spread, total, unknown, weak, wrong };
