/** `Process`: a thread or a process of the system that runs one function, with Python's words. */

import { fromWire, WorkerDiedError } from "../base/errors.js";
import { expectKnown, expectOneOf, show } from "../base/expect.js";
import { load } from "../memory/words/atomics.js";
import {
  expectWait,
  late,
  type SyncWaitOptions,
  type WaitOptions,
  waitUntilSync,
  whenGivenUp,
} from "../memory/words/wait.js";
import { assertNotImporting } from "../platform/importing.js";
import type { Isolation } from "../platform/runtime.js";
import { forbidSending } from "../wire/contents.js";
import { type Packed, settle } from "../wire/departures.js";
import { type FunctionRef, refOf } from "../wire/functions.js";
import { pack } from "../wire/pack.js";
import { sendError } from "../wire/send-errors.js";
import type { Assignment, Ending, Host, WhenEnded } from "./host.js";
import { nextIdentity } from "./identity.js";
import { ENDING } from "./layout.js";
import { ProcessHost } from "./process-host.js";
import { ThreadHost } from "./thread-host.js";

/** How a `Process` runs. */
export interface ProcessOptions {
  /** Default `Process-1`, `Process-2`, …; of a child's children `Process-1:1`. */
  readonly name?: string | undefined;
  /**
   * `"thread"`, the default; or `"process"`: a process of the system, whose crash leaves this one alone. Shared things among its
   * arguments must be of system scope then. It starts some 40 ms later, and what it prints comes by itself.
   */
  readonly isolation?: Isolation | undefined;
}

/** Exit codes of those that were ended, as Python tells them: minus the signal. */
const TERMINATED = -15;
const KILLED = -9;
/** How often a blocked `joinSync` looks whether it still lives. */
const LOOK_MS = 100;

type Outcome = { readonly exitCode: number } | { readonly exitCode: number; readonly error: unknown };

/**
 * One function in a thread or process of its own, started once. Arguments that are shared things arrive as themselves, all others as
 * copies. The target is defined by `defineTask`, or is self-contained. The program does not end before its processes have.
 *
 * @example
 * const total = new Value("int32");
 * const p = new Process((v) => { v.updateSync((x) => x + 1); }, [total]).start();
 * await p.join(); // 0; or throws what the target threw
 *
 * After Python's `multiprocessing.Process`.
 */
export class Process<A extends unknown[] = []> implements AsyncDisposable {
  /** For messages and debuggers; also the name of the thread, or the title of the process. */
  readonly name: string;
  readonly #isolation: Isolation;
  readonly #fn: FunctionRef;
  readonly #args: readonly unknown[];
  readonly #identity = nextIdentity();
  readonly #ended: Promise<Outcome>;
  #end!: (outcome: Outcome) => void;
  #host: Host | undefined;
  #outcome: Outcome | undefined;
  /** The arguments on their way, until it has ended. */
  #sent: Packed | undefined;
  #endedBy: typeof TERMINATED | typeof KILLED | undefined;
  /** Calls that wait for the end, and will tell of a failure. */
  #joins = 0;

