/** `Process`: a thread that runs one function, with Python's words. What runs in the thread is `child.ts`. */
import { assertNotImporting, isTokenAlive, type Token, threadIds } from "../agent.js";
import { fromWire, type ThrownWire, UnsupportedError, WorkerDiedError } from "../errors.js";
import { expectKnown, expectOneOf, show } from "../expect.js";
import { forbidSending, type Packed, pack, sendError, settle } from "../handle.js";
import { type FunctionRef, refOf } from "../kernels/functions.js";
import { load, newWords } from "../memory/atomics.js";
import { doom } from "../memory/native.js";
import {
  expectWait,
  late,
  type SyncWaitOptions,
  type WaitOptions,
  waitUntilSync,
  whenGivenUp,
} from "../memory/wait.js";
import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from "../platform.js";
import { startThread } from "../thread.js";
import { nextIdentity } from "./identity.js";
import { type Begin, DOOMED, ENDING, EXIT_CODE, type FromChild, PROCESS_WORDS, TOKEN } from "./layout.js";

/** How a `Process` runs. */
export interface ProcessOptions {
  /** Default `Process-1`, `Process-2`, …; of a child's children `Process-1:1`. */
  readonly name?: string | undefined;
  /** `"thread"`, the default. `"process"` will need shared things of system scope, which this version does not have yet. */
  readonly isolation?: "thread" | "process" | undefined;
}

/** Exit codes of those that were ended, as Python tells them: minus the signal. */
const TERMINATED = -15;
const KILLED = -9;
/** How often a blocked `joinSync` looks whether the thread still lives. */
const LOOK_MS = 100;

type Outcome = { readonly exitCode: number } | { readonly exitCode: number; readonly error: unknown };

