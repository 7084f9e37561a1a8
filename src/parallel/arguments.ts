/** What users pass to `map`, `forEachChunk` and `reduce`, checked before anything starts, and made into the work that runs. */
import { type DType, expectDType } from "../base/dtype.js";
import { DTypeError, OverlapError, ShapeError } from "../base/errors.js";
import { expectInteger, expectMs, expectOptions, show } from "../base/expect.js";
import { planChunks } from "../calls/plan.js";
import type { WorkSpec } from "../calls/work.js";
import { compileFunction, numbersFrom } from "../compile/compile.js";
import { expectArray, expectOut } from "../functions/operands.js";
import { planLoop, planNative } from "../loops/loop.js";
import { aliasOf } from "../memory/shared-memory.js";
import { Elements, type Strided } from "../ndarray/elements.js";
import { arrayOf, isReadonlyArray, NDArray, stridedOf } from "../ndarray/ndarray.js";
import { overlaps, sameElements, selfOverlaps } from "../ndarray/overlap.js";
import { broadcastShapes, expectAxis } from "../ndarray/shape.js";
import { newStrided, separate } from "../ndarray/storage.js";
import { broadcastTo } from "../ndarray/view.js";
import { type FunctionRef, type ReducerRef, refOf, resolveFunction } from "../wire/functions.js";
import { sent } from "../wire/pack.js";
import type { CallOptions } from "./types.js";

type AnyArray = NDArray<DType>;

/** A call whose arguments are in order. */
export interface Checked {
  /** The array that the bound work is remembered by, and what else must be the same for it to be used again. */
  readonly anchor: AnyArray;
  readonly identity: readonly unknown[];
  /** The arrays that are read, and the one that is written, if there is one that is not both. */
  readonly operands: readonly AnyArray[];
  readonly out: AnyArray | undefined;
  /** An array that was made for the result: of no use if the call fails. */
  readonly made: AnyArray | undefined;
  /** Elements to compute, to estimate the time from. */
  readonly elements: number;
  /** Takes handles of its own to the arrays, for a call that must wait: they may be closed meanwhile. */
  readonly hold: () => void;
  /** The work; made when the call's turn has come, because it may copy what earlier calls write. */
  readonly build: () => WorkSpec;
  /** The call's value. @param parts of a reducer, in chunk order @param spec what was built */
  readonly result: (parts: () => readonly unknown[], spec: WorkSpec) => unknown;
  readonly options: CallOptions<unknown>;
}

export function checkMap(given: unknown, fn: unknown, options: unknown): Checked {
  const { out: givenOut, dtype, chunkAxis, fastMath = false, ...rest } = expectCall(options as MapOptions | undefined);
  if (typeof fastMath !== "boolean")
    throw new TypeError(`Expected \`fastMath\` to be a boolean, got ${show(fastMath)}`);
  if (chunkAxis !== undefined)
    throw new TypeError(`Expected no \`chunkAxis\`: map cuts the flat range, got ${show(chunkAxis)}`);
  const arrays = expectList(given);
  const ref = refOf(fn, "fn");
  const shape = broadcastShapes(arrays.map((array) => array.shape));
  const out = givenOut === undefined ? undefined : expectOut(givenOut, shape);
  if (out && dtype !== undefined && expectDType(dtype) !== out.dtype) {
    const message = `Expected \`dtype\` to be that of \`out\`, ${out.dtype}, got ${show(dtype)}`;
    throw new DTypeError(message, { dtype: String(dtype), expected: out.dtype });
  }
  const type = expectDType(dtype ?? out?.dtype ?? arrays[0]!.dtype);
  const target = out ?? arrayOf(newStrided(shape, type, undefined));
  const plan = planChunks(target.size, target.itemsize, rest.chunkSize);
  const leases = new Leases([target, ...arrays]);
  return {
    anchor: target,
    operands: arrays,
    out: target,
    made: out ? undefined : target,
    hold: leases.hold,
    identity: [ref, plan.chunkSize, fastMath, ...arrays],
    elements: plan.length,
    build() {
      const [written, ...operands] = leases.take().map(stridedOf) as [Strided, ...Strided[]];
      let once = false;
      const inputs = operands.map((operand) => {
        const { elements, view } = separate(operand, written);
        once ||= elements !== operand.elements;
        return arrayOf({ elements, view: broadcastTo(view, shape) }, true, true);
      });
      const compiled = compiledMap(ref, [arrayOf(written), ...inputs], rest.params, fastMath);
      if (compiled) return { kind: "loop", name: ref.name, ...compiled, plan, params: rest.params, once };
      return { kind: "map", fn: ref, out: arrayOf(written), inputs, plan, params: rest.params, once };
    },
    result: () => target,
    options: rest,
  };
}

