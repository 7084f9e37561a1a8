/** What the runtime gives: the one file that imports `node:` modules. Everything else asks here. */
import { constants as bufferLimits } from "node:buffer";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export { type ChildProcess, spawn } from "node:child_process";
export {
  closeSync,
  constants as fileFlags,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  type Stats,
  statfsSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
export { open } from "node:fs/promises";
export { availableParallelism, constants, freemem, totalmem } from "node:os";
export { resolve as resolvePath } from "node:path";
export { fileURLToPath } from "node:url";
export { Deserializer, deserialize, Serializer, serialize } from "node:v8";
export {
  BroadcastChannel,
  getEnvironmentData,
  isMainThread,
  MessageChannel,
  MessagePort,
  parentPort,
  receiveMessageOnPort,
  setEnvironmentData,
  threadId,
  Worker,
  workerData,
} from "node:worker_threads";

/**
 * Options that every worker of this package needs. A worker inherits the flags of its process, and refuses to start from a
 * file under `--input-type`, which goes with `node -e`.
 */
export const workerFlags: { readonly execArgv?: string[] } = process.execArgv.some((flag) =>
  flag.startsWith("--input-type"),
)
  ? { execArgv: [] }
  : {};

const EVALUATED = /^(-e|--eval|-p|--print|-pe)(=|$)/;
/** Those of the process's flags that go with another program of its too: not what it evaluates, nor the debugger's port. */
export const inheritedFlags: readonly string[] = process.execArgv.filter((flag, i, all) => {
  const isValue = i > 0 && EVALUATED.test(all[i - 1]!) && !all[i - 1]!.includes("=");
  return !isValue && !EVALUATED.test(flag) && !/^--(input-type|inspect|test|watch)/.test(flag) && flag !== "-i";
});

/** The collector, called by hand. For the keeper, a thread whose heap tells the collector nothing of the shared bytes it drops. */
export function collector(): () => void {
  for (;;) {
    setFlagsFromString("--expose-gc"); // of the whole process: another thread that does the same may take it back meanwhile
    const gc = runInNewContext("typeof gc === 'function' ? gc : undefined") as (() => void) | undefined;
    setFlagsFromString("--no-expose-gc");
    if (gc) return gc;
  }
}

/** scijs' `ndarray`, loaded on first use: it evaluates code when called, which a strict CSP forbids. */
export function loadNdarray(): typeof import("ndarray") {
  return createRequire(import.meta.url)("ndarray");
}

/** `koffi`, which calls C functions: an optional dependency, for system scope alone. @throws if it is not installed, or not for this machine */
export function loadKoffi(): typeof import("koffi") {
  return createRequire(import.meta.url)("koffi");
}

/** Elements of one typed array at most: 2^32 - 1 on Node 20, whose buffers may be larger. */
export const MAX_ELEMENTS = Math.max(2 ** 32 - 1, bufferLimits.MAX_LENGTH > 2 ** 32 ? bufferLimits.MAX_LENGTH : 0);

/** Whether the processor reads and writes 64 aligned bits in one access: all that Node runs on but these. */
export const hasLongAccess = !["arm", "ia32", "mips", "mipsel"].includes(process.arch);
