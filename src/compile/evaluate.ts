/** Generated loops made into functions: with `functions.ts` and `js.ts` the only places that do. */

type Made = (...args: unknown[]) => unknown;
const made = new Map<string, Made>();
const MAX_MADE = 1000;

/** A function of those names with that body, made once. @throws {EvalError} where a content security policy forbids it */
export function evaluate(names: readonly string[], body: string): Made {
  const key = `${names}|${body}`;
  const known = made.get(key) ?? (new Function(...names, body) as Made);
  if (made.size >= MAX_MADE) made.clear();
  made.set(key, known);
  return known;
}
