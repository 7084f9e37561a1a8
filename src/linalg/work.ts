/**
 * A matrix that is worked on in place: its elements for loops, and the same elements as an array for the package's
 * matrix product, which blocked algorithms spend most of their time in.
 */
import { matmul } from "../functions/matmul.js";
import { add, subtract } from "../functions/ufuncs.js";
import { arrayOf, type NDArray } from "../ndarray/ndarray.js";
import { blankStrided } from "../ndarray/storage.js";
import { cView } from "../ndarray/view.js";

/** A range of rows or columns. */
export type Range = readonly [start: number, end: number];

/** Rows of `columns` float64 each, in C order. */
export class Work {
  readonly rows: number;
  readonly columns: number;
  readonly raw: Float64Array;
  readonly array: NDArray<"float64", 2>;

  constructor(rows: number, columns: number) {
    this.rows = rows;
    this.columns = columns;
    const strided = blankStrided(cView([rows, columns]), "float64");
    this.raw = strided.elements.raw as unknown as Float64Array;
    this.array = arrayOf(strided) as NDArray<"float64", 2>;
  }

  /** A part of the matrix, as a view. */
  part(rows: Range, columns: Range): NDArray<"float64", 2> {
    return this.array.slice([rows[0], rows[1]], [columns[0], columns[1]]) as NDArray<"float64", 2>;
  }

  [Symbol.dispose](): void {
    this.array.close();
  }
}

/** Subtracts a matrix product from a part of a matrix. */
export function subtractProduct(
  target: NDArray<"float64", 2>,
  a: NDArray<"float64", 2>,
  b: NDArray<"float64", 2>,
): void {
  if (a.size === 0 || b.size === 0) return;
  const product = matmul(a, b);
  subtract(target, product, { out: target });
  product.close();
}

/** Adds a matrix product to a part of a matrix. */
export function addProduct(target: NDArray<"float64", 2>, a: NDArray<"float64", 2>, b: NDArray<"float64", 2>): void {
  if (a.size === 0 || b.size === 0) return;
  const product = matmul(a, b);
  add(target, product, { out: target });
  product.close();
}
