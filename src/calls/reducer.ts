/** Reducers that workers find by importing their module. */
import { expectOptions } from "../base/expect.js";
import { define, expectFunction } from "../wire/functions.js";
import type { ChunkInfo, Reducer } from "./kernel-types.js";

/**
 * As `defineKernel`, for the three functions of a reducer. Returns `reducer` itself.
 *
 * (The operands' type is taken from the chunks', which are views of the same types.)
 */
export function defineReducer<A, Acc, P = undefined>(
  url: string,
  name: string,
  reducer: Omit<Reducer<A, Acc, P>, "chunk"> & { chunk: (acc: Acc, chunks: A, info: ChunkInfo, params: P) => Acc },
): Reducer<A, Acc, P> {
  const { init, chunk, combine } = expectOptions(reducer, "reducer");
  for (const [part, fn] of Object.entries({ init, chunk, combine })) {
    define(url, `${name}.${part}`, expectFunction(fn, `reducer.${part}`));
  }
  return reducer as Reducer<A, Acc, P>;
}
