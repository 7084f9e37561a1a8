/**
 * The short way of an element-wise call on this thread. A program that works in small pieces makes the same call again
 * and again, and the checks and plans of the long way take 10 to 20 us, where ten additions take 0.1. So what a call
 * with these dtypes has led to is kept, and the next one only looks it up, finds the positions of its operands, and
 * runs the kernel.
 *
 * Only calls that cannot fail come this way: with open arrays, next to which there may be numbers that their dtypes
 * hold, and with no option but `out`. All others, and the first call of each kind, take the long way, which has the
 * errors.
 */
import { type DType, dtypeNames, isComplex } from "../base/dtype.js";
import type { CheckedElementwise } from "../calls/kinds/elementwise.js";
import { runDirect } from "../loops/direct.js";
import { distanceOf } from "../memory/blocks/driver.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf } from "../ndarray/ndarray.js";
import type { AnyArray } from "../ndarray/operands.js";
import { overlaps, sameElements, selfOverlaps } from "../ndarray/overlap.js";
import { broadcastShapes, broadcastsTogether, sameShape, sizeOf } from "../ndarray/shape.js";
import { writtenNow } from "../ndarray/storage.js";
import { openStrided, refusesWrites } from "../ndarray/strided-array.js";
import { broadcastTo, cView, type View } from "../ndarray/view.js";
import type { ElementwiseSpec } from "./elementwise.js";

/** What is kept of a call: its program, and the dtype of its result. */
type Prepared = Pick<CheckedElementwise, "program" | "dtype">;
/** By the dtypes of the operands and of `out`, what earlier calls of one function have led to. */
export type Calls = Map<number, Prepared>;

/** Complex dtypes have none: their calls take the long way. */
const codes = new Map<unknown, number>(
  dtypeNames.filter((dtype) => !isComplex(dtype)).map((dtype, i): [DType, number] => [dtype, i]),
);
/** In a key, the places of numbers and of the result if it is a new array. */
const [NUMBER, FRESH] = [15, 14];

/** A call that may take the short way. */
export interface ShortCall {
  /** The dtypes of its operands and of `out`, as a number. */
  readonly key: number;
  /** The operands that are arrays, after a place for the result. */
  readonly arrays: Strided[];
  readonly numbers: readonly number[];
  readonly shape: readonly number[];
  readonly out: AnyArray | undefined;
}

/** Looks at the arguments of a call; `undefined` if it must take the long way. */
export function shortCall(spec: ElementwiseSpec, args: readonly unknown[]): ShortCall | undefined {
  const { nin } = spec;
  if (args.length < nin || args.length > nin + 1) return undefined;
  const arrays: Strided[] = [undefined as never];
  const numbers: number[] = [];
  let key = 0;
  for (let i = 0; i < nin; i++) {
    const given = args[i];
    if (typeof given === "number") {
      numbers.push(given);
      key = key * 16 + NUMBER;
      continue;
    }
    const array = openStrided(given);
    const code = array && codes.get(array.elements.dtype);
    if (!array || code === undefined) return undefined;
    key = key * 16 + code;
    arrays.push(array);
  }
  const first = arrays[1];
  if (!first || !mayBeShort(spec, arrays, numbers)) return undefined;
  const shape = commonShape(arrays);
  if (!shape || sizeOf(shape) === 0) return undefined;
  const options = args[nin];
  if (options === undefined) return { key: key * 16 + FRESH, arrays, numbers, shape, out: undefined };
  const out = onlyOption(options, "out");
  const target = openStrided(out);
  if (!target || !isShape(target.view, shape) || refusesWrites(out)) return undefined;
  if (!target.view.contiguous && selfOverlaps(target.view)) return undefined;
  for (let i = 1; i < arrays.length; i++) if (mayCollide(arrays[i]!, target)) return undefined;
  const code = codes.get(target.elements.dtype);
  if (code === undefined) return undefined;
  arrays[0] = target;
  return { key: key * 16 + code, arrays, numbers, shape, out: out as AnyArray };
}

