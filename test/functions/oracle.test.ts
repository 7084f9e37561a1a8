/** NumPy as the oracle for the functions of arrays. Provenance: test/oracle/PROVENANCE.md. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as nd from "shared-ndarray";
import { type AnyNDArray, type DType, isSharedError, type NDArray, NDArray as NDArrayClass } from "shared-ndarray";
import { describe, expect, it } from "vitest";

const functions = nd as unknown as Record<string, (...args: unknown[]) => unknown>;

interface Stored {
  readonly d: DType;
  readonly s: number[];
  readonly b: string;
}
type Operand = [input: string, layout: string] | number;
interface Case {
  readonly f: string;
  readonly x: Operand[];
  readonly o: Record<string, unknown>;
  readonly e: Stored | "error";
}
const packed = readFileSync(new URL("../oracle/function-cases.json.gz", import.meta.url));
const { inputs, cases } = JSON.parse(gunzipSync(packed).toString()) as {
  inputs: Record<string, Stored>;
  cases: Case[];
};

function decode({ d, s, b }: Stored): AnyNDArray {
  const bytes = Buffer.from(b, "base64");
  const memory = new nd.SharedMemory(Math.max(8, bytes.length));
  memory.buf.set(bytes);
  return NDArrayClass.view(memory, s, { dtype: d }) as AnyNDArray;
}
const decoded = Object.fromEntries(Object.entries(inputs).map(([name, stored]) => [name, decode(stored)]));

function operand(x: Operand): AnyNDArray | number {
  if (typeof x === "number") return x;
  const a = decoded[x[0]]!;
  return x[1] === "T" ? (a.T as AnyNDArray) : x[1] === "" ? a : (a.slice(x[1]) as AnyNDArray);
}

const TRANSCENDENTAL = new Set(
  "exp expm1 log log1p log2 log10 cbrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh pow atan2 hypot".split(
    " ",
  ),
);
/** Sums: the order of additions is not NumPy's. (`logaddexp` is one where its terms cancel.) */
const SUMS = new Set("logaddexp sum prod mean variance std cumulativeSum cumulativeProd matmul vecdot".split(" "));
/** Of equal elements NumPy may take either zero. */
const ZEROS = new Set(["sort", "min", "max", "minimum", "maximum"]);
const EPSILON: Partial<Record<DType, number>> = { float16: 2 ** -10, float32: 2 ** -23, float64: 2 ** -52 };
const TINY: Partial<Record<DType, number>> = { float16: 2 ** -24, float32: 2 ** -149, float64: 5e-324 };

/** Whether a value may stand for NumPy's: the same; within 4 ulp, which NumPy promises of its own; for sums within 16. */
function agrees(name: string, dtype: DType, ours: unknown, theirs: unknown): boolean {
  if (Object.is(ours, theirs)) return true;
  if (typeof ours !== "number" || typeof theirs !== "number" || !(dtype in EPSILON)) return false;
  if (ours === 0 && theirs === 0) return ZEROS.has(name);
  const ulps = TRANSCENDENTAL.has(name) ? 4 : SUMS.has(name) ? 16 : 0;
  const scale = SUMS.has(name) ? Math.max(Math.abs(theirs), 1) : Math.abs(theirs);
  return Math.abs(ours - theirs) <= ulps * Math.max(EPSILON[dtype]! * scale, TINY[dtype]!);
}

function mismatch({ f, x, o, e }: Case): string | undefined {
  const options = Object.fromEntries(
    Object.entries(o).map(([key, value]) => [key, key === "where" ? operand(value as Operand) : value]),
  );
  const described = `${f}(${JSON.stringify(x)}, ${JSON.stringify(o)})`;
  const fn = functions[f]!;
  let result: unknown;
  try {
    result = fn(...x.map(operand), options);
  } catch (error) {
    const isTyped = isSharedError(error) || error instanceof RangeError || error instanceof TypeError;
    return e === "error" && isTyped ? undefined : `${described}: ${error}`;
  }
  if (e === "error") return `${described}: NumPy refuses it`;
  const theirs = decode(e);
  const values = [...(theirs.flatten() as NDArray<"float64", 1>)] as unknown[];
  if (!(result instanceof NDArrayClass)) {
    const value = Number(values[0]);
    return agrees(f, e.d === "bool" ? "bool" : "float64", Number(result), value) ||
      agrees(f, e.d, Number(result), value)
      ? undefined
      : `${described}: ${result}, NumPy ${value}`;
  }
  const ours = result as unknown as NDArray<"float64">;
  // Positions and counts are int32 here, int64 in NumPy.
  const dtype = ["argmin", "argmax", "countNonzero"].includes(f) ? "int32" : e.d;
  if ((ours.dtype as DType) !== dtype) return `${described}: of ${ours.dtype}, NumPy's of ${e.d}`;
  if (String(ours.shape) !== String(theirs.shape))
    return `${described}: of shape ${ours.shape}, NumPy's of ${theirs.shape}`;
  const found = [...(ours.flatten() as NDArray<"float64", 1>)] as unknown[];
  for (const [i, value] of found.entries()) {
    const expected = dtype === "int32" ? Number(values[i]) : values[i];
    if (!agrees(f, dtype, value, expected)) return `${described}: [${i}] ${value}, NumPy ${expected}`;
  }
  return undefined;
}

it("has at least 5,000 cases", () => {
  expect(cases.length).toBeGreaterThanOrEqual(5000);
});

describe("as NumPy", () => {
  const names = [...new Set(cases.map(({ f }) => f))].sort();
  it.each(names)("%s", (name) => {
    expect(
      cases
        .filter(({ f }) => f === name)
        .map(mismatch)
        .filter(Boolean),
    ).toEqual([]);
  });
});
