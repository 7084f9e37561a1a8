/**
 * Functions that run in workers: how they are sent, and made again on arrival. An inline function is sent as source and
 * always made again from it, on the caller too, so that it behaves the same everywhere. A defined function is sent as
 * (module, name), and the worker imports the module.
 */

import { CaptureError, DuplicateNameError } from "../base/errors.js";
import { mayEvaluate, noEvaluating } from "../base/evaluating.js";
import { show } from "../base/expect.js";
import { importModule } from "../platform/importing.js";
import { analyse, type Use } from "./capture.js";
import { compilerHelpers } from "./compiler-helpers.js";

// biome-ignore lint/suspicious/noExplicitAny: a function of any parameters; never part of a public type
export type AnyFunction = (...args: any[]) => any;

/** Names a function, as plain data. `key` is the same for the same function in every thread. */
export type FunctionRef =
  | { readonly kind: "source"; readonly key: string; readonly name: string }
  | { readonly kind: "module"; readonly key: string; readonly name: string; readonly url: string };

/** The three functions of a reduction. */
export interface ReducerRef {
  readonly init: FunctionRef;
  readonly chunk: FunctionRef;
  readonly combine: FunctionRef;
}

const refs = new WeakMap<object, FunctionRef>();
const numbers = new WeakMap<FunctionRef, number>();
let numbered = 0;
/** Those of them that are async or generator functions. */
const asynchronous = new WeakSet<object>();
const made = new Map<string, AnyFunction>();
/**
 * Sources that have been analysed. A server has few inline functions, but `MAX_INLINE` guards against generated ones.
 */
const inline = new Map<string, FunctionRef>();
const MAX_INLINE = 1000;

const helperNames = Object.keys(compilerHelpers);
const helperSet = new Set(helperNames);

/**
 * Defines a kernel for `map` or `forEachChunk`, which workers find by importing its module. It may use anything that
 * its module has, and need not be exported. Returns `fn` itself.
 *
 * @example export const relu = defineKernel(import.meta.url, "relu", (x: number) => (x > 0 ? x : 0));
 * @throws {DuplicateNameError} If the module has defined another function with that name.
 * @throws {TypeError} If an argument is not what it should be.
 */
export function defineKernel<F extends (...args: never[]) => unknown>(url: string, name: string, fn: F): F {
  return define(url, name, fn);
}

/**
 * Defines a task for `run`, `broadcast` and `Process`, which workers find by importing its module. Returns `fn` itself.
 *
 * @throws {DuplicateNameError} If the module has defined another function with that name.
 * @throws {TypeError} If an argument is not what it should be.
 */
export function defineTask<F extends (...args: never[]) => unknown>(url: string, name: string, fn: F): F {
  return define(url, name, fn);
}

/** Registers one function of a module. */
export function define<F>(url: string, name: string, fn: F): F {
  if (typeof url !== "string" || !URL.canParse(url)) {
    throw new TypeError(`Expected \`url\` to be the module's import.meta.url, got ${show(url)}`);
  }
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`Expected \`name\` to be the function's name, got ${show(name)}`);
  }
  expectFunction(fn, "fn");
  const key = `${url}#${name}`;
  if (made.has(key) && made.get(key) !== fn) {
    throw new DuplicateNameError(`Expected one function named ${show(name)} in ${url}, got a second one`, {
      url,
      key: name,
    });
  }
  made.set(key, fn as AnyFunction);
  noteRef(fn as AnyFunction, { kind: "module", key, name, url });
  return fn;
}

/**
 * A short name for a function within this thread. A key is as long as the source, and to put it into another key at
 * each call would cost more than a small call.
 */
export function numberOf(ref: FunctionRef): number {
  let number = numbers.get(ref);
  if (number === undefined) numbers.set(ref, (number = ++numbered));
  return number;
}

export function expectFunction(fn: unknown, what: string): AnyFunction {
  if (typeof fn === "function") return fn as AnyFunction;
  throw new TypeError(`Expected \`${what}\` to be a function, got ${show(fn)}`);
}

/**
 * How a function is sent.
 *
 * @param what what the function is called in errors
 * @throws {CaptureError} If it is inline and uses a name from outside.
 * @throws {TypeError} If it is not a function, has no source, or is asynchronous although it must not be.
 */
export function refOf(given: unknown, what: string, mayBeAsync = false): FunctionRef {
  const fn = expectFunction(given, what);
  const ref = refs.get(fn) ?? noteRef(fn, inlineRef(fn, what));
  if (!mayBeAsync && asynchronous.has(fn)) {
    throw new TypeError(
      `Expected \`${what}\` to be a synchronous function, got an async or generator function ` +
        "(use pool.run for asynchronous work)",
    );
  }
  return ref;
}

