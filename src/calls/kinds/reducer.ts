/** The user's reducers: the value of one chunk, and the values of all chunks combined. */
import { KernelError } from "../../base/errors.js";
import { refusePromise } from "../../base/returned.js";
import { type ReducerRef, resolveFunction } from "../../wire/functions.js";
import type { ChunkInfo } from "../kernel-types.js";
import { chunkRange, type Plan } from "../plan.js";
import { reasonOf } from "../reason.js";

/** Where asynchronous work belongs, for errors. */
export const ASYNCHRONOUS = "use pool.run for asynchronous work";

/** Returns what computes the value of one chunk. */
export function accumulator(reducer: ReducerRef, params: unknown): (chunks: unknown, info: ChunkInfo) => unknown {
  const init = resolveFunction(reducer.init)!;
  const chunk = resolveFunction(reducer.chunk)!;
  return (chunks, info) => {
    const first: unknown = init(params);
    refusePromise(first, "reducer.init", ASYNCHRONOUS);
    return expectValue(chunk(first, chunks, info, params), "reducer.chunk", first === undefined);
  };
}

/**
 * The values of all chunks as one. Combines neighbours, then neighbours of those, and so on: the tree depends on the
 * number of values alone. Without values it is that of `init`.
 *
 * @throws {KernelError} If one of the reducer's functions throws.
 */
export function combined(reducer: ReducerRef, params: unknown, plan: Plan, values: readonly unknown[]): unknown {
  const combine = resolveFunction(reducer.combine)!;
  if (values.length === 0) {
    const init = resolveFunction(reducer.init)!;
    return inKernel(reducer.init.name, plan, [0, 0], () => init(params));
  }
  let level = values;
  for (let width = 1; level.length > 1; width *= 2) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const left = level[2 * i];
      if (2 * i + 1 >= level.length) return left;
      const right = level[2 * i + 1];
      const chunks = [2 * i * width, Math.min(2 * (i + 1) * width, values.length)] as const;
      const mayBeVoid = left === undefined || right === undefined;
      return inKernel(reducer.combine.name, plan, chunks, () =>
        expectValue(combine(left, right, params), "reducer.combine", mayBeVoid),
      );
    });
  }
  return level[0];
}

/** Runs one of the reducer's functions on the values of chunks [first, end). */
function inKernel(kernel: string, plan: Plan, [first, end]: readonly [number, number], act: () => unknown): unknown {
  try {
    return act();
  } catch (cause) {
    const start = end > first ? chunkRange(plan, first)[0] : 0;
    const stop = end > first ? chunkRange(plan, end - 1)[1] : 0;
    const message = `The reducer's \`${kernel}\` failed for [${start}, ${stop}): ${reasonOf(cause)}`;
    const chunk = { index: first, start, end: stop };
    const written = plan.length > 0 ? [[0, plan.length] as const] : [];
    throw new KernelError(message, { kernel, chunk, written }, { cause });
  }
}

/** @param mayBeVoid whether the function got `undefined` as a value, so that it may return it, too */
function expectValue(value: unknown, what: string, mayBeVoid: boolean): unknown {
  refusePromise(value, what, ASYNCHRONOUS);
  if (value !== undefined || mayBeVoid) return value;
  throw new TypeError(`Expected \`${what}\` to return a value, got undefined (return a value in every case)`);
}
