/**
 * How the methods of a ufunc combine elements along the first axis: rows at a time, or line by line with a kernel that
 * takes the elements of a line in their order.
 */
import type { DType } from "../base/dtype.js";
import { bindRecurrence, type LaneRow, lanesOf, type Recurrence } from "../loops/recurrence.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf } from "../ndarray/ndarray.js";
import type { AnyArray } from "../ndarray/operands.js";
import { blankStrided } from "../ndarray/storage.js";
import { cView, pickAxes, sliceAlong, type View } from "../ndarray/view.js";
import { forEachRun, jointLoop } from "../ndarray/walk.js";
import type { ElementwiseSpec } from "./elementwise.js";
import { checkUfunc } from "./prepare.js";

/** A function of two operands of one dtype, which the result has too. */
export interface Operation {
  readonly spec: ElementwiseSpec;
  /** The public function. */
  readonly fn: (...args: unknown[]) => unknown;
  readonly dtype: DType;
  /** Whether elements may be combined in any order. */
  readonly isAnyOrder: boolean;
}

/** The positions [from, to) of the first axis; without `to` the row at `from`, without that axis. */
export function rows({ elements, view }: Strided, from: number, to?: number): Strided {
  if (to !== undefined) return { elements, view: sliceAlong(view, 0, [from, to]) };
  const kept = view.shape.slice(1).map((_, axis) => axis + 1);
  return { elements, view: pickAxes(view, kept, view.offset + from * view.strides[0]!) };
}

const arrayOver = (strided: Strided): AnyArray => arrayOf(strided, true);

/** Stores fn(a, b) in the target, which may be `a`. */
function apply({ fn }: Operation, a: Strided, b: Strided, target: Strided, where?: Strided): void {
  const options = { out: arrayOver(target), ...(where && { where: arrayOver(where) }) };
  fn(arrayOver(a), arrayOver(b), options);
}

/**
 * Stores in the target, an array in C order, what the rows of `x` give: at least one.
 *
 * @param isBegun whether the target holds a value that is combined with the first row
 * @param where rows of a mask that says which elements take part; only with a target that is begun
 */
export function foldRows(operation: Operation, x: Strided, target: Strided, isBegun: boolean, where?: Strided): void {
  const count = x.view.shape[0]!;
  if (target.view.size === 0) return;
  if (operation.isAnyOrder && !where) {
    foldHalves(operation, x, target, isBegun);
    return;
  }
  if (!isBegun) copy(target, rows(x, 0));
  const first = isBegun ? 0 : 1;
  if (first === count) return;
  if (where || isByRows(x.view)) {
    for (let row = first; row < count; row++) {
      apply(operation, target, rows(x, row), target, where && rows(where, row));
    }
    return;
  }
  const recurrence = recurrenceOf(operation, rows(x, 0, 1), rows(x, first, count));
  const results = lanesOf(target.elements);
  forEachLine(rows(x, first, count), rows(x, first, count), (line, _, i) => {
    const at = target.view.offset + i;
    results[at] = recurrence.fold(results[at]!, line, count - first);
  });
}

/** Combines the first half of the rows with the second one, and so on: a few calls for any number of rows. */
function foldHalves(operation: Operation, x: Strided, target: Strided, isBegun: boolean): void {
  let left = x.view.shape[0]!;
  if (left === 1) {
    if (isBegun) apply(operation, target, rows(x, 0), target);
    else copy(target, rows(x, 0));
    return;
  }
  const shape = [left >> 1, ...x.view.shape.slice(1)];
  const room = blankStrided(cView(shape), operation.dtype);
  try {
    let from = x;
    while (left > 1) {
      const half = left >> 1;
      apply(operation, rows(from, 0, half), rows(from, half, 2 * half), rows(room, 0, half));
      if (left % 2 > 0) apply(operation, rows(room, 0), rows(from, left - 1), rows(room, 0));
      from = room;
      left = half;
    }
    if (isBegun) apply(operation, target, rows(room, 0), target);
    else copy(target, rows(room, 0));
  } finally {
    room.elements.memory.close();
  }
}

