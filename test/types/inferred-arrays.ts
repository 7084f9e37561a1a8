/** The types of what an array's members return and of what a pool's calls return, one expression a line. */
import {
  type AnyNDArray,
  add,
  argmax,
  argsort,
  asarray,
  atan2,
  clip,
  concat,
  cumulativeSum,
  type DType,
  diag,
  diff,
  dot,
  equal,
  expandDims,
  isnan,
  load,
  matmul,
  max,
  mean,
  memmap,
  NDArray,
  type Pool,
  type ReadonlyNDArray,
  repeat,
  reshape,
  type SharedMemory,
  sort,
  split,
  sqrt,
  squeeze,
  stack,
  sum,
  takeAlongAxis,
  tile,
  unstack,
  vstack,
  where,
} from "shared-ndarray";
import { of } from "./same.js";

declare const f64: NDArray<"float64", 2>;
declare const f32: NDArray<"float32", 1>;
declare const i16: NDArray<"int16", 3>;
declare const i32: NDArray<"int32", 2>;
declare const places: NDArray<"int32", 1>;
declare const i64: NDArray<"int64", 2>;
declare const u8: NDArray<"uint8", 1>;
declare const mask: NDArray<"bool", 2>;
declare const flags: NDArray<"bool", 1>;
declare const ofAnyRank: NDArray<"float32">;
declare const anyArray: AnyNDArray;
declare const readable: ReadonlyNDArray<"int16", 2>;
declare const memory: SharedMemory;
declare const list: readonly NDArray<"float32", 2>[];
declare const x: number;
declare const axis: number;
declare const dtype: DType;
declare const pool: Pool;

// Elements chosen by positions and by masks.
of(f64.take([0, 1])).is<NDArray<"float64", 1>>(true);
of(f64.take(i32)).is<NDArray<"float64", 2>>(true);
of(i16.take([0, 1], { axis: 1 })).is<NDArray<"int16", 3>>(true);
of(f64.take(i32, { axis: 0 })).is<NDArray<"float64", 3>>(true);
of(ofAnyRank.take(places, { axis })).is<NDArray<"float32">>(true);
of(f64.compress(mask)).is<NDArray<"float64", 1>>(true);
of(i16.compress(flags)).is<NDArray<"int16", 3>>(true);
of(i16.compress(flags, { axis: 2 })).is<NDArray<"int16", 3>>(true);
of(f64.slice(places)).is<NDArray<"float64", 2>>(true);
of(f64.slice(i32, i32)).is<NDArray<"float64", 2>>(true);
of(i16.slice(places, ":", Int32Array.of(1))).is<NDArray<"int16", 2>>(true);
of(i16.slice(i32, "1:, 0")).is<NDArray<"int16", 3>>(true);
of(i16.slice(mask)).is<NDArray<"int16", 2>>(true);
of(i16.slice(flags, null, i32)).is<NDArray<"int16", 4>>(true);
of(f64.slice(mask, null)).is<NDArray<"float64", 2>>(true);
of(readable.slice(flags)).is<ReadonlyNDArray<"int16", 2>>(true);
of(f64.assign(0, { at: mask })).is<NDArray<"float64", 2>>(true);
of(f64.get(0, 1)).is<number>(true);
of(i64.get(0, 1)).is<bigint>(true);
of(f64.item()).is<number>(true);

