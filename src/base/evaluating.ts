/** Whether functions may be made of text, and the errors if that, or WebAssembly, is not there. */
import { isErrorNamed } from "./builtins.js";
import { UnsupportedError } from "./errors.js";

let known: boolean | undefined;

/** Whether this program may make functions of text: a content security policy, or a flag of Node, can forbid it. */
export function mayEvaluate(): boolean {
  known ??= isAllowed();
  return known;
}

function isAllowed(): boolean {
  try {
    new Function("");
    return true;
  } catch (e) {
    if (isErrorNamed("EvalError", e)) return false;
    throw e;
  }
}

/** @param what what is made of text; `instead` says what to do */
export function noEvaluating(what: string, instead: string): UnsupportedError {
  const message =
    `Expected this program to allow functions made of text, which ${what} needs, but it forbids them ` +
    `(--disallow-code-generation-from-strings, or a policy): ${instead}`;
  return new UnsupportedError(message, { feature: "functions made of text", instead });
}

export const hasWebAssembly = typeof WebAssembly === "object";

/** @param what what needs WebAssembly */
export function noWebAssembly(what: string): UnsupportedError {
  const instead = "run without --jitless";
  const message = `Expected WebAssembly, which ${what} needs, but this runtime has none (${instead})`;
  return new UnsupportedError(message, { feature: "WebAssembly", instead });
}
