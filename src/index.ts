/**
 * The public names of shared-ndarray: NumPy-style, typed, n-dimensional arrays in named shared memory, computed on all
 * cores. This is the only barrel. Its groups are those of README.md.
 */

import "./functions/methods.js";

// Arrays

export type { Casting, CastingOption } from "./base/casting.js";
export type { Complex } from "./base/complex.js";
export type {
  ComplexDType,
  CopiedArrayOf,
  DType,
  Float16Copy,
  FloatDType,
  RealDType,
  ScalarOf,
  StoredOf,
  TypedArrayOf,
} from "./base/dtype.js";
export { type ArrowData, type ArrowVector, fromArrow, toArrow } from "./files/arrow.js";
export { type FromBufferOptions, type FromIterOptions, fromBuffer, fromIter } from "./files/from-memory.js";
export { genfromtxt, genfromtxtSync, loadtxt, loadtxtSync } from "./files/loadtxt.js";
export { load, loadSync, type Saved, save, saveSync } from "./files/npy-file.js";
export { loadNpz, loadNpzSync, NpzFile } from "./files/npz-file.js";
export { type NpzArrays, savez, savezCompressed, savezCompressedSync, savezSync } from "./files/npz-write.js";
export {
  type FromfileOptions,
  fromfile,
  fromfileSync,
  type TofileOptions,
  tofile,
  tofileSync,
} from "./files/raw-data.js";
export { type SavetxtOptions, savetxt, savetxtSync } from "./files/savetxt.js";
export type { AwaitedTextOptions, GenfromtxtOptions, LoadtxtOptions, TextOptions } from "./files/text-options.js";
export type { TextSource } from "./files/text-read.js";
export { allclose, arrayEqual } from "./functions/compare.js";
export type { CreateOptions } from "./ndarray/create.js";
export {
  type AsArrayOptions,
  array,
  asarray,
  type Create,
  type CreateLike,
  type DTypeOption,
  type EyeOptions,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  identity,
  ones,
  onesLike,
  zeros,
  zerosLike,
} from "./ndarray/create.js";
export type { IndexArg, IndexArray, SliceArg } from "./ndarray/index-notation.js";
export { type MemmapOptions, memmap, type RawFileOptions } from "./ndarray/memmap.js";
export type { AnyNDArray, ReadonlyNDArray } from "./ndarray/ndarray.js";
export { NDArray } from "./ndarray/ndarray.js";
export type { Index, ScijsNDArray, Shape } from "./ndarray/notation.js";
export { arange, fromFunction } from "./ndarray/sequences.js";
export { geomspace, type LogspaceOptions, linspace, logspace, type SpaceOptions } from "./ndarray/spaces.js";
export { tidy, tidyAsync } from "./ndarray/tidy.js";

// Arranging elements

export { type Blocks, block } from "./manipulation/block.js";
export {
  type Choice,
  type ChooseOptions,
  choose,
  extract,
  type SelectOptions,
  select,
} from "./manipulation/choices.js";
export { imag, real } from "./manipulation/complex-parts.js";
export { append, deleteAt, insert, resize, type TrimOptions, trimZeros } from "./manipulation/edit.js";
export { argwhere, flatnonzero, ndenumerate, nonzero, takeAlongAxis } from "./manipulation/find.js";
export { type GridOptions, type GridRange, meshgrid, mgrid, ogrid } from "./manipulation/grids.js";
export * from "./manipulation/index-grids.js";
export { ravelMultiIndex, unravelIndex } from "./manipulation/indices.js";
export { columnStack, concat, dstack, hstack, type Join, stack, vstack } from "./manipulation/join.js";
export { type PadMode, type PadOptions, type PadWidth, pad } from "./manipulation/pad.js";
export { arraySplit, dsplit, hsplit, type Sections, split, unstack, vsplit } from "./manipulation/parts.js";
export {
  type FillDiagonalOptions,
  fillDiagonal,
  place,
  putAlongAxis,
  putmask,
  type Values,
} from "./manipulation/placing.js";
export { type RollOptions, repeat, roll, tile } from "./manipulation/repeat.js";
export * from "./manipulation/triangles.js";
export * from "./manipulation/views.js";
export { slidingWindowView, type WindowOptions } from "./manipulation/windows.js";

