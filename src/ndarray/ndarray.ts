/**
 * `NDArray`, and `ReadonlyNDArray`, the type of arrays that are only read. Here are the members that make other arrays;
 * each checks its arguments and calls a file next to this one. Members that only look or write are inherited.
 */
import { type DType, expectDType, type IntegerDType, type ScalarOf } from "../base/dtype.js";
import { expectInteger, expectKnown, expectNoOptions } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import type { AttachOptions, NameOptions, SharedMemory } from "../memory/shared-memory.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { registerHandleKind } from "../wire/registry.js";
import { attachStrided, type Expectations, type Expected, waitForStrided, waitForStridedSync } from "./attach.js";
import { type CastChoice, castCopy } from "./cast-copy.js";
import type { Strided } from "./elements.js";
import type { IndexArg, RankChange, SliceArg } from "./index-notation.js";
import { chosenOf } from "./indexed.js";
import { scalars } from "./lists.js";
import type {
  Axes,
  AxisOptions,
  DTypeFor,
  Items,
  Positions,
  RankOf,
  RankTable,
  ScijsNDArray,
  TypedArrayLike,
} from "./notation.js";
import { expectMode } from "./positions.js";
import type { Compressed, ExpandChange, PickChange, SqueezeChange, Taken } from "./ranks.js";
import type { ReadableArray } from "./readable.js";
import { reshape, viewInShape } from "./reshape.js";
import * as scijs from "./scijs.js";
import * as select from "./select.js";
import { hasIndexArrays } from "./selection.js";
import { compactCopy } from "./storage.js";
import { expectStrided, isViewArray, refusesWrites } from "./strided-array.js";
import * as views from "./view.js";
import { viewedAs } from "./viewed-as.js";
import { arrayFromWire, arrayToWire, howToReach } from "./wire.js";
import { type ViewOptions, viewedStrided, wrappedStrided } from "./wrap.js";
import { type ModeOption, WritableArray } from "./writable-array.js";

/**
 * An array that is only read: the type of every input. An `NDArray<"float64", 2>` is a `ReadonlyNDArray<DType>`,
 * but not an `NDArray<DType>`, because that type would let any scalar be written to it.
 */
export interface ReadonlyNDArray<out D extends DType = DType, out R extends number = number>
  extends ReadableArray<D, R> {
  /** A view with the axes reversed. */
  readonly T: ReadonlyNDArray<D, R>;
  /** The rows, as views; the elements if there is one axis. */
  [Symbol.iterator](): IterableIterator<Items<ScalarOf<D>, ReadonlyNDArray<D, RankTable[R]["-1"]>>[R]>;
  /** NumPy's indexing: a view, or a copy if there is an array among the arguments. */
  slice<const S extends readonly IndexArg[]>(...spec: S): ReadonlyNDArray<D, RankTable[R][RankChange<S>]>;
  /** A view of the same bytes as elements of another dtype. */
  view<E extends DType>(dtype: E): ReadonlyNDArray<E, R>;
  /** A copy in C order, which may be written. */
  copy<E extends DType, N extends number>(this: ReadonlyNDArray<E, N>, options?: CopyOptions): ArrayOf<E, N>;
  /** A copy, cast to another dtype. */
  astype<E extends DType>(dtype: E, options?: CopyOptions & CastChoice): ArrayOf<E, R>;
}

/** What may be given as `out`: an array of the result's shape, and of a dtype that its elements can be cast to. */
export type Out = AnyNDArray | undefined;
/** Where a result is written instead of to a new array. */
export interface OutOption {
  /** An array of the result's shape, and of a dtype that the elements can be cast to. It is what is returned. */
  readonly out?: AnyNDArray | undefined;
}
/** The options of copies: where a new array belongs, or the array to write to. */
export interface CopyOptions extends NameOptions, OutOption {}
/** An array of one of these dtypes: a union if there are several. */
export type ArrayOf<D extends DType, R extends number> = { [K in D]: NDArray<K, R> }[D];
/** As `ArrayOf`, where `D` is not inferred from what the caller expects of the result. */
export type NewArray<D extends DType, R extends number> = { [K in D]: NDArray<NoInfer<K>, R> }[D];
/** An array of any one dtype: a union, which `switch (a.dtype)` narrows. */
export type AnyNDArray<R extends number = number> = { [D in DType]: NDArray<D, R> }[DType];

