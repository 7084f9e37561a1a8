/**
 * Every error of the package with a code of its own: code, fields, and the built-in class that a user would guess.
 * Thrown by all layers; `isSharedError` is how users tell them apart, also after they have crossed a thread.
 */

import { isError } from "./builtins.js";

export type Span = readonly [start: number, end: number];
interface ChunkRange {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The fields of each error, by code. The class of code `A_B` is `ABError`. `key` is the name, or the path, of the
 * block, file or function that an error is about: an error's own `name` is that of its class.
 */
export interface ErrorFields {
  NAME_TAKEN: { key: string; scope: "process" | "system" };
  NAME_NOT_FOUND: { key: string; scope: "process" | "system" };
  NO_SPACE: { requested: number; free: number };
  CLOSED: { what: string };
  FORMAT: { key: string };
  BOUNDS: { byteOffset: number; byteLength: number; size: number };
  SHAPE: { shape: readonly number[]; expected: readonly number[] };
  INDEX: { index: number; axis: number; shape: readonly number[] };
  DTYPE: { dtype: string; expected: string };
  LAYOUT: { shape: readonly number[]; strides: readonly number[] };
  OVERLAP: { operands: readonly [number | string, number | string] };
  LIN_ALG: { position: readonly number[] };
  NOT_SHARED: { what: string };
  NOT_SENDABLE: { path: string };
  UNSUPPORTED: { feature: string; instead: string };
  CAPTURE: { captured: string; fn: string };
  DUPLICATE_NAME: { url: string; key: string };
  IMPORTED_PROGRAM: { url: string };
  ABORTED: { written: readonly Span[] };
  TIMEOUT: { timeoutMs: number; written: readonly Span[] };
  DEADLOCK: { lock: string };
  LOCK_ABANDONED: { holder: number };
  LOCK_STATE: { lock: string };
  BROKEN_BARRIER: { parties: number };
  END_OF_STREAM: { what: string };
  MESSAGE_TOO_LARGE: { byteLength: number; byteCapacity: number };
  KERNEL: { kernel: string; chunk: ChunkRange; written: readonly Span[] };
  WORKER_DIED: { exitCode: number | undefined; chunks: readonly ChunkRange[]; written: readonly Span[] };
  POOL_TERMINATED: { queued: number; written: readonly Span[] };
}

/** What `code` may be. */
export type ErrorCode = keyof ErrorFields;

/** Any error of this package. `code` says which one, and the fields of that code hold the offending values. */
export interface SharedError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
}

// By brand, not by class: `instanceof` must also hold for errors from another thread or a second copy of the package.
const BRAND = Symbol.for("shared-ndarray.error");

/** `e instanceof SharedError` holds for every error of this package that has a `code` of `ErrorFields`. */
export const SharedError: { [Symbol.hasInstance](e: unknown): e is SharedError } = {
  [Symbol.hasInstance](e: unknown): e is SharedError {
    try {
      return isError(e) && BRAND in e;
    } catch {
      return false; // a proxy may throw whenever it is asked
    }
  },
};

/**
 * True for an error of this package; with a `code`, narrows to the fields of that code.
 *
 * @example if (isSharedError(e, "WORKER_DIED")) console.log(e.chunks);
 */
export function isSharedError<C extends ErrorCode>(
  e: unknown,
  code?: C,
): e is { [K in C]: SharedError<K> & Readonly<ErrorFields[K]> }[C] {
  return e instanceof SharedError && (code === undefined || e.code === code);
}

type ErrorOf<C extends ErrorCode> = SharedError<C> & Readonly<ErrorFields[C]>;
interface ErrorClass<C extends ErrorCode> {
  new (message: string, fields: ErrorFields[C], options?: ErrorOptions): ErrorOf<C>;
  readonly prototype: ErrorOf<C>;
}

/**
 * Makes the class of a code: `ABError` for `A_B`. If the web platform has another name for such errors, pass `name`.
 */
