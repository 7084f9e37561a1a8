/** The package's reductions: pieces are folded to partial results, which are merged in a fixed tree. */
import { caster, type DType, dtypes, type RawArray } from "../../base/dtype.js";
import { firstExtremes } from "../../loops/extremes.js";
import { bindFold, partialsOf } from "../../loops/fold.js";
import { mergedMoments, mergedPlane } from "../../loops/fold-merge.js";
import type { FoldProgram } from "../../loops/fold-modules.js";
import { type FoldPlan, planFold } from "../../loops/fold-plan.js";
import { copy } from "../../ndarray/assign.js";
import type { Strided } from "../../ndarray/elements.js";
import { arrayOf, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { sameShape } from "../../ndarray/shape.js";
import { perClass } from "../../ndarray/typed-loops.js";
import { broadcastTo, cView } from "../../ndarray/view.js";
import { type Call, type Conditions, HERE, type Kind } from "../call.js";
import { layoutOf, newWrittenIn, readOnly } from "../made.js";
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
  /** The partial results, if they are few and only this thread computes them. */
  readonly ownPartials: RawArray | undefined;
  /** Whether the memory of the partial results becomes that of the result. */
  readonly isResult: boolean;
}

/** Partial results of this many bytes or more are in memory that is used again: new pages cost more than the sums. */
const WIDE_BYTES = 65536;

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
    const { acc } = spec.fold;
    const count = partialsOf(spec.fold);
    const isWide = count * dtypes[acc].bytes >= WIDE_BYTES;
    const isResult = isWide && arrays.length === spec.inputs && areResults(spec);
    // In system scope, memory that is not the result would need a name.
    const ownPartials = isAlone && !isResult && (!isWide || scope === "system") ? rawElements(acc, count) : undefined;
    const shared = ownPartials ? [] : [arrayOf(newWrittenIn(scope, [count], isResult ? spec.dtype : acc))];
    return {
      kind: "fold",
      spec: { fold: spec.fold, ownPartials, isResult },
      arrays: [...shared, ...operands],
      plan,
      params: undefined,
      functions: [],
      once: isResult,
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
    if (work.spec.isResult) {
      const { elements } = stridedOf(work.arrays[0]!);
      if (spec.result.kind === "mean") divide(elements.raw, spec.fold.reduced.size);
      return arrayOf({ elements, view: cView(outShape!) });
    }
    const out = arrays[inputs];
    const target = outShape || out ? newWrittenIn(out ? "process" : scope, outShape ?? [], dtype) : undefined;
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

/** Whether the partial results are the results, or become them by a division. */
const areResults = ({ fold, outShape, dtype, result: { kind, isRoot } }: FoldSpec): boolean =>
  outShape !== undefined &&
  fold.segments === 1 &&
  fold.modules.length === 1 &&
  (fold.acc === dtype || areTruths(fold)) &&
  (kind === "value" || kind === "mean") &&
  !isRoot;

/** Whether the partial results are stored as bools are: each is 0 or 1. */
const areTruths = ({ merge }: FoldPlan): boolean => merge === "or" || merge === "and";

function divide(values: RawArray, by: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! / by;
}

/** The first of raw elements as a JavaScript value: a boolean or a number. */
export function scalarOf(raw: RawArray, dtype: DType): number | boolean {
  const { load } = dtypes[dtype];
  const value = load ? load(raw[0]!) : raw[0]!;
  return typeof value === "boolean" ? value : Number(value);
}

function partsOf({ ownPartials }: FoldWork, arrays: readonly AnyArray[]) {
  const strided = arrays.map(stridedOf);
  return ownPartials
    ? { partials: ownPartials, operands: strided }
    : { partials: strided[0]!.elements.raw, operands: strided.slice(1) };
}

/** Merges the partial results, and stores the results in the form in which their dtype is stored. */
function writeResults({ fold, dtype, result }: FoldSpec, partials: RawArray, input: Strided, raw: RawArray): void {
  if (result.kind === "place") {
    const isMin = fold.merge === "min" || fold.merge === "and";
    firstExtremes(fold, partials, input, isMin, (at, place) => {
      raw[at] = place;
    });
    return;
  }
  const isFloat = result.kind !== "value" || result.isRoot;
  const values = isFloat ? floatValues(fold, partials, result) : mergedPlane(fold, partials, 0);
  const from = isFloat ? "float64" : areTruths(fold) ? dtype : fold.acc;
  const cast = from === dtype ? undefined : caster(from, dtype);
  if (cast) castInto(raw, values, cast);
  else raw.set(values);
}

/** Means, moments or roots of what was folded. */
function floatValues(fold: FoldPlan, partials: RawArray, { kind, isRoot, correction }: FoldResult): Float64Array {
  const values = new Float64Array(fold.kept.size);
  if (kind === "moments") {
    const { squares, counts } = mergedMoments(fold, partials);
    for (let i = 0; i < values.length; i++) values[i] = squares[i]! / Math.max(0, counts[i]! - correction);
  } else {
    const folded = mergedPlane(fold, partials, 0);
    const counts = kind === "mean" && fold.modules.length > 1 ? mergedPlane(fold, partials, 1) : undefined;
    const all = kind === "mean" ? fold.reduced.size : 1;
    for (let i = 0; i < values.length; i++) values[i] = Number(folded[i]!) / (counts ? Number(counts[i]!) : all);
  }
  if (isRoot) for (let i = 0; i < values.length; i++) values[i] = Math.sqrt(values[i]!);
  return values;
}

const castInto = perClass(function castInto(target: RawArray, values: RawArray, cast: (raw: number) => number): void {
  for (let i = 0; i < values.length; i++) target[i] = cast(values[i]!);
}, 2);

export const castTo = (dtype: DType, from: DType): ((raw: number) => number) =>
  (from === dtype ? undefined : caster(from, dtype)) ?? ((raw) => raw);

/** Elements in memory that is not shared: engines make short ones without a buffer. */
export const rawElements = (dtype: DType, count: number): RawArray =>
  new (dtypes[dtype].array as unknown as new (length: number) => RawArray)(count);
