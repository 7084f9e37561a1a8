/** shared-ndarray: NumPy-style, typed, n-dimensional arrays in named shared memory, computed on all cores. The only barrel. */
export { isWorker } from "./agent.js";
export type { DType, FloatDType, ScalarOf, StoredOf, TypedArrayOf } from "./dtype.js";
export * from "./errors.js";
export { fromHandle, type Handle, toHandle } from "./handle.js";
export { type AttachOptions, type BlockInfo, type NameOptions, type Scope, type Shared, SharedMemory } from "./memory/shared-memory.js";
export type { SyncWaitOptions, WaitOptions } from "./memory/wait.js";
