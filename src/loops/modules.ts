/** Compiled kernels: WebAssembly modules, which threads share as they are, and other processes compile again from their bytes. */
import { show } from "../base/expect.js";
import { registerHandleKind } from "../wire/registry.js";

const bytesOf = new WeakMap<WebAssembly.Module, Uint8Array>();
const received = new Map<string, WebAssembly.Module>();
/** So many kernels that another process has sent are kept compiled. */
const KEPT = 256;

export function newModule(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  const module = new WebAssembly.Module(bytes);
  bytesOf.set(module, bytes);
  return module;
}

function moduleFrom(bytes: unknown): WebAssembly.Module {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`Expected \`bytes\` to be a module's, got ${show(bytes)}`);
  const key = String.fromCharCode(...bytes);
  const module = received.get(key) ?? newModule(Uint8Array.from(bytes));
  received.delete(key);
  received.set(key, module); // the youngest is the last
  if (received.size > KEPT) received.delete(received.keys().next().value!);
  return module;
}

registerHandleKind<WebAssembly.Module>(
  "Module",
  (value) => value instanceof WebAssembly.Module && bytesOf.has(value),
  (module) => ({ bytes: bytesOf.get(module) }),
  ({ bytes }) => moduleFrom(bytes),
  { reachesProcesses: () => true, onlyToProcesses: true },
);
