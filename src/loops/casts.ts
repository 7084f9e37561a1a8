/**
 * Copies, casts and fills of whole arrays by a kernel, which takes 0.1 to 0.5 ns for an element. A JavaScript loop
 * takes 1 to 19, by dtypes. Engines move shared memory in words of 8 bytes or, if two pieces begin at other places in
 * their words, in bytes: a million int32 take 0.9 ms so, and 0.2 ms by a kernel.
 */
import { type DType, dtypes, type RawArray } from "../base/dtype.js";
import type { Program } from "../compile/program.js";
import { castElement, loadElement, storedForm, storedLane } from "../ir/elements.js";
import * as ir from "../ir/node.js";
import type { Strided } from "../ndarray/elements.js";
import { runDirect } from "./direct.js";

const programs = new Map<string, Program>();

function programFor(from: DType, to: DType): Program {
  const key = `cast ${from} ${to}`;
  let program = programs.get(key);
  if (!program) {
    const bits = BITS[dtypes[from].bytes]!;
    program = from === to ? castProgram(key, bits, bits) : castProgram(key, from, to);
    programs.set(key, program);
  }
  return program;
}
function castProgram(key: string, from: DType, to: DType): Program {
  const result = storedForm(castElement(loadElement(1, from), from, to), to);
  return { key, dtypes: [to, from], params: [], result };
}
/** By the bytes of an element, the dtype as which it is copied, so that its bits stay what they are. */
const BITS: Readonly<Record<number, DType>> = { 1: "uint8", 2: "uint16", 4: "uint32", 8: "uint64" };

/** With fewer elements, JavaScript is done before a kernel would be found. */
const FEW = 16;
/** The same for elements that are only moved. */
const FEW_MOVED = 4096;

/**
 * Copies all elements of the source, cast, into the target, which has the same shape and shares no element with it.
 *
 * @returns false if this engine cannot, or if it is not worth while; then nothing was written
 */
export function castByKernel(target: Strided, source: Strided): boolean {
  const [to, from] = [target.elements.dtype, source.elements.dtype];
  if (target.view.size < (to === from ? FEW_MOVED : FEW)) return false;
  return runDirect(programFor(from, to), [target, source], [], to !== from);
}

/** The programs that write the bits of a number, by the bytes of an element. */
const fills = new Map<number, Program>();
function fillProgram(bytes: number): Program {
  let program = fills.get(bytes);
  if (!program) {
    const bits = BITS[bytes]!;
    const lane = storedLane(bits);
    program = { key: `fill ${bits}`, dtypes: [bits], params: [lane], result: ir.param(0, lane) };
    fills.set(bytes, program);
  }
  return program;
}

/** Below so many elements JavaScript is as fast. */
const FEW_FILLED = 2048;

/**
 * Writes the element in `cell`, an array of one, to all elements of the target.
 *
 * @returns false if this engine cannot, or if it is not worth while; then nothing was written
 */
export function fillByKernel(target: Strided, { buffer, byteLength }: RawArray): boolean {
  if (target.view.size < FEW_FILLED) return false;
  const bits = new dtypes[BITS[byteLength]!].array(buffer, 0, 1)[0]!;
  return runDirect(fillProgram(byteLength), [target], [bits], false);
}
