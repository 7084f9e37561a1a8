/**
 * Runs a user's function over runs of elements. Each function and combination of dtypes gets a generated loop of its
 * own, because a loop that many functions share is slow for all of them (measured: 4.5 times). If code must not be
 * generated, a plain loop runs.
 */
import { type DType, dtypes, type RawArray } from "../base/dtype.js";
import { mayEvaluate } from "../base/evaluating.js";
import type { AnyFunction } from "../wire/functions.js";
import { unusualElement, usualType } from "./result.js";

/** Computes `count` elements, starting at the given positions; the first position is that of the result. */
export type RunLoop = (count: number, at: readonly number[]) => void;

/** One operand of the loop. The first one is written. */
export interface LoopOperand {
  readonly raw: RawArray;
  readonly dtype: DType;
  /** The distance from one position to the next, in elements. */
  readonly step: number;
}

/** Converts a result that is not of the usual type. */
type Convert = (value: unknown) => unknown;
type Factory = (
  fn: AnyFunction,
  params: unknown,
  operands: readonly LoopOperand[],
  loads: unknown[],
  convert: Convert,
) => RunLoop;
const factories = new WeakMap<AnyFunction, Map<string, Factory>>();

/**
 * The number of elements after which operands get a loop of their own. If a loop has a single closure, V8 compiles it
 * with its arrays as constants: 3.5 times faster for `x * x` on Node 20, 2 times on 24. But such code must warm up
 * again (1–3 ms), so for operands that are used only once the function's shared loop is better.
 */
const SPECIALISE_AFTER = 1 << 23;

/** The loop over these operands: first the one that the function's calls share, later one of their own. */
export function elementLoop(fn: AnyFunction, operands: readonly LoopOperand[], params: unknown): RunLoop {
  const hasParams = params !== undefined;
  const loads = operands.map(({ dtype }, i) => (i === 0 ? dtypes[dtype].store : dtypes[dtype].load));
  const { dtype } = operands[0]!;
  const convert: Convert = (value) => unusualElement(value, dtype);
  let run = factoryFor(fn, operands, hasParams)(fn, params, operands, loads, convert);
  let left = SPECIALISE_AFTER;
  return (count, at) => {
    run(count, at);
    if (left <= 0) return;
    left -= count;
    if (left <= 0) run = generate(operands, hasParams, fn.name)(fn, params, operands, loads, convert);
  };
}

function factoryFor(fn: AnyFunction, operands: readonly LoopOperand[], hasParams: boolean): Factory {
  const known = factories.get(fn) ?? new Map<string, Factory>();
  factories.set(fn, known);
  const key = operands.map(({ dtype, step }) => `${dtype}*${stepKind(step)}`).join() + hasParams;
  const factory = known.get(key) ?? generate(operands, hasParams, `${fn.name}_${key}`);
  known.set(key, factory);
  return factory;
}

/** Generates the factory of a loop for operands of these dtypes and kinds of steps. */
function generate(operands: readonly LoopOperand[], hasParams: boolean, name: string): Factory {
  const all = operands.map((_, i) => i);
  const runs = all.filter((i) => operands[i]!.step === 1);
  const [first] = runs;
  const position = (i: number, run: string, count: string) =>
    [`p${i}`, run, `p${i} + ${count} * s${i}`][stepKind(operands[i]!.step)]!;
  const loop = statement(operands, hasParams, (i) => position(i, `p${i} + i`, "i"));
  // If all runs begin at the same position, one index serves them all and the engine checks bounds once: 2.5 times
  // faster.
  const withOneIndex = statement(operands, hasParams, (i) => position(i, "i", `(i - p${first})`));
  const oneIndex = `if (${runs.map((i) => `p${i} === p${first}`).join(" && ")}) {
    for (let i = p${first}, end = i + count; i < end; i++) ${withOneIndex};
  } else`;
  const declare = (text: string) => all.map((i) => text.replaceAll("#", String(i))).join(" ");
  // The name in the last line has a number, because functions with equal texts would share type feedback.
  const body = `"use strict";
${declare("const d# = operands[#].raw, s# = operands[#].step, l# = loads[#];")}
return (count, at) => {
  const f = fn; ${declare("const a# = d#, p# = at[#];")} let v;
  ${runs.length > 0 ? oneIndex : ""} for (let i = 0; i < count; i++) ${loop};
};
//# sourceURL=shared-ndarray:loop_${name.replace(/\W/g, "_")}_${++generated}`;
  return mayEvaluate() ? (new Function("fn", "params", "operands", "loads", "convert", body) as Factory) : plain;
}

/** 0: always the same element; 1: adjacent elements; 2: any other step. */
const stepKind = (step: number) => (step === 0 || step === 1 ? step : 2);

/** The source of `out[…] = f(in[…], params)`, with elements loaded and stored as their dtypes require. */
function statement(
  operands: readonly LoopOperand[],
  hasParams: boolean,
  position: (operand: number) => string,
): string {
  const args = operands.slice(1).map(({ dtype }, k) => {
    const raw = `a${k + 1}[${position(k + 1)}]`;
    return dtype === "bool" ? `${raw} !== 0` : dtypes[dtype].load ? `l${k + 1}(${raw})` : raw;
  });
  const call = `f(${[...args, ...(hasParams ? ["params"] : [])].join(", ")})`;
  const { dtype } = operands[0]!;
  const usual = dtype === "bool" ? "v ? 1 : 0" : "v";
  const value = `typeof (v = ${call}) === "${usualType(dtype)}" ? ${usual} : convert(v)`;
  return `a0[${position(0)}] = ${dtype !== "bool" && dtypes[dtype].store ? `l0(${value})` : value}`;
}
let generated = 0;

const plain: Factory = (fn, params, operands, loads, convert) => (count, at) => {
  const [out, ...inputs] = operands as [LoopOperand, ...LoopOperand[]];
  const [store, ...load] = loads as [
    ((v: unknown) => number) | undefined,
    ...(((raw: number) => unknown) | undefined)[],
  ];
  const rest = params === undefined ? [] : [params];
  const usual = usualType(out.dtype);
  for (let i = 0; i < count; i++) {
    const args = inputs.map(({ raw, step }, k) => {
      const element = raw[at[k + 1]! + i * step]!;
      return load[k] ? load[k](element) : element;
    });
    const returned: unknown = fn(...args, ...rest);
    const value = (typeof returned === usual ? returned : convert(returned)) as number;
    out.raw[at[0]! + i * out.step] = store ? store(value) : value;
  }
};
