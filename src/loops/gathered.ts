/**
 * Small operands, gathered in the scratch memory one after the other: what a call with a few elements does if no
 * instance reaches all of its operands. A plan of windows costs such a call more than all of its elements.
 */
import { type DType, dtypes, type RawArray } from "../base/dtype.js";
import type { Numbers, Program } from "../compile/program.js";
import type { Strided } from "../ndarray/elements.js";
import { moveTile, type Tile } from "../ndarray/runs.js";
import { jointLoop } from "../ndarray/walk.js";
import { type Area, instanceRun, scratch } from "./bound.js";
import { readsResult } from "./loop.js";
import { moduleFor, NO_OPERANDS, withOperand } from "./loop-modules.js";

/** The most elements of a call that gathers them. With more, windows are as fast. */
const MOST_GATHERED = 1024;
/** Bytes of the scratch memory for one operand. Operands do not begin at the same place of a page (`windowRoom`). */
const PITCH = MOST_GATHERED * 8 + 64;

/**
 * Computes all elements of the first operand from the others. All have its shape.
 *
 * @returns false if there are too many elements, or they are not in rows at equal steps; then nothing was written
 */
export function runGathered(program: Program, operands: readonly Strided[], numbers: Numbers): boolean {
  const { size } = operands[0]!.view;
  const rows = size > MOST_GATHERED ? undefined : rowsOf(operands);
  if (!rows) return false;
  const area = scratch(operands.length * PITCH);
  const count = size / rows.count;
  const args: (number | bigint)[] = [1, size];
  let layout = NO_OPERANDS;
  const here = (slot: number): Tile => ({
    raw: seenAs(area, slot, operands[slot]!.elements.dtype),
    start: 0,
    rowStep: count,
    step: 1,
  });
  for (let slot = 0; slot < operands.length; slot++) {
    args.push(slot * PITCH, 0, operands[slot]!.elements.itemsize);
    layout = withOperand(layout, 0, 0);
    if (slot > 0 || readsResult(program)) moveTile(here(slot), rows.tile(slot), rows.count, count);
  }
  args.push(...numbers);
  instanceRun(moduleFor(program, layout), [area.memory])(...args);
  moveTile(rows.tile(0), here(0), rows.count, count);
  return true;
}

/** The rows that all operands have in common, if each has its rows, and the elements of a row, at equal steps. */
function rowsOf(operands: readonly Strided[]): { count: number; tile(slot: number): Tile } | undefined {
  const of = ({ elements: { raw } }: Strided, start: number, rowStep: number, step: number) => ({
    raw,
    start,
    rowStep,
    step,
  });
  let isOneRow = true;
  for (const { view } of operands) if (!view.contiguous && view.shape.length > 1) isOneRow = false;
  if (isOneRow) {
    const tile = (slot: number): Tile => {
      const { contiguous, offset, strides } = operands[slot]!.view;
      return of(operands[slot]!, offset, 0, contiguous ? 1 : strides[0]!);
    };
    return { count: 1, tile };
  }
  const loop = jointLoop(
    operands.map(({ view }) => view),
    "K",
  );
  const { shape, strides, offsets } = loop;
  if (shape.length > 2) return undefined;
  const tile = (slot: number): Tile =>
    of(operands[slot]!, offsets[slot]!, strides[slot]!.at(-2) ?? 0, strides[slot]!.at(-1)!);
  return { count: shape.at(-2) ?? 1, tile };
}

/** The scratch memory as typed arrays, by operand and dtype. */
let seen: { readonly area: Area; readonly arrays: Map<DType, RawArray>[] } | undefined;

function seenAs(area: Area, slot: number, dtype: DType): RawArray {
  if (seen?.area !== area) seen = { area, arrays: [] };
  seen.arrays[slot] ??= new Map();
  const known = seen.arrays[slot].get(dtype);
  if (known) return known;
  const made = new dtypes[dtype].array(area.buffer, slot * PITCH, MOST_GATHERED);
  seen.arrays[slot].set(dtype, made);
  return made;
}