// Views.
of(f64.squeeze(0)).is<NDArray<"float64", 1>>(true);
of(f64.squeeze()).is<NDArray<"float64">>(true);
of(f64.pick(1, null)).is<NDArray<"float64", 1>>(true);
of(i16.pick(null, 0)).is<NDArray<"int16", 2>>(true);
of(i16.pick(-1, 0, 2)).is<NDArray<"int16", 1>>(true);
of(f64.pick(x)).is<NDArray<"float64">>(true);
of(f64.slice(0)).is<NDArray<"float64", 1>>(true);
of(i16.slice("..., 0, ::2")).is<NDArray<"int16", 2>>(true);
of(f64.T).is<NDArray<"float64", 2>>(true);
of(i16.transpose(2, 0, 1)).is<NDArray<"int16", 3>>(true);
of(f64.reshape([3, 2, 2])).is<NDArray<"float64", 3>>(true);
of(i16.ravel()).is<NDArray<"int16", 1>>(true);
of(f64.expandDims(0)).is<NDArray<"float64", 3>>(true);
of(i16.diagonal()).is<NDArray<"int16", 2>>(true);
of(f64.flip(0)).is<NDArray<"float64", 2>>(true);
of(f32.broadcastTo([4, 3])).is<ReadonlyNDArray<"float32", 2>>(true);
of([...f64]).is<NDArray<"float64", 1>[]>(true);
of([...ofAnyRank]).is<(number | NDArray<"float32">)[]>(true);

// Copies.
of(f64.copy()).is<NDArray<"float64", 2>>(true);
of(i16.flatten()).is<NDArray<"int16", 1>>(true);
of(f64.astype("int32")).is<NDArray<"int32", 2>>(true);
of(f64.astype(dtype)).is<AnyNDArray<2>>(true);
of(anyArray.copy()).is<AnyNDArray>(true);
of(f64.toArray()).is<number[][]>(true);

// Read-only arrays have all members that do not write.
of(readable.copy()).is<NDArray<"int16", 2>>(true);
of([...readable]).is<ReadonlyNDArray<"int16", 1>[]>(true);

// What is found.
of(NDArray.attach("a", { dtype: "int16", ndim: 2 })).is<NDArray<"int16", 2>>(true);
of(NDArray.attach("a", { dtype })).is<AnyNDArray>(true);
of(NDArray.view(memory, [2, 2], { dtype: "uint8" })).is<NDArray<"uint8", 2>>(true);
of(memmap("a.npy", { dtype: "float32" })).is<NDArray<"float32">>(true);
of(memmap("a.npy", { dtype: "float32", ndim: 2, mode: "r+" })).is<NDArray<"float32", 2>>(true);
of(memmap("a.bin", { dtype: "float32", shape: [2, 3] })).is<NDArray<"float32", 2>>(true);
of(memmap("a.bin", { dtype: "int64", shape: [2, 3, 4], offset: 8, mode: "w+" })).is<NDArray<"int64", 3>>(true);
of(memmap("a.bin", { dtype: "uint8", shape: 5 })).is<NDArray<"uint8", 1>>(true);
of(memmap("a.bin", { dtype: "uint8", offset: 16, mode: "c" })).is<NDArray<"uint8", 1>>(true);
of(memmap("a.bin", { dtype: "uint8", shape: [2] as number[] })).is<NDArray<"uint8">>(true);
of(load("a.npy")).is<Promise<AnyNDArray>>(true);
of(load("a.npy", { dtype: "int8", ndim: 2 })).is<Promise<NDArray<"int8", 2>>>(true);

// `map` with functions of the package.
of(pool.mapSync(f64, sqrt)).is<NDArray<"float64", 2>>(true);
of(pool.mapSync(u8, sqrt)).is<NDArray<"float16", 1>>(true);
of(pool.map([i32, f32], add)).is<Promise<NDArray<"float64", 2>>>(true);
of(pool.mapSync([i32, 1], add)).is<NDArray<"int32", 2>>(true);
of(pool.mapSync([f64, f32], equal)).is<NDArray<"bool", 2>>(true);
of(pool.mapSync(f64, isnan)).is<NDArray<"bool", 2>>(true);
of(pool.mapSync([f64, f32], add, { out: f64 })).is<NDArray<"float64", 2>>(true);
of(pool.mapSync([i32, i32], add, { dtype: "float32" })).is<NDArray<"float32", 2>>(true);
of(pool.mapSync([u8, 1], atan2, { where: mask })).is<NDArray<"float16", 2> | NDArray<"float64", 2>>(true);
of(pool.mapSync([mask, f32, 0], where)).is<NDArray<"float32", 2>>(true);
of(pool.mapSync([i32, 0, 9], clip)).is<NDArray<"int32", 2>>(true);
of(pool.mapSync([f64, f32], matmul)).is<NDArray<"float64", 1>>(true);
of(pool.mapSync(i32, sort)).is<NDArray<"int32", 2>>(true);
of(pool.mapSync(f64, argsort, { axis: 0 })).is<NDArray<"int32", 2>>(true);
of(pool.mapSync(i32, cumulativeSum, { axis: 0 })).is<NDArray<"int64", 2>>(true);
of(pool.mapSync(f64, cumulativeSum)).is<NDArray<"float64", 1>>(true);
of(pool.mapSync(list, add)).is<NDArray<"float32", 2>>(true);
of(pool.mapSync(anyArray, sort)).is<AnyNDArray>(true);

