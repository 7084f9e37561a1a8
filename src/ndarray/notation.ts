/**
 * The types that carry dtype and rank through an array's members, and those of what callers write: indices, shapes,
 * lists. A leaf: it imports nothing. Indices and ranks are looked up in tables, because TypeScript can check the
 * variance marks of `NDArray<in out D, out R>` only without conditional types.
 */

interface IndexTable {
  [rank: number]: number[];
  0: [];
  1: [number];
  2: [number, number];
  3: [number, number, number];
  4: [number, number, number, number];
  5: [number, number, number, number, number];
}
/** The length of the first axis, by rank. */
export interface LengthTable {
  [rank: number]: number | undefined;
  0: undefined;
  1: number;
  2: number;
  3: number;
  4: number;
  5: number;
}
/** The parameters of `set`: an index and a value. */
export interface SetTable<V> {
  [rank: number]: [...number[], V];
  0: [V];
  1: [number, V];
  2: [number, number, V];
  3: [number, number, number, V];
  4: [number, number, number, number, V];
  5: [number, number, number, number, number, V];
}
/** `RankTable[rank][change]` is the rank after a change such as `"-1"`, which `RankChange` computes. */
export interface RankTable {
  [rank: number]: { [by: string]: number };
  0: { "-0": 0; "+1": 1; "+2": 2; "+3": 3; [by: string]: number };
  1: { "-1": 0; "-0": 1; "+1": 2; "+2": 3; "+3": 4; [by: string]: number };
  2: { "-2": 0; "-1": 1; "-0": 2; "+1": 3; "+2": 4; "+3": 5; [by: string]: number };
  3: { "-3": 0; "-2": 1; "-1": 2; "-0": 3; "+1": 4; "+2": 5; [by: string]: number };
  4: { "-4": 0; "-3": 1; "-2": 2; "-1": 3; "-0": 4; "+1": 5; [by: string]: number };
  5: { "-5": 0; "-4": 1; "-3": 2; "-2": 3; "-1": 4; "-0": 5; [by: string]: number };
}
/** What iterating over an array yields, by rank: its rows, or its elements if it has one axis. */
export interface Items<Element, Row> {
  [rank: number]: Element | Row;
  0: never;
  1: Element;
  2: Row;
  3: Row;
  4: Row;
  5: Row;
}
/** Nested lists of any depth. */
export type NestedOf<V> = V | NestedOf<V>[];
/** What `toArray` returns, by rank. */
export interface Nested<V> {
  [rank: number]: NestedOf<V>;
  0: V;
  1: V[];
  2: V[][];
  3: V[][][];
  4: V[][][][];
  5: V[][][][][];
}
/** An index, a shape or strides of an array of rank `R`. */
export type Index<R extends number> = IndexTable[R];
/** Which axis to work along. */
export interface AxisOptions<X extends number | undefined = number | undefined> {
  /** An axis; negative numbers count from the end. */
  readonly axis?: X;
}
/** One axis or several; negative numbers count from the end. */
export type Axes = number | readonly number[];
/** The length of each axis. A number is the length of the only axis. */
export type Shape = number | readonly number[];
/** The rank of an array of shape `S`. */
export type RankOf<S> = S extends readonly unknown[] ? S["length"] : 1;

/** An scijs `ndarray`, as far as the packages around it read it. */
export interface ScijsNDArray {
  data: unknown;
  shape: number[];
  stride: number[];
  offset: number;
}

/** The dtype of each typed array, by the name of its class. */
export interface ByTag {
  Int8Array: "int8";
  Uint8Array: "uint8";
  Uint8ClampedArray: "uint8_clamped";
  Int16Array: "int16";
  Uint16Array: "uint16";
  Int32Array: "int32";
  Uint32Array: "uint32";
  BigInt64Array: "int64";
  BigUint64Array: "uint64";
  Float16Array: "float16";
  Float32Array: "float32";
  Float64Array: "float64";
}
/** A typed array of any class. */
export interface TypedArrayLike extends ArrayLike<number | bigint> {
  readonly [Symbol.toStringTag]: keyof ByTag;
  readonly buffer: ArrayBufferLike;
}
/** The dtype of a typed array. */
export type DTypeFor<T extends TypedArrayLike> = ByTag[T[typeof Symbol.toStringTag]];

/** A typed array of integers. */
export type IntegerTypedArray = TypedArrayLike & {
  readonly [Symbol.toStringTag]: Exclude<keyof ByTag, `Float${string}`>;
};
/** Positions as a list or a typed array of integers. */
export type Positions = readonly number[] | IntegerTypedArray;

/** A nested list of numbers, bigints, booleans or complex numbers. */
export type NestedList = readonly (number | bigint | boolean | ComplexLeaf | NestedList)[];
/** As `Complex`. */
interface ComplexLeaf {
  readonly re: number;
  readonly im: number;
}
/** The type of the leaves of a nested list. Below the fifth level any, because a list of unknown depth has no end. */
export type Leaf<T, N extends 0[] = []> = T extends readonly (infer U)[]
  ? N["length"] extends 5
    ? number | bigint | boolean
    : Leaf<U, [...N, 0]>
  : T;
/** The dtype of an array of such leaves, if the options name none. */
export type DefaultDType<L> = [L] extends [bigint]
  ? "int64"
  : [L] extends [boolean]
    ? "bool"
    : [Extract<L, ComplexLeaf>] extends [never]
      ? "float64"
      : "complex128";
/** The rank of an array made from a nested list; any, beyond 5. */
export type NestedRank<T, N extends 0[] = []> = T extends readonly (infer U)[]
  ? N["length"] extends 5
    ? number
    : NestedRank<U, [...N, 0]>
  : N["length"];
