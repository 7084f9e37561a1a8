/**
 * Checks of a user's function by its source, before it is called: that it returns a value if one is needed, and that
 * it gets all that it takes. Pools and managers use them.
 */
import { analyse } from "./capture.js";
import type { Form } from "./form.js";
import { type AnyFunction, expectFunction } from "./functions.js";

/** By function: a call in a loop passes the same one each time, and its source is a new string each time it is read. */
const formsOfFunctions = new WeakMap<AnyFunction, Form>();
/**
 * By source, for functions that are made anew for each call. As many as a program has functions, unless they are
 * generated.
 */
const forms = new Map<string, Form>();
const MAX_FORMS = 1000;
/** Of a source that cannot be parsed. Such functions are refused elsewhere. */
const UNKNOWN: Form = { isVoid: false, patterns: [] };

function formOf(fn: AnyFunction): Form {
  let form = formsOfFunctions.get(fn);
  if (form) return form;
  const source = Function.prototype.toString.call(fn);
  form = forms.get(source) ?? analyse(source, new Set())?.form ?? UNKNOWN;
  if (forms.size >= MAX_FORMS) forms.clear();
  forms.set(source, form);
  formsOfFunctions.set(fn, form);
  return form;
}

/**
 * Checks that a function can return a value.
 *
 * @param what what the function is called in errors
 * @throws {TypeError} If it is not a function, or has no `return` with a value.
 */
export function expectReturn(given: unknown, what: string): void {
  if (formOf(expectFunction(given, what)).isVoid) {
    throw new TypeError(
      `Expected \`${what}\` to return a value, got a function without \`return\` (write x => …, or return the value)`,
    );
  }
}

/**
 * Checks that a function has no more parameters than it gets. A parameter with a default value may be left out.
 *
 * @param gets what it gets, for the message
 * @throws {TypeError} If it is not a function, or has more parameters.
 */
export function expectArity(given: unknown, what: string, count: number, gets: string): void {
  const { length } = expectFunction(given, what);
  if (length <= count) return;
  throw new TypeError(
    `Expected \`${what}\` to have at most ${count} parameter${count === 1 ? "" : "s"}, ${gets}, got ${length} ` +
      "(pass other values in { params }, or give the parameter a default value)",
  );
}

/**
 * Checks that a function which takes `params` apart, as in `(chunk, info, { k }) => …`, gets them.
 *
 * @param place the place of `params` among its parameters
 * @throws {TypeError} If it is not a function, or takes apart what is `undefined`.
 */
export function expectParams(given: unknown, what: string, place: number, params: unknown): void {
  if (params !== undefined || !formOf(expectFunction(given, what)).patterns.includes(place)) return;
  throw new TypeError(`Expected \`params\` to be what \`${what}\` takes apart, got undefined (pass { params: { … } })`);
}
