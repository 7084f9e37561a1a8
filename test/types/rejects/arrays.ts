/** Programs about arrays that must not compile; an expected error that does not come is itself an error. */
import { type DType, NDArray, Value, zeros } from "shared-ndarray";

const grid = zeros([2, 3]);
const ids = zeros([2, 3], { dtype: "int64" });
declare const ofAnyRank: NDArray<"float64">;

// @ts-expect-error: what is written must be of the array's own dtype, so an array of one dtype is no array of any
export const writable: NDArray<DType> = grid;
// @ts-expect-error: an array of unknown rank is not one of rank 2
export const narrowed: NDArray<"float64", 2> = ofAnyRank;
// @ts-expect-error: an annotation cannot claim a rank that `attach` was not asked to check
export const claimed: NDArray<"float64", 2> = NDArray.attach("grid", { dtype: "float64" });
// @ts-expect-error: nor does an annotation choose the dtype
export const chosen: NDArray<"int32", 1> = zeros(3);

// @ts-expect-error: two axes need two indices
grid.get(1);
// @ts-expect-error: and a write needs two indices and a value
grid.set(1, 5);
// @ts-expect-error: the elements of int64 are bigints or whole numbers
ids.set(0, 0, "1");
// @ts-expect-error: those of float64 are numbers
grid.set(0, 0, 1n);

const points = zeros([2, 3], { dtype: "complex128" });
// @ts-expect-error: a complex number is no element of float64
grid.set(0, 0, { re: 1, im: 2 });
// @ts-expect-error: nor is one without an imaginary part an element of complex128
points.set(0, 0, { re: 1 });
// @ts-expect-error: the elements of complex128 are no numbers
export const size: number = points.get(0, 0);
// @ts-expect-error: an array of complex numbers is none of floats
export const floats: NDArray<"float64", 2> = points;
// @ts-expect-error: shared values are real
export const shared = new Value("complex128", 0);
// @ts-expect-error: positions are integers
grid.slice(zeros(3));
// @ts-expect-error: a list of more than three numbers is no range
grid.slice([0, 1, 1, 0]);
// @ts-expect-error: the elements of float64 are not written by bigints
grid.assign(1n, { at: "0" });
