/** `reduce`, `accumulate` and `reduceat` of the element-wise functions of two operands, by NumPy's rules. */

import { expectCast } from "../base/casting.js";
import { type DType, expectDType, isFloat } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectBoolean, expectKnown, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import { HERE } from "../calls/call.js";
import { inline } from "../calls/executors/inline.js";
import { prepareFold } from "../calls/kinds/fold.js";
import { prepareScan } from "../calls/kinds/scan.js";
import { asStrided } from "../ndarray/asarray.js";
import { copy, copyWhere, stretchTo } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf, stridedOf } from "../ndarray/ndarray.js";
import { arrayOfData, expectMask, expectOut } from "../ndarray/operands.js";
import { resultIn } from "../ndarray/out.js";
import { withPositions } from "../ndarray/positions.js";
import { viewInShape } from "../ndarray/reshape.js";
import { expectAxes, expectAxis } from "../ndarray/shape.js";
import { compactCopy, writtenStrided } from "../ndarray/storage.js";
import { tidy } from "../ndarray/tidy.js";
import { cView, moveAxis, pickAxes } from "../ndarray/view.js";
import { type ElementwiseSpec, typesOf } from "./elementwise.js";
import { expectHeld } from "./prepare.js";
import {
  checkReduction,
  extremeTypes,
  extremeValue,
  type ReductionSpec,
  sumTypes,
  truthOf,
  widened,
} from "./reduction.js";
import { accumulateRows, foldParts, foldRows, type Operation } from "./ufunc-lines.js";

/** The public function, as its methods call it. */
export type Fn = (...args: unknown[]) => unknown;

/** What a function of no elements gives, by the dtype; `undefined` if there is no such value. */
const IDENTITIES: Record<string, number> = {
  ...{ add: 0, multiply: 1, logicalAnd: 1, logicalOr: 0, logicalXor: 0, bitwiseAnd: -1, bitwiseOr: 0, bitwiseXor: 0 },
  ...{ gcd: 0, hypot: 0, logaddexp: Number.NEGATIVE_INFINITY, logaddexp2: Number.NEGATIVE_INFINITY },
};
/** Functions without such a value whose elements may still be combined in any order, and more than once. */
const EXTREMES = ["minimum", "maximum", "fmin", "fmax"];
const isAnyOrder = ({ name }: ElementwiseSpec): boolean => Object.hasOwn(IDENTITIES, name) || EXTREMES.includes(name);

const plain = { nin: 1, kind: "fold", needsElements: false, isMean: false, isRoot: false } as const;
const truth = { types: () => ({ acc: "uint8", outer: "bool" }) as const, value: truthOf };
/** The functions that have a fold of their own. */
const FOLDS: Record<string, ReductionSpec> = {
  add: { ...plain, name: "sum", merge: "add", types: sumTypes, value: widened },
  multiply: { ...plain, name: "prod", merge: "mul", types: sumTypes, value: widened },
  minimum: { ...plain, name: "min", merge: "min", types: extremeTypes, value: extremeValue },
  maximum: { ...plain, name: "max", merge: "max", types: extremeTypes, value: extremeValue },
  logicalAnd: { ...plain, ...truth, name: "all", merge: "and" },
  logicalOr: { ...plain, ...truth, name: "any", merge: "or" },
};

/**
 * The function for elements of a dtype, and the dtype that they are cast to.
 *
 * @throws {DTypeError} If its results cannot be its operands again.
 */
function operationFor(spec: ElementwiseSpec, fn: Fn, method: string, input: DType, wanted: unknown): Operation {
  const asked = wanted === undefined ? undefined : expectDType(wanted);
  const isSum = spec.name === "add" || spec.name === "multiply";
  const from = asked ?? (isSum ? sumTypes(input).outer : promote(input, input));
  const types = spec.rule === "scale" ? undefined : typesOf(spec, from, [from]);
  const isClosed = types && (types.inner === types.outer || spec.rule === "logical");
  const fits = isClosed && (asked === undefined || types.outer === asked);
  if (fits) return { spec, fn, dtype: types.outer, isAnyOrder: isAnyOrder(spec) };
  const of = asked === undefined ? `elements of ${input}` : `\`dtype\` ${asked}`;
  const message = `Expected elements of which ${spec.name} gives such elements again for ${method}, got ${of}`;
  throw new DTypeError(message, { dtype: asked ?? input, expected: `a dtype that ${spec.name} keeps` });
}

/** Elements as a dtype: themselves, or a copy. */
const castTo = (dtype: DType, source: Strided): Strided =>
  source.elements.dtype === dtype
    ? source
    : writtenStrided(source.view.shape, dtype, undefined, (fresh) => copy(fresh, source));

const REDUCE = ["axis", "keepdims", "dtype", "out", "initial", "where"];
export interface GivenReduce {
  readonly axis?: unknown;
  readonly keepdims?: unknown;
  readonly dtype?: unknown;
  readonly out?: unknown;
  readonly initial?: unknown;
  readonly where?: unknown;
}

