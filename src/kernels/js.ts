/**
 * A function of elements as a loop over runs of elements: one generated loop per function and dtypes, because a loop that
 * many functions share is slow for all of them (measured: 4.5 times). Where code cannot be generated, a plain loop.
 */
import { type DType, dtypes, type RawArray } from "../dtype.js";
import type { AnyFunction } from "./functions.js";

/** Computes `count` elements from the given positions on, the result's first. */
export type RunLoop = (count: number, at: readonly number[]) => void;

/** One operand of the loop; the first one is written. */
export interface LoopOperand {
  readonly raw: RawArray;
  readonly dtype: DType;
  /** Elements from one position to the next. */
  readonly step: number;
}

type Factory = (fn: AnyFunction, params: unknown, operands: readonly LoopOperand[], loads: unknown[]) => RunLoop;
const factories = new WeakMap<AnyFunction, Map<string, Factory>>();

export function elementLoop(fn: AnyFunction, operands: readonly LoopOperand[], params: unknown): RunLoop {
  const loads = operands.map(({ dtype }, i) => (i === 0 ? dtypes[dtype].store : dtypes[dtype].load));
  return factoryFor(fn, operands, params !== undefined)(fn, params, operands, loads);
}

function factoryFor(fn: AnyFunction, operands: readonly LoopOperand[], hasParams: boolean): Factory {
  const known = factories.get(fn) ?? new Map<string, Factory>();
  factories.set(fn, known);
  const key = operands.map(({ dtype, step }) => `${dtype}*${step === 1 || step === 0 ? step : "s"}`).join() + hasParams;
  const factory = known.get(key) ?? generate(operands, hasParams, `${fn.name}_${key}`);
  known.set(key, factory);
  return factory;
}

function generate(operands: readonly LoopOperand[], hasParams: boolean, name: string): Factory {
  const index = (i: number, step: number) => (step === 1 ? `p${i} + i` : step === 0 ? `p${i}` : `p${i} + i * s${i}`);
  const element = ({ dtype, step }: LoopOperand, i: number) => {
    const raw = `d${i}[${index(i, step)}]`;
    return dtype === "bool" ? `${raw} !== 0` : dtypes[dtype].load ? `l${i}(${raw})` : raw;
  };
  const [out, ...inputs] = operands as [LoopOperand, ...LoopOperand[]];
  const call = `fn(${[...inputs.map((input, i) => element(input, i + 1)), ...(hasParams ? ["params"] : [])].join(", ")})`;
  const value = out.dtype === "bool" ? `${call} ? 1 : 0` : dtypes[out.dtype].store ? `l0(${call})` : call;
  const bind = (part: string, from: string) =>
    operands.map((_, i) => `const ${part}${i} = ${from.replace("#", String(i))};`).join(" ");
  const body = `"use strict";
${bind("d", "operands[#].raw")} ${bind("s", "operands[#].step")} ${bind("l", "loads[#]")}
return (count, at) => {
  ${bind("p", "at[#]")}
  for (let i = 0; i < count; i++) d0[${index(0, out.step)}] = ${value};
};
//# sourceURL=shared-ndarray:loop_${name.replace(/\W/g, "_")}_${++generated}`; // numbered: equal texts would share type feedback
  try {
    return new Function("fn", "params", "operands", "loads", body) as Factory;
  } catch (e) {
    if (!(e instanceof EvalError)) throw e;
    return plain; // a content security policy forbids generated code
  }
}
let generated = 0;

const plain: Factory = (fn, params, operands, loads) => (count, at) => {
  const [out, ...inputs] = operands as [LoopOperand, ...LoopOperand[]];
  const [store, ...load] = loads as [
    ((v: unknown) => number) | undefined,
    ...(((raw: number) => unknown) | undefined)[],
  ];
  const rest = params === undefined ? [] : [params];
  for (let i = 0; i < count; i++) {
    const args = inputs.map(({ raw, step }, k) => {
      const element = raw[at[k + 1]! + i * step]!;
      return load[k] ? load[k](element) : element;
    });
    const value = fn(...args, ...rest);
    out.raw[at[0]! + i * out.step] = store ? store(value) : value;
  }
};