function errorClass<C extends ErrorCode>(code: C, Base: ErrorConstructor, name?: string): ErrorClass<C> {
  const words = code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
  const className = `${words.replace("Dtype", "DType")}Error`;
  const Class = class extends Base {
    constructor(message: string, fields: ErrorFields[C], options?: ErrorOptions) {
      super(message, options);
      // Own properties, so that console.log shows them, as it does for Node's errors.
      Object.assign(this, { code }, fields);
    }
  };
  Object.defineProperty(Class, "name", { value: className });
  Object.defineProperties(Class.prototype, {
    name: { value: name ?? className, configurable: true, writable: true },
    [BRAND]: { value: true },
  });
  return Class as unknown as ErrorClass<C>;
}

/** Something was created under a name that is in use. */
export const NameTakenError: ErrorClass<"NAME_TAKEN"> = errorClass("NAME_TAKEN", Error);
export type NameTakenError = ErrorOf<"NAME_TAKEN">;
/** `attach` or `unlink` was called with a name that nothing has. */
export const NameNotFoundError: ErrorClass<"NAME_NOT_FOUND"> = errorClass("NAME_NOT_FOUND", Error);
export type NameNotFoundError = ErrorOf<"NAME_NOT_FOUND">;
/** More bytes, or one more file, were asked for than the machine can give. */
export const NoSpaceError: ErrorClass<"NO_SPACE"> = errorClass("NO_SPACE", RangeError);
export type NoSpaceError = ErrorOf<"NO_SPACE">;
/** A handle was used after its `close()`. */
export const ClosedError: ErrorClass<"CLOSED"> = errorClass("CLOSED", ReferenceError);
export type ClosedError = ErrorOf<"CLOSED">;
/**
 * A file, block or message does not contain what it should: a file is not a readable `.npy` array, a name belongs to
 * another kind of thing or to a file that is not a block, or stored data are damaged.
 */
export const FormatError: ErrorClass<"FORMAT"> = errorClass("FORMAT", Error);
export type FormatError = ErrorOf<"FORMAT">;
/** A view would reach outside its memory. */
export const BoundsError: ErrorClass<"BOUNDS"> = errorClass("BOUNDS", RangeError);
export type BoundsError = ErrorOf<"BOUNDS">;
/** Shapes do not fit: in broadcasting, for `out`, in `reshape`, or when `attach` expects another shape. */
export const ShapeError: ErrorClass<"SHAPE"> = errorClass("SHAPE", RangeError);
export type ShapeError = ErrorOf<"SHAPE">;
/** The array does not have this index or slice. */
export const IndexError: ErrorClass<"INDEX"> = errorClass("INDEX", RangeError);
export type IndexError = ErrorOf<"INDEX">;
/** An element type is unknown, or cannot be cast to the one that is needed. */
export const DTypeError: ErrorClass<"DTYPE"> = errorClass("DTYPE", TypeError);
export type DTypeError = ErrorOf<"DTYPE">;
/**
 * A memory layout does not allow the call: `flat` of a strided view, a `reshape` that would copy, a write to a
 * read-only view or to a file mapped with mode "r".
 */
export const LayoutError: ErrorClass<"LAYOUT"> = errorClass("LAYOUT", TypeError);
export type LayoutError = ErrorOf<"LAYOUT">;
/**
 * An array cannot be written to safely: two operands of `forEachChunk` overlap, so that one chunk would write what
 * another reads or writes; or `out` is a read-only view, or a view whose elements share memory.
 */
export const OverlapError: ErrorClass<"OVERLAP"> = errorClass("OVERLAP", Error);
export type OverlapError = ErrorOf<"OVERLAP">;
/**
 * A matrix is singular, not positive definite, or an iteration has not converged; `position` is where it is in a stack
 * of matrices. After `np.linalg.LinAlgError`.
 */
