/**
 * Element-wise functions of complex numbers: which there are, their expressions, and the checks of their arguments. The
 * functions of the same names come here if an operand is complex.
 */

import { type Casting, expectCast, expectCasting } from "../base/casting.js";
import { type Complex, complexOf, isComplexScalar, noComplex } from "../base/complex.js";
import { type DType, dtypeNamed, expectDType, isComplex, isFloat, partOf } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectKnown } from "../base/expect.js";
import { commonDType, complexFor } from "../base/promote.js";
import type { CheckedElementwise } from "../calls/kinds/elementwise.js";
import type { CheckedPair } from "../calls/kinds/pair.js";
import type { Program } from "../compile/program.js";
import { castElement, loadElement, storedForm, storedLane, valueLane } from "../ir/elements.js";
import { constant, isMask, type LaneType, load, type Node, ne, nearest, param, select } from "../ir/node.js";
import { both, differ, either, no } from "../ir/truth.js";
import * as of from "../math/complex.js";
import * as fns from "../math/complex-functions.js";
import * as inverse from "../math/complex-inverse.js";
import { atan2 } from "../math/inverse.js";
import { hypot } from "../math/roots.js";
import { partsOf } from "../ndarray/components.js";
import { arrayOf, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, expectArray, expectMask, expectOut } from "../ndarray/operands.js";
import { broadcastShapes } from "../ndarray/shape.js";
import { openStrided } from "../ndarray/strided-array.js";
import { expectOperands, type GivenOptions, UFUNC_OPTIONS } from "./prepare.js";

type Pair = of.Pair;
type Build = (x: Pair, y: Pair, z: Pair) => Pair | Node;

/** In the operands' own precision, as NumPy computes. */
const own: Readonly<Record<string, Build>> = {
  ...{ positive: (z) => z, negative: of.negated, square: of.squared, reciprocal: of.reciprocal, sign: of.direction },
  ...{ add: of.plus, subtract: of.minus, multiply: of.times, divide: of.quotient },
  ...{ isnan: of.isNan, isinf: of.isInfinite, isfinite: of.isBounded },
  ...{ equal: of.same, notEqual: of.differs, less: of.isLess, lessEqual: of.isAtMost },
  ...{ greater: of.isGreater, greaterEqual: of.isAtLeast },
  ...{ maximum: of.larger, minimum: of.smaller, fmax: of.largerNumber, fmin: of.smallerNumber },
  round: ([re, im]) => [nearest(re), nearest(im)],
  clip: (x, low, high) => of.smaller(of.larger(x, low), high),
  logicalNot: (z) => no(of.isTrue(z)),
  logicalAnd: (x, y) => both(of.isTrue(x), of.isTrue(y)),
  logicalOr: (x, y) => either(of.isTrue(x), of.isTrue(y)),
  logicalXor: (x, y) => differ(of.isTrue(x), of.isTrue(y)),
  ...{ abs: ([re, im]) => hypot(re, im), angle: ([re, im]) => atan2(im, re), conj: of.conjugate },
};
/** In float64, for complex64 too, and rounded once. */
const inDouble: Readonly<Record<string, Build>> = {
  ...{ exp: fns.cexp, expm1: fns.cexpm1, sqrt: fns.csqrt },
  ...{ log: fns.clog, log1p: fns.clog1p, log2: fns.clog2, log10: fns.clog10 },
  ...{ sin: fns.csin, cos: fns.ccos, tan: fns.ctan, sinh: fns.csinh, cosh: fns.ccosh, tanh: fns.ctanh },
  ...{ asin: inverse.casin, acos: inverse.cacos, atan: inverse.catan },
  ...{ asinh: inverse.casinh, acosh: inverse.cacosh, atanh: inverse.catanh },
  ...{ exp2: fns.cexp2, pow: fns.cpow },
};

type Value = AnyArray | number | bigint | Complex;
const isArray = (value: Value): value is AnyArray => openStrided(value) !== undefined;

/** Whether an element-wise function has a complex operand, so that it is one of these. */
export const hasComplex = (operands: readonly unknown[]): boolean =>
  operands.some((one) => {
    const dtype = openStrided(one)?.elements.dtype;
    return dtype === undefined ? isComplexScalar(one) : isComplex(dtype);
  });

