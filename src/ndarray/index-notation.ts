/** The types of what callers write to choose elements of an array, and how the rank follows from it. */
import type { IntegerDType } from "../base/dtype.js";
import type { IntegerTypedArray } from "./notation.js";
import type { ReadableArray } from "./readable.js";

/**
 * One argument of basic slicing. An integer drops the axis, null inserts one, `[start?, stop?, step?]` keeps a range.
 * Text combines any of these, as in `"1:-1, ::2, 3, ..., newaxis"`.
 */
export type SliceArg =
  | number
  | null
  | string
  | readonly [start?: number | null, stop?: number | null, step?: number | null];

/** An array of positions along an axis, or a mask of as many axes as it has. */
export type IndexArray = ReadableArray<IntegerDType | "bool"> | IntegerTypedArray;
/** One argument of `slice`: what basic slicing takes, or an array that chooses elements. */
export type IndexArg = SliceArg | IndexArray;

type Trim<S extends string> = S extends ` ${infer T}` | `${infer T} ` ? Trim<T> : S;
type Split<S extends string> = S extends `${infer H},${infer T}` ? [Trim<H>, ...Split<T>] : [Trim<S>];
type Longer<A extends 0[], B extends 0[]> = A extends [...B, ...unknown[]] ? A : B;

interface AxesTable {
  [rank: number]: 0[];
  0: [];
  1: [0];
  2: [0, 0];
  3: [0, 0, 0];
  4: [0, 0, 0, 0];
  5: [0, 0, 0, 0, 0];
}
/**
 * How an index changes the rank: `["1:-1, 3"]` gives `"-1"`. Arrays of positions take the place of an axis each, masks
 * of as many as they have; instead there are the axes to which all positions broadcast (`Wide`). If the text, a rank or
 * the number of arguments is not a literal, it is `"?"`, which stands for any rank.
 */
export type RankChange<
  S extends readonly unknown[],
  Drop extends 0[] = [],
  Add extends 0[] = [],
  Wide extends 0[] = [],
> = number extends S["length"]
  ? "?"
  : S extends readonly [infer H, ...infer T]
    ? [H] extends [number]
      ? RankChange<T, [...Drop, 0], Add, Wide>
      : [H] extends [null]
        ? RankChange<T, Drop, [...Add, 0], Wide>
        : [H] extends [readonly unknown[]]
          ? RankChange<T, Drop, Add, Wide>
          : [H] extends [string]
            ? string extends H
              ? "?"
              : TextChange<Split<H>, T, Drop, Add, Wide>
            : ArrayChange<H, T, Drop, Add, Wide>
    : Sum<Drop, [...Add, ...Wide]>;
type Sum<Drop extends 0[], Add extends 0[]> = Drop extends [...Add, ...infer D extends 0[]]
  ? `-${D["length"]}`
  : Add extends [...Drop, ...infer A extends 0[]]
    ? `+${A["length"]}`
    : "?";
type TextChange<
  P extends readonly string[],
  Rest extends readonly unknown[],
  Drop extends 0[],
  Add extends 0[],
  Wide extends 0[],
> = P extends readonly [infer H extends string, ...infer Q extends readonly string[]]
  ? H extends "..." | "" | `${string}:${string}`
    ? TextChange<Q, Rest, Drop, Add, Wide>
    : H extends "newaxis"
      ? TextChange<Q, Rest, Drop, [...Add, 0], Wide>
      : H extends `${number}`
        ? TextChange<Q, Rest, [...Drop, 0], Add, Wide>
        : "?"
  : RankChange<Rest, Drop, Add, Wide>;
type ArrayChange<H, Rest extends readonly unknown[], Drop extends 0[], Add extends 0[], Wide extends 0[]> = [
  H,
] extends [IntegerTypedArray]
  ? RankChange<Rest, [...Drop, 0], Add, Longer<Wide, [0]>>
  : [H] extends [{ readonly dtype: infer E; readonly shape: { readonly length: infer N extends number } }]
    ? number extends N
      ? "?"
      : [E] extends ["bool"]
        ? RankChange<Rest, [...Drop, ...AxesTable[N]], Add, Longer<Wide, [0]>>
        : [E] extends [IntegerDType]
          ? RankChange<Rest, [...Drop, 0], Add, Longer<Wide, AxesTable[N]>>
          : "?"
    : "?";