/** An array over elements and a view of them. A view (`isView`) owns nothing; a read-only array refuses writes. */
export let arrayOf: (strided: Strided, isView?: boolean, isReadonly?: boolean) => NDArray<DType>;
/**
 * The elements and the view of an array.
 *
 * @throws {TypeError} If the value is not an array.
 * @throws {ClosedError} If the array is closed.
 */
export const stridedOf = (array: ReadonlyNDArray): Strided => expectStrided(array, "array");
/** An array that is a view of elements of another. */
export const viewOf = (
  { elements, view }: Strided,
  transform: (view: views.View) => views.View,
  isReadonly: boolean,
): NDArray<DType> => arrayOf(scijs.withNearOffset({ elements, view: transform(view) }), true, isReadonly);
/**
 * The elements of an array in another shape: as a view, or as a copy in C order.
 *
 * @param mayCopy `undefined`: it is copied if no view has the elements in this order; `true`: in any case
 * @throws {LayoutError} If it may not be copied, and would have to be.
 */
export function inShape(array: ReadonlyNDArray, given: unknown, mayCopy?: boolean): NDArray<DType> {
  const strided = stridedOf(array);
  if (mayCopy === false) return viewOf(strided, (view) => reshape(view, given), isReadonlyArray(array));
  const { shape, found } = viewInShape(strided.view, given);
  if (found && !mayCopy) return viewOf(strided, () => found, isReadonlyArray(array));
  return arrayOf({ elements: compactCopy(strided).elements, view: views.cView(shape) });
}
/** Whether the array refuses writes, as broadcast views, sliding windows and files mapped with mode "r" do. */
export const isReadonlyArray = (array: ReadonlyNDArray): boolean => refusesWrites(array);

/**
 * An n-dimensional array in shared memory: a shape (n, k, …) and elements of one dtype. Slices are views of the same
 * memory, never copies. Arrays are made by `zeros`, `array`, … or found by `NDArray.attach`.
 *
 * @example
 * const a = zeros([3, 4]);
 * a.slice("1:, ::2").fill(1); // rows 1 and 2, columns 0 and 2
 *
 * After NumPy's `ndarray`. It can also be used as an scijs `ndarray` (`data shape stride offset …`).
 */
