/**
 * Elementary functions of single numbers and of runs of them, by the package's own kernels: the bits are the same on
 * every engine, which those of `Math` are not.
 */
import { load, type Node } from "../ir/node.js";
import { compile } from "../ir/wasm.js";
import { type Area, type Run, scratch } from "../loops/bound.js";
import { kernelIn } from "../loops/radix.js";
import { exp, expm1, log, log1p, pow } from "../math/index.js";

const first = load(1, "f64");
const EXPRESSIONS: Readonly<Record<"log" | "log1p" | "exp" | "expm1" | "pow", Node>> = {
  log: log(first),
  log1p: log1p(first),
  exp: exp(first),
  expm1: expm1(first),
  pow: pow(first, load(2, "f64")),
};
type Name = keyof typeof EXPRESSIONS;

/** How many numbers a kernel takes at a time. */
const RUN = 1024;
const RUN_BYTES = 8 * RUN;

interface Bound {
  readonly area: Area;
  readonly run: Run;
  /** The result, and the two operands. */
  readonly numbers: readonly [Float64Array, Float64Array, Float64Array];
}
const bound = new Map<Name, Bound>();

function boundTo(name: Name): Bound {
  const area = scratch(3 * RUN_BYTES);
  const known = bound.get(name);
  if (known?.area === area) return known;
  const module = () =>
    compile({
      slots: [0, 1, 2].map(() => ({ type: "f64", kind: "run", memory: 0 }) as const),
      params: [],
      result: EXPRESSIONS[name],
    });
  const at = (slot: number) => new Float64Array(area.buffer, slot * RUN_BYTES, RUN);
  const made: Bound = { area, run: kernelIn(area, `random ${name}`, module), numbers: [at(0), at(1), at(2)] };
  bound.set(name, made);
  return made;
}

function call({ run }: Bound, count: number): void {
  run(1, count, 0, 0, 8, RUN_BYTES, 0, 8, 2 * RUN_BYTES, 0, 8);
}

function one(name: Name, a: number, b = 0): number {
  const kernel = boundTo(name);
  kernel.numbers[1][0] = a;
  kernel.numbers[2][0] = b;
  call(kernel, 1);
  return kernel.numbers[0][0]!;
}

export const logOf = (x: number): number => one("log", x);
export const log1pOf = (x: number): number => one("log1p", x);
export const expOf = (x: number): number => one("exp", x);
export const powOf = (x: number, y: number): number => one("pow", x, y);

/** Replaces numbers [from, to) by the function of them; for `pow`, to the power of `exponent`. */
export function replace(name: Name, values: Float64Array, from: number, to: number, exponent = 0): void {
  for (let at = from; at < to; at += RUN) {
    const kernel = boundTo(name);
    const count = Math.min(RUN, to - at);
    kernel.numbers[1].set(values.subarray(at, at + count));
    if (name === "pow") kernel.numbers[2].fill(exponent, 0, count);
    call(kernel, count);
    values.set(kernel.numbers[0].subarray(0, count), at);
  }
}
