/** NumPy as the oracle for the text of arrays and numbers. Provenance: test/oracle/PROVENANCE.md. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";

/** An array: its dtype, its elements in C order and their shape, and the layout that gives it its own shape. */
interface Given {
  readonly d: nd.DType;
  readonly s: number[];
  readonly l: string;
  readonly t: number[];
  readonly b: string;
}
interface Case {
  readonly f:
    | "toString"
    | "arrayStr"
    | "arrayRepr"
    | "array2string"
    | "formatFloatPositional"
    | "formatFloatScientific";
  /** An array, or the bytes of a number. */
  readonly x: Given | string;
  readonly o: { readonly formatter?: Record<string, string> };
  readonly e: string;
}
const functions = nd as unknown as Record<string, (x: unknown, options: object) => string>;
const packed = readFileSync(new URL("../oracle/printing-cases.json.gz", import.meta.url));
const cases: Case[] = JSON.parse(gunzipSync(packed).toString());

function given({ d, s, l, t, b }: Given): nd.AnyNDArray {
  const bytes = Buffer.from(b, "base64");
  const memory = new nd.SharedMemory(Math.max(8, bytes.length));
  memory.buf.set(bytes);
  const base = nd.NDArray.view(memory, s, { dtype: d }) as nd.AnyNDArray;
  if (l === "plain") return base;
  if (l === "T") return base.T as nd.AnyNDArray;
  return (l === "broadcast" ? nd.broadcastTo(base, t) : base.slice(l)) as nd.AnyNDArray;
}

const whole = (x: number | bigint | boolean) => Number(x);
const FORMATTERS: Record<string, (x: number | bigint | boolean) => string> = {
  tag: (x) => `<${BigInt(x)}>`,
  kind: (x) => (x || Number.isNaN(x) ? "T" : "F"),
  nothing: () => "#",
  lines: (x) => `/${remainder(x, 7n)}\n\\___`,
  wide: (x) => "é".repeat(remainder(x, 5n) + 1),
  astral: (x) => "𝛑".repeat(remainder(x, 3n) + 1),
};
const remainder = (x: number | bigint | boolean, by: bigint) => whole(((BigInt(x) % by) + by) % by);

function textOf({ f, x, o }: Case): string {
  if (typeof x === "string") return functions[f]!(Buffer.from(x, "hex").readDoubleLE(0), o);
  const { formatter, ...plain } = o;
  const own = Object.fromEntries(Object.entries(formatter ?? {}).map(([kind, name]) => [kind, FORMATTERS[name]]));
  const options = formatter ? { ...plain, formatter: own } : plain;
  const a = given(x);
  return f === "toString" ? nd.printOptions(options, () => String(a)) : functions[f]!(a, options);
}

describe("as NumPy, text for text:", () => {
  for (const fn of new Set(cases.map((one) => one.f))) {
    const own = cases.filter((one) => one.f === fn);
    it(`${fn} (${own.length} cases)`, () => {
      const wrong = own.filter((one) => textOf(one) !== one.e).map((one) => ({ ...one, got: textOf(one) }));
      expect(wrong).toEqual([]);
    });
  }
  it("with arrays of every dtype and layout", () => {
    const arrays = cases.flatMap(({ x }) => (typeof x === "string" ? [] : [x]));
    expect(arrays.length).toBeGreaterThan(2500);
    expect(new Set(arrays.map(({ d, l }) => `${d} ${l}`)).size).toBe(12 * 6);
  });
});
