/** `isin`: which elements are among others. */
import { type DType, dtypes, isBigInt, isComplex } from "../base/dtype.js";
import { expectBoolean, expectKnown } from "../base/expect.js";
import { holds, promote } from "../base/promote.js";
import { max, min } from "../functions/reductions.js";
import { searchsorted, sort } from "../functions/sorting.js";
import { equal, greaterEqual, lessEqual, logicalAnd, logicalNot, logicalOr, minimum } from "../functions/ufuncs.js";
import { concat } from "../manipulation/join.js";
import { fullLike, zeros } from "../ndarray/create.js";
import type { NDArray } from "../ndarray/ndarray.js";
import { inShape, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { withRaw } from "../ndarray/storage.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, RankOf } from "../ndarray/type-of.js";
import { perClass } from "../ndarray/typed-loops.js";
import { rawOf } from "../statistics/lines.js";
import { groupsOf } from "./groups.js";

/** Options of `isin`. */
export interface IsinOptions {
  /** Whether to return which elements are not among the values. By default false. */
  readonly invert?: boolean | undefined;
}

/**
 * For each element of an array whether it is one of some values. NaN is not, even if it is among the values. After the
 * array API's `isin`.
 *
 * @example isin(array([1, 2, 3]), [2, 5]).toArray() // [false, true, false]
 */
export function isin<const A extends ArrayLikeData>(
  x: A,
  values: ArrayLikeData | number | bigint,
  options?: IsinOptions,
): NDArray<"bool", RankOf<A>>;
export function isin(x: unknown, values: unknown, options?: IsinOptions): unknown {
  const { invert } = expectKnown(options, ["invert"], "isin");
  const isInverse = expectBoolean("invert", invert);
  return tidy(() => {
    const given = arrayOfData(x, "x", "isin");
    const isOne = typeof values === "number" || typeof values === "bigint";
    const among = arrayOfData(isOne ? [values] : values, "values", "isin").reshape(-1) as AnyArray;
    // Whole numbers next to 64-bit integers are such integers.
    const isWhole = isOne || Array.isArray(values);
    const same = isWhole && isBigInt(given.dtype) ? wholeAs(given.dtype, among) : among;
    const found = given.ndim > 0 ? isAmong(given, same) : inShape(isAmong(inShape(given, [1]), same), [], true);
    return isInverse ? logicalNot(found, { out: found as never }) : found;
  });
}

/** Numbers as a 64-bit dtype, if all are integers of it that float64 holds exactly. */
function wholeAs(dtype: DType, among: AnyArray): AnyArray {
  const isHeld = (x: unknown) => typeof x === "number" && Number.isInteger(x) && holds(dtype, x);
  return among.dtype === "float64" && Array.from(rawOf(among) as never).every(isHeld)
    ? (among.astype(dtype) as AnyArray)
    : among;
}

/** So few values are compared with all elements one after the other. */
const FEW = 4;

/** Which elements of `x` are among those of a vector. */
export function isAmong(x: AnyArray, among: AnyArray): AnyArray {
  if (x.size === 0 || among.size === 0) return fullLike(x, 0, { dtype: "bool" }) as unknown as AnyArray;
  if (isMixed(x.dtype, among.dtype)) return isAmongMixed(x, among);
  const common = promote(x.dtype, among.dtype);
  if (among.size <= FEW) return anyEqual(x, among, common);
  if (isComplex(common)) return inSharedGroup(x, among);
  const [low, high] = isTabled(common) ? [Number(min(among)), Number(max(among))] : [0, Number.POSITIVE_INFINITY];
  if (high - low < 6 * (x.size + among.size)) return fromTable(x, among, common, low, high);
  const sorted = sort(among.dtype === common ? among : among.astype(common)) as AnyArray;
  const wanted = (x.dtype === common ? x : x.astype(common)) as AnyArray;
  const places = searchsorted(sorted, wanted) as unknown as AnyArray;
  const inside = minimum(places, sorted.size - 1) as unknown as AnyArray;
  return equal(sorted.take(inside as never), wanted) as unknown as AnyArray;
}

/** Whether no dtype holds the integers of both. */
const isMixed = (a: DType, b: DType): boolean =>
  (a === "uint64" && dtypes[b].kind === "i") || (b === "uint64" && dtypes[a].kind === "i");

/** Of a signed and an unsigned dtype, only the integers that both hold can be equal. */
function isAmongMixed(x: AnyArray, among: AnyArray): AnyArray {
  const signed = dtypes[x.dtype].kind === "i" ? x : among;
  const isShared = (one: AnyArray): AnyArray =>
    (one === signed ? greaterEqual(one, 0) : lessEqual(one, 2n ** 63n - 1n)) as unknown as AnyArray;
  const kept = among.compress(isShared(among) as never).astype("int64") as unknown as AnyArray;
  const found = isAmong(x.astype("int64") as unknown as AnyArray, kept);
  return logicalAnd(found, isShared(x), { out: found as never }) as unknown as AnyArray;
}

/** Integers whose differences are numbers. */
const isTabled = (dtype: DType): boolean => ["i", "u", "b"].includes(dtypes[dtype].kind) && !isBigInt(dtype);

function anyEqual(x: AnyArray, among: AnyArray, common: DType): AnyArray {
  const wide = (x.dtype === common ? x : x.astype(common)) as AnyArray;
  const found = zeros(x.shape, { dtype: "bool" });
  const values = among.astype(common);
  for (let i = 0; i < among.size; i++) logicalOr(found, equal(wide, values.slice([i, i + 1])), { out: found as never });
  return found as unknown as AnyArray;
}

/** Which elements are equal to one of the values, since both are sorted together. */
function inSharedGroup(x: AnyArray, among: AnyArray): AnyArray {
  const { order, starts } = groupsOf(concat([among, x] as never) as unknown as AnyArray, true, false);
  const found = zeros(x.shape, { dtype: "bool" });
  const raw = rawOf(found as never) as never as Uint8Array;
  for (let group = 0; group < starts.length; group++) {
    const members = order!.subarray(starts[group], starts[group + 1]);
    if (!members.some((at) => at < among.size)) continue;
    for (const at of members) if (at >= among.size) raw[at - among.size] = 1;
  }
  return found as unknown as AnyArray;
}

/** Notes the values in a table, in which each element is looked up. */
function fromTable(x: AnyArray, among: AnyArray, common: DType, low: number, high: number): AnyArray {
  const table = new Uint8Array(high - low + 1);
  const found = zeros(x.shape, { dtype: "bool" });
  withRaw(stridedOf(among), common, (raw) => {
    for (let i = 0; i < raw.length; i++) table[raw[i]! - low] = 1;
  });
  withRaw(stridedOf(x), common, (raw) => lookUp(raw, rawOf(found as never) as never, table, low));
  return found as unknown as AnyArray;
}

const lookUp = perClass(function lookUp(
  raw: ArrayLike<number>,
  found: Uint8Array,
  table: Uint8Array,
  low: number,
): void {
  const { length } = table;
  for (let i = 0; i < raw.length; i++) {
    const at = raw[i]! - low;
    found[i] = at >= 0 && at < length ? table[at]! : 0;
  }
}, 2);
