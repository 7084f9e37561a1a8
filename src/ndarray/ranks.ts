/**
 * How ranks follow from ranks: tables, as `RankTable` is. Above rank 5 the result is `number`, which stands for any
 * rank.
 */
import type { RankTable } from "./notation.js";

/** `BroadcastTable[a][b]` is the rank to which arrays of ranks `a` and `b` broadcast. */
interface BroadcastTable {
  [rank: number]: { [rank: number]: number };
  0: { 0: 0; 1: 1; 2: 2; 3: 3; 4: 4; 5: 5; [rank: number]: number };
  1: { 0: 1; 1: 1; 2: 2; 3: 3; 4: 4; 5: 5; [rank: number]: number };
  2: { 0: 2; 1: 2; 2: 2; 3: 3; 4: 4; 5: 5; [rank: number]: number };
  3: { 0: 3; 1: 3; 2: 3; 3: 3; 4: 4; 5: 5; [rank: number]: number };
  4: { 0: 4; 1: 4; 2: 4; 3: 4; 4: 4; 5: 5; [rank: number]: number };
  5: { 0: 5; 1: 5; 2: 5; 3: 5; 4: 5; 5: 5; [rank: number]: number };
}
/** The rank to which two ranks broadcast. Above 5 it is known only next to rank 0, which is that of a number. */
export type Broadcast<A extends number, B extends number> = [B] extends [0]
  ? A
  : [A] extends [0]
    ? B
    : BroadcastTable[A][B];
/** The sum of two ranks. */
export type AddedRank<A extends number, B extends number> = [B] extends [0] ? A : RankTable[A][`+${B}`];
/** `MatmulTable[a][b]` is the rank of the matrix product of arrays of ranks `a` and `b`. */
export interface MatmulTable {
  [rank: number]: { [rank: number]: number };
  1: { 1: 0; 2: 1; 3: 2; 4: 3; 5: 4; [rank: number]: number };
  2: { 1: 1; 2: 2; 3: 3; 4: 4; 5: 5; [rank: number]: number };
  3: { 1: 2; 2: 3; 3: 3; 4: 4; 5: 5; [rank: number]: number };
  4: { 1: 3; 2: 4; 3: 4; 4: 4; 5: 5; [rank: number]: number };
  5: { 1: 4; 2: 5; 3: 5; 4: 5; 5: 5; [rank: number]: number };
}
/** How the rank changes if an axis is replaced by those of an array of positions, by the rank of that array. */
interface TakeTable {
  [rank: number]: string;
  0: "-1";
  1: "-0";
  2: "+1";
  3: "+2";
  4: "+3";
}
/** How the rank changes if the axes of a mask become one axis, by the rank of the mask. */
interface CompressTable {
  [rank: number]: string;
  0: "+1";
  1: "-0";
  2: "-1";
  3: "-2";
  4: "-3";
  5: "-4";
}
/** The rank of what `take` returns, for positions of rank `N`. */
export type Taken<R extends number, N extends number, X> = X extends number ? RankTable[R][TakeTable[N]] : N;
/** The rank of what `compress` returns, for a mask of rank `M`. */
export type Compressed<R extends number, M extends number, X> = X extends number ? R : RankTable[R][CompressTable[M]];
/** How `squeeze` changes the rank. */
export type SqueezeChange<X> = [X] extends [number] ? "-1" : "?";
/** How `expandDims` changes the rank. */
export type ExpandChange<X> = [X] extends [number]
  ? "+1"
  : [X] extends [readonly unknown[]]
    ? number extends X["length"]
      ? "?"
      : `+${X["length"]}`
    : "?";
/** How `pick` changes the rank: numbers drop their axes, null and negative numbers keep them. */
export type PickChange<S extends readonly unknown[], Drop extends 0[] = []> = number extends S["length"]
  ? "?"
  : S extends readonly [infer H, ...infer T]
    ? [H] extends [number]
      ? number extends H
        ? "?"
        : PickChange<T, `${H}` extends `-${string}` ? Drop : [...Drop, 0]>
      : [H] extends [null]
        ? PickChange<T, Drop>
        : "?"
    : `-${Drop["length"]}`;