/** The function as a compiled loop, if it can be one that reaches all operands; `fastMath` takes detours for it. */
function compiledMap(fn: FunctionRef, arrays: readonly AnyArray[], params: unknown, fastMath: boolean) {
  const [target, ...dtypes] = arrays.map(({ dtype }) => dtype) as [DType, ...DType[]];
  const compiled = compileFunction({ fn, dtypes, target, params, fastMath });
  if (!("program" in compiled)) return undefined;
  const { program, uses } = compiled;
  const operands = arrays.map(stridedOf);
  const loop = fastMath ? planLoop(program, operands) : planNative(program, operands);
  return loop && { key: program.key, loop, arrays, numbers: numbersFrom(uses, params) };
}

export function checkForEachChunk(given: unknown, kernel: unknown, options: unknown): Checked {
  const { halo: givenHalo, chunkAxis, ...rest } = expectCall(options as RowsOptions | undefined);
  const ref = refOf(kernel, "kernel");
  const rows = expectRows(given, chunkAxis, givenHalo);
  assertApart(rows);
  return { ...rowsCall(rows, [ref], (plan) => ({ fn: ref, plan }), rest), result: () => undefined };
}

export function checkReduce(given: unknown, reducer: unknown, options: unknown): Checked {
  const { chunkAxis, halo, ...rest } = expectCall(options as RowsOptions | undefined);
  if (halo !== undefined) throw new TypeError(`Expected no \`halo\` in reduce, got ${show(halo)}`);
  const parts = expectOptions(reducer as Record<string, unknown> | undefined, "reducer");
  const fn: ReducerRef = {
    init: refOf(parts.init, "reducer.init"),
    chunk: refOf(parts.chunk, "reducer.chunk"),
    combine: refOf(parts.combine, "reducer.combine"),
  };
  const rows = expectRows(given, chunkAxis, undefined);
  return {
    ...rowsCall(rows, [fn.init, fn.chunk], (plan) => ({ fn, plan }), rest),
    result(values) {
      const [init, combine] = [resolveFunction(fn.init)!, resolveFunction(fn.combine)!];
      const all = values();
      return all.length === 0
        ? init(rest.params)
        : combineTree(all, (left, right) => combine(left, right, rest.params));
    },
  };
}

/** Neighbours first, then neighbours of those: the shape of the tree depends on the number of values alone. */
function combineTree(values: readonly unknown[], combine: (left: unknown, right: unknown) => unknown): unknown {
  let level = values;
  while (level.length > 1) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) =>
      2 * i + 1 < level.length ? combine(level[2 * i], level[2 * i + 1]) : level[2 * i],
    );
  }
  return level[0];
}

// ── Options ────────────────────────────────────────────────────────────────────────────────────────────────────────

type MapOptions = CallOptions<unknown> & {
  readonly out?: unknown;
  readonly dtype?: unknown;
  readonly fastMath?: unknown;
};
type RowsOptions = CallOptions<unknown> & { readonly halo?: unknown };

/** The options that every array call has, checked and read once. */
export function expectCall<T extends CallOptions<unknown>>(given: T | undefined): T {
  const options = { ...expectOptions(given) } as T; // read once
  expectMs("timeoutMs", options.timeoutMs);
  expectMs("terminateAfterMs", options.terminateAfterMs);
  expectMs("progressMs", options.progressMs);
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    throw new TypeError(`Expected \`signal\` to be an AbortSignal, got ${show(options.signal)}`);
  }
  if (options.params !== undefined)
    Object.assign(options, { params: sent(options.params, "params", { toMany: true }) });
  if (options.onProgress !== undefined && typeof options.onProgress !== "function") {
    throw new TypeError(`Expected \`onProgress\` to be a function, got ${show(options.onProgress)}`);
  }
  return options;
}

function expectList(given: unknown): AnyArray[] {
  const list = Array.isArray(given) ? given : [given];
  if (list.length === 0) throw new TypeError("Expected at least one operand, got []");
  return list.map((array, i) => expectArray(array, Array.isArray(given) ? `operand ${i}` : "operand"));
}

/** Arrays over handles of a call's own, so that a `close()` takes effect when the call ends. */
export class Leases {
  readonly #arrays: readonly AnyArray[];
  #held: readonly AnyArray[] | undefined;

  constructor(arrays: readonly AnyArray[]) {
    this.#arrays = arrays;
  }
  readonly hold = (): void => {
    this.#held ??= this.#arrays.map(leased);
  };
  /** The arrays in the order given. */
  take(): readonly AnyArray[] {
    const held = this.#held ?? this.#arrays.map(leased);
    this.#held = undefined;
    return held;
  }
}

function leased(array: AnyArray): AnyArray {
  const { elements, view } = stridedOf(array);
  const memory = aliasOf(elements.memory);
  const own = new Elements(memory, elements.dtype, elements.byteOffset, elements.length);
  return arrayOf({ elements: own, view }, true, isReadonlyArray(array));
}

// ── Operands cut into rows ─────────────────────────────────────────────────────────────────────────────────────────

