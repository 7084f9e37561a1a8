/** What Node gives: the one file that imports `node:` modules. All others ask `runtime.ts`. */
import { AsyncLocalStorage } from "node:async_hooks";
import { constants as bufferLimits } from "node:buffer";
import { open as openCallback, read as readCallback } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { deserialize, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import * as zlib from "node:zlib";
import { UnsupportedError } from "../base/errors.js";
import type { AsyncContext, ResourceLimits, ThreadEntry } from "./interface.js";

// ── Threads, ports and structured clone ────────────────────────────────────────────────────────────────────────────

export { availableParallelism } from "node:os";
export { Deserializer, deserialize, Serializer, serialize } from "node:v8";

/** The runtime, its version, the operating system and the processor's architecture, for people. */
export const nameOfRuntime = (): string => `Node ${process.versions.node}, ${process.platform} ${process.arch}`;

const { fill } = Buffer.prototype;
/** Fewer bytes are copied by JavaScript before a native function has begun. */
const FEW_COPIED = 64;
/** `copy` of Buffers would do what JavaScript's `set` does. `fill` with a Buffer is the one that copies natively. */
export function copyBytes(target: Uint8Array, at: number, source: Uint8Array, start: number, end: number): void {
  const bytes = source.subarray(start, end);
  if (bytes.length < FEW_COPIED) target.set(bytes, at);
  else fill.call(target.subarray(at, at + bytes.length) as Buffer, bytes);
}
/** Few threads need a digest, and to load `node:crypto` takes a tenth of the time in which a thread starts. */
export const sha256 = (bytes: Uint8Array<ArrayBuffer>): string =>
  process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex");
export {
  BroadcastChannel,
  getEnvironmentData,
  isMainThread,
  MessageChannel,
  parentPort,
  receiveMessageOnPort,
  setEnvironmentData,
  threadId,
  workerData,
} from "node:worker_threads";
export type { MessagePort, Worker };

/**
 * The flags of a worker. It would inherit those of its process, but it refuses to start from a file under
 * `--input-type`, which belongs to `node -e`.
 */
const workerFlags: { readonly execArgv?: string[] } = process.execArgv.some((flag) => flag.startsWith("--input-type"))
  ? { execArgv: [] }
  : {};

/** Enough for any kernel, because data are stored outside the heap, and yet an end for a leak. */
const DEFAULT_LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 2048 };

export function startThread(
  entry: ThreadEntry,
  name: string,
  given?: unknown,
  resourceLimits?: ResourceLimits,
): Worker {
  const isPort = given instanceof MessagePort;
  try {
    return new Worker(new URL(`./${entry}.js`, import.meta.url), {
      ...workerFlags,
      name,
      resourceLimits: { ...DEFAULT_LIMITS, ...resourceLimits },
      workerData: given,
      transferList: isPort ? [given] : [],
    });
  } catch (cause) {
    throw refused(name, cause);
  }
}

/** The error of a thread that was not started, with its cure if it is known. */
function refused(name: string, cause: unknown): unknown {
  const { code, message } = cause as { code?: string; message: string };
  const instead = CURES[code ?? ""];
  if (instead === undefined) return cause;
  const expected = `Expected one more thread to start (${name}), but the system refused: ${message} (${instead})`;
  return new UnsupportedError(expected, { feature: "one more thread", instead }, { cause });
}
const CURES: Readonly<Record<string, string>> = {
  ERR_WORKER_INIT_FAILED: "use fewer workers, or raise the limit of threads: `ulimit -u`, or pids.max of the container",
  ERR_ACCESS_DENIED: "under --permission, start node with --allow-worker",
};

/**
 * The error that ended a thread, while no event loop reports it; `undefined` if there is none, or this version of Node
 * keeps it elsewhere. Node sends it through a port of its own, as one byte and then a serialized description.
 */
export function errorOf(thread: Worker): Error | undefined {
  try {
    const key = Object.getOwnPropertySymbols(thread).find(({ description }) => description === "kPort");
    const port = (thread as unknown as Record<symbol, MessagePort>)[key!]!;
    for (let got = receiveMessageOnPort(port); got; got = receiveMessageOnPort(port)) {
      const { type, error } = got.message as { type: string; error: Uint8Array };
      if (type === "errorMessage") return errorIn(deserialize(error.subarray(1)));
    }
  } catch {
    // What Node does inside has changed.
  }
  return undefined;
}