export class NDArray<in out D extends DType, out R extends number = number>
  extends WritableArray<D, R>
  implements ReadonlyNDArray<D, R>
{
  private constructor(strided: Strided, isView: boolean, isReadonly: boolean) {
    super(strided, isView, isReadonly);
  }

  static {
    arrayOf = (strided, isView = false, isReadonly = false) => new NDArray(strided, isView, isReadonly);
    registerHandleKind<NDArray<DType>>(
      "NDArray",
      (value) => value instanceof NDArray,
      (array, handleOf) => arrayToWire(stridedOf(array), isViewArray(array), isReadonlyArray(array), handleOf),
      (data) => {
        const { strided, isView, isReadonly } = arrayFromWire(data);
        return new NDArray(strided, isView, isReadonly);
      },
      { canHaveScope: true, howToReach: (array) => howToReach(stridedOf(array).elements.memory) },
    );
  }

  /**
   * The array with a given name. Dtype and shape come from its header; `expect` is checked against them, and gives the
   * result its type.
   *
   * @throws {NameNotFoundError} If there is no block of that name.
   * @throws {FormatError} If the block holds no array.
   * @throws {DTypeError} If the array has another dtype than expected.
   * @throws {ShapeError} If the array has another number of axes than expected.
   */
  static attach<D extends DType, R extends number = number>(
    name: string,
    expect: AttachOptions & Expected<D, R>,
  ): ArrayOf<D, NoInfer<R>>;
  static attach(name: string, options?: AttachOptions): AnyNDArray;
  static attach(name: string, options?: AttachOptions & Expectations): unknown {
    return arrayOf(attachStrided(name, options));
  }

  /**
   * The array with a given name, as soon as there is one. Throws as `attach` does and:
   *
   * @throws {TimeoutError} If there is none within `timeoutMs`.
   * @throws {AbortedError} If the signal is aborted first.
   */
  static waitFor<D extends DType, R extends number = number>(
    name: string,
    expect: AttachOptions & WaitOptions & Expected<D, R>,
  ): Promise<ArrayOf<D, NoInfer<R>>>;
  static waitFor(name: string, options?: AttachOptions & WaitOptions): Promise<AnyNDArray>;
  static async waitFor(name: string, options?: AttachOptions & WaitOptions & Expectations): Promise<unknown> {
    return arrayOf(await waitForStrided(name, options));
  }

  /** As `waitFor`, but it blocks this thread. */
  static waitForSync<D extends DType, R extends number = number>(
    name: string,
    expect: AttachOptions & SyncWaitOptions & Expected<D, R>,
  ): ArrayOf<D, NoInfer<R>>;
  static waitForSync(name: string, options?: AttachOptions & SyncWaitOptions): AnyNDArray;
  static waitForSync(name: string, options?: AttachOptions & SyncWaitOptions & Expectations): unknown {
    return arrayOf(waitForStridedSync(name, options));
  }

  /**
   * Memory seen as an array, never copied, as by `np.ndarray(shape, dtype, buffer, offset, strides)`. Offset and
   * strides are in bytes.
   *
   * @throws {BoundsError} If an element would be outside of the memory.
   */
  static view<const S extends readonly number[], D extends DType = "float64">(
    memory: SharedMemory,
    shape: S,
    options?: ViewOptions<D>,
  ): NewArray<D, S["length"]> {
    return new NDArray<D, S["length"]>(viewedStrided(memory, shape, options), true, false);
  }

  /**
   * A typed array or an scijs ndarray over shared memory as an array of the same memory. (`array(x)` copies.)
   *
   * @throws {NotSharedError} If the data are not in shared memory.
   * @throws {BoundsError} If an element of the scijs ndarray would be outside of its data.
   */
  static wrap<T extends TypedArrayLike>(data: T): ArrayOf<DTypeFor<T>, 1>;
  static wrap(scijs: ScijsNDArray): AnyNDArray;
  static wrap(given: TypedArrayLike | ScijsNDArray, ...extra: unknown[]): unknown {
    expectNoOptions(extra, "wrap");
    return arrayOf(wrappedStrided(given));
  }

  /**
   * A copy of the elements at flat positions or, with `axis`, of the slabs along that axis: a new array, or `out`.
   *
   * @throws {IndexError} If an index is outside of the array.
   * @throws {ShapeError} If `out` does not have the result's shape.
   */
  take<N extends number = 1, X extends number | undefined = undefined>(
    indices: ReadonlyNDArray<IntegerDType, N> | Positions,
    options?: AxisOptions<X> & OutOption & ModeOption,
  ): NDArray<D, Taken<R, N, X>> {
    const { axis, out, mode } = expectKnown(options, ["axis", "out", "mode"], "take");
    const taken = select.take(stridedOf(this), indices, axis, out, expectMode(mode));
    return (out ?? arrayOf(taken)) as never;
  }
  /**
   * A copy of the elements for which a mask of the first axes is true: NumPy's `a[mask]`. With `axis`, of the slabs for
   * which a 1-D mask is true. It is a new array, or `out`.
   *
   * @throws {ShapeError} If the mask does not have the lengths of the axes that it selects from, or `out` does not have
   * the result's shape.
   */
  compress<M extends number, X extends number | undefined = undefined>(
    mask: ReadonlyNDArray<"bool", M>,
    options?: AxisOptions<X> & OutOption,
  ): NDArray<D, Compressed<R, M, X>> {
    const { axis, out } = expectKnown(options, ["axis", "out"], "compress");
    const found = select.compress(stridedOf(this), mask, axis, out);
    return (out ?? arrayOf(found)) as never;
  }
  /** The rows, as views; the elements if there is one axis. An array of rank 0 is not iterable. */
  get [Symbol.iterator](): () => IterableIterator<Items<ScalarOf<D>, NDArray<D, RankTable[R]["-1"]>>[R]> {
    return (this.ndim > 0 ? () => this.#items() : undefined) as never;
  }
  *#items(): IterableIterator<unknown> {
    if (this.ndim === 1) yield* scalars(stridedOf(this));
    else for (let i = 0; i < this.shape[0]!; i++) yield this.#derive((view) => views.slice(view, [i]));
  }

  // ── Views; `slice` with arrays, `reshape` and `ravel` may copy ───────────────────────────────────────────────────

  /**
   * NumPy's indexing. Integers, null, ranges and text give a view. Arrays of integers choose positions along an axis,
   * and masks of bools choose where they are true; with one of them the result is a copy, in which the axes to which
   * all arrays broadcast take the place of theirs, or come first if the arrays are not next to each other.
   *
   * @example a.slice("1:-1, ::2"); a.slice(0, null, [9, 1, -2]); a.slice(greater(a, 2)); a.slice(rows, "1:", columns)
   * @throws {IndexError} If an index is outside of its axis, or there are more indices than axes.
   * @throws {ShapeError} If a mask does not have the lengths of its axes, or index arrays do not broadcast.
   * @throws {DTypeError} If an index array is neither of integers nor of bools.
   */
  slice<const S extends readonly IndexArg[]>(...spec: S): NDArray<D, RankTable[R][RankChange<S>]> {
    if (hasIndexArrays(spec)) return arrayOf(chosenOf(stridedOf(this), spec)) as never;
    return this.#derive((view) => views.slice(view, spec as readonly SliceArg[]));
  }
  /** A view with the axes reversed. */
  get T(): NDArray<D, R> {
    return this.transpose();
  }
  /** A view with the axes in the given order; without arguments reversed, as in NumPy (scijs leaves them unchanged). */
  transpose(...axes: number[]): NDArray<D, R> {
    return this.#derive((view) => views.transpose(view, axes));
  }
  /**
   * The same elements in another shape: as a view or, if no view can have them in this order, as a copy in C order. One
   * length may be -1: it follows from the others. The function `reshape` refuses copies with `{ copy: false }`.
   *
   * @throws {ShapeError} If the shape has another number of elements.
   */
  reshape<const S extends readonly number[] | readonly [readonly number[]]>(
    ...shape: S
  ): NDArray<D, RankOf<S extends readonly [infer L extends readonly number[]] ? L : S>> {
    return inShape(this, shape.length === 1 ? shape[0] : shape) as never;
  }
  /** All elements in one axis: a view or, if no view can have them in C order, a copy. `flatten()` always copies. */
  ravel(): NDArray<D, 1> {
    return inShape(this, [this.size]) as never;
  }
  /** A view without the axes of length 1, or without the given ones. */
  squeeze<const X extends Axes | undefined = undefined>(axis?: X): NDArray<D, RankTable[R][SqueezeChange<X>]> {
    return this.#derive((view) => views.squeeze(view, axis));
  }
  /** A view with axes of length 1 inserted; `axis` is where they are in the view. */
  expandDims<const X extends Axes>(axis: X): NDArray<D, RankTable[R][ExpandChange<X>]> {
    return this.#derive((view) => views.expandDims(view, axis));
  }
  /** The diagonal of the first two axes, as the last axis of a view: of elements (i, i + k). */
  diagonal(k = 0): NDArray<D, RankTable[R]["-1"]> {
    expectInteger("k", k, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    return this.#derive((view) => views.diagonal(view, k));
  }
  /** A view with the order reversed along the given axes, or along all. */
  flip(axis?: Axes): NDArray<D, R> {
    return this.#derive((view) => views.flip(view, axis));
  }
  /** A view with two axes exchanged. */
  swapaxes(a: number, b: number): NDArray<D, R> {
    return this.#derive((view) => views.swapAxes(view, a, b));
  }
  /** A view with axes moved to other positions; the others keep their order. */
  moveaxis(from: Axes, to: Axes): NDArray<D, R> {
    return this.#derive((view) => views.moveAxis(view, from, to));
  }
  /**
   * A read-only view of another shape, in which axes of length 1 and missing axes repeat.
   *
   * @throws {ShapeError} If this array does not broadcast to the shape.
   */
  broadcastTo<const S extends readonly number[]>(shape: S): ReadonlyNDArray<D, S["length"]> {
    return this.#derive((view) => views.broadcastTo(view, shape), true) as never;
  }

  /**
   * A view of the same bytes as elements of another dtype. If its elements are shorter or longer, so is the last axis.
   *
   * @example a.view("uint8") // the bytes of each element
   * @throws {LayoutError} If its elements are not next to each other, or one would not be at a multiple of its size.
   * @throws {ShapeError} If the bytes of the last axis do not make whole elements.
   */
  view<E extends DType>(dtype: E, ...extra: never[]): NDArray<E, R> {
    expectNoOptions(extra, "view");
    return arrayOf(viewedAs(stridedOf(this), expectDType(dtype)), true, refusesWrites(this)) as never;
  }

  // ── Copies ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A copy: a new array in C order, or `out`. */
  copy<E extends DType, N extends number>(this: ReadonlyNDArray<E, N>, options?: CopyOptions): ArrayOf<E, N> {
    return castCopy(this, stridedOf(this), this.dtype, options, "copy", arrayOf) as ArrayOf<E, N>;
  }
  /** A copy of all elements in one axis. */
  flatten(): NDArray<D, 1> {
    return inShape(this, [this.size], true) as never;
  }
  /**
   * A copy, cast to another dtype. Integers wrap: their low bits are kept. A float that becomes an integer loses its
   * fraction and wraps like one, and NaN and infinities become 0, on every machine (NumPy leaves floats out of range to
   * the processor). `uint8_clamped` takes the nearest integer from 0 to 255. A float too large for a smaller float
   * dtype becomes infinite. As bool, everything but 0 is true, NaN too. The copy is a new array, or `out`.
   *
   * @example a.astype("float32", { out: b }) // b is of dtype float32 and of the shape of a
   * @throws {DTypeError} If `dtype` is not a dtype, or `casting` does not allow the cast; all are allowed by default.
   * @throws {NameTakenError} If the copy is to have a name that is taken.
   */
  astype<E extends DType>(dtype: E, options?: CopyOptions & CastChoice): ArrayOf<E, R> {
    return castCopy(this, stridedOf(this), expectDType(dtype), options, "astype", arrayOf) as ArrayOf<E, R>;
  }

  // ── Views as scijs makes them ────────────────────────────────────────────────────────────────────────────────────

  /**
   * A view without the first `from` indices of each axis.
   *
   * @throws {IndexError} If an axis is shorter.
   */
  lo(...from: number[]): NDArray<D, R> {
    return this.#derive((view) => scijs.lo(view, from));
  }
  /**
   * A view of only the first `to` indices of each axis.
   *
   * @throws {IndexError} If an axis is shorter.
   */
  hi(...to: number[]): NDArray<D, R> {
    return this.#derive((view) => scijs.hi(view, to));
  }
  /**
   * A view of every `by`-th index of each axis; a negative step starts from the end.
   *
   * @throws {IndexError} If a step is 0.
   */
  step(...by: number[]): NDArray<D, R> {
    return this.#derive((view) => scijs.step(view, by));
  }
  /**
   * A view without the axes for which a number is given; null or a negative number keeps an axis.
   *
   * @throws {IndexError} If a number is outside of its axis.
   */
  pick<const S extends readonly (number | null)[]>(...at: S): NDArray<D, RankTable[R][PickChange<S>]> {
    return this.#derive((view) => scijs.pick(view, at));
  }

  #derive(transform: (view: views.View) => views.View, isReadonly = refusesWrites(this)): NDArray<D, never> {
    return viewOf(expectStrided(this, "array"), transform, isReadonly) as never;
  }
}
keepNames({ NDArray });
