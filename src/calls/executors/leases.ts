/** What a call holds, so that a `close()` by the user takes effect only when the call ends. */
import { useBegins, useEnds } from "../../memory/blocks/recycling.js";
import { aliasOf, blockOf } from "../../memory/shared-memory.js";
import { Elements } from "../../ndarray/elements.js";
import { arrayOf, isReadonlyArray, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";

/** The same elements, over a new handle to their memory. */
export function leased(array: AnyArray): AnyArray {
  const { elements, view } = stridedOf(array);
  const memory = aliasOf(elements.memory, "lease");
  const own = new Elements(memory, elements.dtype, elements.byteOffset, elements.length);
  return arrayOf({ elements: own, view }, true, isReadonlyArray(array));
}

/** Keeps the memory of arrays from being used for others, until the function that is returned is called. */
export function holdMemory(arrays: readonly AnyArray[]): () => void {
  const blocks = arrays.map((array) => blockOf(stridedOf(array).elements.memory));
  for (const block of blocks) useBegins(block);
  return () => {
    for (const block of blocks.splice(0)) useEnds(block); // once, however often it is called
  };
}
