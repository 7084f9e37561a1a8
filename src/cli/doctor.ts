/** `doctor`: checks which features work on this machine; if one does not, says why and what to do. */
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import { arange, NDArray, Pool, Process, SharedMemory, Value } from "../index.js";
import { hasMultiMemory, hasSimd } from "../ir/support.js";
import { loadKoffi, nameOfRuntime } from "../platform/runtime.js";
import { freeBytes } from "../system/files.js";
import { leftovers } from "./blocks.js";
import { type JsonOption, SYSTEM } from "./options.js";
import { byteText, printJson } from "./output.js";

interface Finding {
  readonly name: string;
  /** `"limited"` if all works, but slower or with fewer features than possible. */
  readonly ok: boolean | "limited";
  readonly detail: string;
  /** How to improve it. */
  readonly cure?: string | undefined;
}
type Check = () => string | Promise<string> | Omit<Finding, "name">;

const CHECKS: readonly [name: string, check: Check][] = [
  ["runtime", nameOfRuntime],
  ["machine", () => `${availableParallelism()} cores, ${byteText(freemem())} of ${byteText(totalmem())} free`],
  ["names between threads", namesBetweenThreads],
  ["arrays on all cores", arraysOnAllCores],
  ["SIMD kernels", simd],
  ["float16 arrays", float16],
  ["deaths of threads", proc],
  ["koffi", koffi],
  ["/dev/shm", shm],
  ["blocks of system scope", systemBlocks],
  ["locks between processes", betweenProcesses],
  ["Python", python],
  ["left by dead owners", left],
];

export async function doctor({ json }: JsonOption): Promise<void> {
  const findings: Finding[] = [];
  for (const [name, check] of CHECKS) {
    const finding = { name, ...(await outcome(check)) };
    findings.push(finding);
    if (!json) print(finding);
  }
  const isWell = findings.every(({ ok }) => ok !== false);
  if (json) printJson({ ok: isWell, findings });
  if (!isWell) process.exitCode = 1;
}

async function outcome(check: Check): Promise<Omit<Finding, "name">> {
  try {
    const found = await check();
    return typeof found === "string" ? { ok: true, detail: found } : found;
  } catch (e) {
    const { message, instead } = e as { message: string; instead?: string };
    return { ok: false, detail: message.split("\n")[0]!, cure: instead };
  }
}

const SIGNS = { true: "ok ", limited: "-- ", false: "NO " } as const;
function print({ name, ok, detail, cure }: Finding): void {
  console.log(`${SIGNS[String(ok) as keyof typeof SIGNS]} ${name.padEnd(24)} ${detail}`);
  if (cure) console.log(`${" ".repeat(29)}-> ${cure}`);
}

async function namesBetweenThreads(): Promise<string> {
  const began = performance.now();
  await SharedMemory.ready();
  using a = arange(3, { name: `doctor-${process.pid}` });
  const found = NDArray.attach(a.name!, { dtype: "float64", ndim: 1 }).size;
  return `the keeper was up in ${(performance.now() - began).toFixed(0)} ms, ${found} elements found by name`;
}

async function arraysOnAllCores(): Promise<string> {
  await using pool = new Pool();
  await pool.ready();
  const a = arange(1_000_000);
  const began = performance.now();
  await pool.map(a, (x) => x * x, { out: a });
  const ms = performance.now() - began;
  if (a.get(999) !== 999 ** 2) throw new Error(`Expected the square of 999, got ${a.get(999)}`);
  return `a million squared by a team of ${pool.workers} in ${ms.toFixed(1)} ms (the first call)`;
}

function simd(): Omit<Finding, "name"> {
  if (!hasSimd) return { ok: "limited", detail: "no WebAssembly SIMD: functions run as JavaScript loops" };
  if (hasMultiMemory) return { ok: true, detail: "on operands in any blocks" };
  const detail = "on operands in one block, and in place; others run as JavaScript loops";
  return { ok: "limited", detail, cure: "Node 22 or later has several memories" };
}

function float16(): Omit<Finding, "name"> {
  if ("Float16Array" in globalThis) return { ok: true, detail: "Float16Array is there" };
  return { ok: "limited", detail: "get, set, astype; no flat, no data", cure: "Node 24 or later has Float16Array" };
}

function proc(): Omit<Finding, "name"> {
  try {
    readFileSync("/proc/self/stat");
    return { ok: true, detail: "seen through /proc: threads that wait for a dead holder learn of it" };
  } catch {
    return {
      ok: "limited",
      detail: "no /proc: threads that wait for a dead holder wait until timeoutMs",
      cure: "Linux",
    };
  }
}

function koffi(): string {
  const { version } = loadKoffi() as { readonly version?: string };
  return `version ${version}`;
}

function shm(): string {
  const mode = (statSync("/dev/shm").mode & 0o7777).toString(8);
  return `mode ${mode}, ${byteText(freeBytes())} free`;
}

function systemBlocks(): string {
  using a = arange(4, { dtype: "int32", ...SYSTEM });
  using again = NDArray.attach(a.name!, { ...SYSTEM, dtype: "int32" });
  again.set(0, 42);
  const inFile = readFileSync(a.memory.path!).readInt32LE(a.memory.size - a.nbytes);
  if (inFile !== 42) throw new Error(`Expected the file to have what was written, got ${inFile}`);
  return "made, found by name, and written through to the file";
}

async function betweenProcesses(): Promise<string> {
  using count = new Value("int32", 0, SYSTEM);
  const began = performance.now();
  const other = new Process(
    (count) => {
      for (let i = 0; i < 1000; i++) count.updateSync((x) => x + 1);
    },
    [count],
    { isolation: "process" },
  ).start();
  for (let i = 0; i < 1000; i++) count.updateSync((x) => x + 1);
  await other.join();
  if (count.value !== 2000) throw new Error(`Expected 2000 increments by two processes, got ${count.value}`);
  return `2000 increments by two processes under one lock: exact, ${(performance.now() - began).toFixed(0)} ms`;
}

function python(): Omit<Finding, "name"> {
  const code = "import sys, numpy; print(f'Python {sys.version.split()[0]}, NumPy {numpy.__version__}')";
  const { status, stdout } = spawnSync("python3", ["-c", code], { encoding: "utf8" });
  if (status === 0) return { ok: true, detail: stdout.trim() };
  return { ok: "limited", detail: "no python3 with NumPy", cure: "only needed to share arrays with Python" };
}

function left(): Omit<Finding, "name"> {
  const dead = leftovers();
  if (dead.length === 0) return { ok: true, detail: "nothing" };
  const names = dead.map(({ name }) => name).join(", ");
  return { ok: "limited", detail: `${dead.length} blocks: ${names}`, cure: "npx shared-ndarray prune" };
}
