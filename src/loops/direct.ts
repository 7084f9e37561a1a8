/**
 * Runs a program at once over operands of one shape: no plan is made, and nothing is kept but the compiled modules. If
 * one instance reaches all operands it works in place. Otherwise operands in C order go through this thread's scratch
 * memory, piece by piece.
 */
import type { Program } from "../compile/program.js";
import { hasMultiMemory, hasSimd } from "../ir/support.js";
import type { StepKind } from "../ir/wasm.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { jointLoop, TILE } from "../ndarray/walk.js";
import { instanceRun, PIECE, scratch, tiles } from "./bound.js";
import { moduleOf, readsResult } from "./loop.js";

/**
 * By program, the modules of its loops. The key has two bits for the memory of each operand, and two for its kind of
 * step.
 */
const modules = new WeakMap<Program, Map<number, WebAssembly.Module>>();
const KINDS: readonly StepKind[] = ["run", "same", "step"];

/**
 * Computes all elements of the first operand from the others.
 *
 * @returns false if this engine cannot do so at once; then nothing was written
 */
export function runDirect(program: Program, operands: readonly Strided[], numbers: readonly number[]): boolean {
  if (!hasSimd) return false;
  let areRuns = true;
  for (const { view } of operands) if (!view.contiguous) areRuns = false;
  const memories: WebAssembly.Memory[] = [];
  let key = 1;
  for (const { elements } of operands) {
    const { memory } = blockOf(elements.memory);
    let place = memory ? memories.indexOf(memory) : -1;
    if (memory && place < 0) place = memories.push(memory) - 1;
    key = key * 4 + place;
    if (memory && (place === 0 || hasMultiMemory)) continue;
    if (areRuns) runStaged(program, operands, numbers);
    return areRuns;
  }
  if (areRuns) runRuns(program, key, operands, memories, numbers);
  else runTiles(program, key, operands, memories, numbers);
  return true;
}

/** Operands in C order, in place. */
function runRuns(
  program: Program,
  key: number,
  operands: readonly Strided[],
  memories: readonly WebAssembly.Memory[],
  numbers: readonly number[],
): void {
  const run = instanceRun(moduleFor(program, key << (2 * operands.length), operands.length), memories);
  const { size } = operands[0]!.view;
  const args: number[] = [1, Math.min(size, TILE)];
  for (const operand of operands) args.push(firstByte(operand), 0, operand.elements.itemsize);
  args.push(...numbers);
  for (let done = 0; ; ) {
    run(...args);
    done += args[1]!;
    if (done >= size) return;
    for (let at = 2, i = 0; i < operands.length; i++, at += 3) args[at]! += args[1]! * args[at + 2]!;
    args[1] = Math.min(size - done, TILE);
  }
}

/** Operands of any layout, in place. */
function runTiles(
  program: Program,
  memoryKey: number,
  operands: readonly Strided[],
  memories: readonly WebAssembly.Memory[],
  numbers: readonly number[],
): void {
  const loop = jointLoop(
    operands.map(({ view }) => view),
    "K",
  );
  let key = memoryKey;
  for (const strides of loop.strides) {
    const step = strides.at(-1)!;
    key = key * 4 + (step === 1 || loop.shape.at(-1) === 1 ? 0 : step === 0 ? 1 : 2);
  }
  const run = instanceRun(moduleFor(program, key, operands.length), memories);
  const units = operands.map(({ elements }) => elements.itemsize);
  const bases = operands.map(({ elements }) => elements.byteOffset);
  tiles(loop, units, bases, numbers, run)(0, loop.size);
}

const firstByte = ({ elements, view }: Strided): number => elements.byteOffset + view.offset * elements.itemsize;

/** Operands in C order, on copies of them: measured, a copy of 1M float64 takes 0.4 ms, and a JavaScript loop 2 ms. */
function runStaged(program: Program, operands: readonly Strided[], numbers: readonly number[]): void {
  const room = PIECE * 8;
  const { memory, buffer } = scratch(operands.length * room);
  const run = instanceRun(moduleFor(program, 1 << (4 * operands.length), operands.length), [memory]);
  const area = new Uint8Array(buffer);
  const isRead = readsResult(program);
  const { size } = operands[0]!.view;
  const bytes = operands.map(
    (one) => new Uint8Array(blockOf(one.elements.memory).buffer, firstByte(one), size * one.elements.itemsize),
  );
  const args: number[] = [1, 0];
  for (let i = 0; i < operands.length; i++) args.push(i * room, 0, operands[i]!.elements.itemsize);
  args.push(...numbers);
  for (let from = 0; from < size; from += PIECE) {
    const count = Math.min(PIECE, size - from);
    const part = (i: number) => {
      const { itemsize } = operands[i]!.elements;
      return bytes[i]!.subarray(from * itemsize, (from + count) * itemsize);
    };
    for (let i = isRead ? 0 : 1; i < operands.length; i++) area.set(part(i), i * room);
    args[1] = count;
    run(...args);
    part(0).set(area.subarray(0, count * operands[0]!.elements.itemsize));
  }
}

function moduleFor(program: Program, key: number, count: number): WebAssembly.Module {
  let known = modules.get(program);
  if (!known) modules.set(program, (known = new Map()));
  let module = known.get(key);
  if (!module) {
    const two = (place: number) => (key >> (2 * place)) & 3;
    const places = Array.from({ length: count }, (_, i) => two(2 * count - 1 - i));
    const kinds = Array.from({ length: count }, (_, i) => KINDS[two(count - 1 - i)]!);
    known.set(key, (module = moduleOf(program, kinds, places)));
  }
  return module;
}
