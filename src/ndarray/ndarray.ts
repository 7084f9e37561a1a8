/** `NDArray`: a block, a dtype and a view of it. Members that copy, write or print delegate to the files beside this one. */
import {
  canCast,
  type DType,
  dtypes,
  expectDType,
  expectScalar,
  type Scalar,
  type ScalarOf,
  type StoredOf,
  type TypedArrayOf,
} from "../base/dtype.js";
import { DTypeError, LayoutError, ShapeError } from "../base/errors.js";
import { expectOptions, show } from "../base/expect.js";
import {
  type AttachOptions,
  blockOf,
  type NameOptions,
  type Scope,
  type Shared,
  SharedMemory,
} from "../memory/shared-memory.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { loadNdarray } from "../platform/runtime.js";
import { registerHandleKind } from "../wire/handle.js";
import * as assigning from "./assign.js";
import type { Elements, Strided } from "./elements.js";
import { formatArray } from "./format.js";
import { toNested } from "./lists.js";
import type {
  DTypeFor,
  Index,
  Nested,
  RankChange,
  RankTable,
  ScijsNDArray,
  SetTable,
  SliceArg,
  TypedArrayLike,
} from "./notation.js";
import { overlaps } from "./overlap.js";
import * as scijs from "./scijs.js";
import { expectAxis, sameShape } from "./shape.js";
import {
  attachedStrided,
  checkExpectations,
  compactCopy,
  type Expected,
  newStrided,
  separate,
  type ViewOptions,
  viewedStrided,
  wrappedStrided,
} from "./storage.js";
import type { View } from "./view.js";
import * as views from "./view.js";
import { arrayFromWire, arrayToWire } from "./wire.js";

/** An array to read: the type of every input. `NDArray<"float64", 2>` is a `ReadonlyNDArray<DType>`, though no `NDArray<DType>`. */
export interface ReadonlyNDArray<out D extends DType = DType, out R extends number = number> {
  readonly dtype: D;
  readonly shape: Index<R>;
  readonly ndim: number;
  readonly size: number;
  readonly nbytes: number;
  readonly itemsize: number;
  /** Bytes. */
  readonly strides: Index<R>;
  /** C order, no gaps. */
  readonly contiguous: boolean;
  /** Its elements, same memory. @throws {LayoutError} unless contiguous */
  readonly flat: ArrayLike<TypedArrayOf<D>[number]>;
  readonly T: ReadonlyNDArray<D, R>;
  /** Negative counts from the end. @throws {IndexError} */
  get(...index: Index<R>): ScalarOf<D>;
  /** Of the only element. */
  item(): ScalarOf<D>;
  slice<const S extends readonly SliceArg[]>(...spec: S): ReadonlyNDArray<D, RankTable[R][RankChange<S>]>;
  astype<E extends DType>(dtype: E, options?: NameOptions): NDArray<E, R>;
  /** Nested lists; of rank 0 the scalar. */
  toArray(): Nested<ScalarOf<D>>[R];
  /** As NumPy prints; so does console.log. */
  toString(): string;
}

/** An array of any one dtype: a union, which `switch (a.dtype)` narrows. */
export type AnyNDArray<R extends number = number> = { [D in DType]: NDArray<D, R> }[DType];

/** What iterating yields: rows; of rank 1 the elements. */
export interface Items<D extends DType> {
  [rank: number]: unknown;
  0: never;
  1: ScalarOf<D>;
  2: NDArray<D, 1>;
  3: NDArray<D, 2>;
  4: NDArray<D, 3>;
  5: NDArray<D, 4>;
}

interface WhereOptions {
  /** Only where this is true; broadcasts. */
  readonly where?: ReadonlyNDArray<"bool">;
}
type Indices = ReadonlyNDArray<"int32"> | readonly number[];

/** For the layers above: an array over elements and a view of them. A view owns nothing; a read-only one refuses writes. */
export let arrayOf: (strided: Strided, isView?: boolean, isReadonly?: boolean) => NDArray<DType>;
/** For the layers above: what an array sees. @throws {ClosedError} */
export let stridedOf: (array: ReadonlyNDArray) => Strided;
/** For the layers above: true of broadcast views and sliding windows, several of whose indices are one element. */
export let isReadonlyArray: (array: ReadonlyNDArray) => boolean;

