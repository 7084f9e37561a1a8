/** The cases of `test/oracle/generate_fft.py`, and their operands. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as nd from "shared-ndarray";

export interface Transform {
  fn: Exclude<keyof typeof nd.fft, "fftfreq" | "rfftfreq" | "fftshift" | "ifftshift">;
  shape: number[];
  dtype: nd.DType;
  layout: "plain" | "turned" | "stepped" | "backward";
  options: object;
  error?: string;
  /** Elements of the result at flat positions, and the largest absolute value of all. */
  result?: { shape: number[]; dtype: string; at: number[]; values: number[]; most: number };
}
export interface Frequencies {
  fn: "fftfreq" | "rfftfreq";
  n: number;
  d: number;
  values: number[];
}
export interface Shift {
  fn: "fftshift" | "ifftshift";
  shape: number[];
  options: object;
  values: number[];
}

const all: { fn: string }[] = JSON.parse(
  gunzipSync(readFileSync(new URL("../oracle/fft-cases.json.gz", import.meta.url))).toString(),
);
export const frequencies = all.filter(({ fn }) => fn.endsWith("freq")) as Frequencies[];
export const shifts = all.filter(({ fn }) => fn.endsWith("shift")) as Shift[];
export const transforms = all.filter(({ fn }) => !/freq|shift/.test(fn)) as Transform[];

/** Element k of an operand, as an integer. */
const numberAt = (k: number): number => ((k * 7919 + ((k * k) % 1009) * 31) % 97) - 48;

/** The operand of a case. */
export function operand(given: number[], dtype: nd.DType, layout: Transform["layout"] = "plain"): nd.AnyNDArray {
  const isTurned = layout === "turned";
  const shape = isTurned ? given.toReversed() : layout === "stepped" ? given.with(-1, 2 * given.at(-1)!) : given;
  const size = shape.reduce((product, n) => product * n, 1);
  const isComplex = dtype.startsWith("complex");
  const made = Float64Array.from({ length: isComplex ? 2 * size : size }, (_, i) => {
    const v = isComplex ? numberAt((i >> 1) + (i % 2) * 5) : numberAt(i);
    if (dtype === "bool") return v > 0 ? 1 : 0;
    if (dtype.startsWith("u")) return v + 48;
    return dtype.startsWith("int") ? v : v / 8;
  });
  const a = nd.zeros(shape, { dtype }) as nd.AnyNDArray;
  const parts = nd.array(made, { shape: isComplex ? [...shape, 2] : shape });
  if (size > 0) a.assign((isComplex ? parts.view("complex128").reshape(shape) : parts).astype(dtype) as never);
  if (isTurned) return a.T as nd.AnyNDArray;
  if (layout === "stepped") return a.slice("...", "::2") as nd.AnyNDArray;
  return layout === "backward" ? (a.flip() as nd.AnyNDArray) : a;
}

/** The floats of an array in C order: of complex elements, the parts in turn. */
export const floatsOf = (a: nd.AnyNDArray): number[] => {
  const line = a.flatten() as nd.AnyNDArray;
  return a.dtype.startsWith("complex") ? [...(line.flat as Float64Array)] : [...(line as Iterable<number>)].map(Number);
};

/** The largest distance of a transform from what is wanted, as a part of the largest element. */
export function errorOf(got: nd.AnyNDArray, { at, values, most }: NonNullable<Transform["result"]>): number {
  const floats = floatsOf(got);
  const width = got.dtype.startsWith("complex") ? 2 : 1;
  const distances = values.map((value, i) => {
    const place = width * at[Math.floor(i / width)]! + (i % width);
    return Math.abs(floats[place]! - value);
  });
  const worst = distances.reduce((a, b) => (b > a || Number.isNaN(b) ? b : a), 0);
  return most === 0 ? worst : worst / most;
}