/**
 * One function in a thread of its own, started once. Arguments that are shared things arrive as themselves, all others as
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
  /** For messages and debuggers; also the thread's name. */
  readonly name: string;
  readonly #fn: FunctionRef;
  readonly #args: readonly unknown[];
  readonly #identity = nextIdentity();
  readonly #words = newWords(PROCESS_WORDS);
  readonly #ended: Promise<Outcome>;
  #end!: (outcome: Outcome) => void;
  #worker: Worker | undefined;
  #port: MessagePort | undefined;
  #outcome: Outcome | undefined;
  /** The arguments on their way, until the thread has ended. */
  #sent: Packed | undefined;
  #endedBy: typeof TERMINATED | typeof KILLED | undefined;
  /** OS ids of the threads that came with it: its own, until it has said which. */
  #threads: readonly string[] = [];
  #thrown: ThrownWire | undefined;
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
    if (expectOneOf("isolation", isolation, ["thread", "process"]) === "process") {
      throw new UnsupportedError(
        'Expected `isolation` to be "thread", got "process", which this version does not have yet',
        {
          feature: "processes that share nothing but system scope",
          instead: 'isolation: "thread"',
        },
      );
    }
    if (!Array.isArray(args)) throw new TypeError(`Expected \`args\` to be a list of arguments, got ${show(args)}`);
    this.#fn = refOf(target, "target", true);
    this.#args = [...args];
    this.name = name ?? `Process-${this.#identity}`;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Starts the thread; once. @throws {TypeError} the second time @throws {NotSendableError} */
  start(): this {
    if (this.#worker) throw new TypeError(`Expected to start ${this.name} once, got a second start()`);
    const args = pack(this.#args, "args");
    const { port1, port2 } = new MessageChannel();
    const begin: Begin = { fn: this.#fn, args, words: this.#words, identity: this.#identity };
    const before = threadIds();
    let worker: Worker;
    try {
      port1.postMessage(begin); // before there is a thread: what cannot be sent leaves none behind
      worker = startThread("child", this.name, port2);
    } catch (cause) {
      port1.close();
      settle(args, "cancelled");
      throw sendError(cause, "args");
    }
    this.#threads = threadIds().filter((id) => !before.includes(id));
    this.#worker = worker;
    this.#port = port1;
    this.#sent = args;
    settle(args, "sent");
    port1.on("message", (message: FromChild) => this.#hear(message));
    port1.unref(); // the thread itself keeps the program from ending
    let failure: Error | undefined;
    worker.on("error", (error) => {
      failure = error; // out of memory, say: nothing of the target's own
    });
    worker.on("exit", (exitCode) => this.#settle(failure, exitCode));
    return this;
  }

  /**
   * Waits until the thread has ended; the exit code. With `signal` and `timeoutMs` it gives up waiting, and the thread goes on.
   *
   * @throws what the target threw @throws {WorkerDiedError} if it died without a word: out of memory
   * @throws {TimeoutError} {AbortedError} @throws {TypeError} before `start()`
   */
  async join(options: WaitOptions = {}): Promise<number> {
    expectWait(options);
    this.#started("join");
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
    this.#started("join");
    this.#joins++;
    try {
      const sliceMs = () => (load(this.#words, ENDING) === 1 ? 1 : LOOK_MS);
      const outcome = waitUntilSync(this.#words, ENDING, () => this.#look(), options.timeoutMs, sliceMs);
      if (!outcome) throw late(this.name, options.timeoutMs!);
      return exitCodeOf(outcome);
    } finally {
      this.#joins--;
    }
  }

  /** `undefined` until the thread has ended: 0, the code of `process.exit`, 1 after an error, -15 terminated, -9 killed. */
  get exitCode(): number | undefined {
    return this.#look()?.exitCode;
  }
  /** True from `start()` until the thread has ended. */
  get alive(): boolean {
    return this.#worker !== undefined && this.#look() === undefined;
  }
  /** Of the operating system's process; the same as the caller's, since this is a thread. */
  get pid(): number {
    return process.pid;
  }

  /** Ends the thread wherever it is; `exitCode` will be -15. Locks that it holds are abandoned. @throws {TypeError} before `start()` */
  terminate(): void {
    this.#stop(TERMINATED);
  }
  /** As `terminate`, with exit code -9. @throws {TypeError} before `start()` */
  kill(): void {
    this.#stop(KILLED);
  }
  /** `join()`, if it was started. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#worker) await this.join();
  }

  #started(act: string): Worker {
    if (this.#worker) return this.#worker;
    throw new TypeError(`Expected ${this.name} to be started, got ${act}() before start()`);
  }

  #stop(signal: typeof TERMINATED | typeof KILLED): void {
    const worker = this.#started(signal === KILLED ? "kill" : "terminate");
    if (this.#look()) return;
    this.#endedBy ??= signal;
    doom(this.#words, DOOMED);
    void worker.terminate();
  }

  /** The outcome, if the thread has ended, though no event loop have turned. Its exit listeners may print and throw until it is gone. */
  #look(): Outcome | undefined {
    if (!this.#worker || this.#outcome) return this.#outcome;
    const token = load(this.#words, TOKEN);
    const isOver = token === 0 ? this.#neverRan() : this.#isGone(token);
    if (isOver) this.#settle(undefined, load(this.#words, EXIT_CODE));
    return this.#outcome;
  }

  /** Ended before it ran: stopped, or dead of what its process loads first. */
  #neverRan(): boolean {
    return (
      this.#endedBy !== undefined || (this.#threads.length > 0 && !threadIds().some((id) => this.#threads.includes(id)))
    );
  }

  #isGone(token: Token): boolean {
    const isAlive = isTokenAlive(token);
    const isEnding = load(this.#words, ENDING) === 1 || this.#endedBy !== undefined;
    return isAlive === undefined ? isEnding : !isAlive; // without /proc its word must do
  }

  #settle(failure: Error | undefined, exitCode: number): void {
    if (this.#outcome) return;
    this.#outcome = this.#outcomeOf(failure, exitCode);
    settle(this.#sent!, "lost");
    this.#sent = undefined;
    this.#port!.close();
    this.#end(this.#outcome);
    if ("error" in this.#outcome && this.#joins === 0) report(this.name, this.#outcome.error);
  }

  #hear(message: FromChild): void {
    if (message.type === "output") process[message.to].write(message.chunk);
    else this.#thrown = message.error;
  }

  #outcomeOf(failure: Error | undefined, exitCode: number): Outcome {
    for (let m = receiveMessageOnPort(this.#port!); m; m = receiveMessageOnPort(this.#port!)) this.#hear(m.message);
    if (this.#thrown) return { exitCode: 1, error: fromWire(this.#thrown) };
    if (this.#endedBy !== undefined) return { exitCode: this.#endedBy };
    if (load(this.#words, ENDING) === 1) return { exitCode };
    const message = `${this.name} died without a word${failure ? `: ${failure.message}` : ""}`;
    const died = new WorkerDiedError(message, { exitCode: undefined, chunks: [], written: [] }, { cause: failure });
    return { exitCode: 1, error: died };
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
