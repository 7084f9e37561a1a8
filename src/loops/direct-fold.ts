/** Folds operands in C order that are one piece: no plan is made, and nothing is bound. */
import { dtypes, type RawArray } from "../base/dtype.js";
import { hasMultiMemory, hasSimd } from "../ir/support.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { instanceRun } from "./bound.js";
import { type FoldProgram, modulesOf } from "./fold-modules.js";
import { SEGMENT } from "./fold-plan.js";

type Value = number | bigint;

/** By program, its modules for operands in one memory and in several, and room for its values. */
interface Known {
  readonly one: readonly WebAssembly.Module[];
  readonly several: readonly WebAssembly.Module[];
  readonly values: RawArray;
}
const known = new WeakMap<FoldProgram, Known>();

function knownOf(program: FoldProgram): Known {
  let found = known.get(program);
  if (!found) {
    const { inputs, acc, values } = program;
    const kinds = inputs.map(() => "run" as const);
    const { array, bytes } = dtypes[acc];
    found = {
      one: modulesOf(
        program,
        kinds,
        inputs.map(() => 0),
        0,
        false,
      ),
      several: hasMultiMemory ? modulesOf(program, kinds, [...inputs.keys()], 0, false) : [],
      values: new array(new ArrayBuffer(values.length * bytes), 0, values.length),
    };
    known.set(program, found);
  }
  return found;
}

/**
 * Computes the values of a program over all elements of operands of one size: raw elements of `program.acc`, valid
 * until the next call. Their bits are those of `fold.ts`, because one piece is folded by one call.
 *
 * @returns `undefined` if the operands are more than one piece, or no instance reaches them all
 */
export function foldDirect(program: FoldProgram, operands: readonly Strided[]): RawArray | undefined {
  const { size } = operands[0]!.view;
  if (!hasSimd || size > SEGMENT || size === 0) return undefined;
  const memories: WebAssembly.Memory[] = [];
  const args: Value[] = [1, size];
  for (const { elements, view } of operands) {
    const { memory } = blockOf(elements.memory);
    if (!memory || !view.contiguous) return undefined;
    memories.push(memory);
    args.push(elements.byteOffset + view.offset * elements.itemsize, 0, elements.itemsize);
  }
  const isOne = memories.every((memory) => memory === memories[0]);
  const areApart = !isOne && new Set(memories).size === memories.length;
  if (!isOne && !(areApart && hasMultiMemory)) return undefined;
  const { one, several, values } = knownOf(program);
  const modules = isOne ? one : several;
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
