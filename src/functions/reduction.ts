/** Checks the arguments of a reduction and makes the fold that computes it, over all axes or over some of them. */

import { expectCast } from "../base/casting.js";
import { noComplex } from "../base/complex.js";
import { type DType, dtypes, expectDType, isComplex, isFloat } from "../base/dtype.js";
import { DTypeError, ShapeError } from "../base/errors.js";
import { expectBoolean, expectKnown, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import type { CheckedFold } from "../calls/kinds/fold.js";
import { castElement, fromMask, loadElement, storedLane } from "../ir/elements.js";
import { constant, isMask, type LaneType, mul, type Node, ne, select, sub } from "../ir/node.js";
import { type FoldProgram, identityOf, type Merge } from "../loops/fold-modules.js";
import type { AnyArray } from "../ndarray/operands.js";
import { expectMask, expectOut } from "../ndarray/operands.js";
import { broadcastShapes, broadcastsTogether, expectAxes, sameShape } from "../ndarray/shape.js";

/** The definition of one reduction: what is folded, and how the result is made from that. */
export interface ReductionSpec {
  readonly name: string;
  readonly nin: 1 | 2;
  readonly merge: Merge;
  /** The dtype of the partial results (`acc`) and that of the result (`outer`), from that of the input. */
  readonly types: (input: DType) => { acc: DType; outer: DType };
  /** What is folded for one element, in the lanes of `acc`. `x` is the element, `y` that of the second operand. */
  readonly value: (x: Node, input: DType, acc: DType, y: Node | undefined) => Node;
  /**
   * `fold`: the values are merged, and no more. `moments`: the mean and the squared distances from it are computed.
   * `place`: the position of the extreme is found.
   */
  readonly kind: "fold" | "moments" | "place";
  /** Whether the result is the square root of what was folded; for `moments`, of the mean squared distance. */
  readonly isRoot: boolean;
  /** Whether the sum is divided by the number of elements. */
  readonly isMean: boolean;
  /** Whether the reduction is undefined if there are no elements. */
  readonly needsElements: boolean;
  /** A further check of the inputs, which throws a ShapeError. */
  readonly check?: (inputs: readonly AnyArray[]) => void;
  /** What is different for bools, if that can be decided before all elements are read. */
  readonly ofBools?: Partial<ReductionSpec> | undefined;
}

/** The options of a reduction, unchecked. */
export interface GivenReduction {
  readonly axis?: unknown;
  readonly keepdims?: unknown;
  readonly dtype?: unknown;
  readonly out?: unknown;
  readonly where?: unknown;
  readonly correction?: unknown;
  readonly initial?: unknown;
}

/** The names of all options of reductions. */
export const REDUCTION_OPTIONS: readonly string[] = [
  ...["axis", "keepdims", "dtype", "out", "where", "correction", "initial"],
];

/**
 * Checks the operands and options of a reduction.
 *
 * @throws {TypeError} If an option has the wrong type, or the reduction does not take it.
 * @throws {RangeError} If an axis does not exist, or is named twice.
 * @throws {RangeError} If the reduction needs an element and there is none.
 * @throws {ShapeError} If the operands do not fit each other, or `out` has another shape.
 * @throws {DTypeError} If `dtype` or `out` cannot hold the result.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export function checkReduction(
  spec: ReductionSpec,
  inputs: readonly AnyArray[],
  given: GivenReduction | undefined,
): CheckedFold {
  const options = expectKnown(given, REDUCTION_OPTIONS, spec.name);
  if (options.initial !== undefined) {
    const got = `got ${show(options.initial)} (sum, prod, min and max take it on this thread)`;
    throw new TypeError(`Expected no \`initial\` for ${spec.name} here, ${got}`);
  }
  spec.check?.(inputs);
  const mask = options.where === undefined ? [] : [expectMask(options.where, "where")];
  if (mask.length > 0 && spec.needsElements) {
    throw new TypeError(`Expected no \`where\` for ${spec.name}, which needs at least one element, got a mask`);
  }
  const shape = broadcastShapes(inputs.map((array) => array.shape));
  for (const { shape: own } of mask) expectWithin(own, shape);
  const axes = expectAxes(options.axis, shape).sort((a, b) => a - b);
  const keepdims = expectBoolean("keepdims", options.keepdims);
  const correction = expectCorrection(spec, options.correction);
  const isArray = options.axis !== undefined || keepdims;
  const kept = shape.flatMap((n, axis) => (axes.includes(axis) ? (keepdims ? [1] : []) : [n]));
  const terms = axes.reduce((product, axis) => product * shape[axis]!, 1);
  if (spec.needsElements && terms === 0 && kept.every((n) => n > 0)) {
    throw new RangeError(`Expected at least one element for ${spec.name}, got none (array of shape ${show(shape)})`);
  }
  const input = inputs.map(({ dtype }) => dtype).reduce(promote);
  const asked = options.dtype === undefined ? undefined : expectDType(options.dtype);
  if (asked !== undefined) expectResult(spec, input, asked);
  const wanted = asked ?? (inputs.length > 1 ? input : undefined);
  // If a dtype is asked for, the elements are cast to it first.
  const own = input === "bool" && asked === undefined ? { ...spec, ...spec.ofBools, name: spec.name } : spec;
  const { acc, outer } = typesOf(own, input, asked);
  const out = options.out === undefined ? undefined : expectOut(options.out, kept);
  if (out) expectCast(outer, out.dtype, "out");
  const isPosition = outer === "int32";
  if (isPosition && (isArray || out)) expectRoomForPositions(spec.name, terms, out?.dtype);
  const kind = spec.isMean ? "mean" : spec.kind === "fold" ? "value" : spec.kind;
  return {
    name: spec.name,
    program: programFor(
      own,
      inputs.map(({ dtype }) => dtype),
      acc,
      wanted,
      mask.length > 0,
    ),
    inputs: [...inputs, ...mask],
    shape,
    axes,
    outShape: isArray ? kept : undefined,
    // A position that is a JavaScript value, or is written to a larger dtype, may exceed int32.
    dtype: isPosition && (!isArray || out) ? "float64" : outer,
    out,
    result: { kind, isRoot: spec.isRoot, correction },
  };
}

/** @throws {ShapeError} If a mask does not broadcast to the shape of what is reduced. */
function expectWithin(mask: readonly number[], shape: readonly number[]): void {
  if (broadcastsTogether([mask, shape]) && sameShape(broadcastShapes([mask, shape]), shape)) return;
  throw new ShapeError(`Expected \`where\` to broadcast to shape ${show(shape)}, got shape ${show(mask)}`, {
    shape: mask,
    expected: shape,
  });
}

/**
 * Checks that positions and counts of as many elements can be stored: as int32, or in the dtype of `out`.
 *
 * @throws {DTypeError} If `out` is of a small dtype.
 * @throws {RangeError} If there are so many elements that int32 is too small.
 */
function expectRoomForPositions(name: string, terms: number, out: DType | undefined): void {
  const bytes = out === undefined ? 4 : dtypes[out].bytes;
  if (bytes < 4) {
    const message = `Expected \`out\` to be of int32 or a larger dtype, got ${out}`;
    throw new DTypeError(message, { dtype: out!, expected: "int32" });
  }
  if (bytes === 8 || terms < 2 ** 31) return;
  const cure = "pass `out` of int64 or float64";
  throw new RangeError(`Expected axes of less than 2147483648 elements for ${name} as int32, got ${terms} (${cure})`);
}

/** The dtypes of partial results and result. If the user asked for a dtype, elements are cast to it first. */
function typesOf(spec: ReductionSpec, input: DType, wanted: DType | undefined): { acc: DType; outer: DType } {
  const types = spec.types(wanted ?? input);
  return wanted === undefined ? types : { acc: types.acc, outer: wanted };
}

function expectResult(spec: ReductionSpec, input: DType, wanted: DType): void {
  const { acc, outer } = spec.types(wanted);
  const isSum = (spec.merge === "add" || spec.merge === "mul") && acc !== "int32";
  if (isSum && isFloat(outer) === isFloat(wanted)) return;
  const message = `Expected \`dtype\` to be one that ${spec.name} of ${input} can give, got ${wanted}`;
  throw new DTypeError(message, { dtype: wanted, expected: spec.types(input).outer });
}

function expectCorrection({ name, kind }: ReductionSpec, value: unknown): number {
  if (value === undefined) return 0;
  if (kind !== "moments")
    throw new TypeError(`Expected no \`correction\` for ${name}, got ${show(value)} (std and variance take it)`);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError(`Expected \`correction\` to be a finite number, got ${show(value)}`);
}

const programs = new Map<string, FoldProgram>();
/** The program of a reduction of these dtypes. It is made once, so that what is compiled for it is found by it. */
function programFor(
  spec: ReductionSpec,
  inputs: readonly DType[],
  acc: DType,
  wanted: DType | undefined,
  hasMask: boolean,
): FoldProgram {
  const key = `${spec.name} ${inputs} ${acc} ${wanted} ${hasMask}`;
  let program = programs.get(key);
  if (!program) {
    program = newProgram(spec, inputs, acc, wanted, hasMask);
    programs.set(key, program);
  }
  return program;
}

function newProgram(
  spec: ReductionSpec,
  inputs: readonly DType[],
  acc: DType,
  wanted: DType | undefined,
  hasMask: boolean,
): FoldProgram {
  const lane = storedLane(acc);
  const value = (first: number): Node => {
    const [x, y] = inputs.map((dtype, i) => {
      const element = loadElement(first + i, dtype);
      return wanted === undefined ? element : castElement(element, dtype, wanted);
    }) as [Node, Node?];
    return spec.value(x, wanted ?? inputs[0]!, acc, y);
  };
  const isOn = (first: number) => ne(loadElement(first + inputs.length, "uint8"), 0);
  const identity = (type: LaneType) => constant(identityOf(spec.merge, acc), type);
  const masked = (first: number, of: Node) => (hasMask ? select(isOn(first), of, identity(of.type)) : of);
  const counted = (first: number) => fromMask(isOn(first), lane);
  const squared = (first: number, mean: Node) => {
    const apart = sub(value(first), mean);
    return masked(first, mul(apart, apart));
  };
  const values = [(first: number) => masked(first, value(first))];
  const isCounted = spec.kind === "moments" || (spec.isMean && hasMask);
  return {
    key: [spec.name, wanted, hasMask].join(),
    inputs: hasMask ? [...inputs, "bool"] : inputs,
    merge: spec.merge,
    acc,
    values: isCounted ? [...values, ...(hasMask ? [counted] : []), ...(spec.isMean ? [] : [squared])] : values,
  };
}

/** The element cast to the dtype in which it is summed: float64 or a 64-bit integer. */
export const widened = (x: Node, input: DType, acc: DType): Node => castElement(x, input, acc);
/** Whether the element is true or nonzero, as a mask. Folds keep masks as long as they can. */
export const truthOf = (x: Node): Node => (isMask(x.type) ? x : ne(x, 0));
/**
 * The dtypes of sums and products: floats are summed in float64 and keep their dtype; integers become 64-bit integers.
 */
export function sumTypes(input: DType): { acc: DType; outer: DType } {
  if (isComplex(input)) throw noComplex("this sum or product", input);
  if (isFloat(input)) return { acc: "float64", outer: input };
  const acc = dtypes[input].kind === "u" ? "uint64" : "int64";
  return { acc, outer: acc };
}
/** The dtypes of means: floats keep their dtype, integers become float64. */
export const meanTypes = (input: DType): { acc: DType; outer: DType } => ({
  acc: "float64",
  outer: isFloat(input) ? input : "float64",
});
/** The dtypes of extremes: that of the input. float16 is compared as float32, and bools as 0 and 1. */
export function extremeTypes(input: DType): { acc: DType; outer: DType } {
  const acc = input === "float16" ? "float32" : input === "bool" || input === "uint8_clamped" ? "uint8" : input;
  return { acc, outer: input };
}
/** The element as it is compared: bools as 0 and 1. */
export const extremeValue = (x: Node, input: DType): Node => (input === "bool" ? fromMask(x, "u8") : x);
