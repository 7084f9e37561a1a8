/** Calls that NumPy was the oracle of, made again. Who wrote them: `calls.py` and the generators that import it. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as nd from "shared-ndarray";

type Value = number | boolean | string;
interface Operand {
  base: number[];
  values: Value[];
  dtype: nd.DType;
  layout: "plain" | "turned" | "stepped" | "backward";
}
interface Made {
  shape: number[];
  dtype: string;
  values: Value[];
  shares: boolean;
}
type Result = Made | { list: Result[] } | { error: string } | { value: unknown };
export interface Case {
  fn: string;
  args: unknown[];
  options: object;
  result: Result;
  /** The largest error, in units of the last place of the result; of complex numbers, of their absolute value. */
  near?: number;
  /** The largest absolute error. */
  slack?: number;
}
/** The largest relative error, by the bytes of the result; of all others none. */
const NEAR: Record<string, number> = { deg2rad: 2, rad2deg: 2, linspace: 2, logspace: 4, geomspace: 8, mgrid: 2 };
const UNITS: Record<number, number> = { 2: 2 ** -10, 4: 2 ** -23, 8: 2 ** -52 };

const numbers = (values: Value[]) =>
  values.map((value) => (typeof value === "string" ? Number(value.replace("inf", "Infinity")) : Number(value)));

/** An array of complex elements has two numbers for each. */
function arrayOf(values: number[], shape: number[], dtype: nd.DType): nd.AnyNDArray {
  const part = dtype === "complex64" ? "float32" : dtype === "complex128" ? "float64" : undefined;
  const all = Float64Array.from(values);
  if (!part) return nd.array(all, { shape }).astype(dtype) as nd.AnyNDArray;
  const parts = nd.array(all, { shape: [...shape, 2] }).astype(part);
  return parts.size === 0
    ? (nd.zeros(shape, { dtype }) as nd.AnyNDArray)
    : (parts.view(dtype).reshape(shape) as nd.AnyNDArray);
}

function operand({ base, values, dtype, layout }: Operand): nd.AnyNDArray {
  const wide = arrayOf(numbers(values), base, dtype);
  if (layout === "turned") return wide.T;
  if (layout === "stepped") return wide.slice("...", "::2") as nd.AnyNDArray;
  return layout === "backward" ? wide.flip() : wide;
}

const isOperand = (arg: unknown): arg is Operand => typeof arg === "object" && arg !== null && "layout" in arg;

function compare(got: unknown, wanted: Result, operands: nd.AnyNDArray[], most: number, slack = 0): string | undefined {
  if ("value" in wanted) return got === wanted.value ? undefined : `${got} instead of ${wanted.value}`;
  if ("list" in wanted) {
    const list = got as unknown[];
    if (list.length !== wanted.list.length) return `${list.length} results instead of ${wanted.list.length}`;
    return list
      .map((one, i) => compare(one, wanted.list[i]!, operands, most, slack))
      .find((wrong) => wrong !== undefined);
  }
  if ("error" in wanted) return `no ${wanted.error}`;
  const a = got as nd.AnyNDArray;
  if (String(a.shape) !== String(wanted.shape)) return `shape [${a.shape}] instead of [${wanted.shape}]`;
  if (a.dtype !== wanted.dtype) return `${a.dtype} instead of ${wanted.dtype}`;
  const isComplex = a.dtype.startsWith("complex");
  const elements = a.flatten() as nd.AnyNDArray & Iterable<number>;
  const values = [...(isComplex ? (elements.flat as Float64Array) : elements)].map(Number);
  const near = most * UNITS[isComplex ? a.itemsize / 2 : a.itemsize]!;
  const expected = numbers(wanted.values);
  /** What an error is a part of: a number, or the absolute value of a complex one. */
  const size = (i: number) => (isComplex ? Math.hypot(expected[i]!, expected[i ^ 1]!) : Math.abs(expected[i]!));
  const wrong = expected.findIndex(
    (value, i) =>
      !Object.is(value, values[i]) &&
      value !== values[i] && // zeros of either sign are equal
      !(near > 0 && Math.abs(value - values[i]!) <= near * size(i)) &&
      !(Math.abs(value - values[i]!) <= slack),
  );
  if (wrong >= 0) return `${values[wrong]} instead of ${wanted.values[wrong]} at ${wrong}`;
  const shares = operands.some(({ memory }) => memory === a.memory);
  // What is a scalar in NumPy is a view of rank 0 here.
  return a.size === 0 || a.ndim === 0 || shares === wanted.shares
    ? undefined
    : `${shares ? "a view" : "a copy"}, not as in NumPy`;
}

/** The calls in a file next to this one. */
export const casesOf = (name: string): Case[] =>
  JSON.parse(gunzipSync(readFileSync(new URL(name, import.meta.url))).toString());

/** A function of the package by its name, or by what a test gives for it. */
type Functions = Record<string, (...args: never[]) => unknown>;

/** What is wrong with the result of a call, if anything is. */
export function failure(
  { fn, args, options, result, near, slack }: Case,
  functions: Functions = nd as unknown as Functions,
): string | undefined {
  const operands: nd.AnyNDArray[] = [];
  const made = (arg: unknown): unknown => {
    if (isOperand(arg)) return operands[operands.push(operand(arg)) - 1];
    if (Array.isArray(arg)) return arg.map(made);
    if (typeof arg === "object" && arg !== null && "operands" in arg) return (arg.operands as Operand[]).map(made);
    return arg;
  };
  const given = args.map(made);
  if (Object.keys(options).length > 0) given.push(options);
  let got: unknown;
  try {
    got = functions[fn]!(...(given as never[]));
  } catch (e) {
    const isOurs = e instanceof RangeError || e instanceof TypeError || nd.isSharedError(e);
    return "error" in result && isOurs ? undefined : `${e}`;
  }
  const wrong = compare(got, result, operands, near ?? NEAR[fn] ?? 0, slack);
  for (const one of operands) one.close();
  return wrong;
}
