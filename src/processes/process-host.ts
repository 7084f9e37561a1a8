/**
 * A process of the system for one target: it shares with this one what is of system scope, and nothing else. What runs in it is
 * `child-process.ts`. Whatever kills it leaves this process alone.
 */

import type { ThrownWire } from "../base/errors.js";
import { blockOf, SharedMemory } from "../memory/shared-memory.js";
import { load, type Words } from "../memory/words/atomics.js";
import { type ChildProcess, constants, deserialize, serialize } from "../platform/runtime.js";
import { startOf, statusOfDead } from "../system/agent.js";
import { startProcess } from "../system/process.js";
import { wordsIn } from "../things/thing-block.js";
import { notSendable } from "../wire/send-errors.js";
import type { Assignment, Ending, Host, WhenEnded } from "./host.js";
import { BEGIN, ENDING, EXIT_CODE, type Task, THROWN, THROWN_LENGTH } from "./layout.js";

/** How long a process may take to end after SIGTERM. */
const GRACE_MS = 1000;

export class ProcessHost implements Host {
  readonly words: Words;
  readonly pid: number;
  readonly #memory: SharedMemory;
  readonly #child: ChildProcess;
  #killAt: number | undefined;

  /** @throws {NotSendableError} {UnsupportedError} then nothing is left */
  constructor({ fn, args, identity, name }: Assignment, whenEnded: WhenEnded) {
    const begin = asBytes({ fn, args, identity });
    this.#memory = new SharedMemory(BEGIN + begin.length, { scope: "system" });
    this.words = wordsIn(blockOf(this.#memory));
    this.#memory.buf.set(begin, BEGIN);
    try {
      this.#child = startProcess("child-process", [this.#memory.name!, name]);
    } catch (e) {
      this.#memory[Symbol.dispose]();
      throw e;
    }
    this.pid = this.#child.pid!;
    this.#child.on("exit", (code, signal) => {
      whenEnded(this.#ending(code ?? 0, signal ? constants.signals[signal] : 0));
    });
  }

  look(): Ending | undefined {
    if (this.#killAt !== undefined && performance.now() > this.#killAt) this.#child.kill("SIGKILL");
    const status = statusOfDead(this.pid);
    if (status !== undefined) return this.#ending(status >> 8, status & 127);
    return startOf(`/proc/${this.pid}/stat`) !== undefined ? undefined : this.#ending(load(this.words, EXIT_CODE), 0);
  }

  #ending(code: number, signal: number): Ending {
    if (signal > 0) return { exitCode: -signal, failure: new Error(`it was ended by ${nameOf(signal)}`) };
    if (load(this.words, ENDING) === 1) return { exitCode: load(this.words, EXIT_CODE) };
    return { exitCode: code, failure: new Error(`its process exited with code ${code}`) };
  }

  get thrown(): ThrownWire | undefined {
    const length = load(this.words, THROWN_LENGTH);
    if (length === 0) return undefined;
    return deserialize(Uint8Array.from(this.#memory.buf.subarray(THROWN, THROWN + length))) as ThrownWire;
  }

  /** (A process that is busy does not hear SIGTERM if it owns blocks, which it is to unlink then.) */
  stop(force: boolean): void {
    this.#child.kill(force ? "SIGKILL" : "SIGTERM");
    this.#killAt ??= performance.now() + GRACE_MS;
    setTimeout(() => this.#child.kill("SIGKILL"), GRACE_MS).unref();
  }

  close(): void {
    this.#memory[Symbol.dispose]();
  }
}

function asBytes(task: Task): Uint8Array {
  try {
    return serialize(task);
  } catch (cause) {
    throw notSendable("args", task.args.value, cause);
  }
}

const nameOf = (signal: number): string =>
  Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `signal ${signal}`;
