/** Reductions of few elements on this thread: no plan is made, and each result is one call of a kernel. */
import type { RawArray } from "../../base/dtype.js";
import { foldDirect, stepOfLine } from "../../loops/direct-fold.js";
import type { FoldProgram } from "../../loops/fold-modules.js";
import { isFewResults } from "../../loops/fold-plan.js";
import type { Strided } from "../../ndarray/elements.js";
import { overlaps } from "../../ndarray/overlap.js";
import { sameShape } from "../../ndarray/shape.js";
import { writtenNow } from "../../ndarray/storage.js";
import { cView, makeView } from "../../ndarray/view.js";
import { type CheckedFold, castTo, rawElements, scalarOf } from "./fold.js";

/** A reduction without a mask, to a JavaScript value or to an array. */
export type WholeFold = Pick<CheckedFold, "program" | "dtype" | "result">;

/** The value of a reduction over all elements of lines at once. `undefined` if they are too many. */
export function foldNow(call: WholeFold, operands: readonly Strided[]): unknown {
  if (isBeyond(call, operands)) return undefined;
  const raw = rawElements(call.dtype, 1);
  return store(call, operands, raw, 0) ? scalarOf(raw, call.dtype) : undefined;
}

/**
 * The elements of a reduction along one axis of arrays in C order, which have one shape: new ones, or those of
 * `target`. `undefined` if they are not small, or if the target is not as a new one would be; then nothing was written.
 */
export function foldAxisNow(
  call: WholeFold,
  operands: readonly Strided[],
  { axis, keepdims }: { readonly axis: number; readonly keepdims: boolean },
  target: Strided | undefined,
): Strided | undefined {
  const { shape, size } = operands[0]!.view;
  const count = shape[axis]!;
  if (size === 0 || !isFewResults(size / count, size) || isBeyond(call, operands)) return undefined;
  if (!operands.every(({ view }) => view.contiguous)) return undefined;
  const kept = keepdims ? shape.with(axis, 1) : shape.toSpliced(axis, 1);
  if (!target) return writtenNow(cView(kept), call.dtype, (fresh) => storeAlong(call, operands, axis, fresh));
  const { elements, view } = target;
  const isAsNew = elements.dtype === call.dtype && view.contiguous && sameShape(view.shape, kept);
  if (!isAsNew || operands.some((operand) => overlaps(operand, target))) return undefined;
  return storeAlong(call, operands, axis, target) ? target : undefined;
}

/**
 * Stores the results along an axis. Returns false if there are too many elements for one. All lines have as many, so
 * then nothing is stored.
 */
function storeAlong(call: WholeFold, operands: readonly Strided[], axis: number, { elements, view }: Strided): boolean {
  const { shape, size } = operands[0]!.view;
  const count = shape[axis]!;
  let inner = 1;
  for (let i = axis + 1; i < shape.length; i++) inner *= shape[i]!;
  for (let result = 0; result < size / count; result++) {
    const within = result % inner;
    const first = (result - within) * count + within;
    const lines = operands.map((operand) => ({
      elements: operand.elements,
      view: makeView([count], [inner], operand.view.offset + first),
    }));
    if (!store(call, lines, elements.raw, view.offset + result)) return false;
  }
  return true;
}

/** Whether positions are asked for of elements that are not stored as they are compared. */
const isBeyond = ({ result }: WholeFold, [first]: readonly Strided[]): boolean =>
  result.kind === "place" && first!.elements.dtype === "float16";

/** Stores a result in the form of its dtype. Returns false if there are too many elements; then nothing is stored. */
function store({ program, dtype, result }: WholeFold, operands: readonly Strided[], raw: RawArray, at: number) {
  const values = foldDirect(program, operands);
  if (!values) return false;
  const { size } = operands[0]!.view;
  const root = result.isRoot ? Math.sqrt : (value: number) => value;
  const value = values[0]!;
  if (result.kind === "place") {
    raw[at] = placeOf(value, program, operands[0]!);
  } else if (result.kind === "moments") {
    const squares = values[values.length - 1]!;
    raw[at] = castTo(dtype, "float64")(root(squares / Math.max(0, size - result.correction)));
  } else {
    const isMean = result.kind === "mean";
    const cast = castTo(dtype, isMean || result.isRoot ? "float64" : program.acc);
    raw[at] = cast(isMean ? Number(value) / size : result.isRoot ? root(Number(value)) : value);
  }
  return true;
}

/** The position of the first element with that value in a line. */
function placeOf(value: number, { merge }: FoldProgram, { elements, view }: Strided): number {
  const { dtype, raw } = elements;
  const { offset, size } = view;
  const step = stepOfLine(view);
  const isBool = dtype === "bool";
  if (step === 1 && !Number.isNaN(value) && !isBool) return raw.subarray(offset, offset + size).indexOf(value);
  const isTrue = merge === "or"; // of bools, any byte but 0 is true
  for (let i = 0, at = offset; i < size; i++, at += step) {
    const x = raw[at]!;
    if (isBool ? (x !== 0) === isTrue : x === value || Number.isNaN(x)) return i;
  }
  return 0; // no bool is the one that would decide, so all are alike
}
