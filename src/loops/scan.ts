/**
 * Running sums and products: their modules, and their execution over lines of elements at any steps. Every element of a
 * line is combined with all before it in the line, one after the other, in the dtype of the result. Used by
 * `calls/kinds/scan.ts`.
 */
import { caster, type DType, isFloat, type RawArray } from "../base/dtype.js";
import { castElement, loadElement, storedLane } from "../ir/elements.js";
import * as ir from "../ir/node.js";
import { hasMultiMemory, hasSimd } from "../ir/support.js";
import { compile, type Kernel, type StepKind } from "../ir/wasm.js";
import { blockOf } from "../memory/shared-memory.js";
import { copy, rawValue } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { makeView } from "../ndarray/view.js";
import { instanceRun } from "./bound.js";
import { newModule } from "./modules.js";

/** How a running sum or product reaches its operands, as plain data. */
export interface ScanPlan {
  readonly isSum: boolean;
  /**
   * Whether the input is copied to the result first and then accumulated there, because no instance reaches both.
   * Copying one million float64 takes 0.4 ms, and accumulating them 1.3.
   */
  readonly isCopied: boolean;
  /**
   * Accumulates along each row of a tile; without it, a JavaScript loop does. Arrays below 64 KiB have no memory that
   * an instance could reach.
   */
  readonly along: WebAssembly.Module | undefined;
  /** Adds each row of a tile to the one before it. */
  readonly across: WebAssembly.Module | undefined;
}

/** Lines of elements, as tiles: where they begin in the result and in the input, and their steps, in elements. */
export interface Lines {
  readonly at: readonly [number, number];
  /** From line to line. */
  readonly lineSteps: readonly [number, number];
  /** Along each line. */
  readonly steps: readonly [number, number];
}
type Value = number | bigint;
type Run = (...args: Value[]) => Value;

export interface BoundScan {
  /**
   * Accumulates lines, each of which begins with `first`, and combines every result with `carry`. Both are raw
   * elements, by default those that change nothing.
   *
   * @returns What was accumulated in the last line, without the carry.
   */
  run(lines: number, length: number, where: Lines, carry?: Value, first?: Value): Value;
  /** Combines two raw elements. */
  combine(a: Value, b: Value): Value;
}

/** Columns of a tile that is added row by row: the row before stays in the first-level cache. */
const COLUMNS = 1024;

/**
 * @param steps From one element of a line to the next, in the result and in the input, in elements.
 * @param lineSteps From line to line, if lines are added row by row because their neighbours are adjacent.
 */
export function planScan(
  target: Strided,
  source: Strided,
  isSum: boolean,
  steps: readonly [number, number],
  lineSteps: readonly [number, number] | undefined,
): ScanPlan {
  const { dtype } = target.elements;
  const [to, from] = [target, source].map(({ elements }) => blockOf(elements.memory).memory);
  // Half precision is rounded after every addition, for which JavaScript's own conversion is as fast.
  const isScript = !hasSimd || !to || dtype === "float16";
  const isCopied = isScript || !from || (from !== to && !hasMultiMemory);
  if (isScript) return { isSum, isCopied, along: undefined, across: undefined };
  const module = (isAcross: boolean, [step, inputStep]: readonly [number, number]) =>
    moduleFor({
      dtype,
      input: isCopied ? dtype : source.elements.dtype,
      isSum,
      kind: kindOf(step),
      inputKind: kindOf(isCopied ? step : inputStep),
      inputMemory: isCopied || from === to ? 0 : 1,
      isAcross,
    });
  return { isSum, isCopied, along: module(false, steps), across: lineSteps && module(true, lineSteps) };
}

const kindOf = (step: number): StepKind => (step === 1 ? "run" : "step");

interface Layout {
  readonly dtype: DType;
  readonly input: DType;
  readonly isSum: boolean;
  readonly kind: StepKind;
  readonly inputKind: StepKind;
  readonly inputMemory: number;
  readonly isAcross: boolean;
}
const modules = new Map<string, WebAssembly.Module>();
function moduleFor(layout: Layout): WebAssembly.Module {
  const key = Object.values(layout).join();
  let module = modules.get(key);
  if (!module) {
    module = newModule(compile(kernelOf(layout)));
    modules.set(key, module);
  }
  return module;
}

function kernelOf({ dtype, input, isSum, kind, inputKind, inputMemory, isAcross }: Layout): Kernel {
  const type = storedLane(dtype);
  const both = isSum ? ir.add : ir.mul;
  const value = (slot: number) => castElement(loadElement(slot, input), input, dtype);
  const result = { type, kind, memory: 0 };
  const read = { type: storedLane(input), kind: inputKind, memory: inputMemory };
  if (isAcross) return { slots: [result, result, read], params: [], result: both(ir.load(1, type), value(2)) };
  const combine = both(ir.load(0, type), ir.load(1, type));
  return { slots: [result, read], params: [type, type], result: value(1), scan: { combine } };
}

