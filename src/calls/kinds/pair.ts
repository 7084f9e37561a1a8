/**
 * Element-wise functions whose result is complex. The real and the imaginary parts of the result are written by a loop
 * each, one pass after the other, so an input that is written to is copied first.
 */
import type { DType } from "../../base/dtype.js";
import type { Numbers, Program } from "../../compile/program.js";
import { type LoopPlan, planLoop } from "../../loops/loop.js";
import { PARTS, part, partsOf } from "../../ndarray/components.js";
import type { Strided } from "../../ndarray/elements.js";
import { arrayOf, stridedOf } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { overlaps } from "../../ndarray/overlap.js";
import { sameShape } from "../../ndarray/shape.js";
import { compactCopy } from "../../ndarray/storage.js";
import { broadcastTo } from "../../ndarray/view.js";
import type { Call, Conditions, Kind } from "../call.js";
import { placedIn } from "../made.js";
import { boundLoop, flatCall } from "./elementwise.js";

/** The arguments of such a function, checked and promoted. */
export interface CheckedPair {
  readonly name: string;
  /** What writes the real and the imaginary parts. Their slots are those of the result, and of the parts of inputs. */
  readonly programs: readonly [Program, Program];
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly out: AnyArray | undefined;
  readonly inputs: readonly AnyArray[];
  /** Whether the last input is a mask that says where to write. */
  readonly hasMask: boolean;
  readonly numbers: Numbers;
}

interface PairSpec {
  readonly programs: readonly [Program, Program];
  readonly numbers: Numbers;
}
interface PairWork {
  readonly pass: 0 | 1;
  readonly loops: readonly LoopPlan[];
  readonly numbers: Numbers;
}

/** Makes the call. It is cut along the flat range of the result. */
export function preparePair(checked: CheckedPair, conditions: Conditions): Call<PairSpec> {
  const { programs, numbers } = checked;
  return flatCall("pair", programs[0].key, checked, { programs, numbers }, conditions);
}

/** The work's arrays are both parts of the result, and the parts of the inputs in turn. */
export const pair: Kind<PairSpec, PairWork> = {
  stage({ spec, plan, scope }, arrays) {
    const [target, ...inputs] = arrays.map(stridedOf) as [Strided, ...Strided[]];
    const { shape } = target.view;
    const apart = inputs.map((input) => (overlaps(input, target) ? compactCopy(input, placedIn(scope)) : input));
    const parts = apart.flatMap(partsOf).map((one) => stretched(one, shape));
    const results = PARTS.map((which) => part(target, which));
    const loops = spec.programs.map((program, i) => planLoop(program, [results[i]!, ...parts]));
    return {
      kind: "pair",
      spec: { pass: 0, loops, numbers: spec.numbers },
      arrays: [...results, ...parts].map((one, i) => arrayOf(one, true, i > 1)),
      plan,
      params: undefined,
      functions: [],
      once: apart.some((one, i) => one !== inputs[i]),
    };
  },
  bind(work) {
    const { pass, loops, numbers } = work.spec;
    const arrays = [work.arrays[pass]!, ...work.arrays.slice(PARTS.length)];
    return boundLoop({ ...work, spec: { loop: loops[pass]!, numbers }, arrays });
  },
  next: (_, work) => (work.spec.pass === 0 ? { ...work, spec: { ...work.spec, pass: 1 } } : undefined),
  finish: ({ arrays }) => arrays[0],
};

const stretched = ({ elements, view }: Strided, shape: readonly number[]): Strided => ({
  elements,
  view: sameShape(view.shape, shape) ? view : broadcastTo(view, shape),
});
