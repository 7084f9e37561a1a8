/** Functions of this package given to the pool: prepared as for the calling thread, cut into chunks, run by the team. */

import { expectInteger, expectKnown, show } from "../base/expect.js";
import { planChunks } from "../calls/plan.js";
import type { ElementwiseSpec } from "../functions/elementwise.js";
import { factorsOf, matmulResult, prepareMatmul } from "../functions/matmul.js";
import { type AnyArray, expectArray } from "../functions/operands.js";
import { type GivenOptions, prepareUfunc } from "../functions/prepare.js";
import {
  foldOperands,
  type GivenReduction,
  planReduction,
  prepareReduction,
  type ReductionSpec,
  reductionResult,
} from "../functions/reduction.js";
import { prepareSort, type SortCall, sortOperands, sortResult } from "../functions/sorting.js";
import { broadcastApart } from "../functions/ufunc.js";
import { partialsOf } from "../loops/fold.js";
import { planLoop } from "../loops/loop.js";
import { tilesOf } from "../loops/matmul.js";
import { piecesAtOnce, piecesOf, planSort } from "../loops/sort.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf, stridedOf } from "../ndarray/ndarray.js";
import { sizeOf } from "../ndarray/shape.js";
import { newStrided } from "../ndarray/storage.js";
import { type Checked, expectCall, Leases } from "./arguments.js";
import type { CallOptions } from "./types.js";

/** The options of every call on a pool. */
const CALL_OPTIONS = [
  ...["params", "chunkSize", "chunkAxis", "idempotent", "timeoutMs", "terminateAfterMs"],
  ...["signal", "onProgress", "progressMs"],
];