function errorIn(described: { properties: { message: { value: string } } }): Error {
  return new Error(described.properties.message.value);
}

// ── Files ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export {
  accessSync,
  closeSync,
  constants as fileFlags,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
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
export { dirname as parentOfPath, resolve as resolvePath } from "node:path";

export const openDescriptor: (path: string, flags: "r") => Promise<number> = promisify(openCallback);
const readAsync = promisify(readCallback);
export const readDescriptor = async (
  fd: number,
  into: Uint8Array,
  offset: number,
  length: number,
  position: number,
): Promise<number> => (await readAsync(fd, into, offset, length, position)).bytesRead;

// ── Compression ────────────────────────────────────────────────────────────────────────────────────────────────────

export { crc32, deflateRawSync } from "node:zlib";
export const deflateRaw: (bytes: Uint8Array) => Promise<Uint8Array> = promisify(zlib.deflateRaw);
const inflateRawAsync: (bytes: Uint8Array, options: zlib.ZlibOptions) => Promise<Uint8Array> = promisify(
  zlib.inflateRaw,
);
/** If the input may end early, what is there is flushed; zlib refuses a length of 0. */
const inflating = (byteLength: number, isPart: boolean): zlib.ZlibOptions => ({
  maxOutputLength: Math.max(1, byteLength),
  ...(isPart && { finishFlush: zlib.constants.Z_SYNC_FLUSH }),
});
export const inflateRaw = (bytes: Uint8Array, byteLength: number, isPart: boolean): Promise<Uint8Array> =>
  inflateRawAsync(bytes, inflating(byteLength, isPart));
export const inflateRawSync = (bytes: Uint8Array, byteLength: number, isPart: boolean): Uint8Array =>
  zlib.inflateRawSync(bytes, inflating(byteLength, isPart));

// ── Processes ──────────────────────────────────────────────────────────────────────────────────────────────────────

export { type ChildProcess, spawn } from "node:child_process";
export { constants } from "node:os";
export { fileURLToPath } from "node:url";

const EVALUATED = /^(-e|--eval|-p|--print|-pe)(=|$)/;
/**
 * Without the code that this process evaluates, and without the debugger's port: a child process is another program.
 */
export const inheritedFlags: readonly string[] = process.execArgv.filter((flag, i, all) => {
  const isValue = i > 0 && EVALUATED.test(all[i - 1]!) && !all[i - 1]!.includes("=");
  return !isValue && !EVALUATED.test(flag) && !/^--(input-type|inspect|test|watch)/.test(flag) && flag !== "-i";
});

// ── Memory ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export { freemem, totalmem } from "node:os";

/** For the keeper: the size of its heap does not show the garbage collector how many shared bytes the keeper drops. */
export function collector(): () => void {
  for (;;) {
    // The flag belongs to the whole process: another thread that does the same may take it back in between.
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("typeof gc === 'function' ? gc : undefined") as (() => void) | undefined;
    setFlagsFromString("--no-expose-gc");
    if (gc) return gc;
  }
}

/** 2^32 - 1 on Node 20, although its buffers may be larger. */
export const MAX_ELEMENTS = Math.max(2 ** 32 - 1, bufferLimits.MAX_LENGTH > 2 ** 32 ? bufferLimits.MAX_LENGTH : 0);

/** True on all processors that Node runs on, except these. */
export const hasLongAccess = !["arm", "ia32", "mips", "mipsel"].includes(process.arch);

// ── Asynchronous context ───────────────────────────────────────────────────────────────────────────────────────────

export const newAsyncContext = <T>(): AsyncContext<T> => new AsyncLocalStorage<T>();

// ── Packages that are loaded on first use ──────────────────────────────────────────────────────────────────────────

const require = createRequire(import.meta.url);

/** Not imported at the top, because it evaluates code, which a strict content security policy forbids. */
export const loadNdarray = (): typeof import("ndarray") => require("ndarray");

/** @throws {Error} If koffi is not installed, or has no build for this machine. */
export const loadKoffi = (): typeof import("koffi") => require("koffi");
