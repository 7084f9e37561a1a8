/**
 * Linear algebra against NumPy: values directly, factors by how well they make the matrix again, which must not be
 * much worse than NumPy's own. The cases are in all layouts. Written by test/oracle/generate_linalg.py.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { functionsOf } from "../fixtures/exports.js";

type Any = nd.NDArray<"float64">;
interface Shown {
  shape: number[];
  dtype: nd.DType;
  values: (number | string | boolean)[];
}
interface Case {
  fn: string;
  operands: (Shown & { layout: string })[];
  options: Record<string, unknown>;
  check: "value" | "eigh" | "eig" | "svd" | "qr" | "lu";
  extra?: unknown[];
  text?: string;
  listed?: boolean;
  count?: boolean;
  rank?: number;
  near: number;
  atol?: number;
  slack?: number;
  error?: string;
  residual?: number;
  result?: Shown | Shown[];
}
const path = new URL("../oracle/linalg-cases.json.gz", import.meta.url);
const cases = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Case[];
const functions = Object.fromEntries(functionsOf(nd));

const number = (value: number | string | boolean) =>
  typeof value === "string" ? Number(value.replace("inf", "Infinity")) : Number(value);
const isComplex = (dtype: string) => dtype.startsWith("complex");
const epsilonOf = (dtype: string) => (dtype === "float32" || dtype === "complex64" ? 2 ** -23 : 2 ** -52);

function arrayOf({ shape, dtype, values }: Shown): Any {
  const flat = Float64Array.from(values, number);
  if (!isComplex(dtype)) return nd.array(flat, { shape }).astype(dtype) as never;
  return nd.array(flat).view("complex128").copy().reshape(shape).astype(dtype) as never;
}
/** The same elements elsewhere in memory. */
function operandOf(given: Case["operands"][number]): Any {
  const a = arrayOf(given);
  if (given.layout === "turned") return a.swapaxes(-1, -2).copy().swapaxes(-1, -2) as never;
  if (given.layout === "stepped") return nd.repeat(a, 2, { axis: -1 }).slice("...", "::2") as never;
  if (given.layout === "backward") return a.flip().copy().flip() as never;
  return a.broadcastTo(a.shape as never) as never; // read-only
}

const flatOf = (a: Any): number[] => [...(a.copy().flat as Iterable<number>)].map(Number);
function sizeOf(values: readonly number[]): number {
  return values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
}

/** What is wrong with a result, if anything. */
function compared(got: unknown, wanted: Shown, { near, atol = 0, slack = 1, count }: Case): string | undefined {
  const values = wanted.values.map(number);
  if (typeof got === "object" && got instanceof nd.NDArray) {
    if (String(got.shape) !== String(wanted.shape)) return `shape [${got.shape}] instead of [${wanted.shape}]`;
    const dtype = count ? "int32" : wanted.dtype;
    const isWider = wanted.dtype === "uint64" || wanted.dtype === "int64";
    if (got.dtype !== dtype && !isWider) return `${got.dtype} instead of ${dtype}`;
  } else if (wanted.shape.length > 0) return `no array of shape [${wanted.shape}]`;
  const scalar = got as nd.Complex | number;
  const found =
    got instanceof nd.NDArray
      ? flatOf(got as never)
      : typeof scalar === "object"
        ? [scalar.re, scalar.im]
        : [Number(got)];
  const most = near * slack * epsilonOf(wanted.dtype) * sizeOf(values) + atol;
  const at = values.findIndex((value, i) => !(Object.is(value, found[i]) || Math.abs(value - found[i]!) <= most));
  return at < 0 ? undefined : `${found[at]} instead of ${values[at]} at ${at} (within ${most})`;
}

const matmul = nd.matmul as unknown as (a: Any, b: Any) => Any;
const turned = (a: Any): Any => nd.matrixTranspose(a);
/** The largest difference, in units of the largest element of `wanted` and its spacing. */
function distance(got: Any, wanted: Any): number {
  if (String(got.shape) !== String(wanted.shape)) return Number.POSITIVE_INFINITY;
  const differences = flatOf(nd.abs(nd.subtract(got, wanted)) as never);
  return sizeOf(differences) / (sizeOf(flatOf(wanted)) || 1) / epsilonOf(wanted.dtype);
}
const isOrthonormal = (q: Any): number => {
  const gram = matmul(turned(q), q);
  return distance(gram, nd.eye(gram.shape.at(-1)!).broadcastTo(gram.shape).copy().astype(q.dtype) as never);
};
const inLast = (a: Any, count: number): Any => a.slice("...", [0, count]) as never;

