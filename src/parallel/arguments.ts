/** Checks what users pass to `map`, `forEachChunk` and `reduce`, and makes the call, before anything starts. */
import { OverlapError, ShapeError } from "../base/errors.js";
import { expectInteger, expectOptions, show } from "../base/expect.js";
import type { Call } from "../calls/call.js";
import { type Callable, callableOf } from "../calls/callable.js";
import type { Control } from "../calls/executors/pending.js";
import { prepareMap } from "../calls/kinds/map.js";
import { type Arrangement, type CheckedRows, prepareRows } from "../calls/kinds/rows.js";
import { type CallOptions, expectCall, type Method } from "../calls/options.js";
import { checkMap, expectList } from "../functions/map.js";
import type { Scope } from "../memory/shared-memory.js";
import { isReadonlyArray, NDArray, stridedOf } from "../ndarray/ndarray.js";
import type { AnyArray } from "../ndarray/operands.js";
import { expectArray } from "../ndarray/operands.js";
import { overlaps, sameElements, selfOverlaps } from "../ndarray/overlap.js";
import { expectAxis } from "../ndarray/shape.js";
import { expectParams, expectReturn } from "../wire/expect-form.js";
import { type FunctionRef, type ReducerRef, refOf } from "../wire/functions.js";

/** A call, and the options of its caller that do not concern the computation. */
export interface Request {
  readonly call: Call;
  readonly control: Control;
}
type Given = CallOptions<unknown> & Readonly<Record<string, unknown>>;

/**
 * The request of `pool.map`, with a function of this package or the user's function of elements.
 *
 * @param method the method that was called
 * @param scope where results are placed
 */
export function mapRequest(method: Method, operands: unknown, fn: unknown, options: unknown, scope: Scope): Request {
  const callable = callableOf(fn);
  if (callable?.method === "reduce") {
    throw new TypeError(`Expected a function of elements, got the reduction ${callable.name} (use reduce)`);
  }
  return callable
    ? callableRequest(method, callable, operands, options, scope)
    : userMapRequest(method, operands, fn, options as Given | undefined, scope);
}

/** The request of `pool.reduce`, with a reduction of this package or the user's reducer. */
export function reduceRequest(
  method: Method,
  operands: unknown,
  reduction: unknown,
  options: unknown,
  scope: Scope,
): Request {
  const callable = callableOf(reduction);
  if (callable?.method === "map") {
    throw new TypeError(`Expected a reduction, got the element-wise function ${callable.name} (use map)`);
  }
  return callable
    ? callableRequest(method, callable, operands, options, scope)
    : reducerRequest(method, operands, reduction, options as Given | undefined, scope);
}

function callableRequest(method: Method, callable: Callable, given: unknown, options: unknown, scope: Scope): Request {
  const { name } = callable;
  const control = expectCall(options as Given | undefined, method, callable.options, `${method.name} with ${name}`);
  for (const what of ["params", "chunkAxis"] as const) {
    if (control[what] !== undefined)
      throw new TypeError(`Expected no \`${what}\` for ${name}, got ${show(control[what])}`);
  }
  const own = Object.fromEntries(callable.options.map((option) => [option, control[option]]));
  const conditions = { scope, chunkSize: control.chunkSize };
  return { call: callable.prepare(Array.isArray(given) ? given : [given], own, conditions), control };
}

const MAP_OPTIONS = ["out", "dtype", "fastMath"];
const ROW_OPTIONS = ["halo"];

function userMapRequest(
  method: Method,
  given: unknown,
  fn: unknown,
  options: Given | undefined,
  scope: Scope,
): Request {
  const control = expectCall(options, method, MAP_OPTIONS);
  const { chunkSize, chunkAxis } = control;
  const checked = checkMap(given, fn, control);
  if (chunkAxis !== undefined)
    throw new TypeError(`Expected no \`chunkAxis\`: map cuts the flat range, got ${show(chunkAxis)}`);
  return { call: prepareMap(checked, { scope, chunkSize }), control };
}

/** The request of `pool.forEachChunk`. */
export function forEachChunkRequest(
  method: Method,
  given: unknown,
  kernel: unknown,
  options: unknown,
  scope: Scope,
): Request {
  const control = expectCall(options as Given | undefined, method, ROW_OPTIONS);
  const fn = refOf(kernel, "kernel");
  expectParams(kernel, "kernel", 2, control.params);
  const rows = expectRows(given, fn, control.chunkAxis, control.halo, control.params);
  assertApart(rows);
  return { call: prepareRows(rows, { scope, chunkSize: control.chunkSize }), control };
}

function reducerRequest(
  method: Method,
  given: unknown,
  reducer: unknown,
  options: Given | undefined,
  scope: Scope,
): Request {
  const parts = expectReducer(reducer);
  const control = expectCall(options, method, []);
  const { chunkAxis, chunkSize, params } = control;
  const fn: ReducerRef = {
    init: refOf(parts.init, "reducer.init"),
    chunk: refOf(parts.chunk, "reducer.chunk"),
    combine: refOf(parts.combine, "reducer.combine"),
  };
  for (const [part, place] of PARAMS_PLACE) {
    expectReturn(parts[part], `reducer.${part}`);
    expectParams(parts[part], `reducer.${part}`, place, params);
  }
  return { call: prepareRows(expectRows(given, fn, chunkAxis, undefined, params), { scope, chunkSize }), control };
}

