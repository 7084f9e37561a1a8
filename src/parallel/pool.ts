/** `Pool`, the class that users see. `arguments.ts` checks its calls, and an executor runs them. */
import { expectInteger, expectKnown, expectMs, expectOneOf, show } from "../base/expect.js";
import { awaited, blocking } from "../calls/options.js";
import { whenAborted } from "../memory/words/abort.js";
import { expectWait, type SyncWaitOptions, type WaitOptions } from "../memory/words/wait.js";
import type { ResourceLimits } from "../platform/interface.js";
import { isPoolWorker } from "../platform/role.js";
import { forbidSending, ofItsThread } from "../wire/contents.js";
import { refOf } from "../wire/functions.js";
import { expectJobs, forEachChunkRequest, mapRequest, type Request, reduceRequest } from "./arguments.js";
import { fromCallSite } from "./call-site.js";
import { PoolExecutor } from "./pool-executor.js";
import type { ForEachChunkMethod, MapMethod, ReduceMethod } from "./signatures.js";
import type { TeamMember } from "./team/task-runner.js";
import { TeamExecutor } from "./team-executor.js";
import { expectTeamSize } from "./team-size.js";
import { type TuneReport, tune } from "./tune.js";
import type { PoolOptions, PoolStats, RunOptions } from "./types.js";

const METHODS = {
  map: awaited("map"),
  mapSync: blocking("mapSync"),
  forEachChunk: awaited("forEachChunk"),
  forEachChunkSync: blocking("forEachChunkSync"),
  reduce: awaited("reduce"),
  reduceSync: blocking("reduceSync"),
} as const;
const OPTIONS = ["workers", "spinUs", "idleTimeoutMs", "resourceLimits", "isolation", "createWorker"];
/** A second: a longer spin would only heat a core. */
const MOST_SPIN_US = 1_000_000;
const TASK_OPTIONS = ["timeoutMs", "signal", "transfer", "terminateAfterMs"];
const LIMITS = ["maxOldGenerationSizeMb", "maxYoungGenerationSizeMb", "codeRangeSizeMb", "stackSizeMb"];

/**
 * A team of worker threads or processes that computes on arrays and runs tasks. Its first call starts the workers.
 *
 * - Array calls (`map`, `forEachChunk`, `reduce`) run one at a time, in the order in which they were made, each with
 *   all free workers. A call that fails does not stop later ones, so await every promise, alone or in `Promise.all`.
 * - Tasks (`run`) run next to array calls: first come, first served, one per worker. `broadcast` waits until every
 *   worker is free.
 * - Calls that are too small to share run on the caller. An idle pool lets the process end; a pending call does not.
 * - Inside a pool's worker, every pool computes on its caller.
 *
 * @example
 * await using pool = new Pool();
 * const a = arange(1_000_000);
 * await pool.map(a, (x) => x * x, { out: a });
 */
export class Pool implements AsyncDisposable {
  /** Makes structured clone fail, with an error that says why. */
  protected readonly contents = ofItsThread("Pool");
  /** The size of the team. In a `Sync` call the caller is one of its members. */
  readonly workers: number;
  readonly #executor: PoolExecutor<unknown>;

  /**
   * @throws {TypeError} If an option has the wrong type, or `createWorker` is given for processes.
   * @throws {RangeError} If a number is out of range.
   */
  constructor(options?: PoolOptions) {
    const given = expectKnown(options, OPTIONS, "Pool");
    const { workers, spinUs = "auto", idleTimeoutMs, createWorker, isolation = "thread" } = given;
    this.workers = expectTeamSize(workers);
    if (spinUs !== "auto") expectInteger("spinUs", spinUs, 0, MOST_SPIN_US + 1, "microseconds");
    expectMs("idleTimeoutMs", idleTimeoutMs);
    expectLimits(given.resourceLimits);
    if (createWorker !== undefined && typeof createWorker !== "function") {
      throw new TypeError(`Expected \`createWorker\` to be a function, got ${show(createWorker)}`);
    }
    const isProcess = expectOneOf("isolation", isolation, ["thread", "process"]) === "process";
    if (isProcess && createWorker !== undefined) {
      throw new TypeError(
        `Expected no \`createWorker\` with \`isolation: "process"\` (it makes threads), got ${show(createWorker)}`,
      );
    }
    const size = isPoolWorker() ? 0 : this.workers;
    this.#executor = size === 0 ? new PoolExecutor() : new TeamExecutor(size, given);
  }