/** `fn.reduce(a, options)` */
export function reduce(spec: ElementwiseSpec, fn: Fn, a: unknown, options: GivenReduce | undefined): unknown {
  const name = `${spec.name}.reduce`;
  const given = expectKnown(options, REDUCE, name);
  const input = arrayOfData(a, "a", name);
  const { shape } = input;
  const operation = operationFor(spec, fn, name, input.dtype, given.dtype);
  const axes = axesOf(given.axis, shape).sort((p, q) => p - q);
  if (axes.length > 1 && !operation.isAnyOrder) {
    const message = `Expected one \`axis\` for ${name}, whose order counts, got ${show(given.axis)}`;
    throw new RangeError(message);
  }
  const keepdims = expectBoolean("keepdims", given.keepdims);
  const mask = given.where === undefined ? undefined : stridedOf(expectMask(given.where, "where"));
  const where = mask && { elements: mask.elements, view: stretchTo(mask.view, shape, "where") };
  const kept = shape.flatMap((n, axis) => (axes.includes(axis) ? [] : [n]));
  const outShape = keepdims ? shape.map((n, axis) => (axes.includes(axis) ? 1 : n)) : kept;
  const terms = axes.reduce((product, axis) => product * shape[axis]!, 1);
  const hasIdentity = Object.hasOwn(IDENTITIES, spec.name);
  if (!hasIdentity && given.initial === undefined && (mask || (terms === 0 && kept.every((n) => n > 0)))) {
    const got = mask ? "a mask (use `initial`)" : `none (array of shape ${show(shape)}; use \`initial\`)`;
    throw new RangeError(`Expected at least one element for ${name}, which has no identity, got ${got}`);
  }
  const source = stridedOf(input);
  const initial = given.initial === undefined ? undefined : initialOf(given.initial, operation.dtype);
  const work: Work = { operation, source, where, axes, kept, terms, initial, asked: given.dtype };
  const result = { shape: outShape, dtype: operation.dtype, inputs: mask ? [source, mask] : [source] };
  try {
    return written(given.out, { ...result, write: (target) => tidy(() => reduceTo(work, target)) });
  } finally {
    initial?.elements.memory.close();
  }
}

interface Work {
  readonly operation: Operation;
  readonly source: Strided;
  readonly where: Strided | undefined;
  readonly axes: readonly number[];
  readonly kept: readonly number[];
  readonly terms: number;
  readonly initial: Strided | undefined;
  readonly asked: unknown;
}

/** Writes the results to a target in C order. */
function reduceTo(work: Work, { elements, view }: Strided): void {
  const { operation, source, where, kept, terms, initial } = work;
  const { spec, fn, dtype } = operation;
  const target = { elements, view: cView(kept, view.offset) };
  const fold = FOLDS[spec.name];
  if (fold && terms > 0 && (!where || Object.hasOwn(IDENTITIES, spec.name))) {
    foldTo(work, fold, target);
    if (initial) fn(arrayOf(initial, true), arrayOf(target, true), { out: arrayOf(target, true) });
    return;
  }
  if (initial) copy(target, { elements: initial.elements, view: stretchTo(initial.view, kept, "initial") });
  else if (terms === 0) copy(target, constantOf(identityOf(spec, dtype), dtype, kept));
  if (terms === 0) return;
  const x = castTo(dtype, source);
  const mask = where && inRows(where, work);
  if (!mask || !operation.isAnyOrder) {
    foldRows(operation, inRows(x, work), target, initial !== undefined, mask);
    return;
  }
  // Elements that do not count are replaced by what changes nothing.
  const nothing = Object.hasOwn(IDENTITIES, spec.name)
    ? constantOf(identityOf(spec, dtype), dtype, x.view.shape)
    : { elements: initial!.elements, view: stretchTo(initial!.view, x.view.shape, "initial") };
  const counted = compactCopy(nothing);
  copyWhere(counted, x, where);
  foldRows(operation, inRows(counted, work), target, initial !== undefined);
}

function foldTo({ source, where, axes, asked }: Work, fold: ReductionSpec, target: Strided): void {
  const mask = where && { where: arrayOf(where, true, true) };
  const isCast = asked !== undefined && (fold.merge === "add" || fold.merge === "mul");
  const options = { axis: axes, out: arrayOf(target, true), ...mask, ...(isCast && { dtype: asked }) };
  inline.runSync(prepareFold(checkReduction(fold, [arrayOf(source, true, true)], options), HERE));
}

/** The axes to reduce: the first one, unless others are named; `null` names all. */
function axesOf(axis: unknown, shape: readonly number[]): number[] {
  if (axis === null) return shape.map((_, i) => i);
  return axis === undefined && shape.length === 0 ? [] : expectAxes(axis ?? 0, shape);
}

