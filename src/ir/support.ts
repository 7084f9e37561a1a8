/**
 * What this engine's WebAssembly supports. The engine is asked to validate a module; its version is never consulted.
 */
import { hasWebAssembly } from "../base/evaluating.js";
import { load, type Node } from "./node.js";
import { compile, type Slot } from "./wasm.js";

const copying = (memory: number): boolean => {
  const result: Node = load(1, "f64");
  const slot = (at: number): Slot => ({ type: "f64", kind: "run", memory: at });
  return WebAssembly.validate(compile({ slots: [slot(0), slot(memory)], params: [], result }));
};

/** Whether the engine has 128-bit vectors and shared memories. */
export const hasSimd = hasWebAssembly && copying(0);
/** Whether a module may use several memories, so that operands may be in different blocks. */
export const hasMultiMemory = hasSimd && copying(1);