/** How far the factors are from making the matrix again, and how far vectors are from orthonormal ones. */
const FACTORS: Record<string, (got: never, a: Any) => number[]> = {
  qr: ({ q, r }: Record<string, Any>, a) => [distance(matmul(q!, r!), a), isOrthonormal(q!)],
  svd: ({ u, s, vh }: Record<string, Any>, a) => {
    const k = s!.shape.at(-1)!;
    const scaled = nd.multiply(inLast(u!, k), nd.expandDims(s!, { axis: -2 })) as never;
    return [
      distance(matmul(scaled, vh!.slice("...", [0, k], ":") as never), a),
      isOrthonormal(u!),
      isOrthonormal(turned(vh!)),
    ];
  },
  eigh: ({ eigenvalues, eigenvectors: v }: Record<string, Any>, a) => [
    distance(matmul(nd.multiply(v!, nd.expandDims(eigenvalues!, { axis: -2 })) as never, turned(v!)), a),
    isOrthonormal(v!),
  ],
  lu: ({ p, l, u }: Record<string, Any>, a) => [distance(matmul(matmul(p!, l!), u!), a)],
  eig: ({ eigenvalues: w, eigenvectors: v }: Record<string, Any>, a) => {
    const complex = a.astype(v!.dtype as never) as unknown as Any;
    const error = nd.subtract(matmul(complex, v!), nd.multiply(v!, nd.expandDims(w!, { axis: -2 })));
    const lengths = nd.sqrt(nd.sum(nd.square(nd.abs(v!)), { axis: -2 }));
    return [
      sizeOf(flatOf(nd.abs(error) as never)) / (sizeOf(flatOf(a)) || 1) / epsilonOf(v!.dtype),
      sizeOf(flatOf(nd.subtract(lengths, 1) as never)) / epsilonOf(v!.dtype),
    ];
  },
};

const ERRORS: Record<string, string[]> = {
  LinAlgError: ["LinAlgError", "ShapeError"],
  ValueError: ["ShapeError", "RangeError", "TypeError"],
  AxisError: ["RangeError"],
  TypeError: ["TypeError", "DTypeError"],
  IndexError: ["RangeError", "ShapeError"],
};
const withInfinities = (options: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, /Infinity$/.test(String(value)) ? Number(value) : value]),
  );

function called(one: Case): unknown {
  const operands = one.operands.map(operandOf);
  const options = Object.keys(one.options).length > 0 ? [withInfinities(one.options)] : [];
  const args = one.listed ? [operands] : one.text === undefined ? operands : [one.text, ...operands];
  return functions[one.fn]!(...args, ...(one.extra ?? []), ...options);
}
function judged(one: Case): string | undefined {
  let got: unknown;
  try {
    got = called(one);
  } catch (e) {
    const { name, message } = e as Error;
    return one.error && ERRORS[one.error]!.includes(name) ? undefined : `${name}: ${message}`;
  }
  if (one.error) return `no ${one.error}`;
  const [a] = one.operands;
  if (one.check !== "value") {
    const matrix = arrayOf(a!);
    const floats = ((matrix.dtype as string) === "float32" ? matrix : matrix.astype("float64")) as Any;
    const most = Math.max(4 * one.residual!, 16 * Math.max(...floats.shape, 1));
    const errors = FACTORS[one.check]!(got as never, floats);
    return errors.every((error) => error <= most) ? undefined : `errors ${errors}, of NumPy ${one.residual}`;
  }
  const parts = (Array.isArray(one.result) ? one.result : [one.result!]).map((wanted, i): string | undefined => {
    const all = got as Record<string, unknown>;
    const keys: Record<string, string[]> = {
      "linalg.slogdet": ["sign", "logabsdet"],
      "linalg.lstsq": ["x", "residuals", "s"],
    };
    const value = keys[one.fn] ? all[keys[one.fn]![i]!] : got;
    return compared(value, wanted, one);
  });
  if (one.rank !== undefined && (got as { rank: number }).rank !== one.rank) return `another rank than ${one.rank}`;
  return parts.find((wrong) => wrong !== undefined);
}

describe("as NumPy", () => {
  it.each([...new Set(cases.map(({ fn }) => fn))])("%s", (fn) => {
    const those = cases.filter((one) => one.fn === fn);
    const wrong = those.flatMap((one) => {
      const what = judged(one);
      const shapes = one.operands.map(({ shape, dtype, layout }) => `${dtype} [${shape}] ${layout}`);
      return what ? [`${[one.text, ...shapes, JSON.stringify(one.options), one.extra].join(" ")}: ${what}`] : [];
    });
    expect(wrong).toEqual([]);
    expect(those.length).toBeGreaterThan(3);
  });
});
