/** `Pool`: the public face of a team of workers. What runs its calls is an executor; what checks them is `arguments.ts`. */
import { expectInteger, expectMs, expectOneOf, expectOptions, show } from "../base/expect.js";
import { expectWait, type SyncWaitOptions } from "../memory/words/wait.js";
import { isPoolWorker } from "../platform/role.js";
import { availableParallelism } from "../platform/runtime.js";
import { forbidSending } from "../wire/contents.js";
import { refOf } from "../wire/functions.js";
import { forEachChunkRequest, mapRequest, type Request, reduceRequest } from "./arguments.js";
import { PoolExecutor } from "./pool-executor.js";
import type { ForEachChunkMethod, MapMethod, ReduceMethod } from "./signatures.js";
import type { TeamMember } from "./team/task-runner.js";
import { TeamExecutor } from "./team-executor.js";
import { type TuneReport, tune } from "./tune.js";
import type { PoolOptions, PoolStats, RunOptions } from "./types.js";

/** More threads than this are a mistake. */
const MAX_WORKERS = 1024;

/**
 * A team of threads, started by its first call.
 *
 * - Array calls (`map`, `forEachChunk`, `reduce`) run in the order made, one at a time, each with every free worker. One that
 *   fails does not stop those after it: every promise is yours to await, alone or in `Promise.all`.
 * - Tasks (`run`) run beside them: first come, first served, one per worker. `broadcast` waits until it has every worker.
 * - Work too small to share runs on the caller. An idle pool lets the process end; a pending call does not.
 * - In a pool's worker, every pool computes on its caller.
 *
 * @example
 * await using pool = new Pool();
 * const a = arange(1_000_000);
 * await pool.map(a, (x) => x * x, { out: a });
 */
export class Pool implements AsyncDisposable {
  /** Size of the team. In a `Sync` call the caller is one of it. */
  readonly workers: number;
  readonly #executor: PoolExecutor<unknown>;

  /** @throws {TypeError} {RangeError} */
  constructor(options?: PoolOptions) {
    const given = { ...expectOptions(options) };
    const { workers = availableParallelism(), spinUs = "auto", idleTimeoutMs, createWorker, isolation } = given;
    this.workers = expectInteger("workers", workers, 0, MAX_WORKERS + 1);
    if (spinUs !== "auto") expectInteger("spinUs", spinUs, 0, 1_000_000);
    expectMs("idleTimeoutMs", idleTimeoutMs);
    if (createWorker !== undefined && typeof createWorker !== "function") {
      throw new TypeError(`Expected \`createWorker\` to be a function, got ${show(createWorker)}`);
    }
    const isProcess = expectOneOf("isolation", isolation ?? "thread", ["thread", "process"]) === "process";
    if (isProcess && createWorker !== undefined) {
      throw new TypeError(
        `Expected no \`createWorker\` with \`isolation: "process"\`, for it makes threads; got ${show(createWorker)}`,
      );
    }
    const size = isPoolWorker() ? 0 : this.workers;
    this.#executor = size === 0 ? new PoolExecutor() : new TeamExecutor(size, given);
  }

