/**
 * `WritableArray`: the members of `NDArray` that write elements. Each checks all its arguments before it writes the
 * first one.
 */
import { type CastingOption, expectCasting } from "../base/casting.js";
import {
  type DType,
  expectElement,
  type IntegerDType,
  type Scalar,
  type ScalarOf,
  type StoredOf,
} from "../base/dtype.js";
import { expectKnown, show } from "../base/expect.js";
import { setElementAt } from "./elements.js";
import type { IndexArg, IndexArray } from "./index-notation.js";
import { writeChosen } from "./indexed.js";
import type { NestedList, Positions, SetTable, TypedArrayLike } from "./notation.js";
import { expectMode, type IndexMode } from "./positions.js";
import type { ReadableArray } from "./readable.js";
import { put } from "./select.js";
import { expectWritable, StridedArray } from "./strided-array.js";
import { locate } from "./view.js";
import { isScalar, write } from "./write.js";

interface WhereOptions {
  /** Only the elements for which this is true are written. It broadcasts. */
  readonly where?: ReadableArray<"bool"> | undefined;
}

/** What becomes of an index outside of the array. */
export interface ModeOption {
  /**
   * `"raise"`, the default, is an error; `"wrap"` starts again after the last element; `"clip"` takes the nearest one.
   * With the last two, negative indices do not count from the end.
   */
  readonly mode?: IndexMode | undefined;
}
/** Which elements are written. */
interface AssignOptions extends WhereOptions, CastingOption {
  /** Only these elements are written: the arguments of `slice` as a list, or one text or index array. */
  readonly at?: string | IndexArray | readonly IndexArg[] | undefined;
}
function indexList(at: unknown): readonly IndexArg[] {
  if (Array.isArray(at)) return [...at];
  if (typeof at === "string" || (typeof at === "object" && at !== null)) return [at as IndexArg];
  throw new TypeError(
    `Expected \`at\` to be a list of indices, a text or an index array, got ${show(at)} (write [3], [1, 2])`,
  );
}

/** What an array is, with the members that write. Its only subclass is `NDArray`. */
export abstract class WritableArray<in out D extends DType, out R extends number = number> extends StridedArray<D, R> {
  /**
   * Writes one element, as `a.set(i, j, value)`, and returns it. Integers wrap. Whole numbers do for 64-bit integers.
   *
   * @throws {IndexError} If the index is outside of the array.
   * @throws {DTypeError} If the dtype cannot hold the value.
   * @throws {LayoutError} If the array is read-only.
   */
  set(...indexAndValue: SetTable<ScalarOf<D> | number>[R]): ScalarOf<D> {
    const index = indexAndValue as Scalar[];
    const value = expectElement(index.pop(), this.dtype);
    const { elements, view } = expectWritable(this);
    setElementAt(elements, locate(view, index as number[]), value);
    return value as ScalarOf<D>;
  }
  /** Writes one value to all elements, or to those for which `where` is true. */
  fill(value: StoredOf<D> | number, options?: WhereOptions): this {
    const scalar = expectElement(value, this.dtype);
    write(expectWritable(this), scalar, expectKnown(options, ["where"], "fill").where);
    return this;
  }
  /**
   * Copies `source` here: NumPy's `a[…] = source`. The source broadcasts, casts within its kind or by the rule
   * `casting`, and may overlap. Lists get this dtype. With `at`, it is written to the elements that `slice` chooses by
   * these arguments.
   *
   * @example a.assign(0, { at: isnan(a) }); a.assign([1, 2], { at: [rows, "1:3"] })
   * @throws {IndexError} If an index in `at` is outside of its axis.
   * @throws {ShapeError} If the source does not broadcast to the shape of this array.
   * @throws {DTypeError} If the source does not cast to this dtype by the rule.
   * @throws {LayoutError} If the array is read-only.
   */
  assign(source: ReadableArray | NestedList | TypedArrayLike | StoredOf<D> | number, options?: AssignOptions): this {
    const { where, at, casting: given } = expectKnown(options, ["where", "at", "casting"], "assign");
    const casting = expectCasting(given, "same_kind");
    const from = isScalar(source) ? expectElement(source, this.dtype) : source;
    if (at === undefined) write(expectWritable(this), from, where, casting);
    else if (where === undefined) writeChosen(expectWritable(this), indexList(at), from, casting);
    else throw new TypeError("Expected either `at` or `where` for assign, got both (put the mask in `at`)");
    return this;
  }
  /**
   * Writes values to flat positions. If there are fewer values than positions, they repeat.
   *
   * @throws {IndexError} If an index is outside of the array.
   * @throws {DTypeError} If the values do not cast to this dtype within their kind.
   * @throws {LayoutError} If the array is read-only.
   */
  put(
    indices: ReadableArray<IntegerDType> | Positions,
    values: ReadableArray | StoredOf<D> | number,
    options?: ModeOption,
  ): this {
    const mode = expectMode(expectKnown(options, ["mode"], "put").mode);
    put(expectWritable(this), indices, values, mode);
    return this;
  }
}
