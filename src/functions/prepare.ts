/** Checks the arguments of an element-wise function and makes the program that computes it. Nothing is written here. */

import { type Casting, expectCast, expectCasting } from "../base/casting.js";
import { type DType, dtypes, expectDType, isBigInt, isFloat, type RawArray } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectKnown, show } from "../base/expect.js";
import { decodeFloat16, encodeFloat16 } from "../base/float16.js";
import { commonDType, holds, promoteAll, rangeOf } from "../base/promote.js";
import type { CheckedElementwise } from "../calls/kinds/elementwise.js";
import type { Program } from "../compile/program.js";
import { castElement, loadElement, storedForm, storedLane, valueLane } from "../ir/elements.js";
import { constant, type LaneType, load, type Node, ne, param, select } from "../ir/node.js";
import { stridedOf } from "../ndarray/ndarray.js";
import type { AnyArray } from "../ndarray/operands.js";
import { expectArray, expectMask, expectOut } from "../ndarray/operands.js";
import { broadcastShapes } from "../ndarray/shape.js";
import { bitsOf } from "../ndarray/typed-loops.js";
import { forEachRun, jointLoop, type Loop } from "../ndarray/walk.js";
import { compareMixed, type ElementwiseSpec, fixedResult, typesOf } from "./elementwise.js";

/** The options of an element-wise function, unchecked. */
export interface GivenOptions {
  readonly out?: unknown;
  readonly where?: unknown;
  readonly dtype?: unknown;
  readonly casting?: unknown;
}
/** The names of these options. */
export const UFUNC_OPTIONS: readonly string[] = ["out", "where", "dtype", "casting"];

type Value = AnyArray | number | bigint;
const isArray = (value: Value): value is AnyArray => typeof value === "object";
/** Whether a number counts as true. NaN does, as in NumPy. */
// biome-ignore lint/suspicious/noDoubleEquals: 0n and 0 are both false
const isTrue = (value: number | bigint): boolean => value != 0;
const isNumber = (value: Value): value is number | bigint => typeof value !== "object";

/**
 * Checks the operands and options of an element-wise function.
 *
 * @throws {ShapeError} If the operands cannot be broadcast together, or `out` has another shape.
 * @throws {DTypeError} If the function does not accept the operands' dtypes, or `out` or `dtype` cannot hold the
 * result.
 * @throws {LayoutError} If `out` cannot be written to.
 * @throws {TypeError} If an operand or an option is of another type.
 * @throws {RangeError} If the exponent of an integer is negative.
 * @throws {ClosedError} If an array is closed.
 */
export function checkUfunc(
  spec: ElementwiseSpec,
  given: readonly unknown[],
  options?: GivenOptions,
): CheckedElementwise {
  const known = expectKnown(options, UFUNC_OPTIONS, spec.name);
  const { out: givenOut, where, dtype: wanted } = known;
  const casting = expectCasting(known.casting, "same_kind");
  expectOperands(spec, given);
  const isChoice = spec.rule === "choice";
  const condition = isChoice ? [expectMask(given[0], "condition")] : [];
  const values = given.slice(condition.length).map((value, i) => expectValue(value, nameOf(spec, i)));
  if (spec.name === "clip") dropFarLimits(values, wanted);
  if (spec.rule === "predicate" && spec.nin === 2) replaceFarNumbers(values);
  const mask = where === undefined ? [] : [expectMask(where, "where")];
  const arrays = values.filter(isArray);
  const inputs = [...condition, ...arrays, ...mask];
  const shape = broadcastShapes(inputs.map((array) => array.shape));
  if (spec.rule === "scale") expectWhole(values[1]!);
  const types = typesFor(spec, spec.rule === "scale" ? [values[0]!] : values, wanted, casting);
  const out = givenOut === undefined ? undefined : expectOut(givenOut, shape);
  if (out) expectCast(types.outer, out.dtype, "out", casting);
  if (spec.name === "pow" && !isFloat(types.inner)) assertNotNegative(values[1]!);
  const dtype = out?.dtype ?? types.outer;
  const hasMask = mask.length > 0;
  const request: Request = { spec, ...types, values, hasCondition: isChoice, hasMask };
  const program = programFor(request, [dtype, ...inputs.map((array) => array.dtype)]);
  const numbers = types.inner === "bool" ? [] : values.filter(isNumber).map((value) => rounded(value, types.inner));
  return { name: spec.name, program, shape, dtype, out, inputs, hasMask, numbers };
}

/** Checks the number of operands. A list of numbers is a list of operands, not an array. */
export function expectOperands({ nin, name }: { nin: number; name: string }, given: readonly unknown[]): void {
  if (given.length === nin) return;
  const areNumbers = given.length > 0 && given.every((one) => typeof one === "number" || typeof one === "bigint");
  const cure = areNumbers ? ` (make an array of them: array(${show(given)}))` : "";
  throw new TypeError(`Expected ${nin} operand${nin === 1 ? "" : "s"} for ${name}, got ${given.length}${cure}`);
}

