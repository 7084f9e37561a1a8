/**
 * Plans the loop of an expression over arrays. The calling thread decides once how the loop reaches the operands; the
 * plan is plain data, which workers bind too.
 *
 * - `native`: one WebAssembly instance works on the operands in place; small inputs in other memory are copied next to
 *   them.
 * - `windows`: pieces of all operands are copied to the thread's scratch memory, gaps included, and back, if no
 *   instance reaches them all.
 * - `staged`: the same, but element by element, if there is much between their elements.
 * - `script`: a generated JavaScript loop instead, if there are steps between elements and the expression is cheap.
 */

import { mayEvaluate } from "../base/evaluating.js";
import type { Program } from "../compile/program.js";
import { inOrder, isBigLane } from "../ir/node.js";
import { loopSource } from "../ir/script.js";
import { hasMultiMemory, hasSimd } from "../ir/support.js";
import type { StepKind } from "../ir/wasm.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { extent } from "../ndarray/view.js";
import { jointLoop } from "../ndarray/walk.js";
import { moduleOf } from "./loop-modules.js";
import { areWindows } from "./windows.js";

/** How a loop is executed, as plain data. */
export interface LoopPlan {
  readonly way: "native" | "windows" | "script" | "staged";
  readonly module: WebAssembly.Module | undefined;
  readonly source: string | undefined;
  /**
   * The number of the memory that holds each slot; -1 for inputs that are copied to a memory of their own, the last
   * one.
   */
  readonly memories: readonly number[];
  /** Whether the expression reads what it overwrites. */
  readonly readsResult: boolean;
}

/**
 * Inputs up to this size are copied once per call, so that a small input does not keep a large call off the fast path.
 */
const COPIED_BYTES = 64 * 1024;
/** With fewer elements than this, a generated loop would not even warm up. */
const SMALL = 32768;
/**
 * Up to this many operations per element, a JavaScript loop is faster than copying elements one by one to the scratch
 * memory and back. Measured.
 */
const CHEAP = 12;
/** The plan for one instance that reaches all operands in place, or undefined if that is impossible. */
export function planNative(program: Program, operands: readonly Strided[]): LoopPlan | undefined {
  const memories = hasSimd ? memoriesOf(operands) : undefined;
  if (!memories) return undefined;
  return plan(program, "native", memories, moduleIn(program, stepKinds(operands), memories));
}

/** The plan for any operands: the best of the three ways. */
export function planLoop(program: Program, operands: readonly Strided[]): LoopPlan {
  const native = planNative(program, operands);
  if (native) return native;
  const memories = operands.map(() => -1);
  if (hasSimd && areWindows(operands)) return planWindows(program, operands);
  const isScript = operands[0]!.view.size > SMALL && isCheap(program) && mayEvaluate();
  if (!hasSimd || isScript) {
    const { result, params } = program;
    const source = loopSource({ kinds: stepKinds(operands), params: params.length, result });
    return plan(program, "script", memories, undefined, source);
  }
  const runs = operands.map((): StepKind => "run");
  return plan(program, "staged", memories, inScratch(program, runs));
}

/** The plan for operands of which `areWindows`. */
export const planWindows = (program: Program, operands: readonly Strided[]): LoopPlan =>
  plan(
    program,
    "windows",
    operands.map(() => -1),
    inScratch(program, stepKinds(operands)),
  );

const inScratch = (program: Program, kinds: readonly StepKind[]): WebAssembly.Module =>
  moduleIn(
    program,
    kinds,
    kinds.map(() => 0),
  );

function plan(
  program: Program,
  way: LoopPlan["way"],
  memories: readonly number[],
  module: WebAssembly.Module | undefined,
  source?: string,
): LoopPlan {
  return { way, module, source, memories, readsResult: readsResult(program) };
}

const reading = new WeakMap<Program, boolean>();
/** Whether a program reads what it overwrites. */
export function readsResult(program: Program): boolean {
  const known = reading.get(program);
  if (known !== undefined) return known;
  const reads = inOrder([program.result]).some(({ op, imm }) => op === "load" && imm === 0);
  reading.set(program, reads);
  return reads;
}

const loopOf = (operands: readonly Strided[]) =>
  jointLoop(
    operands.map(({ view }) => view),
    "K",
  );

/** How each operand advances along the loop's last axis. */
export function stepKinds(operands: readonly Strided[]): StepKind[] {
  const loop = loopOf(operands);
  return operands.map((_, i) => {
    const step = loop.strides[i]!.at(-1)!;
    if (step === 1 || loop.shape.at(-1) === 1) return "run";
    return step === 0 ? "same" : "step";
  });
}

/** The memory of each operand, or undefined if one instance cannot reach them all. */
function memoriesOf(operands: readonly Strided[]): number[] | undefined {
  const found: WebAssembly.Memory[] = [];
  const memories = operands.map(({ elements, view }, slot) => {
    const { memory } = blockOf(elements.memory);
    if (!memory) {
      const [low, high] = extent(view);
      return slot > 0 && (high - low + 1) * elements.itemsize <= COPIED_BYTES ? -1 : undefined;
    }
    if (!found.includes(memory)) found.push(memory);
    return found.indexOf(memory);
  });
  if (memories.includes(undefined)) return undefined;
  const count = found.length + (memories.includes(-1) ? 1 : 0);
  return count <= 1 || hasMultiMemory ? (memories as number[]) : undefined;
}

function isCheap({ result, params }: Program): boolean {
  const nodes = inOrder([result]);
  if (nodes.some(({ type, op }) => isBigLane(type) || op === "call") || params.some(isBigLane)) return false;
  return nodes.filter(({ op }) => op !== "load" && op !== "const" && op !== "param").length <= CHEAP;
}

/** The module of a loop, in which inputs that are copied have the last memory. */
function moduleIn(program: Program, kinds: readonly StepKind[], memories: readonly number[]): WebAssembly.Module {
  const scratch = Math.max(...memories) + 1;
  return moduleOf(
    program,
    kinds,
    memories.map((memory) => (memory < 0 ? scratch : memory)),
  );
}