/** The same, or the dtype that the result is asked for is complex. */
export const isComplexCall = (operands: readonly unknown[], options: object | undefined): boolean =>
  hasComplex(operands) || isComplexName(Object.getOwnPropertyDescriptor(options ?? {}, "dtype")?.value);
const isComplexName = (name: unknown): boolean => {
  const dtype = dtypeNamed(name);
  return dtype !== undefined && isComplex(dtype);
};

/** What a call was checked to be: one loop if the result is real, two if it is complex. */
export type CheckedComplex =
  | { readonly kind: "elementwise"; readonly checked: CheckedElementwise }
  | { readonly kind: "pair"; readonly checked: CheckedPair };

/**
 * Checks the operands and options of a function with a complex operand.
 *
 * @throws {DTypeError} If the function does not take complex numbers, or `out` or `dtype` cannot hold the result.
 * @throws {ShapeError} If the operands cannot be broadcast together, or `out` has another shape.
 * @throws {LayoutError} If `out` cannot be written to.
 * @throws {TypeError} If an operand or an option is of another type.
 */
export function checkComplex(
  spec: { readonly name: string; readonly nin: number },
  given: readonly unknown[],
  options: object | undefined,
): CheckedComplex {
  const { name } = spec;
  expectOperands(spec, given);
  const known = expectKnown<GivenOptions>(options, UFUNC_OPTIONS, name);
  const casting = expectCasting(known.casting, "same_kind");
  const isChoice = name === "where";
  const condition = isChoice ? [expectMask(given[0], "condition")] : [];
  const values = given.slice(condition.length).map((value, i) => expectValue(value, `operand ${i}`));
  const build = isChoice ? undefined : (own[name] ?? inDouble[name]);
  const common = commonOf(values);
  if (!isChoice && !build) throw noComplex(name, common);
  const mask = known.where === undefined ? [] : [expectMask(known.where, "where")];
  const arrays = values.filter(isArray);
  const inputs = [...condition, ...arrays, ...mask];
  const shape = broadcastShapes(inputs.map((array) => array.shape));
  const wanted = known.dtype === undefined ? undefined : expectDType(known.dtype);
  const dtype = wanted !== undefined && isComplex(wanted) ? wanted : common;
  const inner = partOf(name in inDouble ? "complex128" : dtype);
  const numbers = values.flatMap((value): number[] => {
    if (isArray(value)) return [];
    const { re, im } = typeof value === "object" ? value : { re: Number(value), im: 0 };
    return inner === "float32" ? [Math.fround(re), Math.fround(im)] : [re, im];
  });
  const computed = expression({ values, inner, build, hasCondition: isChoice });
  const isReal = !Array.isArray(computed.result);
  const outer = isReal ? (isMask((computed.result as Node).type) ? "bool" : partOf(dtype)) : dtype;
  if (wanted !== undefined) expectAsked(name, wanted, outer, arrays, casting);
  const out = known.out === undefined ? undefined : expectOut(known.out, shape);
  if (out) expectCast(outer, out.dtype, "out", casting);
  const target = out?.dtype ?? outer;
  const slots = inputs.flatMap((array) =>
    isComplex(array.dtype) ? [partOf(array.dtype), partOf(array.dtype)] : [array.dtype],
  );
  const write = writer({ computed, inner, outer, target, slots, hasMask: mask.length > 0 });
  const kinds = values.map((value) => (isArray(value) ? "" : "n"));
  const key = `complex ${name},${inner},${kinds},${mask.length}:${target},${inputs.map((one) => one.dtype)}`;
  const shared = { name, shape, dtype: target, out, hasMask: mask.length > 0, numbers };
  if (isComplex(target)) {
    const programs = [programOf(`${key} re`, write(0)), programOf(`${key} im`, write(1))] as const;
    return { kind: "pair", checked: { ...shared, programs, inputs } };
  }
  const parts = inputs.flatMap((input) => partsOf(stridedOf(input)).map((one) => arrayOf(one, true, true)));
  return { kind: "elementwise", checked: { ...shared, program: programOf(key, write(0)), inputs: parts } };
}