/** All reduced axes as the first one, and the others behind it. */
function inRows({ elements, view }: Strided, { axes, kept, terms }: Work): Strided {
  const others = view.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const moved = { elements, view: pickAxes(view, [...axes, ...others]) };
  const { shape, found } = viewInShape(moved.view, [terms, ...kept]);
  return found ? { elements, view: found } : { elements: compactCopy(moved).elements, view: cView(shape) };
}

const identityOf = ({ name }: ElementwiseSpec, dtype: DType): number =>
  name === "bitwiseAnd" && dtype === "bool" ? 1 : IDENTITIES[name]!;
/** A constant as elements of a shape. -1 stands for all bits. */
function constantOf(value: number, dtype: DType, shape: readonly number[]): Strided {
  const one = castTo(dtype, asStrided(value, "identity", isFloat(dtype) ? "float64" : "int64"));
  return { elements: one.elements, view: stretchTo(one.view, shape, "identity") };
}

/** @throws {TypeError} If `initial` is no number. */
function initialOf(value: unknown, dtype: DType): Strided {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    if (dtype !== "bool" && !isFloat(dtype) && typeof value !== "boolean") expectHeld(value, dtype, "initial");
    return asStrided(dtype === "bool" ? Boolean(value) : value, "initial", dtype);
  }
  throw new TypeError(`Expected \`initial\` to be a number, got ${show(value)}`);
}

/** An array of what `write` writes, or `out`. */
function written(out: unknown, result: Parameters<typeof resultIn>[1]): unknown {
  const { elements, view } = resultIn(out, result);
  return out ?? arrayOf({ elements, view });
}

/** `fn.accumulate(a, options)` */
export function accumulate(
  spec: ElementwiseSpec,
  fn: Fn,
  a: unknown,
  options: { readonly axis?: unknown; readonly dtype?: unknown; readonly out?: unknown } | undefined,
): unknown {
  const name = `${spec.name}.accumulate`;
  const given = expectKnown(options, ["axis", "dtype", "out"], name);
  const input = arrayOfData(a, "a", name);
  const operation = operationFor(spec, fn, name, input.dtype, given.dtype);
  const { dtype } = operation;
  const axis = expectAxis(given.axis === undefined ? 0 : given.axis, input.shape);
  if ((spec.name === "add" || spec.name === "multiply") && dtype !== "bool") {
    const out = given.out === undefined ? undefined : expectOut(given.out, input.shape);
    if (out) expectCast(dtype, out.dtype, "out");
    return inline.runSync(prepareScan({ name, input, axis, isSum: spec.name === "add", dtype, out }, HERE));
  }
  const source = stridedOf(input);
  const inLines = ({ elements, view }: Strided): Strided => ({ elements, view: moveAxis(view, axis, 0) });
  return written(given.out, {
    shape: input.shape,
    dtype,
    inputs: [source],
    write: (target) => tidy(() => accumulateRows(operation, inLines(castTo(dtype, source)), inLines(target))),
    takesAnyLayout: true,
  });
}

/** `fn.reduceat(a, indices, options)` */
export function reduceat(
  spec: ElementwiseSpec,
  fn: Fn,
  a: unknown,
  indices: unknown,
  options: { readonly axis?: unknown; readonly dtype?: unknown; readonly out?: unknown } | undefined,
): unknown {
  const name = `${spec.name}.reduceat`;
  const given = expectKnown(options, ["axis", "dtype", "out"], name);
  const input = arrayOfData(a, "a", name);
  const operation = operationFor(spec, fn, name, input.dtype, given.dtype);
  const axis = expectAxis(given.axis === undefined ? 0 : given.axis, input.shape);
  const source = stridedOf(input);
  const inLines = ({ elements, view }: Strided): Strided => ({ elements, view: moveAxis(view, axis, 0) });
  return withPositions(indices, axis, input.shape, (starts, shape) => {
    if (shape.length !== 1)
      throw new TypeError(`Expected \`indices\` to be a list of integers, got shape ${show(shape)}`);
    // Sums of narrow floats are rounded once, as those of `reduce`.
    const isWide = (spec.name === "add" || spec.name === "multiply") && isFloat(operation.dtype);
    const wide = isWide ? { ...operation, dtype: "float64" as const } : operation;
    const write = (target: Strided): void => {
      const isSame = wide.dtype === operation.dtype;
      const room = isSame ? target : writtenStrided(target.view.shape, wide.dtype, undefined, () => {});
      foldParts(wide, inLines(castTo(wide.dtype, castTo(operation.dtype, source))), starts, inLines(room));
      if (!isSame) copy(target, room);
    };
    return written(given.out, {
      shape: input.shape.with(axis, starts.length),
      dtype: operation.dtype,
      inputs: [source],
      write: (target) => tidy(() => write(target)),
      takesAnyLayout: true,
    });
  });
}
