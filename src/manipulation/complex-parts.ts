/** `real` and `imag`: the parts of complex elements, as views. */
import type { ComplexDType, DType } from "../base/dtype.js";
import { isComplex } from "../base/dtype.js";
import { expectNoOptions } from "../base/expect.js";
import { part } from "../ndarray/components.js";
import { zeros } from "../ndarray/create.js";
import { arrayOf, isReadonlyArray, type NDArray, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { expectArray } from "../ndarray/operands.js";

/** The dtype of the parts; of a real dtype, itself. */
export type PartDType<D extends DType> = D extends ComplexDType
  ? { complex64: "float32"; complex128: "float64" }[D]
  : D;

/**
 * The real parts of the elements as a view: what is written to it is written to the array. An array of a real dtype is
 * returned itself. After `np.real`.
 *
 * @example real(z).fill(0)
 */
export function real<D extends DType, R extends number>(z: NDArray<D, R>): NDArray<PartDType<D>, R>;
export function real<D extends DType, R extends number>(z: ReadonlyNDArray<D, R>): ReadonlyNDArray<PartDType<D>, R>;
export function real(z: ReadonlyNDArray, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "real");
  const given = expectArray(z, "z");
  return isComplex(given.dtype) ? arrayOf(part(stridedOf(given), 0), true, isReadonlyArray(given)) : given;
}

/**
 * The imaginary parts of the elements as a view: what is written to it is written to the array. For an array of a real
 * dtype it is a new array of zeros. After `np.imag`.
 *
 * @example imag(z).assign(0)
 */
export function imag<D extends DType, R extends number>(z: NDArray<D, R>): NDArray<PartDType<D>, R>;
export function imag<D extends DType, R extends number>(z: ReadonlyNDArray<D, R>): ReadonlyNDArray<PartDType<D>, R>;
export function imag(z: ReadonlyNDArray, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "imag");
  const given = expectArray(z, "z");
  if (isComplex(given.dtype)) return arrayOf(part(stridedOf(given), 1), true, isReadonlyArray(given));
  return zeros([...given.shape], { dtype: given.dtype });
}
