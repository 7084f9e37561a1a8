/** Arrays over handles of the call's own, so that a `close()` by the user takes effect only when the call ends. */
import { aliasOf } from "../../memory/shared-memory.js";
import { Elements } from "../../ndarray/elements.js";
import { arrayOf, isReadonlyArray, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";

/** The same elements, over a new handle to their memory. */
export function leased(array: AnyArray): AnyArray {
  const { elements, view } = stridedOf(array);
  const memory = aliasOf(elements.memory);
  const own = new Elements(memory, elements.dtype, elements.byteOffset, elements.length);
  return arrayOf({ elements: own, view }, true, isReadonlyArray(array));
}