  /**
   * Computes `out[…] = fn(a[…], b[…], params)` for every element. Operands are broadcast to a common shape.
   *
   * Without `out` the result is a new array of `dtype`, which is by default that of the first operand. An input that
   * overlaps `out` is copied first, unless both are the same elements. `fn` may also be a function of this package,
   * such as `add` or `sort`. `chunkSize` counts elements, and `written` in errors counts positions of `out` in memory
   * order.
   *
   * @example await pool.map(a, (x) => x * x, { out: a }); // in place
   * @example const c = await pool.map([a, b], (x, y) => x + y);
   * @throws {ShapeError} If the operands cannot be broadcast together, or `out` has another shape.
   * @throws {DTypeError} If a dtype cannot hold the result.
   * @throws {CaptureError} If an inline function uses a name from outside.
   * @throws {KernelError} If the function throws.
   * @throws {WorkerDiedError} If a worker dies during the call.
   * @throws {TimeoutError} If the call takes longer than `timeoutMs`.
   * @throws {AbortedError} If `signal` fires.
   */
  readonly map = (async (operands: unknown, fn: unknown, options?: unknown) =>
    await this.#run(mapRequest(METHODS.map, operands, fn, options, this.#executor.scope))) as MapMethod<"async">;
  /** The blocking form of `map`. The caller computes chunks, too. */
  readonly mapSync = ((operands: unknown, fn: unknown, options?: unknown) =>
    this.#runSync(mapRequest(METHODS.mapSync, operands, fn, options, this.#executor.scope))) as MapMethod<"sync">;

  /**
   * Calls `kernel(chunks, info, params)` for every chunk of rows along `chunkAxis`, on which all operands have the same
   * length.
   *
   * Operands with a `halo`, a number of neighbouring rows on each side, are read-only; the others may be written.
   *
   * @example await pool.forEachChunk({ src, dst }, ({ src, dst }, { before }) => { … }, { halo: { src: 1 } });
   * @throws {OverlapError} If a chunk could write what another chunk reads or writes.
   * @throws {ShapeError} If the operands differ in length.
   * @throws {CaptureError} If an inline kernel uses a name from outside.
   * @throws {KernelError} If the kernel throws.
   * @throws {WorkerDiedError} If a worker dies during the call.
   * @throws {TimeoutError} If the call takes longer than `timeoutMs`.
   * @throws {AbortedError} If `signal` fires.
   */
  readonly forEachChunk = (async (operands: unknown, kernel: unknown, options?: unknown) => {
    await this.#run(forEachChunkRequest(METHODS.forEachChunk, operands, kernel, options, this.#executor.scope));
  }) as ForEachChunkMethod<"async">;
  /** The blocking form of `forEachChunk`. The caller computes chunks, too. */
  readonly forEachChunkSync = ((operands: unknown, kernel: unknown, options?: unknown) => {
    this.#runSync(forEachChunkRequest(METHODS.forEachChunkSync, operands, kernel, options, this.#executor.scope));
  }) as ForEachChunkMethod<"sync">;

  /**
   * Reduces the operands, to one value or along axes.
   *
   * `reduction` is one of the package's (`sum`, `mean`, …), whose bits depend neither on the workers nor on the chunks.
   * Or it is your own `{ init, chunk, combine }`, whose result depends on `chunkSize`, but not on the workers.
   *
   * @example await pool.reduce(a, sum); await pool.reduce(a, mean, { axis: 0 });
   * @example await pool.reduce(a, { init: () => 0, chunk: (acc, c) => acc + c.flat[0], combine: (x, y) => x + y });
   * @throws {ShapeError} If the operands do not fit each other.
   * @throws {CaptureError} If an inline function uses a name from outside.
   * @throws {KernelError} If one of the functions throws.
   * @throws {WorkerDiedError} If a worker dies during the call.
   * @throws {TimeoutError} If the call takes longer than `timeoutMs`.
   * @throws {AbortedError} If `signal` fires.
   */
  readonly reduce = (async (operands: unknown, reduction: unknown, options?: unknown) =>
    await this.#run(
      reduceRequest(METHODS.reduce, operands, reduction, options, this.#executor.scope),
    )) as ReduceMethod<"async">;
  /** The blocking form of `reduce`. The caller computes chunks, too. */
  readonly reduceSync = ((operands: unknown, reduction: unknown, options?: unknown) =>
    this.#runSync(
      reduceRequest(METHODS.reduceSync, operands, reduction, options, this.#executor.scope),
    )) as ReduceMethod<"sync">;

  /**
   * Runs one task on one worker. The promise rejects with what the task throws, as it is. After `timeoutMs`, or if
   * `signal` fires, the caller no longer waits; but a task that runs already goes on to its end.
   *
   * @param args the arguments of the task. They are cloned, except that shared things in them stay shared.
   * @example const words = await pool.run((text: string) => text.split(" ").length, [text]);
   * @throws {NotSendableError} If an argument or the result cannot be sent.
   * @throws {CaptureError} If an inline task uses a name from outside.
   * @throws {WorkerDiedError} If the worker dies.
   * @throws {TimeoutError} If the task takes longer than `timeoutMs`.
   * @throws {AbortedError} If `signal` fires.
   */
  run<A extends unknown[], T>(task: (...args: A) => T, args: [...A], options?: RunOptions): Promise<Awaited<T>>;
  run<T>(task: () => T, args?: [], options?: RunOptions): Promise<Awaited<T>>;
  async run(task: (...args: never[]) => unknown, args: unknown[] = [], options?: RunOptions): Promise<unknown> {
    const [result] = await this.#runTask(task, args, options, false);
    return result;
  }

  /**
   * Runs one task once for each list of arguments, on all workers: Python's `starmap`. Returns the results in the order
   * of the jobs. If a job fails, the promise rejects with what it throws, and jobs that have not begun are not run.
   *
   * @param jobs a list of arguments for each job. They are cloned, except that shared things in them stay shared.
   * @param options `timeoutMs` and `signal` are for all jobs together; both as for `run`
   * @example await pool.starmap((x: number, y: number) => x ** y, [[2, 5], [3, 2]]); // [32, 9]
   * @throws {NotSendableError} If an argument or a result cannot be sent.
   * @throws {CaptureError} If an inline task uses a name from outside.
   * @throws {WorkerDiedError} If a worker dies.
   * @throws {TimeoutError} If the jobs take longer than `timeoutMs`.
   * @throws {AbortedError} If `signal` fires.
   */
  async starmap<A extends unknown[], T>(
    task: (...args: A) => T,
    jobs: Iterable<readonly [...A]>,
    options: WaitOptions = {},
  ): Promise<Awaited<T>[]> {
    const given = expectWait(options, "starmap");
    const lists = expectJobs(jobs);
    const rest = new AbortController();
    const stopListening = given.signal && whenAborted(given.signal, () => rest.abort(given.signal!.reason));
    const forEach = { timeoutMs: given.timeoutMs, signal: rest.signal };
    try {
      return (await Promise.all(lists.map((args) => this.run(task, args as [...A], forEach)))) as never;
    } catch (e) {
      rest.abort(e); // jobs that still wait for a worker
      throw e;
    } finally {
      stopListening?.();
    }
  }

  /**
   * Runs one task on every worker at once, so that the workers can wait for each other. Returns the results in the
   * order of their ranks. If some of them fail, the promise rejects with the first failure when all have ended.
   *
   * @param task receives a `TeamMember` (its rank, a barrier, its share of a range), and then `args`
   * @example await pool.broadcast((me, a: NDArray<"float64">) => { a.flat[me.rank] = 1; me.barrier.waitSync(); }, [a]);
   * @throws {NotSendableError} If an argument or a result cannot be sent.
   * @throws {CaptureError} If an inline task uses a name from outside.
   * @throws {WorkerDiedError} If a worker dies.
   * @throws {TimeoutError} If the tasks take longer than `timeoutMs`.
   * @throws {AbortedError} If `signal` fires.
   */
  broadcast<A extends unknown[], T>(
    task: (me: TeamMember, ...args: A) => T,
    args: [...A],
    options?: RunOptions,
  ): Promise<Awaited<T>[]>;
  broadcast<T>(task: (me: TeamMember) => T, args?: [], options?: RunOptions): Promise<Awaited<T>[]>;
  async broadcast(task: (...args: never[]) => unknown, args: unknown[] = [], options?: RunOptions): Promise<unknown[]> {
    return this.#runTask(task, args, options, true);
  }

  /** Runs a call. Its errors have the stack of the function that awaits it. */
  async #run({ call, control }: Request): Promise<unknown> {
    try {
      return await this.#executor.run(call, control);
    } catch (e) {
      throw fromCallSite(e);
    }
  }
  #runSync({ call, control }: Request): unknown {
    try {
      return this.#executor.runSync(call, control);
    } catch (e) {
      throw fromCallSite(e);
    }
  }
  #runTask(task: (...args: never[]) => unknown, args: unknown, options: RunOptions | undefined, isBroadcast: boolean) {
    const of = isBroadcast ? "broadcast" : "run";
    if (!Array.isArray(args)) {
      throw new TypeError(`Expected \`args\` to be a list of arguments, got ${show(args)} (write ${of}(fn, [a, b]))`);
    }
    const given = expectWait(options, of, TASK_OPTIONS);
    expectMs("terminateAfterMs", given.terminateAfterMs);
    if (given.transfer !== undefined && !Array.isArray(given.transfer)) {
      throw new TypeError(`Expected \`transfer\` to be a list of ArrayBuffers, got ${show(given.transfer)}`);
    }
    return this.#executor.runTask(refOf(task, "task", true), [...args], given, isBroadcast);
  }

  /**
   * Finds the best chunk size for a call, by timing `call` with a series of chunk sizes.
   *
   * @param length the length of the axis that is cut; for `map` the number of elements
   * @param call makes the call with the chunk size that it receives
   * @param options `sizes`: the chunk sizes to try. By default powers of four around the automatic size.
   * @example const { best } = await pool.tune(a.size, (chunkSize) => pool.map(a, f, { out, chunkSize }));
   */
  async tune(
    length: number,
    call: (chunkSize: number | "auto") => Promise<unknown>,
    options?: { readonly sizes?: readonly number[] | undefined },
  ): Promise<TuneReport> {
    return tune(length, call, options, () => this.#executor.lastChunkSize);
  }

  /**
   * Starts the workers and resolves when all of them are up. Without it, the first call that needs them starts them.
   */
  ready(): Promise<void> {
    return this.#executor.ready();
  }
  /** What the pool has done so far, and has still to do. */
  stats(): PoolStats {
    return this.#executor.stats();
  }
  /**
   * Finishes all calls and tasks, then ends the workers. It does not wait for tasks whose callers have given up: their
   * workers have a second to end. After `timeoutMs` it goes on as `terminate` does, also if an earlier `close` waits.
   */
  async close(options: SyncWaitOptions = {}): Promise<void> {
    await this.#executor.close(expectMs("timeoutMs", expectKnown(options, ["timeoutMs"], "close").timeoutMs));
  }
  /** Ends the workers at once. Calls and tasks that have not ended reject with a PoolTerminatedError. */
  async terminate(): Promise<void> {
    await this.#executor.terminate();
  }
  /** The same as `close()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
forbidSending(Pool);

function expectLimits(limits: ResourceLimits | undefined): void {
  for (const [what, mb] of Object.entries(expectKnown(limits, LIMITS, "resourceLimits"))) {
    if (mb === undefined || (typeof mb === "number" && mb > 0 && Number.isFinite(mb))) continue;
    const message = `Expected \`resourceLimits.${what}\` to be a number of megabytes above 0, got ${show(mb)}`;
    throw typeof mb === "number" ? new RangeError(message) : new TypeError(message);
  }
}
