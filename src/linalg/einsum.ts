/**
 * `einsum`: sums of products by Einstein's convention. Operands are taken in pairs from the left, and each pair is one
 * matrix product: shared labels that are needed no more are summed by it, shared labels that are count as its batch.
 */
import type { DType } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { promoteAll } from "../base/promote.js";
import { matmul } from "../functions/matmul.js";
import { sum } from "../functions/reductions.js";
import { isData } from "../ndarray/asarray.js";
import { type AnyNDArray, arrayOf, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData, expectArray } from "../ndarray/operands.js";
import { sizeOf } from "../ndarray/shape.js";
import { tidy } from "../ndarray/tidy.js";
import { makeView } from "../ndarray/view.js";
import { turned } from "./products.js";
import type { Given } from "./types.js";

/** An operand whose axes have labels. */
interface Term {
  readonly array: AnyArray;
  readonly labels: readonly string[];
}
/** The labels of the operands and of the result. Those of an ellipsis are numbers, counted from the last axis. */
interface Spec {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/**
 * Products of arrays, summed over the axes whose labels are not in the output. `"ij,jk->ik"` is a matrix product,
 * `"ii"` a trace, `"ij->ji"` a transpose. Without `->`, the output has the labels that occur once, in alphabetical
 * order; `...` stands for any axes, which are broadcast. The result is an array in any case, of no axes if all are
 * summed. After `np.einsum`.
 *
 * @example einsum("ij,j->i", a, b)
 * @example einsum("ii", a).item() // the trace
 * @throws {TypeError} If the subscripts are wrong.
 * @throws {ShapeError} If the axes of a label differ in length, or there are not as many operands or axes as said.
 */
export function einsum(subscripts: string, ...operands: readonly Given[]): AnyNDArray {
  if (typeof subscripts !== "string")
    throw new TypeError(`Expected \`subscripts\` to be a text, got ${show(subscripts)}`);
  return tidy(() => {
    const arrays = operands.map((one, i) =>
      isData(one) ? arrayOfData(one, `operands[${i}]`, "einsum") : expectArray(one, `operands[${i}]`),
    );
    const spec = specOf(subscripts, arrays);
    const dtype = promoteAll(arrays.map((one) => one.dtype));
    const lengths = lengthsOf(spec.inputs, arrays);
    const terms = arrays.map((array, i) => {
      const cast = (array.dtype === dtype ? array : array.astype(dtype as never)) as AnyArray;
      return distinct({ array: cast, labels: spec.inputs[i]! }, lengths);
    });
    return arranged(reduced(terms, spec.output, lengths, dtype), spec.output, lengths) as never;
  });
}

function wrong(subscripts: string, why: string): TypeError {
  return new TypeError(`Expected subscripts such as "ij,jk->ik", got ${show(subscripts)} (${why})`);
}

/** Reads the subscripts. */
function specOf(subscripts: string, arrays: readonly AnyArray[]): Spec {
  const [left, right, ...more] = subscripts.replace(/\s/g, "").split("->") as [string, string?, ...string[]];
  const parts = left.split(",");
  if (more.length > 0) throw wrong(subscripts, "there is more than one ->");
  if (parts.length !== arrays.length || (arrays.length === 1 && left === "" && arrays[0]!.ndim > 0)) {
    const message = `Expected ${parts.length} operands for ${show(subscripts)}, got ${arrays.length}`;
    throw new ShapeError(message, { shape: [arrays.length], expected: [parts.length] });
  }
  const inputs = parts.map((part, i) => labelsOf(part, subscripts, arrays[i]!.ndim));
  const hidden = [...new Set(inputs.flat().filter(isHidden))].sort((a, b) => Number(b) - Number(a));
  if (right !== undefined) {
    const output = labelsOf(right, subscripts, undefined, hidden);
    const unknown = output.find((label) => !inputs.flat().includes(label));
    if (unknown !== undefined) throw wrong(subscripts, `${show(unknown)} is of no operand`);
    if (new Set(output).size < output.length) throw wrong(subscripts, "a label of the output occurs twice");
    if (!right.includes("...") && hidden.length > 0) throw wrong(subscripts, "the output has no ...");
    return { inputs, output };
  }
  const all = inputs.flat();
  const once = [...new Set(all)].filter((label) => !isHidden(label) && all.indexOf(label) === all.lastIndexOf(label));
  return { inputs, output: [...hidden, ...once.sort()] };
}

const isHidden = (label: string): boolean => /\d/.test(label);

/** The labels of an operand of that rank, or of the output. */
function labelsOf(
  part: string,
  subscripts: string,
  rank: number | undefined,
  hidden: readonly string[] = [],
): string[] {
  const pieces = part.split("...");
  if (pieces.length > 2) throw wrong(subscripts, "there is more than one ...");
  const [before, after] = pieces.map((piece) => [...piece]) as [string[], string[]?];
  if ([...before, ...(after ?? [])].some((label) => !/[A-Za-z]/.test(label))) {
    throw wrong(subscripts, "labels are letters");
  }
  const named = before.length + (after?.length ?? 0);
  if (rank !== undefined && (after ? named > rank : named !== rank)) {
    const message = `Expected ${show(part)} of ${show(subscripts)} to have a label for each axis, got ${rank} axes`;
    throw new ShapeError(message, { shape: [rank], expected: [named] });
  }
  if (!after) return before;
  const covered =
    rank === undefined ? hidden : Array.from({ length: rank - named }, (_, i) => String(rank - named - 1 - i));
  return [...before, ...covered, ...after];
}

/** The length of each label's axes; those of length 1 are broadcast. */
function lengthsOf(inputs: readonly (readonly string[])[], arrays: readonly AnyArray[]): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const [i, labels] of inputs.entries()) {
    for (const [axis, label] of labels.entries()) {
      const [length, known] = [arrays[i]!.shape[axis]!, lengths.get(label) ?? 1];
      if (length !== 1 && known !== 1 && length !== known) {
        const what = isHidden(label) ? "`...`" : show(label);
        const message = `Expected the axes of ${what} to be of one length, got ${known} and ${length}`;
        throw new ShapeError(message, { shape: arrays[i]!.shape, expected: [known] });
      }
      if (known === 1) lengths.set(label, length);
    }
  }
  return lengths;
}

