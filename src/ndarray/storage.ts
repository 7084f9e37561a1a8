/** New elements: zeros, copies, and staged elements that get their name only when they are filled. */
import { type DType, dtypes, hasFloat16Array, isComplex, noFloat16Array, type RawArray } from "../base/dtype.js";
import { DTypeError, UnsupportedError } from "../base/errors.js";
import { expectPlace, UNNAMED } from "../memory/names/place.js";
import {
  type AttachOptions,
  allocate,
  allocateUnnamed,
  discard,
  type NameOptions,
  publish,
  type SharedMemory,
  startOf,
} from "../memory/shared-memory.js";
import { MAX_ELEMENTS } from "../platform/runtime.js";
import { copy, copyWhere } from "./assign.js";
import { components } from "./components.js";
import { Elements, type Strided } from "./elements.js";
import { npyHeader } from "./npy.js";
import { overlaps, sameElements } from "./overlap.js";
import { noteMade } from "./scopes.js";
import { sizeOf } from "./shape.js";
import { cView, fView, type View } from "./view.js";

/** New elements, all zero, that nobody else can find yet. */
export interface Staged {
  readonly fresh: Strided;
  /**
   * Gives the elements their name, if the options had one.
   *
   * @throws {NameTakenError} If the name is taken; then nothing is left.
   */
  publish(): Strided;
  /** Gives the elements up instead. */
  discard(): void;
}

/**
 * New elements to be filled before anybody can find them by name. If they are to have a name, a `.npy` header precedes
 * them. With `fortran`, the first axis is the fastest. Without `isZeroed`, the elements are arbitrary at first.
 *
 * @throws {DTypeError} If the scope is "system" and the dtype is uint8_clamped, which a `.npy` header cannot name.
 * @throws {UnsupportedError} If there are more elements than a typed array can have.
 */
export function stage(
  shape: readonly number[],
  dtype: DType,
  options: NameOptions | undefined,
  { fortran = false, isZeroed = true }: { readonly fortran?: boolean; readonly isZeroed?: boolean } = {},
): Staged {
  const place = expectPlace(options);
  if (place === UNNAMED) return stageUnnamed(fortran ? fView(shape) : cView(shape), dtype, isZeroed);
  if (dtype === "uint8_clamped" && place.scope === "system") throw noClampedFiles();
  assertIndexable(sizeOf(shape), dtype);
  const header = npyHeader(dtype, shape, fortran);
  const block = allocate(place, header.length + sizeOf(shape) * dtypes[dtype].bytes);
  new Uint8Array(block.buffer, 0, header.length).set(header);
  const view = fortran ? fView(shape) : cView(shape);
  const over = (memory: SharedMemory): Strided => ({
    elements: new Elements(memory, dtype, header.length, view.size),
    view,
  });
  return {
    fresh: over(publish(block, UNNAMED)),
    publish: () => over(publish(block, place, { dtype, shape })),
    discard: () => discard(place, block),
  };
}

/** Elements without a name, which have the handle that they are made with. */
function stageUnnamed(view: View, dtype: DType, isZeroed: boolean): Staged {
  const fresh = unnamed(view, dtype, isZeroed);
  return { fresh, publish: () => fresh, discard: () => fresh.elements.memory.close() };
}

function unnamed(view: View, dtype: DType, isZeroed: boolean): Strided {
  assertIndexable(view.size, dtype);
  const memory = publish(allocateUnnamed(Math.max(1, view.size * dtypes[dtype].bytes), isZeroed), UNNAMED);
  noteMade(memory);
  return { elements: new Elements(memory, dtype, startOf(memory), view.size), view };
}

function noClampedFiles(): DTypeError {
  const message = "Expected a dtype that a .npy header can name in system scope, got uint8_clamped (use uint8)";
  return new DTypeError(message, { dtype: "uint8_clamped", expected: "uint8" });
}

function assertIndexable(size: number, dtype: DType): void {
  if (size <= MAX_ELEMENTS) return;
  const limit = `at most ${MAX_ELEMENTS} elements, the longest that typed arrays of this runtime can be`;
  throw new UnsupportedError(`Expected ${limit}, got ${size} of ${dtype}`, {
    feature: `arrays of more than ${MAX_ELEMENTS} elements`,
    instead: "Node 22 or later, or a larger dtype",
  });
}

/**
 * New elements in C order: zeros, or what `fill` writes. If `fill` throws or the name is taken, nothing is left.
 *
 * @throws {NameTakenError} If the name is taken.
 * @throws {NoSpaceError} If there is not enough memory.
 */
export function newStrided(
  shape: readonly number[],
  dtype: DType,
  options: NameOptions | undefined,
  fill?: (fresh: Strided) => void,
): Strided {
  if (options === undefined && fill === undefined) return unnamed(cView(shape), dtype, true);
  return filled(stage(shape, dtype, options), fill);
}