// ── Dtypes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The dtype that the function computes in (`inner`) and that of its result (`outer`).
 *
 * @throws {DTypeError} If the function does not accept such operands, or cannot give the dtype `wanted`.
 */
function typesFor(
  spec: ElementwiseSpec,
  values: readonly Value[],
  wanted: unknown,
  casting: Casting,
): { inner: DType; outer: DType } {
  const { rule } = spec;
  const fixed = fixedResult(rule);
  const each = values.filter(isArray).map(({ dtype }) => dtype);
  const asked = wanted === undefined ? undefined : expectDType(wanted);
  // If numbers are not stored in the arrays' dtype, they need not fit into it.
  const isStored = rule === "same" || rule.startsWith("same,") || rule.startsWith("bits") || rule === "choice";
  if (asked === undefined || asked === fixed) {
    const operands = values.map((value) => (isArray(value) ? value.dtype : value));
    const common = commonDType(operands, !isStored);
    const types = typesOf(spec, common, each);
    if (types) {
      if (casting !== "same_kind") for (const one of each) expectCast(one, types.inner, "dtype", casting);
      return types;
    }
    const found = [...new Set([...each, common])].join(" and ");
    const message = `Expected operands of dtypes that ${spec.name} accepts, got ${found}`;
    throw new DTypeError(message, { dtype: common, expected: rule.startsWith("bits") ? "integers" : "numbers" });
  }
  const found = fixed ? undefined : typesOf(spec, asked, [asked]);
  if (found?.outer !== asked) {
    const message = `Expected \`dtype\` to be one that ${spec.name} can return, got ${asked}`;
    throw new DTypeError(message, { dtype: asked, expected: fixed ?? `a dtype that ${spec.name} returns` });
  }
  for (const one of each) expectCast(one, asked, "dtype", casting);
  for (const value of values) if (!isArray(value) && !isFloat(asked)) expectHeld(value, asked);
  return found;
}

/** @throws {DTypeError} If an exponent of 2 is not a whole number of at most int64. */
function expectWhole(value: Value): void {
  const dtype = isArray(value) ? value.dtype : typeof value;
  if (isArray(value) ? !isFloat(value.dtype) && value.dtype !== "uint64" : isWhole(value)) return;
  const found = isArray(value) ? dtype : show(value);
  throw new DTypeError(`Expected \`x2\` to be of integers that int64 holds, got ${found}`, {
    dtype,
    expected: "int64",
  });
}

export function expectHeld(value: number | bigint, dtype: DType, what?: string): void {
  if (dtype !== "bool" && isWhole(value) && holds(dtype, value)) return;
  const message = `Expected ${what ? `\`${what}\` to be ` : ""}a number that ${dtype} can hold, got ${show(value)}`;
  throw new DTypeError(message, { dtype: typeof value, expected: dtype });
}

/** The number that the loop receives: `value` rounded to the dtype. */
function rounded(value: number | bigint, dtype: DType): number | bigint {
  if (isBigInt(dtype)) return BigInt(value);
  return dtype === "float16" ? decodeFloat16(encodeFloat16(Number(value))) : Number(value);
}

// ── The program ────────────────────────────────────────────────────────────────────────────────────────────────────

interface Request {
  readonly spec: ElementwiseSpec;
  readonly inner: DType;
  readonly outer: DType;
  readonly values: readonly Value[];
  /** Whether the first input is a mask that chooses between the values. */
  readonly hasCondition: boolean;
  /** Whether the last input is a mask that says where to write. */
  readonly hasMask: boolean;
}

const programs = new Map<string, Program>();
const MAX_PROGRAMS = 5000;

function programFor(request: Request, slots: readonly DType[]): Program {
  const { spec, inner, values, hasMask } = request;
  // A bool cannot be a parameter of a program, so its value is part of the program and of the key.
  const kinds = values.map((value) => (isArray(value) ? "" : inner === "bool" ? isTrue(value) : "n"));
  const key = `${spec.name},${inner},${kinds},${hasMask}:${slots}`;
  const known = programs.get(key);
  if (known) return known;
  if (programs.size >= MAX_PROGRAMS) programs.clear();
  const program = makeProgram(request, key, slots);
  programs.set(key, program);
  return program;
}

function makeProgram(request: Request, key: string, slots: readonly DType[]): Program {
  const { spec, inner, outer, values, hasCondition, hasMask } = request;
  const lane = valueLane(inner);
  const params: LaneType[] = [];
  let slot = hasCondition ? 1 : 0;
  const nodes = values.map((value): Node => {
    if (isArray(value)) {
      slot++;
      const element = loadElement(slot, value.dtype);
      return isMixed(spec, values) ? element : castElement(element, value.dtype, inner);
    }
    if (inner === "bool") return constant(isTrue(value), "m8");
    params.push(lane);
    return param(params.length - 1, lane);
  });
  const [a, b, c] = [...(hasCondition ? [loadElement(1, "bool")] : []), ...nodes] as [Node, Node, Node];
  const computed = isMixed(spec, values) ? compareMixed(spec, a, b) : spec.build(a, b, c, inner);
  const [target] = slots as [DType];
  const value = storedForm(castElement(computed, outer, target), target);
  const result = hasMask ? select(ne(load(slot + 1, "u8"), 0), value, load(0, storedLane(target))) : value;
  return { key, dtypes: slots, params, result };
}

/** Whether int64 is compared with uint64. No common dtype holds both, so `compareMixed` compares them. */
function isMixed(spec: ElementwiseSpec, values: readonly Value[]): boolean {
  const found = values.map((value) => (isArray(value) ? value.dtype : ""));
  return spec.rule === "predicate" && found.includes("int64") && found.includes("uint64");
}

// ── Operands ───────────────────────────────────────────────────────────────────────────────────────────────────────

const nameOf = ({ nin, name }: ElementwiseSpec, i: number): string =>
  nin === 1 ? "x" : name === "clip" ? ["x", "min", "max"][i]! : `x${i + 1}`;

function expectValue(value: unknown, what: string): Value {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "object" && value !== null) return expectArray(value, what);
  throw new TypeError(`Expected \`${what}\` to be an NDArray, a number or a bigint, got ${show(value)}`);
}

