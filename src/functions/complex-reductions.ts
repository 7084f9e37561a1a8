/**
 * Reductions, running sums and running products of complex numbers. Sums are those of the real and of the imaginary
 * parts, with the bits of the real reductions. What cannot be computed for each part by itself combines neighbours in
 * pairs until one is left, so that of several extremes the first stays, as in NumPy.
 */
import { noComplex } from "../base/complex.js";
import { expectDType, isComplex, partOf } from "../base/dtype.js";
import { expectBoolean, expectKnown, show } from "../base/expect.js";
import { complexFor } from "../base/promote.js";
import { concat } from "../manipulation/join.js";
import { copy } from "../ndarray/assign.js";
import { PARTS, type Part, part } from "../ndarray/components.js";
import { ones } from "../ndarray/create.js";
import { arrayOf, inShape, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, expectMask } from "../ndarray/operands.js";
import { resultIn } from "../ndarray/out.js";
import { expectAxes, expectAxis, sizeOf } from "../ndarray/shape.js";
import { compactCopy } from "../ndarray/storage.js";
import { tidy } from "../ndarray/tidy.js";
import { pickAxes, sliceAlong } from "../ndarray/view.js";
import { type GivenReduction, REDUCTION_OPTIONS } from "./reduction.js";
import { add, equal, hypot, isnan, logicalNot, logicalOr, maximum, minimum, multiply, where } from "./ufuncs.js";

/** The reduction of the same name, of real arrays. */
type Real = (a: AnyArray, options?: object) => unknown;
type Combine = (x: AnyArray, y: AnyArray) => AnyArray;
const combine = (fn: unknown): Combine => fn as Combine;

/** Reductions whose result is made of those of the parts: how they are joined. */
const JOINED: Readonly<Record<string, Combine>> = {
  std: combine(hypot),
  norm: combine(hypot),
  variance: combine(add),
};
const IN_PAIRS: Readonly<Record<string, Combine>> = {
  prod: combine(multiply),
  min: combine(minimum),
  max: combine(maximum),
};

/** The reduction of that name of a complex array. `real` is that of a real one. */
export function reduceComplex(name: string, real: Real, a: AnyArray, given: GivenReduction | undefined): unknown {
  const options = expectKnown(given, REDUCTION_OPTIONS, name);
  return tidy(() => reduced(name, real, a, options) as ReadonlyNDArray);
}

function reduced(name: string, real: Real, a: AnyArray, options: GivenReduction): unknown {
  if (name === "any" || name === "all" || name === "countNonzero") return real(a.astype("bool") as AnyArray, options);
  if (name === "argmin" || name === "argmax") return place(name, real, a, options);
  const { out, dtype: wanted, ...own } = options;
  const dtype = wanted === undefined ? a.dtype : expectDType(wanted);
  if (!isComplex(dtype)) throw noComplex(`${name} as ${dtype}`, a.dtype);
  const isValue = options.axis === undefined && options.keepdims !== true;
  const kept = isValue ? { ...own, keepdims: true } : own;
  const asked = wanted === undefined ? kept : { ...kept, dtype: partOf(dtype) };
  const join = JOINED[name];
  const pairs = IN_PAIRS[name];
  if (!join && !pairs && name !== "sum" && name !== "mean") throw noComplex(name, a.dtype);
  const result = pairs
    ? inPairs(name, pairs, a.astype(dtype) as AnyArray, kept)
    : joinParts(
        PARTS.map((which) => real(viewOfPart(a, which), asked) as AnyArray),
        join,
      );
  const whole = isValue ? inShape(result, []) : result;
  if (out === undefined) return isValue ? whole.item() : arrayOf(stridedOf(whole)); // which owns its memory
  resultIn(out, { shape: whole.shape, dtype: whole.dtype, inputs: [], write: (to) => copy(to, stridedOf(whole)) });
  return isValue ? whole.item() : out;
}

const viewOfPart = (a: AnyArray, which: Part): AnyArray => arrayOf(part(stridedOf(a), which), true, true);

/** One array of two: what `join` makes of them, or complex numbers of which they are the parts. */
function joinParts(parts: readonly AnyArray[], join?: Combine): AnyArray {
  const [re, im] = parts as [AnyArray, AnyArray];
  return join ? join(re, im) : asComplex(re, im);
}

