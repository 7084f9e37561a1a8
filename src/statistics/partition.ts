/** `partition` and `argpartition`: some elements where a sort would put them, the others on the right side of them. */
import { type DType, isComplex, isFloat } from "../base/dtype.js";
import { expectInteger, expectKnown, show } from "../base/expect.js";
import { argsort, sort } from "../functions/sorting.js";
import { copy } from "../ndarray/assign.js";
import { type ArrayOf, arrayOf, type NDArray, stridedOf } from "../ndarray/ndarray.js";
import type { AxisOptions } from "../ndarray/notation.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { expectAxis } from "../ndarray/shape.js";
import { writtenStrided } from "../ndarray/storage.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, DTypeOf, RankOf } from "../ndarray/type-of.js";
import { nansLast, selectRanks } from "./kernels.js";
import { reducedAxes, withLines } from "./lines.js";

/**
 * A copy in which the elements at positions `kth` along an axis are where a sort would put them: none before is
 * greater, and none behind is less. NaN is greater than every number. The order of the others is not defined. After
 * `np.partition`.
 *
 * @param kth a position or several; negative ones count from the end
 * @param options `axis`, by default the last
 * @example partition([5, 1, 4, 2], 1).get(1) // 2
 * @throws {RangeError} If there is no such axis or position.
 */
export function partition<const A extends ArrayLikeData>(
  a: A,
  kth: number | readonly number[],
  options?: AxisOptions,
): ArrayOf<DTypeOf<A>, RankOf<A>>;
export function partition(a: unknown, kth: unknown, options?: AxisOptions): unknown {
  const { axis = -1 } = expectKnown(options, ["axis"], "partition");
  return tidy(() => {
    const given = arrayOfData(a, "a", "partition");
    const along = expectAxis(axis, given.shape);
    const ranks = expectRanks(kth, given.shape[along]!, given.shape);
    if (isComplex(given.dtype) || given.dtype === "float16") return sort(given, { axis: along });
    const reduced = reducedAxes(given, along, false);
    const { lines, length } = reduced;
    return withLines(given, reduced, given.dtype, (raw) => {
      const counts = new Int32Array(lines).fill(length);
      if (isFloat(given.dtype)) nansLast(raw, counts, length);
      for (let line = 0; line < lines; line++) {
        const n = counts[line]!;
        const own = n === length ? ranks : ranks.filter((rank) => rank < n);
        selectRanks(raw, line * length, n, own);
      }
      const made = writtenStrided([...reduced.shape, length], given.dtype, undefined, ({ elements }) =>
        elements.raw.set(raw as ArrayLike<number>),
      );
      if (along === given.ndim - 1) return arrayOf(made);
      const turned = stridedOf(arrayOf(made).moveaxis(-1, along) as NDArray<DType>);
      return arrayOf(writtenStrided(given.shape, given.dtype, undefined, (fresh) => copy(fresh, turned)));
    });
  });
}

/**
 * The positions that would partition an array, as int32: those that `argsort` gives, which are in this order too. After
 * `np.argpartition`.
 *
 * @param kth a position or several; negative ones count from the end
 * @param options `axis`, by default the last
 * @example argpartition([5, 1, 4, 2], 1).get(1) // 3
 * @throws {RangeError} If there is no such axis or position.
 */
export function argpartition<const A extends ArrayLikeData>(
  a: A,
  kth: number | readonly number[],
  options?: AxisOptions,
): NDArray<"int32", RankOf<A>>;
export function argpartition(a: unknown, kth: unknown, options?: AxisOptions): unknown {
  const { axis = -1 } = expectKnown(options, ["axis"], "argpartition");
  return tidy(() => {
    const given: AnyArray = arrayOfData(a, "a", "argpartition");
    const along = expectAxis(axis, given.shape);
    expectRanks(kth, given.shape[along]!, given.shape);
    return argsort(given, { axis: along });
  });
}

/** The positions in ascending order, each once. */
function expectRanks(kth: unknown, length: number, shape: readonly number[]): Int32Array {
  const of = `array of shape ${show(shape)}`;
  const list = Array.isArray(kth) ? kth : [kth];
  const ranks = list.map((one: unknown, i) => {
    const rank = expectInteger(Array.isArray(kth) ? `kth[${i}]` : "kth", one, -length, length, of);
    return rank < 0 ? rank + length : rank;
  });
  return Int32Array.from(new Set(ranks)).sort();
}
