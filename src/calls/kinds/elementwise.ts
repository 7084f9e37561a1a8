/** The package's element-wise functions: one loop over the result and its inputs, which are broadcast to its shape. */
import type { DType } from "../../base/dtype.js";
import type { Numbers, Program } from "../../compile/program.js";
import { bindLoop } from "../../loops/bound.js";
import { type LoopPlan, planLoop } from "../../loops/loop.js";
import type { Strided } from "../../ndarray/elements.js";
import { stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { apart } from "../apart.js";
import type { BoundWork, Call, Conditions, Kind, Work } from "../call.js";
import { layoutOf, newResult, readOnly } from "../made.js";
import { chunkRange, planChunks } from "../plan.js";

/** The arguments of an element-wise function, checked and promoted. */
export interface CheckedElementwise {
  readonly name: string;
  readonly program: Program;
  /** The shape of the result. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly out: AnyArray | undefined;
  /** The inputs, in the order of the program's slots, without the result. */
  readonly inputs: readonly AnyArray[];
  /** Whether the last input is a mask that says where to write. */
  readonly hasMask: boolean;
  readonly numbers: Numbers;
}

interface ElementwiseSpec {
  readonly program: Program;
  readonly numbers: Numbers;
}
/** A loop over arrays of one shape, of which the first is the result. */
export interface LoopSpec {
  readonly loop: LoopPlan;
  readonly numbers: Numbers;
}

/** Makes the call. It is cut along the flat range of the result. */
export function prepareElementwise(checked: CheckedElementwise, conditions: Conditions): Call<ElementwiseSpec> {
  const { program, out, inputs, numbers } = checked;
  const call = flatCall("elementwise", program.key, checked, { program, numbers }, conditions);
  return { ...call, identity: out && [program, call.plan.chunkSize, ...inputs, ...numbers] };
}

/** A call that is cut along the flat range of its result, which no other call may share the work of. */
export function flatCall<S>(
  kind: Call["kind"],
  key: string,
  { name, shape, dtype, out, inputs, hasMask }: Omit<CheckedElementwise, "program" | "numbers">,
  spec: S,
  conditions: Conditions,
): Call<S> {
  const target = out ?? newResult(shape, dtype, conditions, !hasMask);
  const arrays = [target, ...inputs];
  const plan = planChunks(target.size, target.itemsize, conditions.chunkSize);
  return {
    kind,
    name,
    costKey: `${key}${layoutOf(arrays)}`,
    arrays,
    labels: ["out", ...inputs.map((_, i) => `operands[${i}]`)],
    made: out ? undefined : target,
    spec,
    plan,
    elements: plan.length,
    scope: conditions.scope,
    params: undefined,
    identity: undefined,
  };
}

export const elementwise: Kind<ElementwiseSpec, LoopSpec> = {
  stage({ spec, plan, scope }, arrays) {
    const [target, ...inputs] = arrays.map(stridedOf) as [Strided, ...Strided[]];
    const operands = [target, ...inputs.map((input) => apart(input, target, scope))];
    return {
      kind: "elementwise",
      spec: { loop: planLoop(spec.program, operands), numbers: spec.numbers },
      arrays: operands.map((operand, i) => readOnly(operand, arrays[i]!)),
      plan,
      params: undefined,
      functions: [],
      once: inputs.some(({ elements }, i) => elements !== operands[i + 1]!.elements),
    };
  },
  bind: boundLoop,
  finish: ({ arrays }) => arrays[0],
};

/** Binds a compiled loop to this thread. `map` uses it, too. */
export function boundLoop({ spec, arrays, plan }: Work<LoopSpec>): BoundWork {
  const bound = bindLoop(spec.loop, arrays.map(stridedOf), spec.numbers);
  return {
    isReduction: false,
    begin: () => bound.begin(),
    run: (chunk) => bound.run(...chunkRange(plan, chunk)),
  };
}
