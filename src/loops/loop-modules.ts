/** The modules of element-wise loops, compiled once for each layout of a program's operands. */
import type { Program } from "../compile/program.js";
import { storedLane } from "../ir/elements.js";
import { compile, type StepKind } from "../ir/wasm.js";
import { newModule } from "./modules.js";

const KINDS: readonly StepKind[] = ["run", "same", "step"];
/** A layout as a number has room for so many memories, and for so many operands. */
export const [MOST_MEMORIES, MOST_OPERANDS] = [4, 12];
/** The number of the layout of no operands. */
export const NO_OPERANDS = 1;
/** The number of a layout with one operand more: in memory `place`, and of the kind `KINDS[kind]`. */
export const withOperand = (layout: number, place: number, kind: number): number => layout * 16 + place * 4 + kind;

/** By program, its modules by layout: a number or, if that has no room for it, text. */
const modules = new WeakMap<Program, Map<number | string, WebAssembly.Module>>();

function known(program: Program): Map<number | string, WebAssembly.Module> {
  let found = modules.get(program);
  if (!found) {
    found = new Map();
    modules.set(program, found);
  }
  return found;
}

/** The module for operands of these kinds in memories of these numbers. */
export function moduleOf(program: Program, kinds: readonly StepKind[], places: readonly number[]): WebAssembly.Module {
  let layout: number | string = NO_OPERANDS;
  for (const [i, kind] of kinds.entries()) layout = withOperand(layout, places[i]!, KINDS.indexOf(kind));
  if (kinds.length > MOST_OPERANDS || Math.max(...places) >= MOST_MEMORIES) layout = `${kinds} ${places}`;
  const ofProgram = known(program);
  let module = ofProgram.get(layout);
  if (!module) {
    const slots = program.dtypes.map((dtype, i) => ({ type: storedLane(dtype), kind: kinds[i]!, memory: places[i]! }));
    module = newModule(compile({ slots, params: program.params, result: program.result }));
    ofProgram.set(layout, module);
  }
  return module;
}

/** The module for a layout as a number. */
export function moduleFor(program: Program, layout: number): WebAssembly.Module {
  const module = known(program).get(layout);
  if (module) return module;
  const operands = Array.from(layout.toString(16).slice(1), (digit) => Number.parseInt(digit, 16));
  return moduleOf(
    program,
    operands.map((one) => KINDS[one & 3]!),
    operands.map((one) => one >> 2),
  );
}
