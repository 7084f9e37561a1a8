/**
 * Which scope of `tidy` notes the arrays that are made now. A synchronous scope is a variable of this thread; one of
 * `tidyAsync` follows the chain of asynchronous calls, so that other work of the thread in the meantime is not in it.
 */
import type { SharedMemory } from "../memory/shared-memory.js";
import type { AsyncContext } from "../platform/interface.js";
import { newAsyncContext } from "../platform/runtime.js";

/** The memory of the unnamed arrays that were made in a scope. `undefined` once the scope has ended. */
export class ArrayScope {
  made: Set<SharedMemory> | undefined = new Set();
  readonly outer = currentScope();

  /** Ends the scope: closes all arrays but those with the memory that `kept` has, which pass to the scope around. */
  end(kept: ReadonlySet<SharedMemory>): void {
    const { made } = this;
    this.made = undefined;
    for (const memory of made ?? []) {
      if (kept.has(memory)) this.outer?.made?.add(memory);
      else memory[Symbol.dispose]();
    }
  }
}

let current: ArrayScope | undefined;
let isSuspended = false;
/** Made by the first `tidyAsync`, because looking at it costs each new array a little. */
let contexts: AsyncContext<ArrayScope> | undefined;

/** The scope that arrays made now belong to. */
export function currentScope(): ArrayScope | undefined {
  return isSuspended ? undefined : (current ?? contexts?.getStore());
}

/** Notes an unnamed array that was made. */
export function noteMade(memory: SharedMemory): void {
  if (current === undefined && contexts === undefined) return;
  currentScope()?.made?.add(memory);
}

/** Calls `fn` inside of a scope, which ends before `fn` continues after an `await`. */
export function inScope<T>(scope: ArrayScope, fn: () => T): T {
  return inContext(scope, fn);
}

/** Calls `fn`, which may be inside of a function that this package has called outside of all scopes. */
function inContext<T>(scope: ArrayScope | undefined, fn: () => T): T {
  const [before, wasSuspended] = [current, isSuspended];
  current = scope;
  isSuspended = false;
  try {
    return fn();
  } finally {
    current = before;
    isSuspended = wasSuspended;
  }
}

/** Calls `fn` inside of a scope that goes on after each `await` in it. */
export function inAsyncScope<T>(scope: ArrayScope, fn: () => T): T {
  contexts ??= newAsyncContext();
  const known = contexts;
  return inContext(undefined, () => known.run(scope, fn)); // inside, `scope` is the innermost
}

/** Calls `fn`, which makes arrays for this package's own use, outside of all scopes. */
export function outsideOfScopes<T>(fn: () => T): T {
  const before = isSuspended;
  isSuspended = true;
  try {
    return fn();
  } finally {
    isSuspended = before;
  }
}
