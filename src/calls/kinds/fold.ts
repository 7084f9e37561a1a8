/** The package's reductions: pieces are folded to partial results, which are merged in a fixed tree. */
import { caster, type DType, dtypes, type RawArray } from "../../base/dtype.js";
import { foldDirect } from "../../loops/direct-fold.js";
import { firstExtremes } from "../../loops/extremes.js";
import { bindFold, mergeMoments, mergePartials, partialsOf } from "../../loops/fold.js";
import type { FoldProgram } from "../../loops/fold-modules.js";
import { type FoldPlan, planFold } from "../../loops/fold-plan.js";
import { copy } from "../../ndarray/assign.js";
import type { Strided } from "../../ndarray/elements.js";
import { arrayOf, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { sameShape } from "../../ndarray/shape.js";
import { broadcastTo } from "../../ndarray/view.js";
import { type Call, type Conditions, HERE, type Kind } from "../call.js";
import { layoutOf, newIn, readOnly } from "../made.js";
import { chunkRange, expectChunkSize, planChunks } from "../plan.js";

/** How the result is made from what was folded. */
export interface FoldResult {
  /**
   * `value`: what was folded. `mean`: what was folded, divided by the number of elements. `moments`: the mean squared
   * distance from the mean. `place`: the position of the extreme.
   */
  readonly kind: "value" | "mean" | "moments" | "place";
  /** Whether the result is the square root of that. */
  readonly isRoot: boolean;
  /** Subtracted from the number of elements, for `moments`. */
  readonly correction: number;
}

/** The arguments of a reduction, checked and promoted. */
export interface CheckedFold {
  readonly name: string;
  readonly program: FoldProgram;
  readonly inputs: readonly AnyArray[];
  /** The common shape to which all inputs are broadcast. */
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  /** The shape of the result; `undefined` if the result is a JavaScript value. */
  readonly outShape: readonly number[] | undefined;
  /** The dtype of the result. */
  readonly dtype: DType;
  readonly out: AnyArray | undefined;
  readonly result: FoldResult;
}

interface FoldSpec {
  readonly fold: FoldPlan;
  readonly shape: readonly number[];
  readonly outShape: readonly number[] | undefined;
  readonly dtype: DType;
  /** The number of inputs among the call's arrays. If there is one array more, it is `out`. */
  readonly inputs: number;
  readonly result: FoldResult;
}
/** The work's arrays are the partial results, unless they belong to this thread alone, and the operands. */
interface FoldWork {
  readonly fold: FoldPlan;
  /** The partial results, if only this thread computes them. */
  readonly ownPartials: RawArray | undefined;
}

/** Makes the call. It is cut into pieces of the fold, and a `chunkSize` in elements is rounded to whole pieces. */
export function prepareFold(checked: CheckedFold, conditions: Conditions): Call<FoldSpec> {
  const { name, program, inputs, shape, axes, outShape, dtype, out, result } = checked;
  const fold = planFold(program, operandsOf(inputs, shape), axes, result.kind === "place");
  const { chunkSize } = conditions;
  const inPieces =
    typeof chunkSize === "number" ? Math.max(1, Math.round(expectChunkSize(chunkSize) / fold.unitSize)) : chunkSize;
  const plan = planChunks(fold.units, fold.unitSize * inputs[0]!.itemsize, inPieces);
  return {
    kind: "fold",
    name,
    costKey: `${program.key}:${program.inputs}${fold.along ? "" : " across"}${layoutOf(inputs)}`,
    arrays: out ? [...inputs, out] : inputs,
    labels: [...inputs.map((_, i) => `operands[${i}]`), ...(out ? ["out"] : [])],
    made: undefined,
    spec: { fold, shape, outShape, dtype, inputs: inputs.length, result },
    plan,
    elements: Math.max(...inputs.map((input) => input.size)),
    scope: conditions.scope,
    params: undefined,
    identity:
      conditions === HERE
        ? undefined
        : [
            program.key,
            String(program.inputs),
            plan.chunkSize,
            String(axes),
            String(outShape),
            dtype,
            result.kind,
            result.correction,
            out,
            ...inputs,
          ],
  };
}

const operandsOf = (inputs: readonly AnyArray[], shape: readonly number[]): Strided[] =>
  inputs.map((input) => {
    const strided = stridedOf(input);
    const { elements, view } = strided;
    return sameShape(view.shape, shape) ? strided : { elements, view: broadcastTo(view, shape) };
  });

export const fold: Kind<FoldSpec, FoldWork> = {
  stage({ spec, plan, scope }, arrays, isAlone) {
    const given = arrays.slice(0, spec.inputs);
    const operands = operandsOf(given, spec.shape).map((one, i) => readOnly(one, given[i]!));
    const count = partialsOf(spec.fold);
    const ownPartials = isAlone ? rawElements(spec.fold.acc, count) : undefined;
    const shared = isAlone ? [] : [arrayOf(newIn(scope, [count], spec.fold.acc))];
    return {
      kind: "fold",
      spec: { fold: spec.fold, ownPartials },
      arrays: [...shared, ...operands],
      plan,
      params: undefined,
      functions: [],
      once: false,
    };
  },
  bind({ spec, arrays, plan }) {
    const { partials, operands } = partsOf(spec, arrays);
    const bound = bindFold(spec.fold, partials, operands);
    return { isReduction: false, run: (chunk) => bound.run(...chunkRange(plan, chunk)) };
  },
  finish({ spec, scope, arrays: given }, work, arrays) {
    const { partials, operands } = partsOf(work.spec, work.arrays);
    const { outShape, dtype, inputs } = spec;
    const out = arrays[inputs];
    const target = outShape || out ? newIn(out ? "process" : scope, outShape ?? [], dtype) : undefined;
    const raw = target?.elements.raw ?? rawElements(dtype, 1);
    writeResults(spec, partials, operands[0]!, raw);
    if (out && target) {
      copy(stridedOf(out), target);
      target.elements.memory.close();
    }
    if (outShape && target) return given[inputs] ?? arrayOf(target);
    return scalarOf(raw, dtype);
  },
};

/** The first of raw elements as a JavaScript value: a boolean or a number. */
function scalarOf(raw: RawArray, dtype: DType): number | boolean {
  const { load } = dtypes[dtype];
  const value = load ? load(raw[0]!) : raw[0]!;
  return typeof value === "boolean" ? value : Number(value);
}

/** The position of the first element with that value; `undefined` if elements are not stored as they are compared. */
function placeOf(value: number, { elements, view }: Strided): number | undefined {
  if (elements.dtype === "float16" || elements.dtype === "bool") return undefined; // any byte but 0 is true
  const all = elements.raw.subarray(view.offset, view.offset + view.size);
  return Number.isNaN(value) ? all.findIndex(Number.isNaN) : all.indexOf(value);
}

/** A reduction over all elements, without a mask, to a JavaScript value. */
export type WholeFold = Pick<CheckedFold, "program" | "dtype" | "result">;

/** The value of a reduction over all elements of arrays in C order at once. `undefined` if they are too many. */
export function foldNow({ program, dtype, result }: WholeFold, operands: readonly Strided[]): unknown {
  const values = foldDirect(program, operands);
  if (!values) return undefined;
  const { size } = operands[0]!.view;
  if (result.kind === "place") return placeOf(values[0]!, operands[0]!);
  const raw = rawElements(dtype, 1);
  const root = result.isRoot ? Math.sqrt : (value: number) => value;
  if (result.kind === "moments") {
    const squares = values[values.length - 1]!;
    raw[0] = castTo(dtype, "float64")(root(squares / Math.max(0, size - result.correction)));
  } else {
    const isMean = result.kind === "mean";
    const cast = castTo(dtype, isMean || result.isRoot ? "float64" : program.acc);
    const value = values[0]!;
    raw[0] = cast(isMean ? Number(value) / size : result.isRoot ? root(Number(value)) : value);
  }
  return scalarOf(raw, dtype);
}

function partsOf({ ownPartials }: FoldWork, arrays: readonly AnyArray[]) {
  const strided = arrays.map(stridedOf);
  return ownPartials
    ? { partials: ownPartials, operands: strided }
    : { partials: strided[0]!.elements.raw, operands: strided.slice(1) };
}

/** Merges the partial results, and stores the results in the form in which their dtype is stored. */
function writeResults({ fold, dtype, result }: FoldSpec, partials: RawArray, input: Strided, raw: RawArray): void {
  const root = result.isRoot ? Math.sqrt : (value: number) => value;
  if (result.kind === "place") {
    firstExtremes(fold, partials, input, fold.merge === "min", (at, place) => {
      raw[at] = place;
    });
    return;
  }
  if (result.kind === "moments") {
    const cast = castTo(dtype, "float64");
    mergeMoments(fold, partials, (at, { count, squares }) => {
      raw[at] = cast(root(squares / Math.max(0, count - result.correction)));
    });
    return;
  }
  const isMean = result.kind === "mean";
  const counts = isMean ? countsOf(fold, partials) : undefined;
  const cast = castTo(dtype, isMean || result.isRoot ? "float64" : fold.acc);
  mergePartials(fold, partials, 0, (at, value) => {
    if (counts) raw[at] = cast(Number(value) / counts(at));
    else raw[at] = cast(result.isRoot ? root(Number(value)) : (value as number));
  });
}

/** The number of elements of each result: those that the mask has counted, or all if there is no mask. */
function countsOf(fold: FoldPlan, partials: RawArray): (result: number) => number {
  if (fold.modules.length === 1) return () => fold.reduced.size;
  const counts = new Float64Array(fold.kept.size);
  mergePartials(fold, partials, 1, (at, counted) => {
    counts[at] = Number(counted);
  });
  return (result) => counts[result]!;
}

const castTo = (dtype: DType, from: DType): ((raw: number) => number) =>
  (from === dtype ? undefined : caster(from, dtype)) ?? ((raw) => raw);

/** Elements in memory that is not shared: engines make short ones without a buffer. */
const rawElements = (dtype: DType, count: number): RawArray =>
  new (dtypes[dtype].array as unknown as new (length: number) => RawArray)(count);
