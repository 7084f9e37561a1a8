/**
 * Runs one target in a system process, whose entry is `child-process.ts`. The two processes share only things of system
 * scope, so a crash of one leaves the other alone.
 */

import { endWithThis } from "../memory/machine/parentage.js";
import { memoryForChild } from "../memory/mapped-memory.js";
import { blockOf, type SharedMemory } from "../memory/shared-memory.js";
import { load, type Words } from "../memory/words/atomics.js";
import { type ChildProcess, constants, serialize } from "../platform/runtime.js";
import { statusOfDead } from "../system/agent.js";
import { startProcess } from "../system/process.js";
import { isGone } from "../system/stat.js";
import { wordsIn } from "../things/thing-block.js";
import { notSendable } from "../wire/send-errors.js";
import type { ThrownWire } from "../wire/thrown.js";
import type { Assignment, Ending, Host, WhenEnded } from "./host.js";
import { BEGIN, ENDING, EXIT_CODE, type Task } from "./layout.js";
import { readThrown } from "./thrown.js";

/** How long a process may take to end after SIGTERM, before SIGKILL follows. */
const KILL_AFTER_MS = 1000;
/** For how long Node may know how a process ended without having reported it. */
const REPORT_MS = 200;

export class ProcessHost implements Host {
  readonly words: Words;
  readonly pid: number;
  readonly #memory: SharedMemory;
  readonly #child: ChildProcess;
  readonly #detached: boolean;
  #killAt: number | undefined;
  #reported: Ending | undefined;
  /** When it was first seen that the process has ended, without a sign of how. */
  #unsureSince: number | undefined;

  /**
   * Starts the process. If it throws, no block and no process is left.
   *
   * @throws {NotSendableError} If an argument cannot be sent.
   * @throws {UnsupportedError} If this machine has no system scope.
   */
  constructor({ fn, args, identity, name, detached }: Assignment, whenEnded: WhenEnded) {
    const begin = asBytes({ fn, args, identity });
    const { memory, fd } = memoryForChild(BEGIN + begin.length);
    this.#memory = memory;
    this.words = wordsIn(blockOf(memory));
    memory.buf.set(begin, BEGIN);
    try {
      const parent = detached ? [] : [String(process.pid)];
      this.#child = startProcess("child-process", [name, ...parent], fd, { detached });
    } catch (e) {
      memory.close();
      throw e;
    }
    this.pid = this.#child.pid!;
    this.#detached = detached;
    if (detached) this.#child.unref();
    else endWithThis(this.#child);
    // Code that learns of one process may look at another one. By the next turn that has been reported too.
    this.#child.on("exit", (code, signal) => {
      const ending = this.#ending(code ?? 0, signal ? constants.signals[signal] : 0);
      this.#reported = ending;
      setImmediate(() => whenEnded(ending));
    });
  }

  look(): Ending | undefined {
    if (this.#reported) return this.#reported;
    if (this.#killAt !== undefined && performance.now() > this.#killAt) this.#child.kill("SIGKILL");
    const status = statusOfDead(this.pid); // as `wait` encodes it: the exit code above, the signal in the low 7 bits
    if (status) return this.#ending(status >> 8, status & 127);
    if (status === undefined && !isGone(this.pid)) return undefined;
    if (load(this.words, ENDING) !== 1 && !this.#isReportOverdue()) return undefined;
    return this.#ending(load(this.words, EXIT_CODE), 0);
  }
  /** Node reaps several processes before it reports the first of them, so a process can be gone without a report. */
  #isReportOverdue(): boolean {
    this.#unsureSince ??= performance.now();
    return performance.now() - this.#unsureSince > REPORT_MS;
  }

  #ending(code: number, signal: number): Ending {
    if (signal > 0) return { exitCode: -signal, failure: new Error(`it was ended by ${nameOf(signal)}`) };
    if (load(this.words, ENDING) === 1) return { exitCode: load(this.words, EXIT_CODE) };
    return { exitCode: code, failure: new Error(`its process exited with code ${code}`) };
  }

  get thrown(): ThrownWire | undefined {
    return readThrown(this.#memory, this.words);
  }

  /**
   * Sends SIGTERM, or SIGKILL with `force`, and SIGKILL after a while in any case: a process that owns blocks handles
   * SIGTERM in order to unlink them, and while its event loop is busy it cannot.
   */
  stop(force: boolean): void {
    this.#child.kill(force ? "SIGKILL" : "SIGTERM");
    this.#killAt ??= performance.now() + KILL_AFTER_MS;
    setTimeout(() => this.#child.kill("SIGKILL"), KILL_AFTER_MS).unref();
  }

  hold(isAwaited: boolean): void {
    if (!this.#detached) return;
    if (isAwaited) this.#child.ref();
    else this.#child.unref();
  }

  close(): void {
    this.#memory.close();
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