// Records

export { loadRecords, loadRecordsSync } from "./files/records-file.js";
export type { RecordFields, RecordOf } from "./records/layout.js";
export { records, recordsFrom, recordsFromArrays } from "./records/make.js";
export { type FieldViews, RecordArray } from "./records/record-array.js";

// Printing

export { type Array2stringOptions, array2string, arrayRepr, arrayStr } from "./ndarray/print.js";
export {
  type FormatFloatOptions,
  type FormatPositionalOptions,
  type FormatScientificOptions,
  formatFloatPositional,
  formatFloatScientific,
} from "./printing/format.js";
export {
  type FloatMode,
  type Formatter,
  getPrintOptions,
  type PrintOptions,
  type PrintSettings,
  printOptions,
  setPrintOptions,
} from "./printing/options.js";

// Functions of arrays

export {
  type Cumulative,
  type CumulativeHere,
  type CumulativeOptions,
  cumulativeProd,
  cumulativeSum,
} from "./functions/cumulative.js";
export { type DiffOptions, diff } from "./functions/differences.js";
export {
  canCast,
  type DTypeKind,
  type FloatInfo,
  finfo,
  type IntegerInfo,
  iinfo,
  isdtype,
  promoteTypes,
  resultType,
} from "./functions/dtypes.js";
export { type IscloseOptions, isclose } from "./functions/isclose.js";
export { type MapOptions, map } from "./functions/map.js";
export { type Matmul, matmul } from "./functions/matmul.js";
export type { ComputingMembers } from "./functions/method-types.js";
export { type NanToNumOptions, nanToNum } from "./functions/nan-to-num.js";
export { divmod, frexp, modf } from "./functions/pairs.js";
export type { Dot, Reduced, Reduction, ReductionOptions } from "./functions/reduction-types.js";
export {
  all,
  any,
  argmax,
  argmin,
  countNonzero,
  dot,
  max,
  mean,
  min,
  norm,
  prod,
  std,
  sum,
  variance,
  vecdot,
} from "./functions/reductions.js";
export {
  type Argsort,
  argsort,
  type SearchOptions,
  type Sort,
  type SortAxis,
  type SortOptions,
  searchsorted,
  sort,
} from "./functions/sorting.js";
export type { AlongOptions, BinaryMethods, FoldOptions, Outer, UnaryMethods } from "./functions/ufunc-method-types.js";
export type {
  BinaryPair,
  BinaryPredicate,
  BinaryUfunc,
  Clip,
  PairOptions,
  PromotingBinary,
  PromotingUnary,
  UnaryPair,
  UnaryPredicate,
  UnaryUfunc,
  Where,
} from "./functions/ufunc-signatures.js";
export type { Operand, UfuncOptions } from "./functions/ufunc-types.js";
export {
  abs,
  acos,
  acosh,
  add,
  angle,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  bitwiseAnd,
  bitwiseCount,
  bitwiseInvert,
  bitwiseLeftShift,
  bitwiseOr,
  bitwiseRightShift,
  bitwiseXor,
  cbrt,
  ceil,
  clip,
  conj,
  copysign,
  cos,
  cosh,
  deg2rad,
  divide,
  equal,
  exp,
  exp2,
  expm1,
  floatPower,
  floor,
  floorDivide,
  fmax,
  fmin,
  fmod,
  gcd,
  greater,
  greaterEqual,
  heaviside,
  hypot,
  isfinite,
  isinf,
  isnan,
  isneginf,
  isposinf,
  lcm,
  ldexp,
  less,
  lessEqual,
  log,
  log1p,
  log2,
  log10,
  logaddexp,
  logaddexp2,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  multiply,
  negative,
  nextafter,
  notEqual,
  positive,
  pow,
  rad2deg,
  reciprocal,
  remainder,
  round,
  sign,
  signbit,
  sin,
  sinc,
  sinh,
  spacing,
  sqrt,
  square,
  subtract,
  tan,
  tanh,
  trunc,
  where,
} from "./functions/ufuncs.js";

// Sets

export { type IsinOptions, isin } from "./sets/membership.js";
export * from "./sets/operations.js";
export * from "./sets/unique.js";

// Statistics