/** The raw element that leaves every other as it is. Of floats that is -0 for sums, because 0 + -0 is 0. */
function identityOf(dtype: DType, isSum: boolean): Value {
  const value = isSum ? (isFloat(dtype) ? -0 : 0) : 1;
  return ir.isBigLane(storedLane(dtype)) ? BigInt(value) : rawValue(value, dtype);
}

/** Combines raw elements as the kernels do. `raw` is where results are stored, which rounds or wraps them. */
export function combiner(dtype: DType, isSum: boolean): (a: Value, b: Value) => Value {
  const read = dtype === "float16" ? caster(dtype, "float64") : undefined;
  const both = isSum
    ? (a: Value, b: Value) => (a as number) + (b as number)
    : (a: Value, b: Value) => (a as number) * (b as number);
  if (!read) return both;
  const write = caster("float64", dtype)!;
  return (a, b) => write(both(read(a as number), read(b as number)) as number);
}

export function bindScan(plan: ScanPlan, target: Strided, source: Strided): BoundScan {
  const { elements } = target;
  const identity = identityOf(elements.dtype, plan.isSum);
  const combine = combiner(elements.dtype, plan.isSum);
  const run = plan.along ? compiledRun(plan, target, source) : scriptRun(elements.raw, combine);
  return {
    combine,
    run(lines, length, where, carry = identity, first = identity) {
      if (lines === 0 || length === 0) return first;
      if (!plan.isCopied) return run(lines, length, where, carry, first);
      const tile = ({ elements: one }: Strided, i: 0 | 1): Strided => ({
        elements: one,
        view: makeView([lines, length], [where.lineSteps[i], where.steps[i]], where.at[i]),
      });
      copy(tile(target, 0), tile(source, 1));
      const inPlace = <T>([one]: readonly [T, T]): [T, T] => [one, one];
      const { at, lineSteps, steps } = where;
      const there = { at: inPlace(at), lineSteps: inPlace(lineSteps), steps: inPlace(steps) };
      return run(lines, length, there, carry, first);
    },
  };
}

type RunLines = (lines: number, length: number, where: Lines, carry: Value, first: Value) => Value;

function compiledRun({ isCopied, along, across }: ScanPlan, target: Strided, source: Strided): RunLines {
  const used = isCopied ? [target] : [target, source];
  const memories = [...new Set(used.map(({ elements }) => blockOf(elements.memory).memory!))];
  const [accumulate, addRows] = [along!, across].map((one) => one && (instanceRun(one, memories) as Run));
  const places = [target, isCopied ? target : source].map(({ elements }) => elements);
  return (lines, length, { at, lineSteps, steps }, carry, first) => {
    const slot = (i: number, line: number, position: number) => {
      const { byteOffset, itemsize } = places[i]!;
      const start = at[i]! + line * lineSteps[i]! + position * steps[i]!;
      return [byteOffset + start * itemsize, lineSteps[i]! * itemsize, steps[i]! * itemsize] as const;
    };
    if (!addRows) return accumulate!(lines, length, ...slot(0, 0, 0), ...slot(1, 0, 0), carry, first);
    // The roles of the steps are exchanged: a row holds one element of each line.
    const row = (i: number, line: number, position: number) => {
      const [pointer, lineStep, step] = slot(i, line, position);
      return [pointer, step, lineStep] as const;
    };
    for (let line = 0; line < lines; line += COLUMNS) {
      const columns = Math.min(COLUMNS, lines - line);
      accumulate!(columns, 1, ...slot(0, line, 0), ...slot(1, line, 0), carry, first);
      addRows(length - 1, columns, ...row(0, line, 1), ...row(0, line, 0), ...row(1, line, 1));
    }
    return first;
  };
}

/** The same in JavaScript, in place. What is stored is read back, because storing rounds or wraps it. */
function scriptRun(raw: RawArray, combine: (a: Value, b: Value) => Value): RunLines {
  return (lines, length, { at: [at], lineSteps: [lineStep], steps: [step] }, carry, first) => {
    let sum = first;
    for (let line = 0; line < lines; line++) {
      sum = first;
      for (let i = 0, p = at + line * lineStep; i < length; i++, p += step) {
        raw[p] = combine(sum, raw[p]!) as number;
        sum = raw[p]!;
        raw[p] = combine(carry, sum) as number;
      }
    }
    return sum;
  };
}
