/** shared-ndarray: NumPy-style, typed, n-dimensional arrays in named shared memory, computed on all cores. The only barrel. */
export { isWorker } from "./agent.js";
export type { DType, FloatDType, ScalarOf, StoredOf, TypedArrayOf } from "./dtype.js";
export * from "./errors.js";
export { fromHandle, type Handle, toHandle } from "./handle.js";
export {
  type AttachOptions,
  type BlockInfo,
  type NameOptions,
  type Scope,
  type Shared,
  SharedMemory,
} from "./memory/shared-memory.js";
export type { SyncWaitOptions, WaitOptions } from "./memory/wait.js";
export { allclose, arrayEqual } from "./ndarray/compare.js";
export {
  arange,
  array,
  type Create,
  type CreateLike,
  empty,
  emptyLike,
  eye,
  full,
  linspace,
  ones,
  onesLike,
  zeros,
  zerosLike,
} from "./ndarray/create.js";
export { load, loadSync, save, saveSync } from "./ndarray/file.js";
export { concat, slidingWindowView, stack } from "./ndarray/join.js";
export { NDArray } from "./ndarray/ndarray.js";
export type {
  AnyNDArray,
  CreateOptions,
  Index,
  ReadonlyNDArray,
  ScijsNDArray,
  Shape,
  SliceArg,
} from "./ndarray/types.js";