function expectValue(value: unknown, what: string): Value {
  if (typeof value === "number" || typeof value === "bigint") return value;
  return isComplexScalar(value) ? complexOf(value)! : expectArray(value, what);
}

/** The dtype to compute in. Complex numbers next to arrays of floats have their precision. */
function commonOf(values: readonly Value[]): DType {
  const arrays = values.filter(isArray).map(({ dtype }) => dtype);
  if (arrays.some(isComplex)) return commonDType(arrays);
  const real = arrays.length > 0 ? commonDType(arrays) : "float64";
  return isFloat(real) ? complexFor(real) : "complex128";
}

function expectAsked(name: string, wanted: DType, outer: DType, arrays: readonly AnyArray[], casting: Casting): void {
  if (wanted !== outer) {
    const message = `Expected \`dtype\` to be one that ${name} of complex numbers can return, got ${wanted}`;
    throw new DTypeError(message, { dtype: wanted, expected: outer });
  }
  if (isComplex(outer)) for (const one of arrays) expectCast(one.dtype, outer, "dtype", casting);
}

interface Computed {
  readonly result: Pair | Node;
  readonly params: readonly LaneType[];
  /** The slot after the last operand. */
  readonly slot: number;
}

/** The expression of a function in the lanes of a float dtype. */
function expression(request: {
  readonly values: readonly Value[];
  readonly inner: DType;
  readonly build: Build | undefined;
  readonly hasCondition: boolean;
}): Computed {
  const { values, inner, build, hasCondition } = request;
  const lane = valueLane(inner);
  const params: LaneType[] = [];
  let slot = hasCondition ? 2 : 1;
  const next = (dtype: DType) => castElement(loadElement(slot++, dtype), dtype, inner);
  const pairs = values.map((value): Pair => {
    if (!isArray(value)) {
      params.push(lane, lane);
      return [param(params.length - 2, lane), param(params.length - 1, lane)];
    }
    const part = partOf(value.dtype);
    return isComplex(value.dtype) ? [next(part), next(part)] : [next(value.dtype), constant(0, lane)];
  });
  const [x, y, z] = pairs as [Pair, Pair, Pair];
  const result = build ? build(x, y, z) : of.choose(loadElement(1, "bool"), x, y);
  return { result, params, slot };
}

/** Makes the program that writes a part of the target, or the whole target if that is real. */
function writer(request: {
  readonly computed: Computed;
  readonly inner: DType;
  readonly outer: DType;
  readonly target: DType;
  readonly slots: readonly DType[];
  readonly hasMask: boolean;
}): (which: 0 | 1) => Omit<Program, "key"> {
  const { computed, inner, outer, target, slots, hasMask } = request;
  const { result, params, slot } = computed;
  const to = partOf(target);
  const from = outer === "bool" ? "bool" : inner;
  if (target === "bool" && Array.isArray(result)) {
    const [re, im] = result as unknown as Pair;
    const isTrue = storedForm(either(ne(re, 0), ne(im, 0)), "bool");
    const kept = hasMask ? select(ne(load(slot, "u8"), 0), isTrue, load(0, storedLane(to))) : isTrue;
    return () => ({ dtypes: [to, ...slots], params, result: kept });
  }
  return (which) => {
    const node = Array.isArray(result)
      ? (result as unknown as Pair)[which]
      : which === 0
        ? (result as Node)
        : undefined;
    const value = node ? storedForm(castElement(node, from, to), to) : constant(0, storedLane(to));
    const kept = hasMask ? select(ne(load(slot, "u8"), 0), value, load(0, storedLane(to))) : value;
    return { dtypes: [to, ...slots], params, result: kept };
  };
}

const programs = new Map<string, Program>();
const MAX_PROGRAMS = 1000;
function programOf(key: string, made: Omit<Program, "key">): Program {
  const known = programs.get(key);
  if (known) return known;
  if (programs.size >= MAX_PROGRAMS) programs.clear();
  const program = { key, ...made };
  programs.set(key, program);
  return program;
}
