/** `matmul`, NumPy's matrix product. On the calling thread and on a pool it computes the same bits. */

import { expectCast } from "../base/casting.js";
import { noComplex } from "../base/complex.js";
import { ShapeError } from "../base/errors.js";
import { expectKnown, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import { HERE } from "../calls/call.js";
import { type Mappable, makeCallable } from "../calls/callable.js";
import { inline } from "../calls/executors/inline.js";
import { type CheckedProduct, prepareMatmul } from "../calls/kinds/matmul.js";
import { DEPTH } from "../loops/matmul-block.js";
import { type Factor, FEW, multiplyFew } from "../loops/matmul-small.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import type { Out } from "../ndarray/ndarray.js";
import { type AnyNDArray, arrayOf, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, expectArray, expectOut } from "../ndarray/operands.js";
import { resultIn } from "../ndarray/out.js";
import { overlaps } from "../ndarray/overlap.js";
import type { MatmulTable } from "../ndarray/ranks.js";
import { broadcastShapes, sameShape } from "../ndarray/shape.js";
import { writtenNow } from "../ndarray/storage.js";
import { openStrided, refusesWrites } from "../ndarray/strided-array.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { broadcastTo, cView, makeView } from "../ndarray/view.js";
import { hasComplex } from "./complex.js";
import { matmulComplex } from "./complex-products.js";
import type { First, Second } from "./operand-types.js";
import type { Promote } from "./promote-types.js";
import { onlyOption } from "./short.js";
import type { Written } from "./ufunc-types.js";

/** Options of `matmul`. */
export interface MatmulOptions<O extends Out = Out> {
  /** The array to write to, of exactly the result's shape. By default a new array. */
  readonly out?: O;
}
/** The result of `matmul`. */
export type MatmulResult<A, O extends Out> = Written<
  O,
  undefined,
  Promote<DTypeOf<First<A>>, DTypeOf<Second<A>>>,
  MatmulTable[RankOf<First<A>>][RankOf<Second<A>>]
>;
/** The type of `matmul`. */
export interface Matmul extends Mappable<readonly [ReadonlyNDArray, ReadonlyNDArray], "matmul"> {
  <A extends ReadonlyNDArray, B extends ReadonlyNDArray, O extends Out = undefined>(
    a: A,
    b: B,
    options?: MatmulOptions<O>,
  ): MatmulResult<readonly [A, B], O>;
  readonly product: true;
}

/**
 * The matrix product of two arrays, as NumPy's `@`.
 *
 * Shapes (…, m, k) and (…, k, n) give (…, m, n), and the leading axes are broadcast. A vector counts as a row on the
 * left and as a column on the right, and its extra axis is dropped from the result. Integers wrap. For bools, an
 * element of the result is true if any pair of elements is true.
 *
 * @example matmul(a, b, { out: c })
 * @example await pool.map([a, b], matmul) // on all cores
 * @throws {ShapeError} If the inner lengths differ.
 * @throws {ShapeError} If the leading axes cannot be broadcast together.
 * @throws {ShapeError} If an operand has no axis, or `out` does not have the result's shape.
 * @throws {DTypeError} If `out` cannot hold the result.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export const matmul = Object.assign(Object.defineProperty(multiply, "name", { value: "matmul" }), {
  product: true as const,
}) as unknown as Matmul;

function multiply(a: unknown, b: unknown, options?: { readonly out?: AnyNDArray }): unknown {
  if (hasComplex([a, b])) return complexProduct(expectArray(a, "a"), expectArray(b, "b"), options);
  return (
    multiplyNow(a, b, options) ??
    inline.runSync(prepareMatmul(checkProduct(expectArray(a, "a"), expectArray(b, "b"), options), HERE))
  );
}

function complexProduct(a: AnyArray, b: AnyArray, options: { readonly out?: unknown } | undefined): unknown {
  const { shape, common, out } = checkProduct(a, b, options);
  const made = matmulComplex(multiply as never, a, b);
  if (!out) return made;
  resultIn(out, { shape, dtype: common, inputs: [], write: (target) => copy(target, stridedOf(made)) });
  made.close();
  return out;
}

/** The product of two small factors of one dtype, at once. `undefined` for all others, and for wrong arguments. */
function multiplyNow(a: unknown, b: unknown, options: unknown): unknown {
  const [x, y] = [openStrided(a), openStrided(b)];
  if (!x || !y || x.elements.dtype !== y.elements.dtype) return undefined;
  const [left, right] = [asFactor(x, true), asFactor(y, false)];
  if (!left || !right || left.shape[1] !== right.shape[0]) return undefined;
  const [m, inner, n] = [left.shape[0]!, left.shape[1]!, right.shape[1]!];
  if (inner === 0 || inner > DEPTH || m * inner * n > FEW || m * n === 0) return undefined;
  const shape = [...(x.view.shape.length === 1 ? [] : [m]), ...(y.view.shape.length === 1 ? [] : [n])];
  if (options === undefined) {
    const made = writtenNow(cView(shape), x.elements.dtype, (result) => multiplyFew(left, right, result));
    return made && arrayOf(made);
  }
  const out = onlyOption(options, "out");
  const target = openStrided(out);
  if (!target || refusesWrites(out) || target.elements.dtype !== x.elements.dtype) return undefined;
  if (!target.view.contiguous || !sameShape(target.view.shape, shape)) return undefined;
  if (overlaps(x, target) || overlaps(y, target)) return undefined;
  return multiplyFew(left, right, target) ? out : undefined;
}

/** A matrix, or a vector as a row on the left and as a column on the right; `undefined` if there are other axes. */
function asFactor({ elements, view }: Strided, isLeft: boolean): Factor | undefined {
  const { shape, strides, offset } = view;
  if (shape.length === 2) return { elements, shape, strides, offset };
  if (shape.length !== 1) return undefined;
  const [length, step] = [shape[0]!, strides[0]!];
  return isLeft
    ? { elements, shape: [1, length], strides: [0, step], offset }
    : { elements, shape: [length, 1], strides: [step, 0], offset };
}

makeCallable(matmul, {
  name: "matmul",
  method: "map",
  options: ["out"],
  prepare([a, b, ...more], options, conditions) {
    if (more.length > 0) throw new TypeError(`Expected two factors, got ${more.length + 2}`);
    if (hasComplex([a, b])) throw noComplex("matmul on a pool", "complex numbers");
    return prepareMatmul(checkProduct(expectArray(a, "a"), expectArray(b, "b"), options), conditions);
  },
});

function checkProduct(a: AnyArray, b: AnyArray, options: { readonly out?: unknown } | undefined): CheckedProduct {
  const { out: givenOut } = expectKnown(options, ["out"], "matmul");
  const [x, y] = [stridedOf(a).view, stridedOf(b).view];
  for (const [what, { shape }] of Object.entries({ a: x, b: y })) {
    if (shape.length > 0) continue;
    throw new ShapeError(`Expected \`${what}\` to have at least one axis, got shape []`, { shape, expected: [-1] });
  }
  const left = x.shape.length === 1 ? makeView([1, x.shape[0]!], [0, x.strides[0]!], x.offset) : x;
  const right = y.shape.length === 1 ? makeView([y.shape[0]!, 1], [y.strides[0]!, 0], y.offset) : y;
  const [m, k] = left.shape.slice(-2) as [number, number];
  const [inner, n] = right.shape.slice(-2) as [number, number];
  if (k !== inner) {
    const message = `Expected factors whose inner lengths are equal, got shapes ${show(x.shape)} and ${show(y.shape)}`;
    throw new ShapeError(message, { shape: y.shape, expected: [k, n] });
  }
  const leading = broadcastShapes([left.shape.slice(0, -2), right.shape.slice(0, -2)]);
  const shape = [...leading, ...(x.shape.length === 1 ? [] : [m]), ...(y.shape.length === 1 ? [] : [n])];
  const common = promote(a.dtype, b.dtype);
  const out = givenOut === undefined ? undefined : expectOut(givenOut, shape);
  if (out) expectCast(common, out.dtype, "out");
  return {
    inputs: [a, b],
    common,
    a: broadcastTo(left, [...leading, m, k]),
    b: broadcastTo(right, [...leading, k, n]),
    full: [...leading, m, n],
    shape,
    out,
  };
}
