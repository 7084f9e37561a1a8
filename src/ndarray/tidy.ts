/** `tidy` and `tidyAsync`: arrays that are made on the way to a result are disposed of when it is there. */
import { children } from "../base/containers.js";
import { expectNoOptions, show } from "../base/expect.js";
import { isRefusedPromise } from "../base/returned.js";
import { SharedMemory } from "../memory/shared-memory.js";
import { NDArray } from "./ndarray.js";
import { ArrayScope, inAsyncScope, inScope } from "./scopes.js";

/**
 * Calls `fn`, disposes of every unnamed array that it has made and does not return, and returns its result. Their
 * memory is used for the next arrays, which takes a small part of the time of fresh memory. What `fn` returns may be an
 * array, or lists and objects with arrays in them at any depth; a view keeps the memory of its array. Named arrays, and
 * arrays that were made before, stay as they are. If `fn` throws, all that it has made is disposed of.
 *
 * @example
 * const distance = tidy(() => sqrt(add(square(x), square(y)))); // two of three arrays are disposed of
 * @throws {TypeError} If `fn` returns a promise, whose arrays `tidyAsync` would find.
 *
 * After TensorFlow.js' `tidy`.
 */
export function tidy<T>(fn: () => T): T;
export function tidy<T>(fn: () => T, ...extra: unknown[]): T {
  expectFunction(fn);
  expectNoOptions(extra, "tidy");
  const scope = new ArrayScope();
  let kept: ReadonlySet<SharedMemory> = new Set();
  try {
    const result = inScope(scope, fn);
    if (isRefusedPromise(result)) throw new TypeError("Expected `fn` to return no promise, got one (use tidyAsync)");
    kept = memoriesIn(result);
    return result;
  } finally {
    scope.end(kept);
  }
}

/**
 * As `tidy`, for an asynchronous function, such as one that awaits calls of a pool. Arrays that other work of this
 * thread makes in the meantime stay as they are.
 *
 * @example
 * const total = await tidyAsync(async () => (await pool.map([a, b], multiply)).sum());
 */
export function tidyAsync<T>(fn: () => Promise<T> | T): Promise<T>;
export async function tidyAsync<T>(fn: () => Promise<T> | T, ...extra: unknown[]): Promise<T> {
  expectFunction(fn);
  expectNoOptions(extra, "tidyAsync");
  const scope = new ArrayScope();
  let kept: ReadonlySet<SharedMemory> = new Set();
  try {
    const result = await inAsyncScope(scope, fn);
    kept = memoriesIn(result);
    return result;
  } finally {
    scope.end(kept);
  }
}

function expectFunction(fn: unknown): void {
  if (typeof fn === "function") return;
  throw new TypeError(`Expected \`fn\` to be a function, got ${show(fn)}`);
}

/** The memory of all arrays in a result: in lists, maps, sets, and enumerable properties with a name. */
function memoriesIn(result: unknown): Set<SharedMemory> {
  const found = new Set<SharedMemory>();
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof NDArray) found.add(value.memory);
    else if (value instanceof SharedMemory) found.add(value);
    else for (const [, child] of children(value)) visit(child);
  };
  visit(result);
  return found;
}
