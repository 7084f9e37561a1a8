/** Functions of this package given to the pool: prepared as for the calling thread, cut into chunks, run by the team. */

import { show } from "../expect.js";
import type { ElementwiseSpec } from "../functions/elementwise.js";
import { type GivenOptions, prepareUfunc } from "../functions/prepare.js";
import { broadcastApart } from "../functions/ufunc.js";
import { planLoop } from "../kernels/loop.js";
import { planChunks } from "../kernels/plan.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf, stridedOf } from "../ndarray/ndarray.js";
import { newStrided } from "../ndarray/storage.js";
import { type Checked, expectCall, Leases } from "./arguments.js";
import type { CallOptions } from "./types.js";

/** `pool.map(x, add, options)`. */
export function checkUfunc(given: unknown, spec: ElementwiseSpec, options: unknown): Checked {
  const { out, where, dtype, ...call } = expectCall(options as (CallOptions<unknown> & GivenOptions) | undefined);
  if (call.chunkAxis !== undefined)
    throw new TypeError(`Expected no \`chunkAxis\`: map cuts the flat range, got ${show(call.chunkAxis)}`);
  if (call.params !== undefined)
    throw new TypeError(`Expected no \`params\` for ${spec.name}, got ${show(call.params)}`);
  const prepared = prepareUfunc(spec, Array.isArray(given) ? given : [given], { out, where, dtype });
  const { program, shape, inputs, numbers } = prepared;
  const target = prepared.out ?? arrayOf(newStrided(shape, prepared.dtype, undefined));
  const plan = planChunks(target.size, target.itemsize, call.chunkSize);
  const leases = new Leases([target, ...inputs]);
  return {
    anchor: target,
    hold: leases.hold,
    identity: [program, plan.chunkSize, ...inputs, ...numbers],
    elements: plan.length,
    build() {
      const [written, ...given] = leases.take().map(stridedOf) as [Strided, ...Strided[]];
      const operands = [written, ...given.map((operand) => broadcastApart(operand, written))];
      const arrays = operands.map((operand, i) => arrayOf(operand, true, i > 0));
      return {
        kind: "loop",
        name: spec.name,
        key: `${program.key}:${program.dtypes}`,
        loop: planLoop(program, operands),
        arrays,
        numbers,
        plan,
        params: undefined,
      };
    },
    result: () => target,
    options: call,
  };
}
