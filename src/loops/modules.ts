/** WebAssembly modules. Threads share a module itself; other processes receive its bytes and compile them again. */
import { isUint8Array, isWasmModule } from "../base/builtins.js";
import { hasWebAssembly, noWebAssembly } from "../base/evaluating.js";
import { show } from "../base/expect.js";
import { registerHandleKind } from "../wire/registry.js";

const bytesOf = new WeakMap<WebAssembly.Module, Uint8Array>();
const received = new Map<string, WebAssembly.Module>();
/** How many modules received from other processes are kept compiled. */
const KEPT = 256;

/** Compiles a module and remembers its bytes, so that it can be sent to other processes. */
export function newModule(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  if (!hasWebAssembly) throw noWebAssembly("this function of arrays");
  const module = new WebAssembly.Module(bytes);
  bytesOf.set(module, bytes);
  return module;
}

function moduleFrom(bytes: unknown): WebAssembly.Module {
  if (!isUint8Array(bytes)) throw new TypeError(`Expected \`bytes\` to be a module's, got ${show(bytes)}`);
  const key = String.fromCharCode(...bytes);
  const module = received.get(key) ?? newModule(Uint8Array.from(bytes));
  received.delete(key);
  received.set(key, module); // the most recently used module is the last
  if (received.size > KEPT) received.delete(received.keys().next().value!);
  return module;
}

registerHandleKind<WebAssembly.Module>(
  "Module",
  (value) => isWasmModule(value) && bytesOf.has(value),
  (module) => ({ bytes: bytesOf.get(module) }),
  ({ bytes }) => moduleFrom(bytes),
  { reachesProcesses: () => true, onlyToProcesses: true },
);