/** The shape of the result, to which all arrays are broadcast in place; `undefined` if they do not broadcast. */
function commonShape(arrays: Strided[]): readonly number[] | undefined {
  const { shape } = arrays[1]!.view;
  let areLike = true;
  for (let i = 2; i < arrays.length; i++) areLike &&= isShape(arrays[i]!.view, shape);
  if (areLike) return shape;
  const shapes = arrays.slice(1).map(({ view }) => view.shape);
  if (!broadcastsTogether(shapes)) return undefined;
  const common = broadcastShapes(shapes);
  for (let i = 1; i < arrays.length; i++) {
    const { elements, view } = arrays[i]!;
    if (!isShape(view, common)) arrays[i] = { elements, view: broadcastTo(view, common) };
  }
  return common;
}

/** Whether the program depends on the dtypes alone, and the function refuses none of the values. */
function mayBeShort({ name, rule }: ElementwiseSpec, arrays: readonly Strided[], numbers: readonly number[]): boolean {
  if (rule === "choice" && arrays[1]!.elements.dtype !== "bool") return false;
  if (name === "clip" && numbers.length < 2) return false;
  if (name === "pow" && !isPlainFloat(arrays[1]!)) return false; // exponents of integers are looked at
  if (numbers.length === 0) return true;
  if (rule === "scale") return false; // such a number must be whole
  if (rule === "logical") return false; // which numbers are true is part of the program
  for (let i = rule === "choice" ? 2 : 1; i < arrays.length; i++) {
    const { dtype } = arrays[i]!.elements;
    if (isPlainFloat(arrays[i]!)) continue;
    if (dtype !== arrays.at(-1)!.elements.dtype) return false;
    for (const value of numbers) if (!isHeld(dtype, value)) return false;
  }
  return true;
}

const isPlainFloat = ({ elements: { dtype } }: Strided): boolean => dtype === "float64" || dtype === "float32";

/** The least and the greatest number of the integer dtypes that JavaScript numbers hold. */
const RANGES: Partial<Record<DType, readonly [least: number, greatest: number]>> = {
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};
function isHeld(dtype: DType, value: number): boolean {
  const range = RANGES[dtype];
  return range !== undefined && Number.isInteger(value) && value >= range[0] && value <= range[1];
}

const isShape = (view: View, shape: readonly number[]): boolean => view.shape === shape || sameShape(view.shape, shape);

/** The option of that name, if the options are a plain object with nothing else. */
export function onlyOption(options: unknown, name: string): unknown {
  const own = onlyOptions(options, [name]);
  return own && Object.hasOwn(own, name) ? own[name] : undefined;
}

/** The options, if they are a plain object with no other names. */
export function onlyOptions(options: unknown, names: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  if (typeof options !== "object" || options === null || Object.getPrototypeOf(options) !== Object.prototype) return;
  for (const key of Object.keys(options)) if (!names.includes(key)) return undefined;
  return options as Readonly<Record<string, unknown>>;
}

/** Whether writing the target may change what is read from the input, unless they are the same elements. */
function mayCollide(input: Strided, target: Strided): boolean {
  if (distanceOf(blockOf(target.elements.memory), blockOf(input.elements.memory)) === undefined) return false;
  return !sameElements(input, target) && overlaps(input, target);
}

/** Runs a call the short way. Returns its result, or `undefined` if it must take the long way after all. */
export function runShort({ arrays, numbers, shape, out }: ShortCall, { program, dtype }: Prepared): unknown {
  if (out) return runDirect(program, arrays, numbers) ? out : undefined;
  const made = writtenNow(viewOf(shape, arrays[1]!.view), dtype, (fresh) => {
    arrays[0] = fresh;
    return runDirect(program, arrays, numbers);
  });
  return made && arrayOf(made);
}

/** A view in C order: an operand's own one, if it has one axis and begins at the first element. */
const viewOf = (shape: readonly number[], own: View): View =>
  own.shape === shape && shape.length === 1 && own.strides[0] === 1 && own.offset === 0 ? own : cView(shape);