  /** @throws {TypeError} {CaptureError} {ImportedProgramError} {UnsupportedError} */
  constructor(target: (...args: A) => unknown, args: [...A], options?: ProcessOptions);
  constructor(target: () => unknown, args?: [], options?: ProcessOptions);
  constructor(target: (...args: never[]) => unknown, args: unknown[] = [], options?: ProcessOptions) {
    assertNotImporting("a Process");
    const { name, isolation = "thread" } = expectKnown<ProcessOptions>(options, ["name", "isolation"], "a Process");
    if (name !== undefined && typeof name !== "string") {
      throw new TypeError(`Expected \`name\` to be a string, got ${show(name)}`);
    }
    this.#isolation = expectOneOf("isolation", isolation, ["thread", "process"]);
    if (!Array.isArray(args)) throw new TypeError(`Expected \`args\` to be a list of arguments, got ${show(args)}`);
    this.#fn = refOf(target, "target", true);
    this.#args = [...args];
    this.name = name ?? `Process-${this.#identity}`;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Starts it; once. @throws {TypeError} the second time @throws {NotSendableError} @throws {UnsupportedError} of a process, without system scope */
  start(): this {
    if (this.#host) throw new TypeError(`Expected to start ${this.name} once, got a second start()`);
    const args = pack(this.#args, "args", { toProcesses: this.#isolation === "process" });
    try {
      this.#host = startHost(
        this.#isolation,
        { fn: this.#fn, args, name: this.name, identity: this.#identity },
        (ending) => this.#settle(ending),
      );
    } catch (cause) {
      settle(args, "cancelled");
      throw sendError(cause, "args");
    }
    this.#sent = args;
    settle(args, "sent");
    return this;
  }

  /**
   * Waits until it has ended; the exit code. With `signal` and `timeoutMs` it gives up waiting, and the target goes on.
   *
   * @throws what the target threw @throws {WorkerDiedError} if it died without a word: out of memory, or killed by a signal not of ours
   * @throws {TimeoutError} {AbortedError} @throws {TypeError} before `start()`
   */
  async join(options: WaitOptions = {}): Promise<number> {
    expectWait(options);
    this.#started("join()");
    this.#joins++;
    try {
      return exitCodeOf(await orGivenUp(this.#ended, this.name, options));
    } finally {
      this.#joins--;
    }
  }
  /** As `join`, blocking. */
  joinSync(options: SyncWaitOptions = {}): number {
    expectWait(options);
    const { words } = this.#started("join()");
    this.#joins++;
    try {
      const sliceMs = () => (load(words, ENDING) === 1 ? 1 : LOOK_MS);
      const outcome = waitUntilSync(words, ENDING, () => this.#look(), options.timeoutMs, sliceMs);
      if (!outcome) throw late(this.name, options.timeoutMs!);
      return exitCodeOf(outcome);
    } finally {
      this.#joins--;
    }
  }

  /** `undefined` until it has ended: 0, the code of `process.exit`, 1 after an error, -15 terminated, -9 killed. */
  get exitCode(): number | undefined {
    return this.#look()?.exitCode;
  }
  /** True from `start()` until it has ended. */
  get alive(): boolean {
    return this.#host !== undefined && this.#look() === undefined;
  }
  /** Of the operating system's process; of a thread the same as the caller's. @throws {TypeError} of a process before `start()` */
  get pid(): number {
    return this.#isolation === "thread" ? process.pid : this.#started("pid").pid;
  }

  /**
   * Ends a thread wherever it is; to a process it sends SIGTERM, and a second later SIGKILL. `exitCode` will be -15. Locks that it holds are abandoned.
   *
   * @throws {TypeError} before `start()`
   */
  terminate(): void {
    this.#stop(TERMINATED);
  }
  /** As `terminate`, with exit code -9; to a process it sends SIGKILL, which it cannot but obey. @throws {TypeError} before `start()` */
  kill(): void {
    this.#stop(KILLED);
  }
  /** `join()`, if it was started. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#host) await this.join();
  }

  #started(act: string): Host {
    if (this.#host) return this.#host;
    throw new TypeError(`Expected ${this.name} to be started, got ${act} before start()`);
  }

  #stop(signal: typeof TERMINATED | typeof KILLED): void {
    const host = this.#started(signal === KILLED ? "kill()" : "terminate()");
    if (this.#look()) return;
    this.#endedBy ??= signal;
    host.stop(signal === KILLED);
  }

  /** The outcome, if it has ended, though no event loop have turned. */
  #look(): Outcome | undefined {
    if (!this.#host || this.#outcome) return this.#outcome;
    const ending = this.#host.look();
    if (ending) this.#settle(ending);
    return this.#outcome;
  }

  #settle(ending: Ending): void {
    if (this.#outcome) return;
    this.#outcome = this.#outcomeOf(ending);
    settle(this.#sent!, "lost");
    this.#sent = undefined;
    this.#host!.close();
    this.#end(this.#outcome);
    if ("error" in this.#outcome && this.#joins === 0) report(this.name, this.#outcome.error);
  }

  #outcomeOf({ exitCode, failure }: Ending): Outcome {
    const { thrown, words } = this.#host!;
    if (thrown) return { exitCode: 1, error: fromWire(thrown) };
    if (this.#endedBy !== undefined && (failure || this.#isolation === "thread")) return { exitCode: this.#endedBy };
    if (load(words, ENDING) === 1) return { exitCode };
    const message = `${this.name} died without a word${failure ? `: ${failure.message}` : ""}`;
    const isCrash = this.#isolation === "process";
    const died = new WorkerDiedError(
      message,
      { exitCode: isCrash ? exitCode : undefined, chunks: [], written: [] },
      { cause: failure },
    );
    return { exitCode: isCrash ? exitCode : 1, error: died };
  }
}
forbidSending(Process);

function exitCodeOf(outcome: Outcome): number {
  if ("error" in outcome) throw outcome.error;
  return outcome.exitCode;
}

/** An error that nobody waits for, as Python prints it. A later `join` throws it all the same. */
function report(name: string, error: unknown): void {
  process.stderr.write(`${name} failed: ${error instanceof Error ? error.stack : show(error)}\n`);
}

/** The promise's value, unless the wait is given up before. */
function orGivenUp<T>(promise: Promise<T>, name: string, options: WaitOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = whenGivenUp(options, name, reject);
    promise.then(resolve).finally(stop);
  });
}

function startHost(isolation: Isolation, assignment: Assignment, whenEnded: WhenEnded): Host {
  return isolation === "process" ? new ProcessHost(assignment, whenEnded) : new ThreadHost(assignment, whenEnded);
}