/** Notes what is needed at every call of the function, so that its source and its class are read once. */
function noteRef(fn: AnyFunction, ref: FunctionRef): FunctionRef {
  refs.set(fn, ref);
  if (/^\[object (Async|Generator)/.test(Object.prototype.toString.call(fn))) asynchronous.add(fn);
  return ref;
}

function inlineRef(fn: AnyFunction, what: string): FunctionRef {
  const source = Function.prototype.toString.call(fn);
  const known = inline.get(source);
  if (known) return known;
  const name = fn.name || what;
  const analysis = analyse(source, helperSet);
  if (!analysis) {
    throw new TypeError(
      `Expected \`${what}\` to be a function with source, got ${source.slice(0, 60)} (wrap it: x => f(x))`,
    );
  }
  const { captured, use, expression } = analysis;
  if (!mayEvaluate()) {
    const define = what === "task" || what === "target" ? "defineTask" : "defineKernel or defineReducer";
    throw noEvaluating(`sending the function \`${name}\``, `define it in a module with ${define}`);
  }
  if (captured !== undefined) {
    throw new CaptureError(
      `Expected \`${name}\` to use only its parameters, got \`${captured}\` from outside. It runs in another thread: ` +
        captureCure(captured, use, what),
      { captured, fn: name },
    );
  }
  const ref: FunctionRef = { kind: "source", key: expression, name };
  if (inline.size >= MAX_INLINE) inline.clear();
  inline.set(source, ref);
  return ref;
}

/** What to do instead of using a name from outside. */
function captureCure(captured: string, use: Use, what: string): string {
  const isTask = what === "task" || what === "target";
  const inModule = `define the function in a module with ${isTask ? "defineTask" : "defineKernel or defineReducer"}`;
  if (captured === "this") return `pass what it needs of its object in ${isTask ? "args" : "params"}`;
  if (captured === "import.meta") return inModule;
  const inTask = `inside the task`;
  if (captured === "require") return isTask ? `use \`await import(…)\` ${inTask}, or ${inModule}` : inModule;
  if (use === "read") return `pass \`${captured}\` in ${isTask ? "args" : "params"}, or ${inModule}`;
  if (use === "methods") {
    const data = `pass \`${captured}\` in ${isTask ? "args" : "params"} if it is data. If it is a module, `;
    return isTask
      ? `${data}import it ${inTask} (\`const ${captured} = await import(…)\`), or ${inModule}`
      : `${data}${inModule} that imports it`;
  }
  // Functions and classes cannot be passed: they are not plain data.
  if (!isTask) return `${inModule} that imports or declares \`${captured}\``;
  return `import \`${captured}\` ${inTask} (\`const { ${captured} } = await import(…)\`), or ${inModule}`;
}

/** The errors of modules that could not be imported here. What they defined before they failed is not used. */
const failed = new Map<string, unknown>();

/** The function itself, in this thread; `undefined` if its module must be imported first. */
export function resolveFunction(ref: FunctionRef): AnyFunction | undefined {
  if (ref.kind === "module" && failed.has(ref.url)) return undefined;
  const known = made.get(ref.key);
  if (known || ref.kind === "module") return known;
  const fn = remake(ref.key, ref.name);
  made.set(ref.key, fn);
  return fn;
}

function remake(expression: string, name: string): AnyFunction {
  const url = `//# sourceURL=shared-ndarray:${name.replace(/\W/g, "_")}`;
  const source = `(function (${helperNames}) { "use strict"; return ${expression};\n})\n${url}`;
  // Not `new Function`, which puts two lines before the text. Here its line numbers are those of the user's function.
  // biome-ignore lint/security/noGlobalEval: it is evaluated in the global scope, as by `new Function`
  const make = globalThis.eval(source) as AnyFunction;
  return make(...Object.values(compilerHelpers)) as AnyFunction;
}

/**
 * Imports the module of a function that `resolveFunction` does not find yet.
 *
 * @throws {ReferenceError} If the module does not define the function.
 * @throws {unknown} If the module throws: what it throws, again on every later call.
 */
export async function importFunction(ref: FunctionRef): Promise<void> {
  if (ref.kind !== "module") return;
  if (failed.has(ref.url)) throw failed.get(ref.url);
  if (made.has(ref.key)) return;
  try {
    await importModule(ref.url);
  } catch (e) {
    const error = importError(ref, e);
    failed.set(ref.url, error);
    throw error;
  }
  if (made.has(ref.key)) return;
  throw new ReferenceError(
    `Expected ${ref.url} to define ${show(ref.name)} when a worker imports it, but it did not. ` +
      "Call defineKernel or defineTask at the module's top level",
  );
}

/** What to throw if a module cannot be imported: most runtimes before Node 22.18 import no TypeScript. */
function importError({ name, url }: FunctionRef & { kind: "module" }, cause: unknown): unknown {
  if ((cause as { code?: unknown } | undefined)?.code !== "ERR_UNKNOWN_FILE_EXTENSION") return cause;
  return new TypeError(
    `Expected the module of ${show(name)} to be JavaScript, got ${url}, which workers on this version of Node cannot ` +
      "import (compile it first, or use Node 22.18 or later, which import .ts files)",
    { cause },
  );
}

/**
 * The function itself, after importing its module if that is necessary.
 *
 * @throws {unknown} As `importFunction`.
 */
export async function loadFunction(ref: FunctionRef): Promise<AnyFunction> {
  const known = resolveFunction(ref);
  if (known) return known;
  await importFunction(ref);
  return resolveFunction(ref)!;
}
