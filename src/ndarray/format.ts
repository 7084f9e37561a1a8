/** Elements as `printing/` reads them. */
import type { Printed } from "../printing/text.js";
import { elementAt, type Strided } from "./elements.js";

/** The array as `printing/` reads it, one element after the other. */
export function printed({ elements, view }: Strided): Printed {
  const { shape, strides, offset, size } = view;
  return { dtype: elements.dtype, shape, strides, offset, size, at: (position) => elementAt(elements, position) };
}
