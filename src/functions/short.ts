/**
 * The short way of an element-wise call on this thread. A program that works in small pieces makes the same call again
 * and again, and the checks and plans of the long way take 10 to 20 us, where ten additions take 0.1. So what a call
 * with these dtypes has led to is kept, and the next one only looks it up, finds the positions of its operands, and
 * runs the kernel.
 *
 * Only calls that cannot fail come this way: open arrays of one shape in C order, next to which there may be numbers
 * if the arrays are of float32 or float64, and no option but `out`, which has the result's dtype. All others, and the
 * first call of each kind, take the long way and get its errors.
 */
import { dtypes } from "../base/dtype.js";
import type { CheckedElementwise } from "../calls/kinds/elementwise.js";
import { runContiguous } from "../loops/contiguous.js";
import { distanceOf } from "../memory/blocks/driver.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf } from "../ndarray/ndarray.js";
import type { AnyArray } from "../ndarray/operands.js";
import { sameShape } from "../ndarray/shape.js";
import { blankStrided } from "../ndarray/storage.js";
import { openStrided, refusesWrites } from "../ndarray/strided-array.js";
import { cView, type View } from "../ndarray/view.js";
import type { ElementwiseSpec } from "./elementwise.js";

/** What is kept of a call: its program, and the dtype of its result. */
type Prepared = Pick<CheckedElementwise, "program" | "dtype">;
/** By the dtypes of the operands and of `out`, what earlier calls of one function have led to. */
export type Calls = Map<number, Prepared>;

const codes = new Map<unknown, number>(Object.keys(dtypes).map((dtype, i) => [dtype, i]));
/** In a key, the places of numbers and of the result if it is a new array. */
const [NUMBER, FRESH] = [15, 14];

/** A call that may take the short way. */
export interface ShortCall {
  /** The dtypes of its operands and of `out`, as a number. */
  readonly key: number;
  /** The operands that are arrays, after a place for the result. */
  readonly arrays: Strided[];
  readonly numbers: readonly number[];
  readonly out: AnyArray | undefined;
}

/** Looks at the arguments of a call; `undefined` if it must take the long way. */
export function shortCall({ nin, rule, name }: ElementwiseSpec, args: readonly unknown[]): ShortCall | undefined {
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
    if (!array?.view.contiguous) return undefined;
    key = key * 16 + codes.get(array.elements.dtype)!;
    arrays.push(array);
  }
  const first = arrays[1];
  if (!first || first.view.size === 0) return undefined;
  for (let i = 2; i < arrays.length; i++) if (!isLike(arrays[i]!.view, first.view)) return undefined;
  // The value of a number that counts as true or false, or that is chosen, is part of the program.
  const areParams = takesNumbers(arrays) && rule !== "choice" && rule !== "logical";
  if (numbers.length > 0 && !areParams) return undefined;
  if (rule === "choice" && first.elements.dtype !== "bool") return undefined;
  if (name === "clip" && numbers.length < 2) return undefined;
  if (name === "pow" && !takesNumbers(arrays)) return undefined; // exponents of integers are looked at
  const options = args[nin];
  if (options === undefined) return { key: key * 16 + FRESH, arrays, numbers, out: undefined };
  const out = onlyOut(options);
  const target = openStrided(out);
  if (!target?.view.contiguous || !isLike(target.view, first.view) || refusesWrites(out)) return undefined;
  for (let i = 1; i < arrays.length; i++) if (mayCollide(arrays[i]!, target)) return undefined;
  arrays[0] = target;
  return { key: key * 16 + codes.get(target.elements.dtype)!, arrays, numbers, out: out as AnyArray };
}

const isLike = (a: View, b: View): boolean => a.shape === b.shape || sameShape(a.shape, b.shape);

/** Whether all arrays are of dtypes that take any number as it is. */
function takesNumbers(arrays: readonly Strided[]): boolean {
  for (let i = 1; i < arrays.length; i++) {
    const { dtype } = arrays[i]!.elements;
    if (dtype !== "float64" && dtype !== "float32") return false;
  }
  return true;
}

/** The option `out`, if the options are a plain object with nothing else. */
function onlyOut(options: unknown): unknown {
  if (typeof options !== "object" || options === null || Object.getPrototypeOf(options) !== Object.prototype) return;
  const keys = Object.keys(options);
  return keys.length === 1 && keys[0] === "out" ? (options as { readonly out: unknown }).out : undefined;
}

/** Whether writing the target may change what is read from the input, unless they are the same elements. */
function mayCollide(input: Strided, target: Strided): boolean {
  const distance = distanceOf(blockOf(target.elements.memory), blockOf(input.elements.memory));
  if (distance === undefined) return false;
  if (distance !== 0) return true; // two mappings of one file: let the long way look
  const [from, to] = [firstByte(input), firstByte(target)];
  const [a, b] = [input.elements.itemsize, target.elements.itemsize];
  if (from === to && a === b) return false;
  const { size } = target.view;
  return from < to + size * b && to < from + size * a;
}

const firstByte = ({ elements, view }: Strided): number => elements.byteOffset + view.offset * elements.itemsize;

/** Runs a call the short way. Returns its result, or `undefined` if it must take the long way after all. */
export function runShort(call: ShortCall, prepared: Prepared): unknown {
  const { arrays, numbers, out } = call;
  const { program, dtype } = prepared;
  if (out) return runContiguous(program, arrays, numbers) ? out : undefined;
  const fresh = blankStrided(viewLike(arrays[1]!.view), dtype);
  arrays[0] = fresh;
  if (runContiguous(program, arrays, numbers)) return arrayOf(fresh);
  fresh.elements.memory.close();
  return undefined;
}

/** A view in C order of the same shape; the view itself if it begins at the first element and has one axis. */
const viewLike = (view: View): View =>
  view.offset === 0 && view.shape.length === 1 && view.strides[0] === 1 ? view : cView(view.shape);
