/** The fields of records as arrays over the same bytes. */
import { type DType, dtypes } from "../base/dtype.js";
import { isReadonlyArray, type NDArray, stridedOf, viewOf } from "../ndarray/ndarray.js";
import { slice } from "../ndarray/view.js";
import { viewedAs } from "../ndarray/viewed-as.js";
import type { Field, RecordLayout } from "./layout.js";

/** The bytes of records: one record along the last axis. */
export type RecordBytes = NDArray<"uint8">;
/** Fields by name: an array, or the fields of a record inside of the record. */
export interface FieldTree {
  readonly [field: string]: NDArray<DType> | FieldTree;
}

/** The bytes of one field of each record. */
export function bytesOfField(bytes: RecordBytes, { byteOffset, dtype, inner }: Field): RecordBytes {
  const end = byteOffset + (inner ? inner.itemsize : dtypes[dtype!].bytes);
  return bytes.slice("...", `${byteOffset}:${end}`) as RecordBytes;
}

/**
 * One field of each record as an array.
 *
 * @throws {LayoutError} If its elements are not at multiples of their size.
 */
export function fieldView(bytes: RecordBytes, field: Field): NDArray<DType> {
  const seen = viewedAs(stridedOf(bytesOfField(bytes, field)), field.dtype!);
  return viewOf(seen, (view) => slice(view, ["...", 0]), isReadonlyArray(bytes));
}

/** All fields as arrays. */
export const fieldTree = (bytes: RecordBytes, { fields }: RecordLayout): FieldTree =>
  Object.fromEntries(
    fields.map((field) => [
      field.name,
      field.inner ? fieldTree(bytesOfField(bytes, field), field.inner) : fieldView(bytes, field),
    ]),
  );

/** Whether a field is a record itself. */
export const isTree = (field: NDArray<DType> | FieldTree): field is FieldTree =>
  Object.getPrototypeOf(field) === Object.prototype;

/** The arrays of a tree, in the order in which their elements are stored. */
export const leavesIn = (tree: FieldTree): NDArray<DType>[] =>
  Object.values(tree).flatMap((field) => (isTree(field) ? leavesIn(field) : [field]));
