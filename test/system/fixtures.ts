/** What tests of system scope share: other processes, and a look into `/dev/shm`. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";

export const SYSTEM = { scope: "system" } as const;
export const DIST = new URL("../../dist/index.js", import.meta.url).href;

/** A name that no other test run has. */
let names = 0;
export const freshName = (): string => `sna-test-${process.pid}-${++names}`;

/** What this test run and its processes have left there. Other programs may have files there too. */
export function leftovers(): string[] {
  const names = readdirSync("/dev/shm");
  const isOurs = (pid: string | undefined) => pid !== undefined && pids.has(Number(pid));
  const ownerOf = (name: string) => /^\.shared-ndarray\.\w+\.(\d+)\./.exec(name)?.[1];
  // If a name was made up, only the owner file says who owns it.
  const theirs = names
    .filter((name) => name.startsWith(".shared-ndarray.owner.") && !isOurs(ownerOf(name)))
    .map((name) => {
      try {
        return readFileSync(`/dev/shm/${name}`, "utf8");
      } catch {
        return ""; // just gone
      }
    })
    .join();
  return names.filter((name) => {
    if (name.startsWith("snd_")) return !theirs.includes(name) && existsSync(`/dev/shm/${name}`);
    return isOurs(ownerOf(name) ?? /^sna-test-.*?(\d+)/.exec(name)?.[1]);
  });
}
const pids = new Set([process.pid]);
/** How `leftovers` is polled: what a process has noted of blocks that others removed goes a moment later. */
export const NOTES_GO_LATER = { timeout: 60_000 };

/** An error with these fields. */
export const coded = (fields: object): Error => expect.objectContaining(fields);
/** The last statement of a program that waits to be killed. */
export const FOREVER = "process.on('message', () => {});";
export const hasNumPy = spawnSync("python3", ["-c", "import numpy"]).status === 0;
/** Whether a test may have a `/dev/shm` of its own. */
export const canUnshare = spawnSync("unshare", ["-m", "true"]).status === 0;

const program = (body: string) => `import * as nd from ${JSON.stringify(DIST)};
const { SharedMemory, NDArray, Lock, Value, Queue } = nd;
const SYSTEM = { scope: "system" };
const say = (value) => process.send?.(value);
${body}`;
const FLAGS = ["--input-type=module", "-e"];

/** Another process that runs this module text, with the package in scope; `say(value)` is heard by `heard`. */
export class Other implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly #heard: unknown[] = [];
  #wanted: ((value: unknown) => void) | undefined;
  #stderr = "";

  /** @param bare without the package in the main thread */
  constructor(body: string, { bare = false } = {}) {
    this.child = spawn(process.execPath, [...FLAGS, bare ? body : program(body)], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    pids.add(this.child.pid!);
    this.child.stderr!.on("data", (chunk) => {
      this.#stderr += chunk;
    });
    this.child.on("message", (value) => {
      const wanted = this.#wanted;
      this.#wanted = undefined;
      if (wanted) wanted(value);
      else this.#heard.push(value);
    });
  }
  /** The next thing it says. */
  async heard(): Promise<unknown> {
    if (this.#heard.length > 0) return this.#heard.shift();
    return await Promise.race([
      new Promise((resolve) => {
        this.#wanted = resolve;
      }),
      once(this.child, "exit").then(([code, signal]) => {
        throw new Error(`The other process ended (${code ?? signal}) before it spoke: ${this.#stderr}`);
      }),
    ]);
  }
  /** Its exit code or signal. */
  async ended(): Promise<number | string> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    return child.exitCode ?? child.signalCode!;
  }
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<number | string> {
    this.child.kill(signal);
    return await this.ended();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** Runs such a process to its end, and returns what it has printed. */
export function runOther(body: string, command: string[] = [process.execPath], env?: NodeJS.ProcessEnv) {
  const [file, ...flags] = command;
  const { stdout, stderr, status, signal, pid } = spawnSync(file!, [...flags, ...FLAGS, program(body)], {
    encoding: "utf8",
    timeout: 240_000,
    env: { ...process.env, ...env },
  });
  pids.add(pid);
  return { stdout: stdout.trim(), stderr, status, signal };
}
