/** `Process`: runs one function in a thread or a system process, with Python's names. */

import { isError } from "../base/builtins.js";
import { WorkerDiedError } from "../base/errors.js";
import { expectKnown, expectOneOf, show } from "../base/expect.js";
import { load } from "../memory/words/atomics.js";
import {
  expectSyncWait,
  expectWait,
  late,
  type SyncWaitOptions,
  type WaitOptions,
  waitUntilSync,
  whenGivenUp,
} from "../memory/words/wait.js";
import { assertNotImporting } from "../platform/importing.js";
import type { Isolation } from "../platform/interface.js";
import { forbidSending, ofItsThread } from "../wire/contents.js";
import { type Packed, settle } from "../wire/departures.js";
import { type FunctionRef, refOf } from "../wire/functions.js";
import { pack } from "../wire/pack.js";
import { sendError } from "../wire/send-errors.js";
import { fromWire } from "../wire/thrown.js";
import type { Assignment, Ending, Host, WhenEnded } from "./host.js";
import { nextIdentity } from "./identity.js";
import { ENDING } from "./layout.js";
import { ProcessHost } from "./process-host.js";
import { prepareSpare } from "./spare.js";
import { ThreadHost } from "./thread-host.js";

/** How a `Process` runs. */
export interface ProcessOptions {
  /** Shown by debuggers. Default `Process-1`, `Process-2`, …; for children of a child `Process-1:1`, …. */
  readonly name?: string | undefined;
  /**
   * `"thread"` by default. `"process"` starts a system process, whose crash leaves this one alone; shared things among
   * its arguments must then have system scope. It takes about 40 ms longer to start, and writes to stdout and stderr
   * directly.
   */
  readonly isolation?: Isolation | undefined;
  /**
   * Whether a system process may outlive this program: then the program does not wait for it before it ends, unless it
   * is joined, and a Ctrl-C in the terminal does not reach it. By default it ends with the thread that started it, even
   * if that is killed. Blocks that this program owns are unlinked at its end; the process keeps those that it has open.
   */
  readonly detached?: boolean | undefined;
}

/** Exit codes after `terminate` and `kill`, as in Python: minus the signal's number. */
const TERMINATED = -15;
const KILLED = -9;
/** How often a blocked `joinSync` checks for a death that sets no ENDING. */
const DEATH_CHECK_MS = 100;
/** How often it checks once ENDING is set: the thread is gone a moment later. */
const EXIT_CHECK_MS = 1;

type Outcome = { readonly exitCode: number } | { readonly exitCode: number; readonly error: unknown };

/**
 * One function that runs once, in a thread or process of its own. Shared things among the arguments are shared, all
 * other arguments are copied. The target must be made by `defineTask`, or be self-contained. The program waits for its
 * processes before it ends. If it ends in another way, such as by a signal or an error, they end with it.
 *
 * After Python's `multiprocessing.Process`.
 *
 * @example
 * const total = new Value("int32");
 * const p = new Process((v) => { v.updateSync((x) => x + 1); }, [total]).start();
 * await p.join(); // 0; or throws what the target threw
 */
export class Process<A extends unknown[] = []> implements AsyncDisposable {
  /** Makes structured clone fail, with an error that says why. */
  protected readonly contents = ofItsThread("Process");
  /** The name in messages and debuggers; also the name of the thread, or the title of the process. */
  readonly name: string;
  readonly #isolation: Isolation;
  readonly #detached: boolean;
  readonly #fn: FunctionRef;
  readonly #args: readonly unknown[];
  readonly #identity = nextIdentity();
  readonly #ended: Promise<Outcome>;
  #end!: (outcome: Outcome) => void;
  #host: Host | undefined;
  #outcome: Outcome | undefined;
  /** The arguments that were sent, until it has ended: what it has not received by then is lost. */
  #sent: Packed | undefined;
  #endedBy: typeof TERMINATED | typeof KILLED | undefined;
  /** Number of calls that wait for the end and will throw its error. If there is none, the error is printed. */
  #joins = 0;