/**
 * New elements of a view in C order without a name, if `write` writes all of them. If it returns false, or throws, they
 * are given up.
 */
export function writtenNow(view: View, dtype: DType, write: (fresh: Strided) => boolean): Strided | undefined {
  const fresh = unnamed(view, dtype, false);
  let isWritten = false;
  try {
    isWritten = write(fresh);
    return isWritten ? fresh : undefined;
  } finally {
    if (!isWritten) fresh.elements.memory.close();
  }
}

/** New elements in C order without a name, which are arbitrary at first. The caller writes all of them. */
export const blankStrided = (view: View, dtype: DType): Strided => unnamed(view, dtype, false);

/** As `newStrided`, but `write` writes all elements, so that they need not be zero before. */
export const writtenStrided = (
  shape: readonly number[],
  dtype: DType,
  options: NameOptions | undefined,
  write: (fresh: Strided) => void,
): Strided => filled(stage(shape, dtype, options, { isZeroed: false }), write);

function filled(staged: Staged, fill: ((fresh: Strided) => void) | undefined): Strided {
  try {
    fill?.(staged.fresh);
  } catch (e) {
    staged.discard();
    throw e;
  }
  return staged.publish();
}

/** A copy in C order, in new memory. `place` says which scope the memory belongs to. */
export const compactCopy = (source: Strided, place?: AttachOptions): Strided =>
  writtenStrided(source.view.shape, source.elements.dtype, place, (fresh) => copy(fresh, source));

/** The source itself if it is contiguous, otherwise a copy that is. */
export const compact = (source: Strided): Strided => (source.view.contiguous ? source : compactCopy(source));

/** Calls `use` with the source itself if it is contiguous, otherwise with a copy that is closed afterwards. */
export function withCompact<T>(source: Strided, use: (compact: Strided) => T): T {
  const ready = compact(source);
  try {
    return use(ready);
  } finally {
    if (ready !== source) ready.elements.memory.close();
  }
}

/**
 * The elements in C order, copied to a typed array in ordinary memory.
 *
 * @throws {UnsupportedError} If they are float16, and the runtime has no `Float16Array`.
 */
export function copiedArray(source: Strided): RawArray {
  const { dtype } = source.elements;
  if (dtype === "float16" && !hasFloat16Array) throw noFloat16Array();
  if (isComplex(dtype)) return withCompact(source, (ready) => copiedArray(components(ready)));
  return withCompact(source, ({ elements, view }) => {
    const copy = new dtypes[dtype].array(new ArrayBuffer(view.size * elements.itemsize));
    copy.set(elements.raw.subarray(view.offset, view.offset + view.size));
    return copy;
  });
}

/**
 * Calls `use` with the elements in C order as raw elements of that dtype: the source's own ones if they are like that,
 * otherwise a copy that is closed afterwards.
 *
 * @param mayBeOwn without it, a copy in any case
 */
export function withRaw<T>(source: Strided, dtype: DType, use: (raw: RawArray) => T, mayBeOwn = true): T {
  const { elements, view } = source;
  if (mayBeOwn && elements.dtype === dtype && view.contiguous) {
    return use(elements.raw.subarray(view.offset, view.offset + view.size));
  }
  return withCast(source, dtype, (cast) => use(cast.elements.raw));
}

/** Calls `use` with a copy of the elements in C order, cast to a dtype, which is closed afterwards. */
export function withCast<T>({ elements, view }: Strided, dtype: DType, use: (cast: Strided) => T): T {
  const cast = blankStrided(cView(view.shape), dtype);
  try {
    copy(cast, { elements, view });
    return use(cast);
  } finally {
    cast.elements.memory.close();
  }
}

/** As `copyWhere`, also of real numbers into complex elements. */
export function mergeWhere(target: Strided, source: Strided, mask: Strided): void {
  const { dtype } = target.elements;
  if (!isComplex(dtype) || isComplex(source.elements.dtype)) copyWhere(target, source, mask);
  else withCast(source, dtype, (cast) => copyWhere(target, cast, mask));
}

/** Calls `use` with the source or, if it shares a byte with the target, with a copy that is closed afterwards. */
export function withApart<T>(source: Strided, target: Strided, use: (source: Strided) => T): T {
  if (!overlaps(source, target)) return use(source);
  const copied = compactCopy(source);
  try {
    return use(copied);
  } finally {
    copied.elements.memory.close();
  }
}

/**
 * The source, or a copy of it if writing to the target would change what is read from it: results are the same as
 * if all inputs had been copied first. `place` says which scope the memory of a copy belongs to.
 */
export const separate = (source: Strided, target: Strided, place?: AttachOptions): Strided =>
  overlaps(source, target) && !sameElements(source, target) ? compactCopy(source, place) : source;