interface Rows {
  readonly arrays: readonly AnyArray[];
  readonly keys: readonly (string | number)[];
  readonly arrangement: "single" | "list" | readonly string[];
  readonly axis: number;
  readonly length: number;
  readonly halo: readonly number[];
}

function expectRows(given: unknown, chunkAxis: unknown, givenHalo: unknown): Rows {
  const [arrays, arrangement] = arrange(given);
  const keys = typeof arrangement === "string" ? arrays.map((_, i) => i) : arrangement;
  const [first] = arrays as [AnyArray];
  const longer = first.shape.findIndex((n: number) => n > 1);
  const axis = chunkAxis === undefined ? Math.max(0, longer) : expectAxis(chunkAxis, first.shape, "chunkAxis");
  const length = first.shape[axis];
  for (const [i, array] of arrays.entries()) {
    if (length !== undefined && array.shape[axis] === length) continue;
    const message = `Expected operand ${show(keys[i])} to have ${length ?? "an axis to cut"} rows along axis ${axis}, got shape ${show(array.shape)}`;
    throw new ShapeError(message, { shape: array.shape, expected: first.shape });
  }
  return { arrays, keys, arrangement, axis, length: length!, halo: expectHalo(givenHalo, arrangement, keys) };
}

function arrange(given: unknown): [arrays: AnyArray[], arrangement: Rows["arrangement"]] {
  if (given instanceof NDArray) return [expectList(given), "single"];
  if (Array.isArray(given)) return [expectList(given), "list"];
  const named = Object.entries(expectOptions(given as Record<string, unknown> | undefined, "operands"));
  if (named.length === 0)
    throw new TypeError(`Expected an array, a list of arrays or arrays by name, got ${show(given)}`);
  return [named.map(([name, array]) => expectArray(array, `operand ${show(name)}`)), named.map(([name]) => name)];
}

function expectHalo(given: unknown, arrangement: Rows["arrangement"], keys: readonly (string | number)[]): number[] {
  if (given === undefined) return keys.map(() => 0);
  const rows = (what: string, value: unknown) => expectInteger(what, value ?? 0, 0, Number.POSITIVE_INFINITY);
  if (arrangement === "single") return [rows("halo", given)];
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`Expected \`halo\` to say the rows of each operand, got ${show(given)}`);
  }
  const unknown = Object.keys(given).find((key) => !keys.some((known) => String(known) === key));
  if (unknown !== undefined)
    throw new TypeError(`Expected \`halo\` to name operands (${keys.map(show).join(", ")}), got ${show(unknown)}`);
  return keys.map((key) => rows(`halo.${key}`, (given as Record<string, unknown>)[key]));
}

/** What one chunk writes, no other may read or write: else the result would depend on who comes first. */
function assertApart({ arrays, keys, halo }: Rows): void {
  const operands = arrays.map((array, i) => ({
    at: stridedOf(array),
    key: keys[i]!,
    halo: halo[i]!,
    isRead: halo[i]! > 0 || isReadonlyArray(array),
  }));
  for (const [i, a] of operands.entries()) {
    if (!a.isRead && selfOverlaps(a.at.view)) throw overlapError(a.key, a.key);
    for (const b of operands.slice(i + 1)) {
      // The very same elements twice, without a halo: each chunk touches only its own rows.
      const harmless = (a.isRead && b.isRead) || (a.halo === 0 && b.halo === 0 && sameElements(a.at, b.at));
      if (!harmless && overlaps(a.at, b.at)) throw overlapError(a.key, b.key);
    }
  }
}

function overlapError(a: string | number, b: string | number): OverlapError {
  const which = a === b ? `operand ${show(a)} overlaps itself` : `operands ${show(a)} and ${show(b)} overlap`;
  const message = `Expected chunks that do not write what others read or write, but ${which} (take a .copy() of what is only read)`;
  return new OverlapError(message, { operands: [a, b] });
}

function rowsCall(
  rows: Rows,
  identity: readonly unknown[],
  work: (plan: ReturnType<typeof planChunks>) => Pick<Extract<WorkSpec, { kind: "rows" }>, "fn" | "plan">,
  options: CallOptions<unknown>,
): Omit<Checked, "result"> {
  const { arrays, arrangement, axis, length, halo } = rows;
  const rowBytes = Math.max(...arrays.map((array) => (length === 0 ? 0 : array.nbytes / length)));
  const plan = planChunks(length, rowBytes, options.chunkSize);
  const [anchor] = arrays as [AnyArray];
  const leases = new Leases(arrays);
  return {
    anchor,
    operands: arrays,
    out: undefined,
    made: undefined,
    hold: leases.hold,
    identity: [...identity, plan.chunkSize, axis, ...halo, String(arrangement), ...arrays],
    elements: Math.max(...arrays.map((array) => array.size)),
    build: () => ({
      kind: "rows",
      ...work(plan),
      arrays: leases.take(),
      arrangement,
      axis,
      halo,
      params: options.params,
    }),
    options,
  };
}
