/** NumPy as the oracle of set functions and statistics. Provenance: test/oracle/PROVENANCE.md. */
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { casesOf, failure } from "../oracle/calls.js";

const cases = casesOf("statistics-cases.json.gz");
type Fn = (...args: never[]) => unknown;
const api = nd as unknown as Record<string, (...args: unknown[]) => unknown>;

/** Numbers as arrays, and objects of several results as lists, as the cases have them. */
const asCases = (value: unknown): unknown => {
  if (typeof value === "number" || typeof value === "boolean") return nd.array(value);
  if (Array.isArray(value)) return value.map(asCases);
  return value instanceof nd.NDArray ? value : Object.values(value as object);
};
const operandsIn = (options: object): object => {
  const made = (value: unknown) => {
    const { base, values, dtype } = value as { base: number[]; values: (number | string)[]; dtype: nd.DType };
    const isComplex = dtype.startsWith("complex");
    const part = dtype === "complex64" ? "float32" : "float64";
    const flat = nd.array(Float64Array.from(values, Number)).astype(isComplex ? part : dtype) as nd.AnyNDArray;
    const layout = (value as { layout: string }).layout;
    const whole = (isComplex ? (flat.view(dtype) as nd.AnyNDArray) : flat).reshape(base) as nd.AnyNDArray;
    if (layout === "turned") return whole.T;
    if (layout === "stepped") return whole.slice("...", "::2");
    return layout === "backward" ? whole.flip() : whole;
  };
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === "object" && !Array.isArray(value) ? made(value) : value,
    ]),
  );
};
/** What the cases call by another name: calls whose results are not those of a function alone. */
const functions: Record<string, Fn> = {
  ...Object.fromEntries(
    Object.entries(api).map(([name, fn]) => [name, (...args: unknown[]) => asCases(fn(...args))] as const),
  ),
  partitioned: ((a: nd.AnyNDArray, kth: number[], { axis }: { axis: number }) =>
    (nd.partition(a, kth, { axis }) as nd.AnyNDArray).take(kth, { axis })) as Fn,
  argpartitioned: ((a: nd.AnyNDArray, kth: number[], { axis }: { axis: number }) =>
    (nd.takeAlongAxis(a as nd.NDArray<"int8">, nd.argpartition(a, kth, { axis }), { axis }) as nd.AnyNDArray).take(
      kth,
      {
        axis,
      },
    )) as Fn,
  averaged: ((a: nd.AnyNDArray, weights: nd.AnyNDArray | null, returned: boolean, options: object = {}) =>
    asCases(api.average!(a, { ...options, weights: weights ?? undefined, returned }))) as Fn,
  histogramOf: ((a: nd.AnyNDArray, weights: nd.AnyNDArray | null, density: boolean, options: object) =>
    nd.histogram(a, { ...options, weights: weights ?? undefined, density })) as Fn,
  histogramddOf: ((a: nd.AnyNDArray, options: object) => nd.histogramdd(a, options).flat()) as Fn,
  bincountOf: ((x: nd.AnyNDArray, weights: nd.AnyNDArray | null, minlength: number) =>
    nd.bincount(x, { weights: weights ?? undefined, minlength })) as Fn,
  ediff1dOf: ((a: nd.AnyNDArray, toBegin: nd.AnyNDArray, toEnd: nd.AnyNDArray) =>
    nd.ediff1d(a, { toBegin, toEnd })) as Fn,
  trapezoidOf: ((y: nd.AnyNDArray, x: nd.AnyNDArray | null, options: object) =>
    asCases(nd.trapezoid(y, { ...options, x: x ?? undefined }))) as Fn,
  covOf: ((m: nd.AnyNDArray, options: object) => nd.cov(m, operandsIn(options))) as Fn,
  corrcoefOf: ((m: nd.AnyNDArray, options: object) => nd.corrcoef(m, operandsIn(options))) as Fn,
};

it("has cases", () => expect(cases.length).toBeGreaterThan(3000));

describe("as NumPy:", () => {
  for (const fn of new Set(cases.map((one) => one.fn))) {
    const own = cases.filter((one) => one.fn === fn);
    it(`${fn} (${own.length} cases)`, () => {
      const wrong = own.flatMap((one) => {
        const found = failure(one, functions);
        return found === undefined ? [] : [`${found}: ${JSON.stringify(one)}`];
      });
      expect(wrong).toEqual([]);
    });
  }
});
