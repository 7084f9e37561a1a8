/**
 * The reductions and running sums as members of arrays: `a.sum({ axis: 0 })` is `sum(a, { axis: 0 })`. The class is in
 * a lower layer, so the members are added to it here, and kernels for its copies. Every entry that hands out arrays
 * imports this file.
 */
import { castByKernel, fillByKernel } from "../loops/casts.js";
import { gathers } from "../loops/gathers.js";
import { useKernelsForCopies } from "../ndarray/assign.js";
import { useKernelsForGathering } from "../ndarray/gather.js";
import { NDArray, type ReadonlyNDArray } from "../ndarray/ndarray.js";
import { cumulativeProd, cumulativeSum } from "./cumulative.js";
import { all, any, argmax, argmin, countNonzero, max, mean, min, prod, std, sum, variance } from "./reductions.js";

useKernelsForCopies({ cast: castByKernel, fill: fillByKernel });
useKernelsForGathering(gathers);

const reductions = { all, any, argmax, argmin, countNonzero, max, mean, min, prod, std, sum, variance };
const functions = { ...reductions, cumulativeProd, cumulativeSum };

for (const [name, fn] of Object.entries(functions)) {
  const compute = fn as (a: ReadonlyNDArray, options?: object) => unknown;
  const member = {
    [name](this: ReadonlyNDArray, options?: object): unknown {
      return compute(this, options);
    },
  }[name];
  Object.defineProperty(NDArray.prototype, name, { value: member, writable: true, configurable: true });
}
