/** NumPy as the oracle of element-wise functions and their methods. Provenance: test/oracle/PROVENANCE.md. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";

interface Stored {
  readonly d: nd.DType;
  readonly s: number[];
  readonly b: string;
}
type Operand = [input: string, layout: string] | number;
type Result = Stored | { readonly list: Stored[] } | { readonly error: "TypeError" | "ValueError" | "IndexError" };
interface Case {
  readonly f: string;
  readonly x: Operand[];
  readonly o: Record<string, unknown> & { readonly indices?: number[] };
  readonly e: Result;
}
const packed = readFileSync(new URL("../oracle/ufunc-cases.json.gz", import.meta.url));
const { inputs, cases } = JSON.parse(gunzipSync(packed).toString()) as {
  inputs: Record<string, Stored>;
  cases: Case[];
};

function decode({ d, s, b }: Stored): nd.AnyNDArray {
  const bytes = Buffer.from(b, "base64");
  const memory = new nd.SharedMemory(Math.max(8, bytes.length));
  memory.buf.set(bytes);
  return nd.NDArray.view(memory, s, { dtype: d }) as nd.AnyNDArray;
}
const decoded = Object.fromEntries(Object.entries(inputs).map(([name, stored]) => [name, decode(stored)]));
function operand(x: Operand): nd.AnyNDArray | number {
  if (typeof x === "number") return x;
  const a = decoded[x[0]]!;
  return x[1] === "T" ? (a.T as nd.AnyNDArray) : x[1] === "" ? a : (a.slice(x[1]) as nd.AnyNDArray);
}

/** Within so many ulp of NumPy, which promises 4 of its own functions; the others are equal. */
const ULPS: Record<string, number> = {
  ...{ exp2: 4, sinc: 4, floatPower: 4, pow: 4, atan2: 4, hypot: 4, logaddexp: 4, logaddexp2: 4, add: 4, multiply: 4 },
};
/** Sums and products are not added in NumPy's order, and errors of one step go into the next. */
const STEPS = 16;
/** Whose results are near 0 where their terms cancel. */
const CANCELLING = ["add", "logaddexp", "logaddexp2"];
/** Of equal elements NumPy may take either zero. */
const ZEROS = ["minimum", "maximum", "fmin", "fmax", "add"];
const EPSILON: Partial<Record<nd.DType, number>> = { float16: 2 ** -10, float32: 2 ** -23, float64: 2 ** -52 };
const TINY: Partial<Record<nd.DType, number>> = { float16: 2 ** -24, float32: 2 ** -149, float64: 5e-324 };

function agrees(f: string, dtype: nd.DType, ours: unknown, theirs: unknown): boolean {
  if (Object.is(ours, theirs)) return true;
  if (typeof ours !== "number" || typeof theirs !== "number" || !(dtype in EPSILON)) return false;
  const [name, method] = f.split(".") as [string, string?];
  if (ours === 0 && theirs === 0) return ZEROS.includes(name);
  const isRepeated = method !== undefined && method !== "outer";
  const ulps = (ULPS[name] ?? 0) * (isRepeated ? STEPS : 1);
  const scale = CANCELLING.includes(name) ? Math.max(Math.abs(theirs), 1) : Math.abs(theirs);
  return Math.abs(ours - theirs) <= ulps * Math.max(EPSILON[dtype]! * scale, TINY[dtype]!);
}

const CLASSES = { TypeError, ValueError: RangeError, IndexError: RangeError };
function isOfClass(error: unknown, name: keyof typeof CLASSES): boolean {
  return error instanceof CLASSES[name] || (name === "TypeError" && nd.isSharedError(error, "DTYPE"));
}

/** The result of a call. `at` returns the array that it has changed. */
function computed({ f, x, o: { indices, ...options } }: Case): unknown {
  const [name, method] = f.split(".") as [string, string?];
  const fn = (nd as unknown as Record<string, Record<string, unknown>>)[name]!;
  const call = (method ? fn[method] : fn) as (...args: unknown[]) => unknown;
  if (Array.isArray(options.where)) options.where = operand(options.where as [string, string]);
  const operands = x.map(operand);
  if (method !== "at") return call(...operands, ...(indices ? [indices] : []), options);
  const a = (operands[0] as nd.AnyNDArray).copy();
  call(a, indices, operands[1]);
  return a;
}

function difference(f: string, ours: nd.AnyNDArray, stored: Stored): string | undefined {
  if (ours.dtype !== stored.d) return `of ${ours.dtype}, NumPy's of ${stored.d}`;
  if (String(ours.shape) !== String(stored.s)) return `of shape [${ours.shape}], NumPy's of [${stored.s}]`;
  const [found, expected] = [ours, decode(stored)].map((a) => [...(a.flatten() as Iterable<unknown>)]);
  const wrong = found!.findIndex((value, i) => !agrees(f, stored.d, value, expected![i]));
  return wrong < 0 ? undefined : `[${wrong}] ${found![wrong]}, NumPy ${expected![wrong]}`;
}

function mismatch(one: Case): string | undefined {
  const { f, x, o, e } = one;
  const described = `${f}(${JSON.stringify(x)}, ${JSON.stringify(o)})`;
  let result: unknown;
  try {
    result = computed(one);
  } catch (error) {
    return "error" in e && isOfClass(error, e.error) ? undefined : `${described}: ${error}, NumPy ${JSON.stringify(e)}`;
  }
  if ("error" in e) return `${described}: NumPy refuses it (${e.error})`;
  const [ours, theirs] = "list" in e ? [result as nd.AnyNDArray[], e.list] : [[result as nd.AnyNDArray], [e]];
  const wrong = theirs.map((stored, i) => difference(f, ours[i]!, stored)).find((found) => found !== undefined);
  return wrong && `${described}: ${wrong}`;
}

it("has at least 8,000 cases", () => {
  expect(cases.length).toBeGreaterThanOrEqual(8000);
});

describe("as NumPy", () => {
  const names = [...new Set(cases.map(({ f }) => f))].sort();
  it.each(names)("%s", (name) => {
    const own = cases.filter(({ f }) => f === name);
    expect(own.map(mismatch).filter((wrong) => wrong !== undefined)).toEqual([]);
  });
});