export const LinAlgError: ErrorClass<"LIN_ALG"> = errorClass("LIN_ALG", RangeError);
export type LinAlgError = ErrorOf<"LIN_ALG">;
/** `NDArray.wrap` was given memory that other threads cannot see. */
export const NotSharedError: ErrorClass<"NOT_SHARED"> = errorClass("NOT_SHARED", TypeError);
export type NotSharedError = ErrorOf<"NOT_SHARED">;
/** A message, argument or result contains something that the receiver could not have; `path` says which part. */
export const NotSendableError: ErrorClass<"NOT_SENDABLE"> = errorClass("NOT_SENDABLE", TypeError);
export type NotSendableError = ErrorOf<"NOT_SENDABLE">;
/** This runtime or this version lacks a feature; `instead` says what to do. */
export const UnsupportedError: ErrorClass<"UNSUPPORTED"> = errorClass("UNSUPPORTED", TypeError);
export type UnsupportedError = ErrorOf<"UNSUPPORTED">;
/** An inline function uses a name from outside; pass the value in `params` or `args`. */
export const CaptureError: ErrorClass<"CAPTURE"> = errorClass("CAPTURE", ReferenceError);
export type CaptureError = ErrorOf<"CAPTURE">;
/** Two functions were defined under the same name in one module. */
export const DuplicateNameError: ErrorClass<"DUPLICATE_NAME"> = errorClass("DUPLICATE_NAME", Error);
export type DuplicateNameError = ErrorOf<"DUPLICATE_NAME">;
/** A worker imported a module to get a function, and the module started something, as if it were the program. */
export const ImportedProgramError: ErrorClass<"IMPORTED_PROGRAM"> = errorClass("IMPORTED_PROGRAM", Error);
export type ImportedProgramError = ErrorOf<"IMPORTED_PROGRAM">;
/** A wait or call was ended by its `signal`. `cause` is the signal's reason, `written` the finished parts. */
export const AbortedError: ErrorClass<"ABORTED"> = errorClass("ABORTED", Error, "AbortError");
export type AbortedError = ErrorOf<"ABORTED">;
/** A wait or call took longer than its `timeoutMs`. `written` are the finished parts of an array call. */
export const TimeoutError: ErrorClass<"TIMEOUT"> = errorClass("TIMEOUT", Error);
export type TimeoutError = ErrorOf<"TIMEOUT">;
/** A blocking wait for a lock that the waiting thread itself holds would never end. */
export const DeadlockError: ErrorClass<"DEADLOCK"> = errorClass("DEADLOCK", Error);
export type DeadlockError = ErrorOf<"DEADLOCK">;
/**
 * The holder of a lock died. Nobody has the lock, and what it protects may be half changed. `holder` is the OS thread
 * id of the dead thread; `recover()` takes the lock over.
 */
export const LockAbandonedError: ErrorClass<"LOCK_ABANDONED"> = errorClass("LOCK_ABANDONED", Error);
export type LockAbandonedError = ErrorOf<"LOCK_ABANDONED">;
/**
 * A thread did something that needs a lock which it does not hold, or it called a semaphore's `release` or a queue's
 * `taskDone` once too often.
 */
export const LockStateError: ErrorClass<"LOCK_STATE"> = errorClass("LOCK_STATE", Error);
export type LockStateError = ErrorOf<"LOCK_STATE">;
/** A member of a barrier failed, so the others would wait without end. */
export const BrokenBarrierError: ErrorClass<"BROKEN_BARRIER"> = errorClass("BROKEN_BARRIER", Error);
export type BrokenBarrierError = ErrorOf<"BROKEN_BARRIER">;
/** A queue or pipe was read past its end, or written to after it. Python's EOFError and BrokenPipeError. */
export const EndOfStreamError: ErrorClass<"END_OF_STREAM"> = errorClass("END_OF_STREAM", Error);
export type EndOfStreamError = ErrorOf<"END_OF_STREAM">;
/** A message has more bytes than the queue or pipe can hold even when it is empty. */
export const MessageTooLargeError: ErrorClass<"MESSAGE_TOO_LARGE"> = errorClass("MESSAGE_TOO_LARGE", RangeError);
export type MessageTooLargeError = ErrorOf<"MESSAGE_TOO_LARGE">;
/**
 * A kernel threw. `cause` is its own error with class and stack, `chunk` says where, `written` are the finished parts.
 */
export const KernelError: ErrorClass<"KERNEL"> = errorClass("KERNEL", Error);
export type KernelError = ErrorOf<"KERNEL">;
/** A worker ended during a call. `chunks` are those that it had begun and not finished. */
export const WorkerDiedError: ErrorClass<"WORKER_DIED"> = errorClass("WORKER_DIED", Error);
export type WorkerDiedError = ErrorOf<"WORKER_DIED">;
/** `pool.terminate()` ended a call or task before it was done. */
export const PoolTerminatedError: ErrorClass<"POOL_TERMINATED"> = errorClass("POOL_TERMINATED", Error);
export type PoolTerminatedError = ErrorOf<"POOL_TERMINATED">;