  /**
   * Prepares a process; `start()` starts it.
   *
   * @throws {TypeError} If an argument has the wrong type.
   * @throws {CaptureError} If the target is not self-contained.
   * @throws {ImportedProgramError} If a worker is importing this module.
   */
  constructor(target: (...args: A) => unknown, args: [...A], options?: ProcessOptions);
  constructor(target: () => unknown, args?: [], options?: ProcessOptions);
  constructor(target: (...args: never[]) => unknown, args: unknown[] = [], options?: ProcessOptions) {
    assertNotImporting("a Process");
    const given = expectKnown<ProcessOptions>(options, ["name", "isolation", "detached"], "Process");
    const { name, isolation = "thread", detached = false } = given;
    if (name !== undefined && typeof name !== "string") {
      throw new TypeError(`Expected \`name\` to be a string, got ${show(name)}`);
    }
    this.#isolation = expectOneOf("isolation", isolation, ["thread", "process"]);
    if (typeof detached !== "boolean")
      throw new TypeError(`Expected \`detached\` to be a boolean, got ${show(detached)}`);
    if (detached && isolation === "thread") {
      const message = 'Expected `isolation` to be "process" with `detached`, got "thread", which ends with its program';
      throw new TypeError(message);
    }
    this.#detached = detached;
    if (!Array.isArray(args)) throw new TypeError(`Expected \`args\` to be a list of arguments, got ${show(args)}`);
    this.#fn = refOf(target, "target", true);
    this.#args = [...args];
    this.name = name ?? `Process-${this.#identity}`;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /**
   * Starts a spare thread ahead of time, for the next `start()` of this thread whose `isolation` is `"thread"`. Its
   * target then begins at once, and not after the time that a thread needs to start. There is one spare at most; call
   * it again for the next one. It takes some 10 MB, does not keep the program from ending, and ends with it.
   *
   * A spare is used only if `process.env` has not changed meanwhile. It has Node's environment data
   * (`setEnvironmentData`) of when it was prepared, and debuggers do not show the name of the process.
   *
   * @throws {Error} What kept the thread from starting.
   *
   * @example
   * await Process.prepare();
   * const p = new Process(() => {}).start();
   */
  static async prepare(): Promise<void> {
    assertNotImporting("a Process");
    await prepareSpare();
  }

  /**
   * Starts it. Can be called once.
   *
   * @throws {TypeError} If it was started before.
   * @throws {NotSendableError} If an argument cannot be sent.
   * @throws {UnsupportedError} If `isolation` is `"process"` and this machine has no system scope.
   */
  start(): this {
    if (this.#host) throw new TypeError(`Expected to start ${this.name} once, got a second start()`);
    const args = pack(this.#args, "args", { toProcesses: this.#isolation === "process" });
    try {
      this.#host = startHost(
        this.#isolation,
        { fn: this.#fn, args, name: this.name, identity: this.#identity, detached: this.#detached },
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
   * Waits until it has ended and returns the exit code; also throws what the target threw. `signal` and `timeoutMs` end
   * only the wait: the target goes on.
   *
   * @throws {WorkerDiedError} If it died without reporting an error: it ran out of memory, or something else killed it.
   * @throws {TimeoutError} If it has not ended after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {TypeError} If it was not started.
   */
  async join(options: WaitOptions = {}): Promise<number> {
    const given = expectWait(options, "join");
    const host = this.#started("join()");
    this.#joins++;
    host.hold(true);
    try {
      return exitCodeOf(await orGivenUp(this.#ended, `${this.name} to end`, given));
    } finally {
      this.#joins--;
      host.hold(this.#joins > 0);
    }
  }
  /** The blocking form of `join`. */
  joinSync(options: SyncWaitOptions = {}): number {
    const given = expectSyncWait(options, "joinSync");
    const { words } = this.#started("join()");
    this.#joins++;
    try {
      const sliceMs = () => (load(words, ENDING) === 1 ? EXIT_CHECK_MS : DEATH_CHECK_MS);
      const outcome = waitUntilSync(words, ENDING, () => this.#look(), given.timeoutMs, sliceMs);
      if (!outcome) throw late(`${this.name} to end`, given.timeoutMs!);
      return exitCodeOf(outcome);
    } finally {
      this.#joins--;
    }
  }

  /**
   * The exit code; `undefined` until it has ended. 0, or the code given to `process.exit`; 1 after an error; -15 after
   * `terminate()`, -9 after `kill()`.
   */
  get exitCode(): number | undefined {
    return this.#look()?.exitCode;
  }
  /** True from `start()` until it has ended. */
  get alive(): boolean {
    return this.#host !== undefined && this.#look() === undefined;
  }
  /**
   * The id of the system process. A thread has the same as its caller.
   *
   * @throws {TypeError} If `isolation` is `"process"` and it was not started.
   */
  get pid(): number {
    return this.#isolation === "thread" ? process.pid : this.#started("pid").pid;
  }

  /**
   * Ends a thread at once, in the middle of its work. A process gets SIGTERM, and SIGKILL a second later. `exitCode`
   * will be -15. Locks that it holds are abandoned.
   *
   * @throws {TypeError} If it was not started.
   */
  terminate(): void {
    this.#stop(TERMINATED);
  }
  /**
   * Like `terminate`, with exit code -9; a process gets SIGKILL, which it cannot catch.
   *
   * @throws {TypeError} If it was not started.
   */
  kill(): void {
    this.#stop(KILLED);
  }
  /** Calls `join()` if it was started. */
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

  /** The outcome; `undefined` until it has ended. Works even if event loops are blocked. */
  #look(): Outcome | undefined {
    if (!this.#host || this.#outcome) return this.#outcome;
    const ending = this.#host.look();
    if (ending) this.#settle(ending);
    return this.#outcome;
  }

  /** Records the end, once: from the event loop, or from the first call that looks. */
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
    const message = `${this.name} died without reporting an error${failure ? `: ${failure.message}` : ""}`;
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

/** Prints an error that no call waits for, as Python does. A later `join` still throws it. */
function report(name: string, error: unknown): void {
  process.stderr.write(`${name} failed: ${isError(error) ? error.stack : show(error)}\n`);
}

/** Resolves with the promise, unless a timeout or a signal ends the wait first. */
function orGivenUp<T>(promise: Promise<T>, what: string, options: WaitOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = whenGivenUp(options, what, reject);
    promise.then(resolve).finally(stop);
  });
}

function startHost(isolation: Isolation, assignment: Assignment, whenEnded: WhenEnded): Host {
  return isolation === "process" ? new ProcessHost(assignment, whenEnded) : new ThreadHost(assignment, whenEnded);
}
