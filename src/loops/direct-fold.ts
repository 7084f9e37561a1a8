/** Folds operands that are one piece in one line: no plan is made, and nothing is bound. */
import { dtypes, type RawArray } from "../base/dtype.js";
import { hasMultiMemory, hasSimd } from "../ir/support.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import type { View } from "../ndarray/view.js";
import { instanceRun } from "./bound.js";
import { type FoldProgram, modulesOf } from "./fold-modules.js";
import { SEGMENT } from "./fold-plan.js";

type Value = number | bigint;
type Modules = readonly WebAssembly.Module[];

/** By program, its modules, and room for its values. */
interface Known {
  /** Those for operands in one memory and in several, by the operands that have steps: a bit for each. */
  readonly one: Modules[];
  readonly several: Modules[];
  readonly values: RawArray;
}
const known = new WeakMap<FoldProgram, Known>();

function knownOf(program: FoldProgram): Known {
  let found = known.get(program);
  if (!found) {
    const { acc, values } = program;
    const { array, bytes } = dtypes[acc];
    found = { one: [], several: [], values: new array(new ArrayBuffer(values.length * bytes), 0, values.length) };
    known.set(program, found);
  }
  return found;
}

function modulesFor(program: FoldProgram, { one, several }: Known, isOne: boolean, steps: number): Modules {
  const all = isOne ? one : several;
  let modules = all[steps];
  if (!modules) {
    const kinds = program.inputs.map((_, i) => ((steps >> i) & 1 ? ("step" as const) : ("run" as const)));
    const places = program.inputs.map((_, i) => (isOne ? 0 : i));
    modules = modulesOf(program, kinds, places, 0, false);
    all[steps] = modules;
  }
  return modules;
}

/** The step between the elements of a view that is a line in ascending order, otherwise 0. */
export const stepOfLine = ({ contiguous, shape, strides }: View): number =>
  contiguous ? 1 : shape.length === 1 ? Math.max(0, strides[0]!) : 0;

/**
 * Computes the values of a program over all elements of operands of one size: raw elements of `program.acc`, valid
 * until the next call. Their bits are those of `fold.ts`, because one piece is folded by one call.
 *
 * @returns `undefined` if the operands are more than one piece or no lines, or no instance reaches them all
 */
export function foldDirect(program: FoldProgram, operands: readonly Strided[]): RawArray | undefined {
  const { size } = operands[0]!.view;
  if (!hasSimd || size > SEGMENT || size === 0) return undefined;
  const memories: WebAssembly.Memory[] = [];
  const args: Value[] = [1, size];
  let steps = 0;
  for (let i = 0; i < operands.length; i++) {
    const { elements, view } = operands[i]!;
    const { memory } = blockOf(elements.memory);
    const step = stepOfLine(view);
    if (!memory || step === 0) return undefined;
    if (step > 1) steps |= 1 << i;
    memories.push(memory);
    args.push(elements.byteOffset + view.offset * elements.itemsize, 0, step * elements.itemsize);
  }
  const isOne = memories.every((memory) => memory === memories[0]);
  const areApart = !isOne && new Set(memories).size === memories.length;
  if (!isOne && !(areApart && hasMultiMemory)) return undefined;
  const own = knownOf(program);
  const modules = modulesFor(program, own, isOne, steps);
  const { values } = own;
  const call = (i: number, ...mean: number[]) =>
    instanceRun(modules[i]!, isOne ? [memories[0]!] : memories)(...args, ...mean) as unknown as number;
  values[0] = call(0);
  if (modules.length === 1) return values;
  let count = size;
  if (modules.length > 2) values[1] = count = call(1);
  const last = modules.length - 1;
  values[last] = call(last, Number(values[0]) / Number(count));
  return values;
}