export type { BinRule } from "./statistics/bin-rules.js";
export type { Bins, Range } from "./statistics/bins.js";
export * from "./statistics/convolution.js";
export * from "./statistics/correlation.js";
export * from "./statistics/counting.js";
export * from "./statistics/histogram.js";
export * from "./statistics/interpolation.js";
export { lexsort } from "./statistics/lexsort.js";
export * from "./statistics/nan-reductions.js";
export * from "./statistics/partition.js";
export * from "./statistics/polynomials.js";
export * from "./statistics/quantile.js";
export type { QuantileMethod } from "./statistics/quantile-methods.js";
export * from "./statistics/slopes.js";
export { type AverageOptions, average, ptp } from "./statistics/spread.js";

// Random numbers

export * as random from "./random/namespace.js";
export { type NormalOptions, normal, type UniformOptions, uniform } from "./random/simple.js";

// Linear algebra

export { einsum } from "./linalg/einsum.js";
export * as linalg from "./linalg/namespace.js";
export type { TensordotOptions, TraceOptions } from "./linalg/products.js";
export { cross, inner, kron, outer, tensordot, trace, vdot } from "./linalg/products.js";

// Fourier transforms

export * as fft from "./fft/namespace.js";

// Pools

export type {
  ChunkInfo,
  ChunkKernel,
  Chunks,
  ElementFunction,
  Halo,
  Many,
  Operands,
  Reducer,
} from "./calls/kernel-types.js";
export type { CallOptions, SyncCallOptions } from "./calls/options.js";
export { defineReducer } from "./calls/reducer.js";
export { type ExplainOptions, type Explanation, explain } from "./functions/explain.js";
export { Pool } from "./parallel/pool.js";
export type { WorkerLike } from "./parallel/team/started-worker.js";
export type { TeamMember } from "./parallel/team/task-runner.js";
export type { TuneReport } from "./parallel/tune.js";
export type { PoolOptions, PoolStats, RunOptions } from "./parallel/types.js";
export { defineKernel } from "./wire/functions.js";

// Processes

export type { Isolation, ResourceLimits } from "./platform/interface.js";
export { isWorker } from "./platform/role.js";
export { Process, type ProcessOptions } from "./processes/process.js";
export { defineTask } from "./wire/functions.js";

// Locks and signals

export type { SyncWaitOptions, WaitOptions } from "./memory/words/wait.js";
export { Barrier } from "./sync/barrier.js";
export { Condition } from "./sync/condition.js";
export type { Guard } from "./sync/guard.js";
export { Lock, RLock } from "./sync/lock.js";
export { BoundedSemaphore, Semaphore } from "./sync/semaphore.js";
export { SharedEvent } from "./sync/shared-event.js";

// Shared values

export type { Codes, DTypeNamed, ElementType, ValueOf, ValueType } from "./values/element-type.js";
export type { ListItem } from "./values/list-item.js";
export { RawValue } from "./values/raw-value.js";
export { ShareableList } from "./values/shareable-list.js";
export { rawArray, SharedArray } from "./values/shared-array.js";
export { type Struct, struct } from "./values/struct.js";
export { Value } from "./values/value.js";

// Messages

export { JoinableQueue } from "./channels/joinable-queue.js";
export { type Connection, type PipeOptions, pipe } from "./channels/pipe.js";
export { Queue, type QueueOptions } from "./channels/queue.js";
export type { Receiver, Sender } from "./channels/types.js";

// Managers

export { Manager, type ManagerOptions } from "./managers/manager.js";
export type { DictApi, ListApi, NamespaceApi, Proxied, ValueApi } from "./managers/proxies.js";

// Memory and names

export {
  type AttachOptions,
  type BlockInfo,
  type NameOptions,
  type Scope,
  type Shared,
  SharedMemory,
} from "./memory/shared-memory.js";
export { SharedMemoryManager } from "./memory/shared-memory-manager.js";
export { fromHandle, type Handle, toHandle } from "./wire/registry.js";

// Errors

export * from "./base/errors.js";
export { type ErrorWire, fromWire, type ThrownWire, toWire } from "./wire/thrown.js";

// About the package

export { version } from "./base/version.js";
export { type ShownConfig, showConfig } from "./functions/show-config.js";
