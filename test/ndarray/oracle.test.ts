/** NumPy as the oracle: generated questions with NumPy's answers. Provenance: test/oracle/PROVENANCE.md. */
import { readFileSync } from "node:fs";
import { arange, array, type DType, type NDArray, reshape, type SliceArg, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";

interface Result {
  shape: number[];
  values: number[];
}
type Value = number | boolean | string;
interface Cases {
  slices: { shape: number[]; spec: SliceArg[]; result: Result }[];
  transforms: { shape: number[]; steps: [string, ...unknown[]][]; result: Result }[];
  casts: { from: DType; to: DType; values: Value[]; result: Value[] }[];
  prints: { dtype: DType; shape: number[]; values: Value[]; text: string }[];
}
const cases: Cases = JSON.parse(readFileSync(new URL("../oracle/numpy-cases.json", import.meta.url), "utf8"));

const consecutive = (shape: number[]) => arange(shape.reduce((a, b) => a * b, 1)).reshape(shape) as NDArray<"float64">;
const found = (a: NDArray<"float64">): Result => ({
  shape: [...a.shape],
  values: [...a.flatten().toArray()] as number[],
});
const isBig = (dtype: DType) => dtype === "int64" || dtype === "uint64";
const parse = (dtype: DType) => (value: Value) =>
  isBig(dtype) ? BigInt(value) : typeof value === "string" ? Number(value.replace("inf", "Infinity")) : value;

it("has at least 1,000 cases", () => {
  expect(Object.values(cases).reduce((sum, list) => sum + list.length, 0)).toBeGreaterThanOrEqual(1000);
});

it.each(cases.slices.map((one) => [JSON.stringify(one.spec), one] as const))(
  "slice %s",
  (_, { shape, spec, result }) => {
    expect(found(consecutive(shape).slice(...spec) as NDArray<"float64">)).toEqual(result);
  },
);

describe("transforms", () => {
  it.each(cases.transforms.map((one) => [JSON.stringify(one.steps), one] as const))(
    "%s",
    (_, { shape, steps, result }) => {
      let a = consecutive(shape);
      for (const [op, ...args] of steps) {
        if (args.at(-1) === "would copy") {
          const shape = args[0] as number[];
          expect(() => reshape(a, shape, { copy: false })).toThrow(expect.objectContaining({ code: "LAYOUT" }));
          const copied = a.reshape(shape);
          expect(copied.memory).not.toBe(a.memory);
          expect(found(copied as NDArray<"float64">).values).toEqual(found(a).values);
          continue;
        }
        const member = a[op as "flip"] as unknown;
        a = (typeof member === "function" ? member.apply(a, args) : member) as NDArray<"float64">;
      }
      expect(found(a)).toEqual(result);
    },
  );
});

describe("casts", () => {
  it.each(cases.casts.map((one, i) => [`${one.from} to ${one.to} #${i}`, one] as const))(
    "%s",
    (_, { from, to, values, result }) => {
      const a = array(values.map(parse(from)) as number[], { dtype: from });
      expect(a.toArray()).toEqual(values.map(parse(from)));
      expect(a.astype(to).toArray()).toEqual(result.map(parse(to)));
    },
  );
});

describe("printing", () => {
  it.each(cases.prints.map((one, i) => [`${one.dtype} of [${one.shape}] #${i}`, one] as const))(
    "%s",
    (_, { dtype, shape, values, text }) => {
      const a = zeros(shape.length === 0 ? [1] : shape, { dtype }).reshape(shape) as NDArray<DType>;
      const flat = a.reshape([a.size]) as NDArray<"float64", 1>;
      for (const [i, value] of values.entries()) flat.set(i, parse(dtype)(value) as number);
      expect(String(a)).toBe(text);
    },
  );
});
