/**
 * Helpers that compilers call inside functions but define outside them. Every inline function that is made again from
 * source gets them: `__name` (esbuild, for the names of functions), and those for `using` in targets below ES2026
 * (esbuild and tsc).
 */

interface Resource {
  readonly dispose: (() => unknown) | undefined;
  readonly isAsync: boolean;
}
interface TscScope {
  readonly stack: Resource[];
  error: unknown;
  hasError: boolean;
}

function resource(value: unknown, isAsync = false): Resource {
  if (value === null || value === undefined) return { dispose: undefined, isAsync };
  const disposable = value as { [Symbol.dispose]?: () => unknown; [Symbol.asyncDispose]?: () => unknown };
  const method = (isAsync ? disposable[Symbol.asyncDispose] : undefined) ?? disposable[Symbol.dispose];
  if (typeof method !== "function") throw new TypeError("Expected `using` to be given a disposable value");
  return { dispose: () => method.call(value), isAsync };
}

/** Disposes of everything, the last first. If several throw, the later error carries the earlier one. */
function disposeAll(stack: Resource[], error: unknown, hasError: boolean): unknown {
  let thrown = hasError;
  let failure = error;
  const fail = (e: unknown) => {
    failure = thrown
      ? Object.assign(new Error("An error was suppressed during disposal"), {
          name: "SuppressedError",
          error: e,
          suppressed: failure,
        })
      : e;
    thrown = true;
  };
  const failAndGoOn = (e: unknown) => {
    fail(e);
    return next();
  };
  const next = (): unknown => {
    for (let top = stack.pop(); top; top = stack.pop()) {
      try {
        const result = top.dispose?.();
        if (top.isAsync) return Promise.resolve(result).then(next, failAndGoOn);
      } catch (e) {
        fail(e);
      }
    }
    if (thrown) throw failure;
    return undefined;
  };
  return next();
}

export const compilerHelpers: Readonly<Record<string, unknown>> = {
  __name: (fn: object, name: string) => Object.defineProperty(fn, "name", { value: name, configurable: true }),
  __using(stack: Resource[], value: unknown, isAsync?: boolean) {
    stack.push(resource(value, isAsync));
    return value;
  },
  __callDispose: (stack: Resource[], error: unknown, hasError: boolean) => disposeAll(stack, error, hasError),
  __addDisposableResource({ stack }: TscScope, value: unknown, isAsync: boolean) {
    stack.push(resource(value, isAsync));
    return value;
  },
  __disposeResources: ({ stack, error, hasError }: TscScope) => disposeAll(stack, error, hasError),
};
