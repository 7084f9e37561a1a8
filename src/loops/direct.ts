/**
 * Runs a program at once over operands of one shape: no plan is made, and nothing is kept but the compiled modules. If
 * one instance reaches all operands it works in place. Otherwise small operands, and operands in C order, go through
 * this thread's scratch memory.
 */
import type { Numbers, Program } from "../compile/program.js";
import { hasMultiMemory, hasSimd } from "../ir/support.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { jointLoop, TILE } from "../ndarray/walk.js";
import { copyBytes } from "../platform/runtime.js";
import { bindLoop, instanceRun, tiles } from "./bound.js";
import { runGathered } from "./gathered.js";
import { planWindows, readsResult } from "./loop.js";
import { MOST_MEMORIES, MOST_OPERANDS, moduleFor, NO_OPERANDS, withOperand } from "./loop-modules.js";

/**
 * Computes all elements of the first operand from the others.
 *
 * @param mayStage whether operands may go through the scratch memory
 * @returns false if this engine cannot do so at once; then nothing was written
 */
export function runDirect(program: Program, operands: readonly Strided[], numbers: Numbers, mayStage = true): boolean {
  if (!hasSimd || operands.length > MOST_OPERANDS) return false;
  let areRuns = true;
  for (const { view } of operands) if (!view.contiguous) areRuns = false;
  const memories: WebAssembly.Memory[] = [];
  const places: number[] = [];
  for (const { elements } of operands) {
    const { memory } = blockOf(elements.memory);
    let place = memory ? memories.indexOf(memory) : -1;
    if (memory && place < 0) place = memories.push(memory) - 1;
    places.push(place);
    if (memory && (place === 0 || (hasMultiMemory && place < MOST_MEMORIES))) continue;
    if (!mayStage) return false;
    if (runGathered(program, operands, numbers)) return true;
    if (areRuns) runAnywhere(program, operands, numbers);
    return areRuns;
  }
  if (areRuns) runRuns(program, operands, memories, places, numbers);
  else runTiles(program, operands, memories, places, numbers);
  return true;
}

/** Operands in C order, in place. */
function runRuns(
  program: Program,
  operands: readonly Strided[],
  memories: readonly WebAssembly.Memory[],
  places: readonly number[],
  numbers: Numbers,
): void {
  let layout = NO_OPERANDS;
  for (const place of places) layout = withOperand(layout, place, 0);
  const run = instanceRun(moduleFor(program, layout), memories);
  const { size } = operands[0]!.view;
  const args: (number | bigint)[] = [1, 0];
  for (const { elements } of operands) args.push(0, 0, elements.itemsize);
  args.push(...numbers);
  let widest = 1;
  for (const { elements } of operands) widest = Math.max(widest, elements.itemsize);
  const tile = (8 * TILE) / widest; // so that a call takes as long as one of float64
  for (let done = 0; done < size; done += tile) {
    args[1] = Math.min(tile, size - done);
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i]!;
      args[2 + 3 * i] = firstByte(operand) + done * operand.elements.itemsize;
    }
    run(...args);
  }
}

/** Operands of any layout, in place. */
function runTiles(
  program: Program,
  operands: readonly Strided[],
  memories: readonly WebAssembly.Memory[],
  places: readonly number[],
  numbers: Numbers,
): void {
  const loop = jointLoop(
    operands.map(({ view }) => view),
    "K",
  );
  let layout = NO_OPERANDS;
  for (const [i, strides] of loop.strides.entries()) {
    const step = strides.at(-1)!;
    layout = withOperand(layout, places[i]!, step === 1 || loop.shape.at(-1) === 1 ? 0 : step === 0 ? 1 : 2);
  }
  const run = instanceRun(moduleFor(program, layout), memories);
  const units = operands.map(({ elements }) => elements.itemsize);
  const bases = operands.map(({ elements }) => elements.byteOffset);
  tiles(loop, units, bases, numbers, run)(0, loop.size);
}

const firstByte = ({ elements, view }: Strided): number => elements.byteOffset + view.offset * elements.itemsize;

/** Operands in C order, on copies of them: measured, a copy of 1M float64 takes 0.4 ms, and a JavaScript loop 2 ms. */
function runAnywhere(program: Program, operands: readonly Strided[], numbers: Numbers): void {
  if (canBeInPlace(program, operands)) {
    runInPlace(program, operands, numbers);
    return;
  }
  const bound = bindLoop(planWindows(program, operands), operands, numbers);
  bound.run(0, bound.size);
}

/** Bytes that are copied at a time. They stay in the first-level cache. */
const COPIED_BYTES = 16384;

/** Whether the only input may be copied to where its result belongs: it is as wide. */
function canBeInPlace(program: Program, operands: readonly Strided[]): boolean {
  if (operands.length !== 2) return false;
  const [target, source] = operands as [Strided, Strided];
  const isAsWide = target.elements.itemsize === source.elements.itemsize;
  return isAsWide && blockOf(target.elements.memory).memory !== undefined && !readsResult(program);
}

/** One input and its result in C order: pieces of the input are copied to the result, and computed there in place. */
function runInPlace(program: Program, operands: readonly Strided[], numbers: Numbers): void {
  const [target, source] = operands as [Strided, Strided];
  const { itemsize } = target.elements;
  const bytes = target.view.size * itemsize;
  const bytesOf = (one: Strided) => new Uint8Array(blockOf(one.elements.memory).buffer, firstByte(one), bytes);
  const [to, from] = [bytesOf(target), bytesOf(source)];
  const layout = withOperand(withOperand(NO_OPERANDS, 0, 0), 0, 0);
  const run = instanceRun(moduleFor(program, layout), [blockOf(target.elements.memory).memory!]);
  const start = firstByte(target);
  for (let done = 0; done < bytes; done += COPIED_BYTES) {
    const count = Math.min(COPIED_BYTES, bytes - done);
    const at = start + done;
    copyBytes(to, done, from, done, done + count);
    run(1, count / itemsize, at, 0, itemsize, at, 0, itemsize, ...numbers);
  }
}