/** `pool.map(x, add, options)`. */
export function checkUfunc(given: unknown, spec: ElementwiseSpec, options: unknown): Checked {
  expectKnown(options as object | undefined, [...CALL_OPTIONS, "out", "where", "dtype"], spec.name);
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
    operands: inputs,
    out: target,
    made: prepared.out ? undefined : target,
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
        once: given.some(({ elements }, i) => elements !== operands[i + 1]!.elements),
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

/** `pool.reduce(a, sum, options)`. Chunks are whole pieces, so that `chunkSize` is rounded up to those. */
export function checkReduction(given: unknown, spec: ReductionSpec, options: unknown): Checked {
  const own = ["axis", "keepdims", "dtype", "out", "where", "correction"];
  expectKnown(options as object | undefined, [...CALL_OPTIONS, ...own], spec.name);
  const { axis, keepdims, dtype, out, where, correction, ...call } = expectCall(
    options as (CallOptions<unknown> & GivenReduction) | undefined,
  );
  for (const what of ["params", "chunkAxis"] as const) {
    if (call[what] !== undefined)
      throw new TypeError(`Expected no \`${what}\` for ${spec.name}, got ${show(call[what])}`);
  }
  const operands = (Array.isArray(given) ? given : [given]).map((one, i) =>
    expectArray(one, spec.nin === 1 ? "a" : `operand ${i}`),
  );
  if (operands.length !== spec.nin)
    throw new TypeError(`Expected ${spec.nin} operands for ${spec.name}, got ${operands.length}`);
  const prepared = prepareReduction(spec, operands, { axis, keepdims, dtype, out, where, correction });
  const { inputs, program, axes } = prepared;
  const outs = prepared.out ? [prepared.out] : [];
  const leases = new Leases([...inputs, ...outs]);
  let heldOut = prepared.out;
  const [anchor] = inputs as [AnyArray];
  const outline = planReduction(prepared, foldOperands(prepared));
  const bytes = outline.unitSize * anchor.itemsize;
  const pieces = (size: number) => Math.max(1, Math.round(size / outline.unitSize));
  const { chunkSize } = call;
  const plan = planChunks(
    outline.units,
    bytes,
    typeof chunkSize === "number" ? pieces(expectChunkSize(chunkSize)) : chunkSize,
  );
  return {
    anchor,
    operands: inputs,
    out: prepared.out,
    made: undefined,
    hold: leases.hold,
    identity: [prepared.out ? {} : spec, program.key, plan.chunkSize, String(axes), keepdims, correction, ...inputs],
    elements: Math.max(...inputs.map((input) => input.size)),
    build() {
      const held = leases.take();
      heldOut = held[inputs.length];
      const operands = foldOperands({ ...prepared, inputs: held.slice(0, inputs.length) });
      const fold = planReduction(prepared, operands);
      const partials = arrayOf(newStrided([partialsOf(fold)], program.acc, undefined));
      const arrays = [partials, ...operands.map((operand) => arrayOf(operand, true, true))];
      const key = `${program.key}:${program.inputs}`;
      return { kind: "fold", name: spec.name, key, fold, arrays, plan, params: undefined };
    },
    result(_, built) {
      if (built.kind !== "fold") throw new Error("internal: the result of another call");
      const value = reductionResult(
        { ...prepared, out: heldOut },
        built.fold,
        stridedOf(built.arrays[0]!).elements.raw,
        stridedOf(built.arrays[1]!),
      );
      return prepared.out && prepared.outShape ? prepared.out : value;
    },
    options: call,
  };
}

/** `pool.map(a, sort, options)`, and `argsort`. Chunks are ranges of values, whatever `chunkSize`. */
export function checkSort(given: unknown, name: SortCall["name"], options: unknown): Checked {
  const own = name === "sort" ? ["axis", "out"] : ["axis"];
  expectKnown(options as object | undefined, [...CALL_OPTIONS, ...own], name);
  const { axis, out, ...call } = expectCall(
    options as (CallOptions<unknown> & { readonly axis?: unknown; readonly out?: unknown }) | undefined,
  );
  const [a, ...more] = Array.isArray(given) ? given : [given];
  if (more.length > 0) throw new TypeError(`Expected one operand for ${name}, got ${more.length + 1}`);
  const prepared = prepareSort(name, expectArray(a, "a"), { axis, out });
  const leases = new Leases([prepared.input, ...(prepared.out ? [prepared.out] : [])]);
  let heldOut = prepared.out;
  return {
    anchor: prepared.input,
    operands: [prepared.input],
    out: prepared.out,
    made: undefined,
    hold: leases.hold,
    identity: [{}], // never the same: each call has a result of its own
    elements: prepared.input.size,
    build() {
      const held = leases.take();
      heldOut = held[1];
      const { source, target } = sortOperands(prepared, stridedOf(held[0]!));
      const sort = planSort(source, name === "argsort", true);
      const arrays = [target, source].map((one) => arrayOf(one, true, true));
      const plan = planChunks(piecesOf(sort), 1, piecesAtOnce(sort, source.view.size));
      return { kind: "sort", name, key: `${name}:${source.elements.dtype}`, sort, arrays, plan, params: undefined };
    },
    result(_, built) {
      if (built.kind !== "sort") throw new Error("internal: the result of another call");
      const result = sortResult({ ...prepared, out: heldOut }, stridedOf(built.arrays[0]!));
      return prepared.out ?? result;
    },
    options: call,
  };
}

const expectChunkSize = (size: number): number => expectInteger("chunkSize", size, 1, Number.POSITIVE_INFINITY);

/** `pool.map([a, b], matmul, options)`. Chunks are tiles of the product, whatever `chunkSize`. */
export function checkMatmul(given: unknown, options: unknown): Checked {
  expectKnown(options as object | undefined, [...CALL_OPTIONS, "out"], "matmul");
  const { out, ...call } = expectCall(options as (CallOptions<unknown> & { readonly out?: unknown }) | undefined);
  const [a, b, ...more] = Array.isArray(given) ? given : [given];
  if (more.length > 0) throw new TypeError(`Expected two factors, got ${more.length + 2}`);
  const prepared = prepareMatmul(expectArray(a, "a"), expectArray(b, "b"), out);
  const { inputs, full, common } = prepared;
  for (const what of ["params", "chunkAxis"] as const) {
    if (call[what] !== undefined) throw new TypeError(`Expected no \`${what}\` for matmul, got ${show(call[what])}`);
  }
  if (typeof call.chunkSize === "number") expectChunkSize(call.chunkSize);
  const leases = new Leases([...inputs, ...(prepared.out ? [prepared.out] : [])]);
  let heldOut = prepared.out;
  return {
    anchor: inputs[0],
    operands: inputs,
    out: prepared.out,
    made: undefined,
    hold: leases.hold,
    identity: [{}], // never the same: each call has a result of its own
    elements: sizeOf(full) * prepared.a.shape.at(-1)!,
    build() {
      const held = leases.take();
      heldOut = held[2];
      const [x, y] = held.map(stridedOf) as [Strided, Strided];
      const factors = factorsOf(prepared, x, y);
      const arrays = [newStrided(full, common, undefined), factors.a, factors.b].map((one) => arrayOf(one, true, true));
      const plan = planChunks(tilesOf(full), 1, 1);
      return { kind: "matmul", name: "matmul", key: `matmul:${common}`, arrays, plan, params: undefined };
    },
    result(_, built) {
      if (built.kind !== "matmul") throw new Error("internal: the result of another call");
      const product = matmulResult({ ...prepared, out: heldOut }, stridedOf(built.arrays[0]!));
      return prepared.out ?? product;
    },
    options: call,
  };
}