/** scijs packages compute `offset | 0`: beyond this, the view gets a typed array that begins nearer. */
const MAX_SCIJS_OFFSET = 2 ** 31 - 1;

/**
 * An n-dimensional array in shared memory: shape (n, k, …), one element type. Slicing makes views of the same memory, never copies.
 * Made by `zeros`, `array`, … or found by `NDArray.attach`.
 *
 * @example
 * const a = zeros([3, 4]);
 * a.slice("1:, ::2").fill(1); // rows 1 and 2, columns 0 and 2
 *
 * After NumPy's `ndarray`; structurally also an scijs `ndarray` (`data shape stride offset …`).
 */
export class NDArray<in out D extends DType, out R extends number = number> implements Shared, ReadonlyNDArray<D, R> {
  readonly #elements: Elements;
  readonly #view: View;
  readonly #isView: boolean;
  readonly #isReadonly: boolean;
  /** Of the first element in `data`, in elements. scijs packages write it; this package computes with its own copy. */
  offset: number;

  private constructor({ elements, view }: Strided, isView: boolean, isReadonly: boolean) {
    this.#elements = elements;
    this.#view = view;
    this.#isView = isView;
    this.#isReadonly = isReadonly;
    this.offset = view.offset;
  }

  static {
    arrayOf = (strided, isView = false, isReadonly = false) => new NDArray(strided, isView, isReadonly);
    stridedOf = (array) => expectArray(array, "array").#strided();
    isReadonlyArray = (array) => expectArray(array, "array").#isReadonly;
    registerHandleKind<NDArray<DType>>(
      "NDArray",
      (value) => value instanceof NDArray,
      (array) => arrayToWire(array.#strided(), array.#isView, array.#isReadonly),
      (data) => {
        const { strided, isView, isReadonly } = arrayFromWire(data);
        return new NDArray(strided, isView, isReadonly);
      },
    );
  }

  /**
   * The array of that name. Its header knows dtype and shape: what you expect is checked, and typed.
   *
   * @throws {NameNotFoundError} {FormatError} {DTypeError} {ShapeError}
   */
  static attach<D extends DType, R extends number = number>(
    name: string,
    expect: AttachOptions & Expected<D, R>,
  ): NDArray<NoInfer<D>, NoInfer<R>>;
  static attach(name: string, options?: AttachOptions): AnyNDArray;
  static attach(name: string, options?: AttachOptions & Partial<Expected<DType, number>>): unknown {
    return arrayOf(attachedStrided(SharedMemory.attach(name, checkExpectations(options)), options));
  }

  /** The array of that name, as soon as there is one. @throws {TimeoutError} {AbortedError}, and as `attach` */
  static waitFor<D extends DType, R extends number = number>(
    name: string,
    expect: AttachOptions & WaitOptions & Expected<D, R>,
  ): Promise<NDArray<NoInfer<D>, NoInfer<R>>>;
  static waitFor(name: string, options?: AttachOptions & WaitOptions): Promise<AnyNDArray>;
  static async waitFor(
    name: string,
    options?: AttachOptions & WaitOptions & Partial<Expected<DType, number>>,
  ): Promise<unknown> {
    return arrayOf(attachedStrided(await SharedMemory.waitFor(name, checkExpectations(options)), options));
  }

  /** As `waitFor`, blocking. */
  static waitForSync<D extends DType, R extends number = number>(
    name: string,
    expect: AttachOptions & SyncWaitOptions & Expected<D, R>,
  ): NDArray<NoInfer<D>, NoInfer<R>>;
  static waitForSync(name: string, options?: AttachOptions & SyncWaitOptions): AnyNDArray;
  static waitForSync(
    name: string,
    options?: AttachOptions & SyncWaitOptions & Partial<Expected<DType, number>>,
  ): unknown {
    return arrayOf(attachedStrided(SharedMemory.waitForSync(name, checkExpectations(options)), options));
  }

  /**
   * Memory seen as an array, never copied: `np.ndarray(shape, dtype, buffer, offset, strides)`, all in bytes.
   *
   * @throws {BoundsError} if an element would lie outside
   */
  static view<const S extends readonly number[], D extends DType = "float64">(
    memory: SharedMemory,
    shape: S,
    options?: ViewOptions<D>,
  ): NDArray<NoInfer<D>, S["length"]> {
    return new NDArray<D, S["length"]>(viewedStrided(memory, shape, options), true, false);
  }

  /** Shares, never copies (`array(x)` copies): a typed array or an scijs ndarray over shared memory. @throws {NotSharedError} {BoundsError} */
  static wrap<T extends TypedArrayLike>(data: T): NDArray<DTypeFor<T>, 1>;
  static wrap(scijs: ScijsNDArray): AnyNDArray;
  static wrap(given: TypedArrayLike | ScijsNDArray): unknown {
    return arrayOf(wrappedStrided(given));
  }

  get dtype(): D {
    return this.#elements.dtype as D;
  }
  get shape(): Index<R> {
    return this.#view.shape as Index<R>;
  }
  get ndim(): number {
    return this.#view.shape.length;
  }
  /** Elements. */
  get size(): number {
    return this.#view.size;
  }
  get itemsize(): number {
    return this.#elements.itemsize;
  }
  /** Bytes of all elements. */
  get nbytes(): number {
    return this.size * this.itemsize;
  }
  /** Bytes from one index to the next, by axis. */
  get strides(): Index<R> {
    return this.#view.strides.map((stride) => stride * this.itemsize) as Index<R>;
  }
  get contiguous(): boolean {
    return this.#view.contiguous;
  }
  get memory(): SharedMemory {
    return this.#elements.memory;
  }
  /** Of the first element in `memory.buf`. */
  get byteOffset(): number {
    return this.#elements.byteOffset + this.#view.offset * this.itemsize;
  }
  /** The elements in C order, same memory: what a kernel loops over. @throws {LayoutError} unless contiguous @throws {UnsupportedError} */
  get flat(): TypedArrayOf<D> {
    const { contiguous, offset, size, shape, strides } = this.#view;
    if (contiguous) return this.#elements.data.subarray(offset, offset + size) as unknown as TypedArrayOf<D>;
    const message = `Expected a contiguous array, got shape ${show(shape)} with strides ${show(this.strides)} (take a .copy(), or use get)`;
    throw new LayoutError(message, { shape, strides });
  }

  // ── Elements ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** One element; negative indices count from the end. @throws {IndexError} */
  get(...index: Index<R>): ScalarOf<D> {
    const { load } = dtypes[this.dtype];
    const raw = this.#elements.raw[views.locate(this.#view, index)]!;
    return (load ? load(raw) : raw) as ScalarOf<D>;
  }
  /** The only element. @throws {ShapeError} if there are more, or none */
  item(): ScalarOf<D> {
    const array = this.#strided();
    if (this.size === 1) return [...assigning.scalars(array)][0] as ScalarOf<D>;
    const message = `Expected an array of one element, got shape ${show(this.shape)}`;
    throw new ShapeError(message, { shape: this.shape, expected: [] });
  }
  /** `a.set(i, j, value)`; returns the value. Integers wrap, as in a typed array. @throws {IndexError} {DTypeError} {LayoutError} */
  set(...indexAndValue: SetTable<ScalarOf<D>>[R]): ScalarOf<D> {
    const index = indexAndValue as Scalar[];
    const value = expectScalar(index.pop(), this.dtype);
    const { store } = dtypes[this.dtype];
    const at = views.locate(this.#view, index as number[]);
    this.#writable().elements.raw[at] = store ? store(value) : (value as number);
    return value as ScalarOf<D>;
  }
  fill(value: StoredOf<D>, options?: WhereOptions): this {
    return this.#assign(expectScalar(value, this.dtype), options);
  }
  /** `a[…] = source`: broadcasts, casts "same_kind", overlap as if copied. @throws {ShapeError} {DTypeError} {LayoutError} */
  assign(source: ReadonlyNDArray | StoredOf<D>, options?: WhereOptions): this {
    if (typeof source === "object") return this.#assign(expectArray(source, "source"), options);
    return this.fill(source as StoredOf<D>, options);
  }
  /** Elements at flat positions, or slabs along an axis. A copy. @throws {IndexError} */
  take(indices: Indices, options?: { readonly axis?: number }): NDArray<D> {
    const axis = expectOptions(options).axis;
    const source = axis === undefined ? this.#flattened() : this.#strided();
    const along = axis === undefined ? 0 : expectAxis(axis, this.shape);
    const { shape } = source.view;
    const [list, indexShape] = listOf(indices);
    const checked = assigning.checkIndices(list, shape[along]!, along, shape);
    const taken = newStrided(shape.toSpliced(along, 1, checked.length), this.dtype, undefined, (fresh) =>
      assigning.takeAlong(fresh, along, source, along, checked),
    );
    return arrayOf({
      ...taken,
      view: views.reshape(taken.view, shape.toSpliced(along, 1, ...indexShape)),
    }) as unknown as NDArray<D>;
  }
  /** Writes values to flat positions; fewer values than positions repeat. @throws {IndexError} {DTypeError} {LayoutError} */
  put(indices: Indices, values: ReadonlyNDArray | StoredOf<D>): this {
    const positions = assigning.checkIndices(listOf(indices)[0], this.size, 0, [this.size]);
    const target = this.#writable();
    const source = this.#source(values, "values");
    // Not `separate`: even of the very same elements, some would be written before they are read.
    assigning.putAt(target, positions, overlaps(source, target) ? compactCopy(source) : source);
    return this;
  }
  /** `a[mask]`: what a mask of the first axes is true for; with `axis`, the slabs of a 1-D mask. A copy. @throws {ShapeError} */
  compress(mask: ReadonlyNDArray<"bool">, options?: { readonly axis?: number }): NDArray<D> {
    const on = expectMask(mask, "mask");
    const axis = expectOptions(options).axis;
    const along = axis === undefined ? 0 : expectAxis(axis, this.shape);
    const covered = axis === undefined ? this.shape.slice(0, mask.ndim) : [this.shape[along]!];
    if (!sameShape(on.view.shape, covered)) {
      const message = `Expected \`mask\` to have shape ${show(covered)}, got ${show(on.view.shape)} (array of shape ${show(this.shape)})`;
      throw new ShapeError(message, { shape: on.view.shape, expected: covered });
    }
    const found = assigning.trueIndices(on);
    if (axis !== undefined) return this.take(found, { axis });
    const { elements, view } = this.#compact();
    const rows = { elements, view: views.reshape(view, assigning.leadingAsOne(view, on.view.shape.length)) };
    const shape = rows.view.shape.with(0, found.length);
    return arrayOf(
      newStrided(shape, this.dtype, undefined, (fresh) => assigning.takeAlong(fresh, 0, rows, 0, found)),
    ) as unknown as NDArray<D>;
  }
  /** Rows; of rank 1 the elements. @throws {TypeError} of rank 0 */
  *[Symbol.iterator](): IterableIterator<Items<D>[R]> {
    if (this.ndim === 0)
      throw new TypeError("Expected an array of at least one axis to iterate over, got one of rank 0");
    if (this.ndim === 1) yield* assigning.scalars(this.#strided()) as Iterable<Items<D>[R]>;
    else for (let i = 0; i < this.shape[0]!; i++) yield this.#derive(views.slice(this.#view, [i])) as Items<D>[R];
  }

  // ── Views, never copies ──────────────────────────────────────────────────────────────────────────────────────────

  /** NumPy's basic slicing. @example a.slice("1:-1, ::2"); a.slice(0, null, [9, 1, -2]) @throws {IndexError} */
  slice<const S extends readonly SliceArg[]>(...spec: S): NDArray<D, RankTable[R][RankChange<S>]> {
    return this.#derive(views.slice(this.#view, spec));
  }
  get T(): NDArray<D, R> {
    return this.#derive(views.transpose(this.#view, []));
  }
  /** Axes in that order; without arguments reversed, as in NumPy (in scijs: unchanged). */
  transpose(...axes: number[]): NDArray<D, R> {
    return this.#derive(views.transpose(this.#view, axes));
  }
  /** One length may be -1. @throws {ShapeError} @throws {LayoutError} where NumPy would copy */
  reshape<const S extends readonly number[]>(shape: S): NDArray<D, S["length"]> {
    return this.#derive(views.reshape(this.#view, shape));
  }
  /** All elements in one axis. @throws {LayoutError} where NumPy would copy: `flatten()` copies */
  ravel(): NDArray<D, 1> {
    return this.#derive(views.reshape(this.#view, [this.size]));
  }
  squeeze(axis?: number): NDArray<D> {
    return this.#derive(views.squeeze(this.#view, axis));
  }
  expandDims(axis: number): NDArray<D, RankTable[R]["+1"]> {
    return this.#derive(views.expandDims(this.#view, axis));
  }
  diagonal(): NDArray<D, RankTable[R]["-1"]> {
    return this.#derive(views.diagonal(this.#view));
  }
  flip(axis?: number): NDArray<D, R> {
    return this.#derive(views.flip(this.#view, axis));
  }
  swapaxes(a: number, b: number): NDArray<D, R> {
    return this.#derive(views.swapAxes(this.#view, a, b));
  }
  moveaxis(from: number, to: number): NDArray<D, R> {
    return this.#derive(views.moveAxis(this.#view, from, to));
  }
  /** Lengths of 1 and missing axes repeat; read-only. @throws {ShapeError} */
  broadcastTo<const S extends readonly number[]>(shape: S): ReadonlyNDArray<D, S["length"]> {
    return this.#derive(views.broadcastTo(this.#view, shape), true) as never;
  }

  // ── Copies ───────────────────────────────────────────────────────────────────────────────────────────────────────

  copy(options?: NameOptions): NDArray<D, R> {
    return this.astype(this.dtype, options);
  }
  flatten(): NDArray<D, 1> {
    return (this.copy() as NDArray<D>).ravel();
  }
  /** Cast as NumPy does: floats lose their fraction, integers wrap, nonzero is true. @throws {DTypeError} {NameTakenError} */
  astype<E extends DType>(dtype: E, options?: NameOptions): NDArray<E, R> {
    const source = this.#strided();
    const fresh = newStrided(this.shape, expectDType(dtype), options, (target) => assigning.copy(target, source));
    return new NDArray<E, never>(fresh, false, false);
  }
  toArray(): Nested<ScalarOf<D>>[R] {
    return toNested(this.#strided()) as Nested<ScalarOf<D>>[R];
  }
  toString(): string {
    return formatArray(this.#strided());
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.closed ? `NDArray (closed, ${this.dtype}, shape ${show(this.shape)})` : this.toString();
  }

  // ── scijs, counted in elements ───────────────────────────────────────────────────────────────────────────────────

  get data(): TypedArrayOf<D> {
    return this.#elements.data as unknown as TypedArrayOf<D>;
  }
  get stride(): Index<R> {
    return this.#view.strides as Index<R>;
  }
  /** Axes from the fastest to the slowest. */
  get order(): number[] {
    return scijs.order(this.#view);
  }
  get dimension(): number {
    return this.ndim;
  }
  /** Where an element lies in `data`. */
  index(...index: Index<R>): number {
    return views.locate(this.#strided().view, index) - this.#view.offset + this.offset;
  }
  /** Without the first `from` along each axis. @throws {IndexError} */
  lo(...from: number[]): NDArray<D, R> {
    return this.#derive(scijs.lo(this.#view, from));
  }
  /** Only the first `to` along each axis. @throws {IndexError} */
  hi(...to: number[]): NDArray<D, R> {
    return this.#derive(scijs.hi(this.#view, to));
  }
  /** Every `by`-th along each axis; negative from the end. @throws {IndexError} if 0 */
  step(...by: number[]): NDArray<D, R> {
    return this.#derive(scijs.step(this.#view, by));
  }
  /** Drops the axes given a number; null or a negative number keeps one. @throws {IndexError} */
  pick(...at: (number | null)[]): NDArray<D> {
    return this.#derive(scijs.pick(this.#view, at));
  }
  /** The same memory as a real scijs ndarray. Evaluates code, as that package does. */
  toNdarray(): ScijsNDArray {
    return loadNdarray()(this.data as never, [...this.shape], [...this.stride], this.offset) as unknown as ScijsNDArray;
  }

  // ── Life ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  get name(): string | undefined {
    return this.memory.name;
  }
  get scope(): Scope {
    return this.memory.scope;
  }
  /** Whether this array created its block. A view never owns. */
  get owner(): boolean {
    return this.memory.owner && !this.#isView;
  }
  get closed(): boolean {
    return this.memory.closed;
  }
  /** Gives up the block's handle, for all views too; on a view of another array nothing, so `using row = a.slice(0)` is harmless. */
  close(): void {
    if (!this.#isView) this.memory.close();
  }
  unlink(): void {
    this.memory.unlink();
  }
  [Symbol.dispose](): void {
    if (!this.#isView) this.memory[Symbol.dispose]();
  }

  #strided(): Strided {
    blockOf(this.memory); // throws if closed
    return { elements: this.#elements, view: this.#view };
  }

  #derive(view: View, isReadonly = this.#isReadonly): NDArray<D, never> {
    blockOf(this.memory);
    const [low, high] = views.extent(view);
    if (view.offset <= MAX_SCIJS_OFFSET) return new NDArray({ elements: this.#elements, view }, true, isReadonly);
    const elements = this.#elements.window(low, high - low + 1);
    return new NDArray(
      { elements, view: views.makeView(view.shape, view.strides, view.offset - low) },
      true,
      isReadonly,
    );
  }

  #writable(): Strided {
    const { shape } = this;
    if (!this.#isReadonly) return this.#strided();
    const message = `Expected an array to write to, got a read-only view of shape ${show(shape)}, several of whose elements are one (take a .copy())`;
    throw new LayoutError(message, { shape, strides: this.strides });
  }

  #assign(source: Scalar | NDArray<DType>, options: WhereOptions | undefined): this {
    const target = this.#writable();
    const { where } = expectOptions(options);
    if (typeof source !== "object" && where === undefined) {
      assigning.fill(target, source);
      return this;
    }
    const from = this.#stretched(this.#source(source, "source"), "source");
    if (where === undefined) assigning.copy(target, from);
    else assigning.copyWhere(target, from, this.#stretched(separate(expectMask(where, "where"), target), "where"));
    return this;
  }

  /** What is to be written here: castable, and apart from what it would overwrite. */
  #source(source: unknown, what: string): Strided {
    if (typeof source !== "object" || source === null) {
      const value = expectScalar(source, this.dtype, what);
      return newStrided([], this.dtype, undefined, (fresh) => assigning.fill(fresh, value));
    }
    const { dtype } = this;
    const array = expectArray(source, what);
    if (canCast(array.dtype, dtype)) return separate(array.#strided(), this.#strided());
    const message = `Expected \`${what}\` to have a dtype that casts to ${dtype} within its kind, got ${array.dtype} (convert it with .astype("${dtype}"))`;
    throw new DTypeError(message, { dtype: array.dtype, expected: dtype });
  }

  #stretched({ elements, view }: Strided, what: string): Strided {
    return { elements, view: assigning.stretchTo(view, this.shape, what) };
  }

  /** All elements in one axis, copied if they do not lie so. */
  #flattened(): Strided {
    const { elements, view } = this.#compact();
    return { elements, view: views.reshape(view, [this.size]) };
  }

  #compact(): Strided {
    return this.contiguous ? this.#strided() : compactCopy(this.#strided());
  }
}

function expectArray(value: unknown, what: string): NDArray<DType> {
  if (value instanceof NDArray) return value;
  throw new TypeError(`Expected \`${what}\` to be an NDArray, got ${show(value)}`);
}

function expectMask(value: unknown, what: string): Strided {
  const mask = expectArray(value, what);
  if (mask.dtype === "bool") return stridedOf(mask);
  const message = `Expected \`${what}\` to be a bool array, got one of ${mask.dtype}`;
  throw new DTypeError(message, { dtype: mask.dtype, expected: "bool" });
}

/** Indices as a list, and their shape. */
function listOf(indices: unknown): [list: Iterable<unknown>, shape: readonly number[]] {
  if (Array.isArray(indices)) return [indices, [indices.length]];
  const array = expectArray(indices, "indices");
  if (array.dtype === "int32") return [assigning.scalars(stridedOf(array)), array.shape];
  const message = `Expected \`indices\` to be an int32 array or a list, got an array of ${array.dtype}`;
  throw new DTypeError(message, { dtype: array.dtype, expected: "int32" });
}