  /**
   * `out[…] = fn(a[…], b[…], params)` for every element, with broadcasting. Without `out` the result is a new array of `dtype`, or of the
   * first operand's. An input that overlaps `out` is copied first. `chunkSize` counts elements; `written` in errors counts positions of
   * `out` in memory order.
   *
   * @throws {ShapeError} If the operands do not broadcast, or `out` has another shape.
   * @throws {DTypeError} If a dtype cannot hold what is to be stored.
   * @throws {CaptureError} If an inline function uses a name from outside.
   * @throws {KernelError} If the function throws.
   * @throws {WorkerDiedError} If a worker ends inside the call.
   * @throws {TimeoutError} If `timeoutMs` have passed.
   * @throws {AbortedError} If `signal` fires.
   */
  readonly map = (async (operands: unknown, fn: unknown, options?: unknown) =>
    this.#run(mapRequest(operands, fn, options, this.#executor.scope))) as MapMethod<"async">;
  /** As `map`, blocking. The caller computes chunks too. */
  readonly mapSync = ((operands: unknown, fn: unknown, options?: unknown) =>
    this.#runSync(mapRequest(operands, fn, options, this.#executor.scope))) as MapMethod<"sync">;

  /**
   * Calls `kernel(chunks, info, params)` for every chunk. All operands have the same length along `chunkAxis`. Those with a `halo` (rows of
   * neighbours on each side) are only read; the others may be written.
   *
   * @example await pool.forEachChunk({ src, dst }, ({ src, dst }, { before }) => { … }, { halo: { src: 1 } });
   * @throws {OverlapError} If a chunk could write what another chunk reads or writes.
   * @throws {ShapeError} If the operands differ in length.
   * @throws {KernelError} If the kernel throws.
   * @throws {WorkerDiedError} If a worker ends inside the call.
   * @throws {TimeoutError} If `timeoutMs` have passed.
   * @throws {AbortedError} If `signal` fires.
   */
  readonly forEachChunk = (async (operands: unknown, kernel: unknown, options?: unknown) => {
    await this.#run(forEachChunkRequest(operands, kernel, options, this.#executor.scope));
  }) as ForEachChunkMethod<"async">;
  /** As `forEachChunk`, blocking. */
  readonly forEachChunkSync = ((operands: unknown, kernel: unknown, options?: unknown) => {
    this.#runSync(forEachChunkRequest(operands, kernel, options, this.#executor.scope));
  }) as ForEachChunkMethod<"sync">;

  /**
   * The package's `sum`, `mean`, …, whose bits depend neither on workers nor on chunks; or one value from all chunks by your own
   * `{ init, chunk, combine }`, which for one `chunkSize` does not depend on the workers.
   *
   * @example await pool.reduce(a, sum); await pool.reduce(a, mean, { axis: 0 });
   * @example await pool.reduce(a, { init: () => 0, chunk: (acc, c) => acc + c.flat[0], combine: (x, y) => x + y });
   * @throws {KernelError} If one of the functions throws.
   * @throws {WorkerDiedError} If a worker ends inside the call.
   * @throws {TimeoutError} If `timeoutMs` have passed.
   * @throws {AbortedError} If `signal` fires.
   */
  readonly reduce = (async (operands: unknown, reduction: unknown, options?: unknown) =>
    this.#run(reduceRequest(operands, reduction, options, this.#executor.scope))) as ReduceMethod<"async">;
  /** As `reduce`, blocking. */
  readonly reduceSync = ((operands: unknown, reduction: unknown, options?: unknown) =>
    this.#runSync(reduceRequest(operands, reduction, options, this.#executor.scope))) as ReduceMethod<"sync">;

  /**
   * One task on one worker. What it throws rejects, as it is; `signal` and `timeoutMs` give up waiting, but a task that
   * runs already goes on to its end.
   *
   * @throws {NotSendableError} if an argument or the result cannot be sent @throws {CaptureError} {WorkerDiedError}
   */
  run<A extends unknown[], T>(task: (...args: A) => T, args: [...A], options?: RunOptions): Promise<Awaited<T>>;
  run<T>(task: () => T, args?: [], options?: RunOptions): Promise<Awaited<T>>;
  async run(task: (...args: never[]) => unknown, args: unknown[] = [], options?: RunOptions): Promise<unknown> {
    const [result] = await this.#runTask(task, args, options, false);
    return result;
  }

  /** One task on every worker at once, so they may wait for each other. Results in rank order; the first failure rejects, when all have ended. */
  async broadcast<A extends unknown[], T>(
    task: (me: TeamMember, ...args: A) => T,
    args: [...A],
    options?: RunOptions,
  ): Promise<Awaited<T>[]> {
    return (await this.#runTask(task as (...args: never[]) => unknown, args, options, true)) as Awaited<T>[];
  }

  #run({ call, control }: Request): Promise<unknown> {
    return this.#executor.run(call, control);
  }
  #runSync({ call, control }: Request): unknown {
    return this.#executor.runSync(call, control);
  }
  #runTask(task: (...args: never[]) => unknown, args: unknown, options: RunOptions | undefined, isBroadcast: boolean) {
    const given = { ...expectOptions(options) };
    expectWait(given, ["transfer"]);
    if (!Array.isArray(args)) throw new TypeError(`Expected \`args\` to be a list of arguments, got ${show(args)}`);
    return this.#executor.runTask(refOf(task, "task", true), [...args], given, isBroadcast);
  }

  /**
   * Times `call` for a row of chunk sizes. What is run, on which data, is up to `call`.
   *
   * @param length along the chunked axis; of a `map`, elements
   * @example const { best } = await pool.tune(a.size, (chunkSize) => pool.map(a, f, { out, chunkSize }));
   */
  async tune(
    length: number,
    call: (chunkSize: number | "auto") => Promise<unknown>,
    options?: { readonly sizes?: readonly number[] },
  ): Promise<TuneReport> {
    return tune(length, call, options, () => this.#executor.lastChunkSize);
  }

  /** All workers are up; else the first call waits for them. */
  ready(): Promise<void> {
    return this.#executor.ready();
  }
  stats(): PoolStats {
    return this.#executor.stats();
  }
  /** Finishes what was called, then ends the workers; after `timeoutMs` as `terminate`. Always settles. */
  async close(options: SyncWaitOptions = {}): Promise<void> {
    await this.#executor.close(expectMs("timeoutMs", expectOptions(options).timeoutMs));
  }
  /** At once: what is under way rejects with PoolTerminatedError. */
  async terminate(): Promise<void> {
    await this.#executor.terminate();
  }
  /** `close()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
forbidSending(Pool);