/**
 * Replaces a limit of `clip` that is beyond all values of the integer dtype, and so has no effect, by the least or
 * the greatest of them. The dtype is that of the arrays. If a limit is a fraction, all are float64, and none is
 * replaced.
 */
function dropFarLimits(values: Value[], wanted: unknown): void {
  const [, min, max] = values as [Value, Value, Value];
  const arrays = values.filter(isArray);
  if (wanted === undefined && arrays.length === 0) return;
  const dtype = wanted === undefined ? promoteAll(arrays.map((array) => array.dtype)) : expectDType(wanted);
  if (isFloat(dtype) || dtype === "bool") return;
  const isLow = isArray(min) || min === Number.NEGATIVE_INFINITY || isWhole(min);
  const isHigh = isArray(max) || max === Number.POSITIVE_INFINITY || isWhole(max);
  if (!isLow || !isHigh) return;
  const [least, greatest] = rangeOf(dtype);
  if (isNumber(min) && min < least) values[1] = rounded(least, dtype);
  if (isNumber(max) && max > greatest) values[2] = rounded(greatest, dtype);
}

/**
 * Replaces the numbers of a comparison that neither a 64-bit integer nor float64 would hold exactly, by numbers that
 * compare alike: beyond the range of the array next to it, an infinity, and if there is no array, the order of the two.
 */
function replaceFarNumbers(values: Value[]): void {
  const [a, b] = values as [Value, Value];
  if (isNumber(a) && isNumber(b)) {
    values[0] = a < b ? -1 : a > b ? 1 : Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 0;
    values[1] = 0;
    return;
  }
  const array = isArray(a) ? a : (b as AnyArray);
  if (!isBigInt(array.dtype)) return;
  for (const [i, value] of values.entries()) {
    if (!isNumber(value) || !isWhole(value) || holds(array.dtype, value)) continue;
    values[i] = value > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }
}

const isWhole = (value: number | bigint): boolean => typeof value === "bigint" || Number.isInteger(value);

/** @throws {RangeError} If an exponent is negative: the power of an integer would not be an integer. */
function assertNotNegative(exponent: Value): void {
  const lowest = isArray(exponent) ? lowestOf(exponent) : exponent;
  if (lowest === undefined || lowest >= 0) return;
  throw new RangeError(`Expected exponents of integers to be at least 0, got ${show(lowest)} (make the base a float)`);
}

function lowestOf(array: AnyArray): number | bigint | undefined {
  if (dtypes[array.dtype].kind !== "i") return undefined;
  const { elements, view } = stridedOf(array);
  const loop = jointLoop([view], "K");
  const step = loop.strides[0]!.at(-1)!;
  if (!hasNegative(elements.raw, loop, step)) return;
  let lowest: number | undefined;
  forEachRun(loop, 0, loop.size, ([at], count) => {
    for (let i = 0; i < count; i++) {
      const value = elements.raw[at! + i * step]!;
      if (lowest === undefined || value < lowest) lowest = value;
    }
  });
  return lowest;
}

/** Whether an element is negative. Of 64 bits, the upper half says it, and bigints take ten times as long. */
function hasNegative(raw: RawArray, loop: Loop, step: number): boolean {
  const { bits, width } = bitsOf(raw);
  let signs = 0;
  forEachRun(loop, 0, loop.size, ([at], count) => {
    signs |= signsOf(bits, width * (at! + 1) - 1, width * step, count);
  });
  return signs < 0;
}

/** Bits of which the highest is set if a number is negative. */
function signsOf(words: RawArray, first: number, step: number, count: number): number {
  let signs = 0;
  for (let i = 0, at = first; i < count; i++, at += step) signs |= words[at]!;
  return signs;
}
