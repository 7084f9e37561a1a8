/** Evaluates generated source. Only this file, `wire/functions.ts` and `loops/js.ts` do so. */

import { mayEvaluate, noEvaluating } from "../base/evaluating.js";

type Made = (...args: unknown[]) => unknown;
const made = new Map<string, Made>();
const MAX_MADE = 1000;

/**
 * A function with these parameters and this body. Equal text is evaluated once.
 *
 * @throws {UnsupportedError} If this program forbids functions made of text.
 */
export function evaluate(names: readonly string[], body: string): Made {
  if (!mayEvaluate()) throw noEvaluating("this call", "use arrays in one block, or run without that flag");
  const key = `${names}|${body}`;
  const known = made.get(key) ?? (new Function(...names, body) as Made);
  if (made.size >= MAX_MADE) made.clear();
  made.set(key, known);
  return known;
}
