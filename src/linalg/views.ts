/** `diagonal` of the last two axes, as a view. */
import { expectInteger, expectKnown } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import type { Ranked, RankIn } from "../manipulation/ranked.js";
import type { ReadonlyNDArray } from "../ndarray/ndarray.js";
import { isReadonlyArray, stridedOf, viewOf } from "../ndarray/ndarray.js";
import type { RankTable } from "../ndarray/notation.js";
import { moveAxis, diagonal as ofFirstAxes } from "../ndarray/view.js";
import { expectMatrices } from "./operands.js";

/**
 * The diagonals of matrices, the last two axes, as the last axis of a view: of elements (i, i + offset). After
 * `np.linalg.diagonal`. (`NDArray#diagonal` takes the first two axes, as `np.diagonal` does.)
 *
 * @param options `offset`, by default 0: a positive one is above the main diagonal
 * @example linalg.diagonal(array([[1, 2], [3, 4]]), { offset: 1 }).toArray() // [2]
 * @throws {ShapeError} If there are fewer than two axes.
 */
export function diagonal<A extends ReadonlyNDArray>(
  a: A,
  options?: { readonly offset?: number | undefined },
): Ranked<A, RankTable[RankIn<A>]["-1"]> {
  const { offset = 0 } = expectKnown(options, ["offset"], "diagonal");
  expectInteger("offset", offset, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  expectMatrices(stridedOf(a).view.shape, "a");
  return viewOf(
    stridedOf(a),
    (view) => ofFirstAxes(moveAxis(view, [-2, -1], [0, 1]), offset),
    isReadonlyArray(a),
  ) as never;
}

keepNames({ diagonal });