/** A new array whose parts are these. */
export function asComplex(re: AnyArray, im: AnyArray): AnyArray {
  const made = resultIn(undefined, {
    shape: re.shape,
    dtype: complexFor(re.dtype),
    inputs: [],
    write: (to) => {
      copy(part(to, 0), stridedOf(re));
      copy(part(to, 1), stridedOf(im));
    },
  });
  return arrayOf(made);
}

/** Combines neighbours of the reduced axes, which become the last one, until one is left. */
function inPairs(name: string, combine: Combine, a: AnyArray, options: GivenReduction): AnyArray {
  const { shape } = a;
  const axes = expectAxes(options.axis, shape).sort((x, y) => x - y);
  const keepdims = expectBoolean("keepdims", options.keepdims);
  const isProduct = name === "prod";
  if (options.where !== undefined && !isProduct) {
    throw new TypeError(`Expected no \`where\` for ${name}, which needs at least one element, got a mask`);
  }
  const given = options.where === undefined ? a : masked(a, expectMask(options.where, "where"));
  const others = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const count = axes.reduce((product, axis) => product * shape[axis]!, 1);
  const kept = others.map((axis) => shape[axis]!);
  if (count === 0 && sizeOf(kept) > 0 && !isProduct) {
    throw new RangeError(`Expected at least one element for ${name}, got none (array of shape ${show(shape)})`);
  }
  const { elements, view } = stridedOf(given);
  const turned = arrayOf({ elements, view: pickAxes(view, [...others, ...axes]) }, true, true);
  let line = inShape(turned, [...kept, count]) as AnyArray;
  const last = kept.length;
  for (let n = count; n > 1; n = Math.ceil(n / 2)) {
    const even = n - (n % 2);
    const pairs = combine(along(line, last, [0, even, 2]), along(line, last, [1, even, 2]));
    line = n === even ? pairs : (concat([pairs, along(line, last, [n - 1, n])], { axis: last }) as AnyArray);
  }
  const all = shape.flatMap((n, axis) => (axes.includes(axis) ? (keepdims ? [1] : []) : [n]));
  const one = count === 0 ? (ones(kept, { dtype: a.dtype }) as AnyArray) : line;
  return inShape(one, all) as AnyArray;
}

const along = (a: AnyArray, axis: number, range: readonly [number, number, number?]): AnyArray => {
  const { elements, view } = stridedOf(a);
  return arrayOf({ elements, view: sliceAlong(view, axis, range as [number, number]) }, true, true);
};
const masked = (a: AnyArray, mask: AnyArray): AnyArray => where(mask as never, a, 1) as AnyArray;

/** The position of the first element that is the extreme, or NaN if that is. */
function place(name: "argmin" | "argmax", real: Real, a: AnyArray, options: GivenReduction): unknown {
  const isMax = name === "argmax";
  const extreme = inPairs(name, IN_PAIRS[isMax ? "max" : "min"]!, a, { axis: options.axis, keepdims: true });
  const isFound = logicalOr(equal(a, extreme), isnan(a)) as AnyArray;
  return real(isMax ? isFound : (logicalNot(isFound) as AnyArray), options);
}

/**
 * The running sum or product of a complex array. A product is combined over distances that double, so each of its
 * elements is a product of few rounded ones.
 */
export function accumulateComplex(
  isSum: boolean,
  real: Real,
  a: AnyArray,
  { axis, out }: { readonly axis?: unknown; readonly out?: unknown },
): unknown {
  return tidy(() => {
    const line = axis === undefined ? inShape(a, [a.size]) : a;
    const at = axis === undefined ? 0 : expectAxis(axis, a.shape);
    const made = isSum
      ? asComplex(
          ...(PARTS.map((which) => real(viewOfPart(line as AnyArray, which), { axis: at })) as [AnyArray, AnyArray]),
        )
      : products(line as AnyArray, at);
    if (out === undefined) return made;
    resultIn(out, { shape: made.shape, dtype: made.dtype, inputs: [], write: (to) => copy(to, stridedOf(made)) });
    return out as AnyArray;
  });
}

function products(a: AnyArray, axis: number): AnyArray {
  const result = arrayOf(compactCopy(stridedOf(a)));
  const length = a.shape[axis] ?? 1;
  for (let step = 1; step < length; step *= 2) {
    const { elements, view } = stridedOf(result);
    const later = arrayOf({ elements, view: sliceAlong(view, axis, [step, length]) }, true);
    multiply(along(result, axis, [0, length - step]), later, { out: later as never });
  }
  return result;
}