/** The operand with each label once: a repeated one is a diagonal. Axes of length 1 that are broadcast are dropped. */
function distinct({ array, labels }: Term, lengths: ReadonlyMap<string, number>): Term {
  const { elements, view } = stridedOf(array as ReadonlyNDArray);
  const steps = new Map<string, number>();
  for (const [axis, label] of labels.entries()) {
    if (view.shape[axis] !== lengths.get(label)) continue;
    steps.set(label, (steps.get(label) ?? 0) + view.strides[axis]!);
  }
  const kept = [...steps.keys()];
  const shape = kept.map((label) => lengths.get(label)!);
  return {
    array: arrayOf({ elements, view: makeView(shape, [...steps.values()], view.offset) }, true, true),
    labels: kept,
  };
}

/** The product of all operands, summed over the labels that are not in the output. */
function reduced(
  terms: readonly Term[],
  output: readonly string[],
  lengths: ReadonlyMap<string, number>,
  dtype: DType,
): Term {
  let [result, ...rest] = terms as [Term, ...Term[]];
  while (rest.length > 0) {
    const [next, ...others] = rest as [Term, ...Term[]];
    const needed = new Set([...output, ...others.flatMap((term) => term.labels)]);
    result = product(alone(result, next, needed, dtype), alone(next, result, needed, dtype), needed, lengths);
    rest = others;
  }
  return summed(result, new Set(output), dtype);
}

/** An operand, summed over labels that neither the other one nor anything after it has. */
const alone = (term: Term, other: Term, needed: ReadonlySet<string>, dtype: DType): Term =>
  summed(term, new Set([...needed, ...other.labels]), dtype);

function summed({ array, labels }: Term, needed: ReadonlySet<string>, dtype: DType): Term {
  const axes = [...labels.keys()].filter((axis) => !needed.has(labels[axis]!));
  if (axes.length === 0) return { array, labels };
  const made = sum(array, { axis: axes, dtype } as never) as unknown as AnyArray;
  return { array: made, labels: labels.filter((label) => needed.has(label)) };
}

function product(a: Term, b: Term, needed: ReadonlySet<string>, lengths: ReadonlyMap<string, number>): Term {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const inner = shared.filter((label) => !needed.has(label));
  const ofA = a.labels.filter((label) => !shared.includes(label));
  const ofB = b.labels.filter((label) => !shared.includes(label));
  const shape = (labels: readonly string[]) => labels.map((label) => lengths.get(label)!);
  const size = (labels: readonly string[]) => sizeOf(shape(labels));
  const left = inOrder(a, [...batch, ...ofA, ...inner]).reshape([...shape(batch), size(ofA), size(inner)]);
  const right = inOrder(b, [...batch, ...inner, ...ofB]).reshape([...shape(batch), size(inner), size(ofB)]);
  const labels = [...batch, ...ofA, ...ofB];
  return { array: (matmul(left, right) as AnyArray).reshape(shape(labels)), labels };
}

const inOrder = ({ array, labels }: Term, wanted: readonly string[]): AnyArray =>
  turned(
    array,
    wanted.map((label) => labels.indexOf(label)),
  );

/** A copy with the axes of the output. */
function arranged(term: Term, output: readonly string[], lengths: ReadonlyMap<string, number>): AnyArray {
  const present = output.filter((label) => term.labels.includes(label));
  const shape = output.map((label) => (present.includes(label) ? lengths.get(label)! : 1));
  return inOrder(term, present).reshape(shape).copy() as unknown as AnyArray;
}

keepNames({ einsum });
