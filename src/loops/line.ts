/** Lines along the last axis of elements in C order without gaps, as bytes. */
import type { RawArray } from "../base/dtype.js";
import { type LaneType, laneBytes } from "../ir/node.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { laneArray } from "./bound.js";

/** The bytes of a line. */
export function lineBytes({ elements, view }: Strided, line: number): Uint8Array {
  const bytes = (view.shape.at(-1) ?? 1) * elements.itemsize;
  const start = elements.byteOffset + view.offset * elements.itemsize + line * bytes;
  return new Uint8Array(blockOf(elements.memory).buffer, start, bytes);
}

/** The elements in those bytes, as lanes. */
export const lanesIn = (bytes: Uint8Array, lane: LaneType): RawArray =>
  laneArray(lane, bytes.buffer, bytes.byteOffset, bytes.byteLength / laneBytes(lane));

/** A line, as its raw elements. */
export function lineOf({ elements, view }: Strided, line: number): RawArray {
  const length = view.shape.at(-1) ?? 1;
  return elements.raw.subarray(view.offset + line * length, view.offset + (line + 1) * length);
}
