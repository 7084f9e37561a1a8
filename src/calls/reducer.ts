/** `defineReducer`: reducers that workers find by importing the module that defines them. */
import { expectOptions } from "../base/expect.js";
import { define, expectFunction } from "../wire/functions.js";
import type { ChunkInfo, Reducer } from "./kernel-types.js";

/**
 * Defines a reducer in a module that workers import, so that its functions may use names from outside. It does for the
 * three functions of a reducer what `defineKernel` does for a kernel.
 *
 * The operands' type is inferred from that of the chunks, which are views of the same types.
 *
 * @param url the module's own `import.meta.url`
 * @param name a name that no other function of the module has
 * @returns `reducer` itself
 * @example export const total = defineReducer(import.meta.url, "total", { init: () => 0, chunk: add, combine: plus });
 * @throws {TypeError} If one of the three is not a function.
 * @throws {DuplicateNameError} If the module has defined another function with that name.
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
