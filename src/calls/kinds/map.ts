/**
 * The user's functions of elements: compiled to a loop if that stores the same bytes, otherwise called for each
 * element.
 */
import type { DType } from "../../base/dtype.js";
import { compileFunction, numbersFrom } from "../../compile/compile.js";
import { runDirect } from "../../loops/direct.js";
import { elementLoop } from "../../loops/js.js";
import { type LoopPlan, planLoop, planNative } from "../../loops/loop.js";
import { areWindows } from "../../loops/windows.js";
import type { Strided } from "../../ndarray/elements.js";
import { arrayOf, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { overlaps, sameElements } from "../../ndarray/overlap.js";
import { sizeOf } from "../../ndarray/shape.js";
import { writtenNow } from "../../ndarray/storage.js";
import { broadcastTo, cView } from "../../ndarray/view.js";
import { forEachRun, jointLoop } from "../../ndarray/walk.js";
import { type AnyFunction, type FunctionRef, numberOf, resolveFunction } from "../../wire/functions.js";
import { apart } from "../apart.js";
import type { BoundWork, Call, Conditions, Kind, Work } from "../call.js";
import { layoutOf, newResult, readOnly } from "../made.js";
import { chunkRange, planChunks } from "../plan.js";
import { boundLoop, type LoopSpec } from "./elementwise.js";

/** The arguments of `map`, checked. */
export interface CheckedMap {
  readonly fn: FunctionRef;
  readonly inputs: readonly AnyArray[];
  /** The shape of the result. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly out: AnyArray | undefined;
  readonly params: unknown;
  /** Whether functions may be compiled even if their last bit differs between engines. */
  readonly fastMath: boolean;
}

interface MapSpec {
  readonly fn: FunctionRef;
  readonly fastMath: boolean;
}
/** As `map` on this thread, at once if the function is compiled and writing the result changes no input. */
export function mapNow(checked: CheckedMap): AnyArray | undefined {
  const { fn, inputs, shape, dtype, out, params, fastMath } = checked;
  const found = compileFunction({ fn, dtypes: inputs.map((one) => one.dtype), target: dtype, params, fastMath });
  if (!("program" in found) || sizeOf(shape) === 0) return undefined;
  const sources = inputs.map((input): Strided => {
    const { elements, view } = stridedOf(input);
    return { elements, view: broadcastTo(view, shape) };
  });
  const run = (target: Strided) => runDirect(found.program, [target, ...sources], numbersFrom(found.uses, params));
  if (!out) {
    const made = writtenNow(cView(shape), dtype, run);
    return made && arrayOf(made);
  }
  const target = stridedOf(out);
  if (sources.some((source) => overlaps(source, target) && !sameElements(source, target))) return undefined;
  return run(target) ? out : undefined;
}

/** The work's arrays all have the result's shape, and the first one is the result. */
interface MapWork {
  readonly fn: FunctionRef;
  /** The compiled loop, if there is one. */
  readonly compiled: LoopSpec | undefined;
}

/** Makes the call. It is cut along the flat range of the result. */
export function prepareMap(checked: CheckedMap, conditions: Conditions): Call<MapSpec> {
  const { fn, inputs, shape, dtype, out, params, fastMath } = checked;
  const target = out ?? newResult(shape, dtype, conditions, true);
  const arrays = [target, ...inputs];
  const plan = planChunks(target.size, target.itemsize, conditions.chunkSize);
  return {
    kind: "map",
    name: fn.name,
    costKey: `map:${numberOf(fn)}|${arrays.map((array) => array.dtype)}${layoutOf(arrays)}`,
    arrays,
    labels: ["out", ...inputs.map((_, i) => `operands[${i}]`)],
    made: out ? undefined : target,
    spec: { fn, fastMath },
    plan,
    elements: plan.length,
    scope: conditions.scope,
    params,
    identity: out && params === undefined ? [fn, plan.chunkSize, fastMath, ...inputs] : undefined,
  };
}

export const map: Kind<MapSpec, MapWork> = {
  stage({ spec, plan, scope, params }, arrays) {
    const [target, ...inputs] = arrays.map(stridedOf) as [Strided, ...Strided[]];
    const operands = [target, ...inputs.map((input) => apart(input, target, scope))];
    const compiled = compiledLoop(spec, operands, params);
    return {
      kind: "map",
      spec: { fn: spec.fn, compiled },
      arrays: operands.map((operand, i) => readOnly(operand, arrays[i]!)),
      plan,
      params,
      functions: compiled ? [] : [spec.fn],
      once: inputs.some(({ elements }, i) => elements !== operands[i + 1]!.elements),
    };
  },
  bind(work) {
    const { compiled, fn } = work.spec;
    return compiled ? boundLoop({ ...work, spec: compiled }) : boundFunction(work, resolveFunction(fn)!);
  },
  finish: ({ arrays }) => arrays[0],
};

/**
 * The function as a compiled loop, if it can be compiled and one WebAssembly instance reaches all operands, or if it is
 * cheap to copy them to scratch memory. With `fastMath` they may be copied in any case.
 */
function compiledLoop({ fn, fastMath }: MapSpec, operands: readonly Strided[], params: unknown): LoopSpec | undefined {
  const [target, ...dtypes] = operands.map(({ elements }) => elements.dtype) as [DType, ...DType[]];
  const found = compileFunction({ fn, dtypes, target, params, fastMath });
  if (!("program" in found)) return undefined;
  const { program, uses } = found;
  const mayCopy = fastMath || areWindows(operands);
  const loop: LoopPlan | undefined = mayCopy ? planLoop(program, operands) : planNative(program, operands);
  return loop && { loop, numbers: numbersFrom(uses, params) };
}

function boundFunction({ arrays, plan, params }: Work<MapWork>, fn: AnyFunction): BoundWork {
  const operands = arrays.map(stridedOf);
  const joint = jointLoop(
    operands.map(({ view }) => view),
    "K",
  );
  const places = operands.map(({ elements: { raw, dtype } }, i) => ({
    raw,
    dtype,
    step: joint.strides[i]!.at(-1)!,
  }));
  const offsets = [...joint.offsets];
  if (joint.shape.length === 1) {
    // Each operand is one run. Operands without gaps become subarrays from their first element on, so that they all
    // have the same position.
    for (const [i, place] of places.entries()) {
      if (place.step !== 1) continue;
      place.raw = place.raw.subarray(offsets[i]!, offsets[i]! + joint.size);
      offsets[i] = 0;
    }
  }
  const loop = { ...joint, offsets };
  const run = elementLoop(fn, places, params);
  return {
    isReduction: false,
    run(chunk) {
      const [start, end] = chunkRange(plan, chunk);
      forEachRun(loop, start, end, (at, count) => run(count, at));
    },
  };
}