/**
 * The jobs of `pool.starmap`: a list of arguments for each.
 *
 * @throws {TypeError} If they are not iterable, or one is not a list.
 */
export function expectJobs(given: unknown): readonly (readonly unknown[])[] {
  if (typeof given !== "object" || given === null || !(Symbol.iterator in given)) {
    throw new TypeError(`Expected \`jobs\` to be a list of lists of arguments, got ${show(given)}`);
  }
  return Array.from(given as Iterable<unknown>, (args, i) => {
    if (Array.isArray(args)) return args as unknown[];
    throw new TypeError(`Expected \`jobs[${i}]\` to be a list of arguments, got ${show(args)} (write [argument])`);
  });
}

/** The functions of a reducer, and the place of `params` among the parameters of each. */
const PARAMS_PLACE = [["init", 0] as const, ["chunk", 3] as const, ["combine", 2] as const];

function expectReducer(given: unknown): Readonly<Record<string, unknown>> {
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given as Record<string, unknown>;
  const cure = "for a function of elements use map";
  throw new TypeError(
    `Expected \`reduction\` to be one of this package, such as sum, or { init, chunk, combine }, got ${show(given)} ` +
      `(${cure})`,
  );
}

// ── Operands cut into rows ─────────────────────────────────────────────────────────────────────────────────────────

type Keys = readonly (string | number)[];
const keysOf = (arrays: readonly AnyArray[], arrangement: Arrangement): Keys =>
  typeof arrangement === "string" ? arrays.map((_, i) => i) : arrangement;

function expectRows(
  given: unknown,
  fn: FunctionRef | ReducerRef,
  chunkAxis: unknown,
  givenHalo: unknown,
  params: unknown,
): CheckedRows {
  const [arrays, arrangement] = arrange(given);
  const keys = keysOf(arrays, arrangement);
  const [first] = arrays as [AnyArray];
  const longer = first.shape.findIndex((n: number) => n > 1);
  const axis = chunkAxis === undefined ? Math.max(0, longer) : expectAxis(chunkAxis, first.shape, "chunkAxis");
  const length = first.shape[axis];
  for (const [i, array] of arrays.entries()) {
    if (length !== undefined && array.shape[axis] === length) continue;
    const wanted = `${length ?? "an axis to cut"} rows along axis ${axis}`;
    throw new ShapeError(`Expected operand ${show(keys[i])} to have ${wanted}, got shape ${show(array.shape)}`, {
      shape: array.shape,
      expected: first.shape,
    });
  }
  const halo = expectHalo(givenHalo, arrangement, keys);
  return { fn, arrays, arrangement, axis, length: length!, halo, params };
}

function arrange(given: unknown): [arrays: AnyArray[], arrangement: Arrangement] {
  if (given instanceof NDArray) return [expectList(given), "single"];
  if (Array.isArray(given)) return [expectList(given), "list"];
  const named = Object.entries(expectOptions(given as Record<string, unknown> | undefined, "operands"));
  if (named.length === 0)
    throw new TypeError(`Expected an array, a list of arrays or arrays by name, got ${show(given)}`);
  return [named.map(([name, array]) => expectArray(array, `operand ${show(name)}`)), named.map(([name]) => name)];
}

function expectHalo(given: unknown, arrangement: Arrangement, keys: Keys): number[] {
  if (given === undefined) return keys.map(() => 0);
  const rows = (what: string, value: unknown = 0) => expectInteger(what, value, 0, Number.POSITIVE_INFINITY);
  if (arrangement === "single") return [rows("halo", given)];
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`Expected \`halo\` to give a number of rows by operand, got ${show(given)}`);
  }
  const unknown = Object.keys(given).find((key) => !keys.some((known) => String(known) === key));
  if (unknown !== undefined)
    throw new TypeError(`Expected \`halo\` to name operands (${keys.map(show).join(", ")}), got ${show(unknown)}`);
  return keys.map((key) => rows(`halo.${key}`, (given as Record<string, unknown>)[key]));
}

/**
 * Checks that no chunk reads or writes what another chunk writes. Otherwise the result would depend on which of them
 * runs first.
 *
 * @throws {OverlapError} If operands overlap each other or themselves in that way.
 */
function assertApart({ arrays, arrangement, halo }: CheckedRows): void {
  const keys = keysOf(arrays, arrangement);
  const operands = arrays.map((array, i) => ({
    at: stridedOf(array),
    key: keys[i]!,
    halo: halo[i]!,
    isRead: halo[i]! > 0 || isReadonlyArray(array),
  }));
  for (const [i, a] of operands.entries()) {
    if (!a.isRead && selfOverlaps(a.at.view)) throw overlapError(a.key, a.key);
    for (const b of operands.slice(i + 1)) {
      // If both operands are the same elements and have no halo, each chunk touches only its own rows.
      const harmless = (a.isRead && b.isRead) || (a.halo === 0 && b.halo === 0 && sameElements(a.at, b.at));
      if (!harmless && overlaps(a.at, b.at)) throw overlapError(a.key, b.key);
    }
  }
}

function overlapError(a: string | number, b: string | number): OverlapError {
  const which = a === b ? `operand ${show(a)} overlaps itself` : `operands ${show(a)} and ${show(b)} overlap`;
  const cure = "take a .copy() of what is only read";
  const message = `Expected chunks that do not write what others read or write, but ${which} (${cure})`;
  return new OverlapError(message, { operands: [a, b] });
}
