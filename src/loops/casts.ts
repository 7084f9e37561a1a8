/** Casts of whole arrays by a kernel, which takes 0.5 ns for an element. A JavaScript loop takes 1 to 19, by dtypes. */
import type { DType } from "../base/dtype.js";
import type { Program } from "../compile/program.js";
import { castElement, loadElement, storedForm } from "../ir/elements.js";
import type { Strided } from "../ndarray/elements.js";
import { runDirect } from "./direct.js";

const programs = new Map<string, Program>();

function programFor(from: DType, to: DType): Program {
  const key = `cast ${from} ${to}`;
  let program = programs.get(key);
  if (!program) {
    const result = storedForm(castElement(loadElement(1, from), from, to), to);
    program = { key, dtypes: [to, from], params: [], result };
    programs.set(key, program);
  }
  return program;
}

/** With fewer elements, JavaScript is done before a kernel would be found. */
const FEW = 16;

/**
 * Casts all elements of the source into the target, which has the same shape and shares no element with it.
 *
 * @returns false if this engine cannot, or if it is not worth while; then nothing was written
 */
export function castByKernel(target: Strided, source: Strided): boolean {
  const [to, from] = [target.elements.dtype, source.elements.dtype];
  if (target.view.size < FEW) return false;
  return runDirect(programFor(from, to), [target, source], []);
}