/** Stores in each row of the target what the rows of `x` up to it give. */
export function accumulateRows(operation: Operation, x: Strided, target: Strided): void {
  const count = x.view.shape[0]!;
  if (target.view.size === 0) return;
  copy(rows(target, 0), rows(x, 0));
  if (count === 1) return;
  if (isByRows(x.view)) {
    for (let row = 1; row < count; row++) apply(operation, rows(target, row - 1), rows(x, row), rows(target, row));
    return;
  }
  const recurrence = recurrenceOf(operation, rows(x, 0, 1), rows(x, 1, count));
  forEachLine(x, target, (line, to) => {
    recurrence.accumulate(line.lanes[line.start]!, after(line), count - 1, after(to));
  });
}

const after = ({ lanes, start, step }: LaneRow): LaneRow => ({ lanes, start: start + step, step });

/**
 * Stores in row `i` of the target what the rows of `x` from `starts[i]` to the next start give, or the row at
 * `starts[i]` alone if the next start is not beyond it.
 */
export function foldParts(operation: Operation, x: Strided, starts: ArrayLike<number>, target: Strided): void {
  const count = x.view.shape[0]!;
  if (target.view.size === 0) return;
  const lengthOf = (i: number) => Math.max(1, (i + 1 < starts.length ? starts[i + 1]! : count) - starts[i]!);
  if (isByRows(x.view)) {
    for (let i = 0; i < starts.length; i++) {
      const to = rows(target, i);
      copy(to, rows(x, starts[i]!));
      for (let row = 1; row < lengthOf(i); row++) apply(operation, to, rows(x, starts[i]! + row), to);
    }
    return;
  }
  const recurrence = count > 1 ? recurrenceOf(operation, rows(x, 0, 1), rows(x, 1, count)) : undefined;
  forEachLine(x, target, ({ lanes, start, step }, to) => {
    for (let i = 0; i < starts.length; i++) {
      const at = start + starts[i]! * step;
      const length = lengthOf(i);
      const rest = { lanes, start: at + step, step };
      to.lanes[to.start + i * to.step] = length === 1 ? lanes[at]! : recurrence!.fold(lanes[at]!, rest, length - 1);
    }
  });
}

/** The kernel of the function, which is checked for these operands. */
function recurrenceOf({ spec }: Operation, first: Strided, others: Strided): Recurrence {
  return bindRecurrence(checkUfunc(spec, [arrayOver(first), arrayOver(others)]).program);
}

/** With rows of so many elements, a call for each takes little of its time. */
const WIDE = 1024;
/** Whether rows are combined at a time: if they are long, and their elements are nearer to each other than the rows. */
function isByRows({ shape, strides, size }: View): boolean {
  const width = size / shape[0]!;
  const [between, ...within] = strides.map(Math.abs);
  return (width >= WIDE || width >= shape[0]!) && Math.min(...within.filter((step) => step > 0)) < between!;
}

/** Calls `use` with each line along the first axis of both, in C order of the other axes. */
function forEachLine(x: Strided, target: Strided, use: (line: LaneRow, to: LaneRow, i: number) => void): void {
  const firstRow = ({ view }: Strided): View => rows({ elements: x.elements, view }, 0).view;
  const loop = jointLoop([firstRow(x), firstRow(target)], "C");
  const [from, to] = [lanesOf(x.elements), lanesOf(target.elements)];
  const steps = loop.strides.map((strides) => strides.at(-1)!) as [number, number];
  const [step, toStep] = [x.view.strides[0]!, target.view.strides[0]!];
  let i = 0;
  forEachRun(loop, 0, loop.size, ([at, toAt], count) => {
    for (let n = 0; n < count; n++, i++) {
      const line = { lanes: from, start: at! + n * steps[0], step };
      use(line, { lanes: to, start: toAt! + n * steps[1], step: toStep }, i);
    }
  });
}
