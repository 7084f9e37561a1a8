/** The methods of element-wise functions: `add.reduce`, `accumulate`, `outer`, `reduceat` and `at`. */
import { noComplex } from "../base/complex.js";
import { expectNoOptions } from "../base/expect.js";
import { type Conditions, HERE } from "../calls/call.js";
import { makeCallable } from "../calls/callable.js";
import { inline } from "../calls/executors/inline.js";
import { asStrided, isData } from "../ndarray/asarray.js";
import { arrayOf, isReadonlyArray, stridedOf, viewOf } from "../ndarray/ndarray.js";
import { expectArray } from "../ndarray/operands.js";
import { expandDims } from "../ndarray/view.js";
import { hasComplex } from "./complex.js";
import type { ElementwiseSpec } from "./elementwise.js";
import { expectOperands, type GivenOptions, UFUNC_OPTIONS } from "./prepare.js";
import { at } from "./ufunc-at.js";
import { ufuncCall } from "./ufunc-call.js";
import { accumulate, type Fn, reduce, reduceat } from "./ufunc-fold.js";

/** Gives a function of one or two operands its methods. */
export function addMethods(spec: ElementwiseSpec, fn: Fn): void {
  const { name, nin } = spec;
  const add = (method: string, run: Fn) => {
    Object.defineProperty(run, "name", { value: `${name}.${method}` });
    Object.defineProperty(fn, method, { value: run });
    return run;
  };
  /** Folds and writes at positions are of real numbers; `outer` is a call as the function itself is. */
  const refuse = (method: string, ...operands: readonly unknown[]) => {
    if (hasComplex(operands)) throw noComplex(`${name}.${method}`, "complex numbers");
  };
  add("at", (a, indices, ...rest) => {
    refuse("at", a, ...rest);
    expectNoOptions(rest.slice(nin - 1), `${name}.at`);
    at(spec, fn, a, indices, rest.slice(0, nin - 1));
  });
  if (nin === 1) return;
  const alone = (method: "map" | "reduce", run: Fn, cure: string) =>
    makeCallable(run, {
      name: run.name,
      method,
      options: [],
      prepare() {
        throw new TypeError(`Expected a function that a pool can share, got ${run.name} (${cure})`);
      },
    });
  const onlyHere = "call it: it computes on the calling thread";
  const [fold, scan] = [FOLDED_AS[name], SCANNED_AS[name]];
  alone(
    "reduce",
    add("reduce", (a, options) => {
      refuse("reduce", a);
      return reduce(spec, fn, a, options as object);
    }),
    fold ? `use ${fold}` : onlyHere,
  );
  const run = add("accumulate", (a, options) => {
    refuse("accumulate", a);
    return accumulate(spec, fn, a, options as object);
  });
  alone("map", run, scan ? `use ${scan}` : onlyHere);
  alone(
    "map",
    add("reduceat", (a, indices, options) => {
      refuse("reduceat", a);
      return reduceat(spec, fn, a, indices, options as object);
    }),
    onlyHere,
  );
  addOuter(spec, add);
}
const FOLDED_AS: Record<string, string> = {
  ...{ add: "sum", multiply: "prod", minimum: "min", maximum: "max", logicalAnd: "all", logicalOr: "any" },
};
const SCANNED_AS: Record<string, string> = { add: "cumulativeSum", multiply: "cumulativeProd" };

function addOuter(spec: ElementwiseSpec, add: (method: string, run: Fn) => Fn): void {
  const prepare = (operands: readonly unknown[], options: GivenOptions | undefined, conditions: Conditions) =>
    ufuncCall(spec, apart(spec, operands), options, conditions);
  const outer = add("outer", (...args) => {
    if (args.length > 3)
      throw new TypeError(`Expected 2 operands and options for ${spec.name}.outer, got ${args.length}`);
    return inline.runSync(prepare(args.slice(0, 2), args[2] as GivenOptions | undefined, HERE));
  });
  makeCallable(outer, { name: outer.name, method: "map", options: UFUNC_OPTIONS, prepare });
}

/** The operands so that each element of the first meets each of the second: the first has as many axes more. */
function apart(spec: ElementwiseSpec, given: readonly unknown[]): unknown[] {
  expectOperands({ nin: 2, name: `${spec.name}.outer` }, given);
  const [a, b] = given.map((one, i) => (isData(one) ? arrayOf(asStrided(one, `operand ${i}`)) : one));
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return [a, b];
  const [x, y] = [expectArray(a, "x1"), expectArray(b, "x2")];
  const axes = y.shape.map((_, axis) => x.ndim + axis);
  return [viewOf(stridedOf(x), (view) => expandDims(view, axes), isReadonlyArray(x)), y];
}
