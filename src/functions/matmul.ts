/** `matmul`: NumPy's matrix product. The tiles are computed by the calling thread, or by a pool: the bits are the same. */
import type { DType } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectKnown, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import { multiplyTiles, tilesOf } from "../loops/matmul.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { type AnyNDArray, arrayOf, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { broadcastShapes } from "../ndarray/shape.js";
import { newStrided } from "../ndarray/storage.js";
import { broadcastTo, cView, makeView, type View } from "../ndarray/view.js";
import { type AnyArray, expectArray, expectOut } from "./operands.js";
import { expectCast } from "./prepare.js";

/** A product whose arguments are in order. */
export interface MatmulCall {
  readonly inputs: readonly [AnyArray, AnyArray];
  /** In the common dtype, the factors (…, m, k) and (…, k, n) with the same leading axes. */
  readonly common: DType;
  readonly a: View;
  readonly b: View;
  /** (…, m, n). */
  readonly full: readonly number[];
  /** Without the axes that vectors were given. */
  readonly shape: readonly number[];
  readonly out: AnyArray | undefined;
}

/** The type of `matmul`. */
export interface Matmul {
  <O extends AnyNDArray>(a: ReadonlyNDArray, b: ReadonlyNDArray, options: { readonly out: O }): O;
  (a: ReadonlyNDArray, b: ReadonlyNDArray, options?: { readonly out?: AnyNDArray }): AnyNDArray;
  readonly product: true;
}

/**
 * The matrix product of (…, m, k) and (…, k, n); leading axes broadcast, and a vector stands for a row before and a column after.
 * Integers wrap; of bools the result is whether any pair is true.
 *
 * @example matmul(a, b, { out: c }); await pool.map([a, b], matmul)
 * @throws {ShapeError} if the inner lengths differ @throws {DTypeError} {OverlapError}
 */
export const matmul: Matmul = Object.assign(
  Object.defineProperty(multiply, "name", { value: "matmul" }) as Omit<Matmul, "product"> as Matmul,
  { product: true as const },
);

function multiply(a: unknown, b: unknown, options?: { readonly out?: AnyNDArray }): unknown {
  const [x, y] = [expectArray(a, "a"), expectArray(b, "b")];
  const call = prepareMatmul(x, y, expectKnown(options, ["out"], "matmul").out);
  const factors = factorsOf(call, stridedOf(x), stridedOf(y));
  const target = newStrided(call.full, call.common, undefined);
  const tiles = tilesOf(call.full);
  multiplyTiles({ ...factors, out: target, common: call.common }, 0, tiles);
  return matmulResult(call, target);
}

/** The factors with the same leading axes. */
export const factorsOf = (call: MatmulCall, a: Strided, b: Strided): { readonly a: Strided; readonly b: Strided } => ({
  a: { elements: a.elements, view: call.a },
  b: { elements: b.elements, view: call.b },
});

/** The product in the shape that was asked for; in `out` not before all is read, because that may be a factor. */
export function matmulResult({ shape, out }: MatmulCall, product: Strided): AnyArray {
  const result = { elements: product.elements, view: cView(shape) };
  if (!out) return arrayOf(result);
  copy(stridedOf(out), result);
  return out;
}

/** @throws {ShapeError} {DTypeError} {OverlapError} before anything is written */
export function prepareMatmul(a: AnyArray, b: AnyArray, givenOut: unknown): MatmulCall {
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