// `map` with functions of the user.
of(pool.map(f32, (x) => x * x)).is<Promise<NDArray<"float32", 1>>>(true);
of(pool.mapSync([f32, i32], (x, y) => x * y)).is<NDArray<"float32", 2>>(true);
of(pool.mapSync(i32, (x) => x > 0, { dtype: "bool" })).is<NDArray<"bool", 2>>(true);
of(pool.mapSync(i64, (x) => x * 2n)).is<NDArray<"int64", 2>>(true);
of(pool.mapSync(f64, (x, { by }) => x * by, { params: { by: 2 }, out: f32 })).is<NDArray<"float32", 1>>(true);

// `reduce`.
of(pool.reduceSync(i32, sum)).is<number>(true);
of(pool.reduce(i32, sum, { axis: 0 })).is<Promise<NDArray<"int64", 1>>>(true);
of(pool.reduceSync(i16, max, { axis: [0, 1] })).is<NDArray<"int16", 1>>(true);
of(pool.reduceSync(i32, mean, { axis: 0, keepdims: true })).is<NDArray<"float64", 2>>(true);
of(pool.reduceSync(f32, argmax, { axis: 0 })).is<NDArray<"int32", 0>>(true);
of(pool.reduceSync([f32, f32], dot)).is<number>(true);
of(pool.reduceSync([flags, flags], dot)).is<boolean>(true);
of(pool.reduceSync(mask, max)).is<boolean>(true);

// Arrays in another arrangement.
of(concat([f32, f32])).is<NDArray<"float32", 1>>(true);
of(concat([f32, u8])).is<AnyNDArray<1>>(true);
of(concat([f64, f64], { axis: null })).is<NDArray<"float64", 1>>(true);
of(concat([f32, [1, 2]])).is<AnyNDArray>(true);
of(stack([f64, f64])).is<NDArray<"float64", 3>>(true);
of(vstack([f32, f32])).is<NDArray<"float32", 2>>(true);
of(split(i16, 3)).is<NDArray<"int16", 3>[]>(true);
of(unstack(i16)).is<NDArray<"int16", 2>[]>(true);
of(reshape(f64, [2, 3, 4])).is<NDArray<"float64", 3>>(true);
of(squeeze(i16, { axis: 0 })).is<NDArray<"int16", 2>>(true);
of(expandDims(readable, { axis: [0, 1] })).is<ReadonlyNDArray<"int16", 4>>(true);
of(diag(f32)).is<NDArray<"float32", 2>>(true);
of(diag(f64)).is<NDArray<"float64", 1>>(true);
of(diag(ofAnyRank)).is<NDArray<"float32">>(true);
of(repeat(f64, 2)).is<NDArray<"float64", 1>>(true);
of(repeat(f64, [1, 2], { axis: 0 })).is<NDArray<"float64", 2>>(true);
of(tile(f32, 2)).is<NDArray<"float32", 1>>(true);
of(diff(u8)).is<NDArray<"uint8", 1>>(true);
of(takeAlongAxis(f64, i32)).is<NDArray<"float64", 2>>(true);
of(asarray(f64)).is<NDArray<"float64", 2>>(true);
of(asarray(readable)).is<ReadonlyNDArray<"int16", 2>>(true);
of(clip(i32, f32, 3)).is<NDArray<"float64", 2>>(true);
