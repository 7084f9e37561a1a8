/**
 * `map`: a user's formula over arrays in one pass, without arrays in between. The check is also that of `pool.map`, and
 * both compute the same bits.
 */
import { type DType, expectDType, type StoredOf } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectBoolean, expectKnown, ownOf, show } from "../base/expect.js";
import { HERE } from "../calls/call.js";
import { callableOf } from "../calls/callable.js";
import { inline } from "../calls/executors/inline.js";
import type { ElementFunction, Many } from "../calls/kernel-types.js";
import { type CheckedMap, mapNow, prepareMap } from "../calls/kinds/map.js";
import type { AnyNDArray, NDArray, Out } from "../ndarray/ndarray.js";
import { type AnyArray, expectArray, expectOut } from "../ndarray/operands.js";
import type { Broadcast } from "../ndarray/ranks.js";
import { broadcastShapes } from "../ndarray/shape.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { expectArity, expectReturn } from "../wire/expect-form.js";
import { refOf } from "../wire/functions.js";
import { sent } from "../wire/pack.js";
import type { First } from "./operand-types.js";
import type { Asked, Written } from "./ufunc-types.js";

/** Options of `map` with a user's function. */
export interface MapOptions<O extends AnyNDArray | undefined, E extends DType | undefined> {
  /** The array to write to, of exactly the result's shape. By default a new array. */
  readonly out?: O;
  /** The dtype of the new array. By default that of the first operand. */
  readonly dtype?: E;
  /**
   * Whether functions may be compiled that use `Math.sin`, `Math.exp`, `**` and the like, whose last bits differ
   * between engines anyway. Their compiled forms are within 2 ulp. By default false: the result has the bytes that
   * JavaScript computes.
   */
  readonly fastMath?: boolean | undefined;
}

/** The dtype of what `map` writes for a user's function. */
export type DTypeIn<A, O, E> = O extends NDArray<infer D, infer _R> ? D : E extends DType ? E : DTypeOf<First<A>>;
/** The rank to which all operands broadcast. */
export type LargestRank<A> = A extends readonly [infer X, ...infer Others]
  ? Broadcast<RankOf<X>, LargestRank<Others>>
  : A extends readonly []
    ? 0
    : RankOf<First<A>>;
/** What `map` returns with a user's function: `out`, or a new array with the largest rank of the operands. */
export type MapResult<A, O extends Out, E extends Asked> = Written<O, E, DTypeOf<First<A>>, LargestRank<A>>;

/**
 * Computes `out[…] = fn(a[…], b[…], params)` for every element, on this thread. Operands are broadcast to a common
 * shape. `pool.map` does the same on all cores.
 *
 * The function is compiled if that stores the bytes that JavaScript would compute (`explain` says whether it is). A
 * formula of several steps then reads each operand once and makes no array in between, as `add(multiply(a, b), c)`
 * does. As for a pool, `fn` uses only its parameters, no name from outside: pass others in `params`.
 *
 * @example map([x, y], (x, y) => Math.sqrt(x * x + y * y))
 * @example map(a, (x, { k }) => k * x + 1, { out: a, params: { k: 2 } })
 * @throws {ShapeError} If the operands cannot be broadcast together, or `out` has another shape.
 * @throws {DTypeError} If a dtype cannot hold the result.
 * @throws {CaptureError} If the function uses a name from outside.
 * @throws {LayoutError} If `out` cannot be written to.
 * @throws {TypeError} If an argument is of the wrong type.
 */
export function map<const A extends Many, P = undefined, O extends Out = undefined, E extends Asked = undefined>(
  operands: A,
  fn: ElementFunction<A, P, StoredOf<DTypeIn<A, O, E>>>,
  options?: MapOptions<O, E> & { readonly params?: P | undefined },
): MapResult<A, O, E>;
export function map(operands: unknown, fn: unknown, options?: object): unknown {
  const known = expectKnown<GivenMap>(options, ["out", "dtype", "fastMath", "params"], "map");
  const { name } = callableOf(fn) ?? {};
  if (name !== undefined) {
    throw new TypeError(`Expected a function of elements, got ${name} of this package (call it: ${name}(…))`);
  }
  const params = known.params === undefined ? undefined : sent(known.params, "params", { toMany: true });
  const checked = checkMap(operands, fn, ownOf({ ...known, params }));
  return mapNow(checked) ?? inline.runSync(prepareMap(checked, HERE));
}

/** The options of `map`, unchecked. */
export interface GivenMap {
  readonly out?: unknown;
  readonly dtype?: unknown;
  readonly fastMath?: unknown;
  readonly params?: unknown;
}

/**
 * Checks operands, function and options of `map`.
 *
 * @throws {Error} As `map`.
 */
export function checkMap(given: unknown, fn: unknown, options: GivenMap): CheckedMap {
  const { out: givenOut, dtype: wanted, params } = options;
  const fastMath = expectBoolean("fastMath", options.fastMath);
  const inputs = expectList(given);
  const ref = refOf(fn, "fn");
  expectReturn(fn, "fn");
  const hasParams = params !== undefined;
  const gets = `one element of each operand${hasParams ? " and `params`" : ""}`;
  expectArity(fn, "fn", inputs.length + (hasParams ? 1 : 0), gets);
  const shape = broadcastShapes(inputs.map((array) => array.shape));
  const out = givenOut === undefined ? undefined : expectOut(givenOut, shape);
  if (out && wanted !== undefined && expectDType(wanted) !== out.dtype) {
    const message = `Expected \`dtype\` to be that of \`out\`, ${out.dtype}, got ${show(wanted)}`;
    throw new DTypeError(message, { dtype: String(wanted), expected: out.dtype });
  }
  const dtype = wanted === undefined ? (out ?? inputs[0]!).dtype : expectDType(wanted);
  return { fn: ref, inputs, shape, dtype, out, params, fastMath };
}

/** One array or a list of them, as a list. */
export function expectList(given: unknown): AnyArray[] {
  const list = Array.isArray(given) ? given : [given];
  if (list.length === 0) throw new TypeError("Expected at least one operand, got []");
  return list.map((array, i) => {
    const what = Array.isArray(given) ? `operand ${i}` : "operand";
    if (typeof array === "number" || Array.isArray(array)) {
      const cure = "make one with array([…]); for a list of jobs use starmap";
      throw new TypeError(`Expected \`${what}\` to be an NDArray, got ${show(array)} (${cure})`);
    }
    return expectArray(array, what);
  });
}
