/** Elements as `printing/` reads them. */
import { dtypes, type Scalar } from "../base/dtype.js";
import type { Printed } from "../printing/text.js";
import type { Strided } from "./elements.js";

/** The array as `printing/` reads it, one element after the other. */
export function printed({ elements, view }: Strided): Printed {
  const { dtype, raw } = elements;
  const { load } = dtypes[dtype];
  const { shape, strides, offset, size } = view;
  const at = (position: number): Scalar => (load ? load(raw[position]!) : raw[position]!);
  return { dtype, shape, strides, offset, size, at };
}
