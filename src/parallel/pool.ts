/** `Pool`: the public face of a team of threads. What it does is in `engine.ts`; what it checks, in `arguments.ts`. */
import type { DType, StoredOf } from "../base/dtype.js";
import { expectInteger, expectMs, expectOneOf, expectOptions, show } from "../base/expect.js";
import type { ChunkKernel, ElementFunction, FirstDType, Halo, Many, Operands, Reducer } from "../calls/kernel-types.js";
import { type Matmul, matmul } from "../functions/matmul.js";
import {
  type Dot,
  type Reduced,
  type Reduction,
  type ReductionOptions,
  reductionSpec,
} from "../functions/reductions.js";
import { type Argsort, argsort, type Sort, type SortOptions, sort } from "../functions/sorting.js";
import {
  type BinaryUfunc,
  type Clip,
  type Operand,
  type UfuncOptions,
  type UnaryUfunc,
  ufuncSpec,
  type Where,
} from "../functions/ufunc.js";
import { expectWait, type SyncWaitOptions } from "../memory/words/wait.js";
import type { AnyNDArray, NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { RankTable } from "../ndarray/notation.js";
import { availableParallelism } from "../platform/runtime.js";
import { refOf } from "../wire/functions.js";
import { forbidSending } from "../wire/handle.js";
import { type Checked, checkForEachChunk, checkMap, checkReduce } from "./arguments.js";
import { Engine } from "./engine.js";
import { checkMatmul, checkReduction, checkSort, checkUfunc } from "./function-calls.js";
import type { TeamMember } from "./team/task-runner.js";
import { type TuneReport, tune } from "./tune.js";
import type {
  CallOptions,
  DTypeIn,
  MapOptions,
  OutOf,
  PoolOptions,
  PoolStats,
  RunOptions,
  SyncCallOptions,
} from "./types.js";

/** A function of elements: this package's own or the user's. */
function checkElements(operands: unknown, fn: unknown, options: unknown): Checked {
  if (fn === matmul) return checkMatmul(operands, options);
  if (fn === sort) return checkSort(operands, "sort", options);
  if (fn === argsort) return checkSort(operands, "argsort", options);
  const wrong = reductionSpec(fn);
  if (wrong) throw new TypeError(`Expected a function of elements, got the reduction ${wrong.name} (use reduce)`);
  const spec = ufuncSpec(fn);
  return spec ? checkUfunc(operands, spec, options) : checkMap(operands, fn, options);
}

/** A reduction: this package's own or the user's. */
function checkAny(a: unknown, reduction: unknown, options: unknown): Checked {
  const spec = reductionSpec(reduction);
  const wrong = ufuncSpec(reduction);
  if (wrong) throw new TypeError(`Expected a reduction, got the element-wise function ${wrong.name} (use map)`);
  return spec ? checkReduction(a, spec, options) : checkReduce(a, reduction, options);
}

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
  readonly #engine: Engine;

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
    this.#engine = new Engine(this.workers, given);
  }

  /**
   * `out[…] = fn(a[…], b[…], params)`, broadcasting. Without `out`: a new array, of `dtype` or the first operand's. Where an
   * input overlaps `out` it is copied first. `chunkSize` counts elements; `written` in errors, positions of `out` in memory order.
   *
   * @throws {ShapeError} {DTypeError} {CaptureError} {KernelError} {WorkerDiedError} {TimeoutError} {AbortedError}
   */
  map<O extends AnyNDArray = AnyNDArray>(
    x: Operand | readonly Operand[],
    fn: UnaryUfunc | BinaryUfunc | Where | Clip | Matmul,
    options?: CallOptions<undefined> & UfuncOptions & { readonly out?: O },
  ): Promise<O>;
  map<D extends DType, R extends number>(
    a: ReadonlyNDArray<D, R>,
    fn: Sort,
    options?: CallOptions<undefined> & SortOptions & { readonly out?: AnyNDArray },
  ): Promise<NDArray<D, R>>;
  map<R extends number>(
    a: ReadonlyNDArray<DType, R>,
    fn: Argsort,
    options?: CallOptions<undefined> & SortOptions,
  ): Promise<NDArray<"int32", R>>;
  map<
    const A extends Many,
    P = undefined,
    O extends AnyNDArray | undefined = undefined,
    D extends DType = FirstDType<A>,
  >(
    a: A,
    fn: ElementFunction<A, P, StoredOf<DTypeIn<O, D>>>,
    options?: CallOptions<P> & MapOptions<O, D>,
  ): Promise<OutOf<A, O, D>>;
  async map(operands: unknown, fn: unknown, options: unknown): Promise<unknown> {
    return this.#engine.submit(() => checkElements(operands, fn, options));
  }
  /** As `map`, blocking; the caller takes chunks too. */
  mapSync<O extends AnyNDArray = AnyNDArray>(
    x: Operand | readonly Operand[],
    fn: UnaryUfunc | BinaryUfunc | Where | Clip | Matmul,
    options?: SyncCallOptions<undefined> & UfuncOptions & { readonly out?: O },
  ): O;
  mapSync<D extends DType, R extends number>(
    a: ReadonlyNDArray<D, R>,
    fn: Sort,
    options?: SyncCallOptions<undefined> & SortOptions & { readonly out?: AnyNDArray },
  ): NDArray<D, R>;
  mapSync<R extends number>(
    a: ReadonlyNDArray<DType, R>,
    fn: Argsort,
    options?: SyncCallOptions<undefined> & SortOptions,
  ): NDArray<"int32", R>;
  mapSync<
    const A extends Many,
    P = undefined,
    O extends AnyNDArray | undefined = undefined,
    D extends DType = FirstDType<A>,
  >(
    a: A,
    fn: ElementFunction<A, P, StoredOf<DTypeIn<O, D>>>,
    options?: SyncCallOptions<P> & MapOptions<O, D>,
  ): OutOf<A, O, D>;
  mapSync(operands: unknown, fn: unknown, options: unknown): unknown {
    return this.#engine.execute(() => checkElements(operands, fn, options));
  }

  /**
   * `kernel(chunks, info, params)` for every piece. Operands have one length along `chunkAxis`. Those with a `halo` (rows of
   * neighbours on each side) are read; the others may be written.
   *
   * @example await pool.forEachChunk({ src, dst }, ({ src, dst }, { before }) => { … }, { halo: { src: 1 } });
   * @throws {OverlapError} if a chunk could write what another reads or writes @throws as `map`
   */
  async forEachChunk<const A extends Operands, P = undefined>(
    a: A,
    kernel: ChunkKernel<A, P>,
    options?: CallOptions<P> & { readonly halo?: Halo<A> },
  ): Promise<void> {
    await this.#engine.submit(() => checkForEachChunk(a, kernel, options));
  }
  /** As `forEachChunk`, blocking. */
  forEachChunkSync<const A extends Operands, P = undefined>(
    a: A,
    kernel: ChunkKernel<A, P>,
    options?: SyncCallOptions<P> & { readonly halo?: Halo<A> },
  ): void {
    this.#engine.execute(() => checkForEachChunk(a, kernel, options));
  }

  /**
   * The package's `sum`, `mean`, …, whose bits do not depend on workers or chunks; or one value from all chunks, by your own
   * `{ init, chunk, combine }`, which does not depend on the workers, for one `chunkSize`.
   *
   * @example await pool.reduce(a, sum); await pool.reduce(a, mean, { axis: 0 });
   * @example await pool.reduce(a, { init: () => 0, chunk: (acc, c) => { for (const x of c.flat) acc += x; return acc; }, combine: (x, y) => x + y });
   */
  reduce<R extends number, D extends DType>(
    a: ReadonlyNDArray<DType, R>,
    reduction: Reduction<unknown, D>,
    options: CallOptions<undefined> & ReductionOptions & { readonly axis: number; readonly keepdims?: false },
  ): Promise<Reduced<D, RankTable[R]["-1"]>>;
  reduce<R extends number, D extends DType>(
    a: ReadonlyNDArray<DType, R>,
    reduction: Reduction<unknown, D>,
    options: CallOptions<undefined> &
      ReductionOptions & { readonly axis: readonly number[]; readonly keepdims?: false },
  ): Promise<Reduced<D, number>>;
  reduce<V, D extends DType>(
    a: ReadonlyNDArray,
    reduction: Reduction<V, D>,
    options?: CallOptions<undefined> & ReductionOptions & { readonly axis?: undefined },
  ): Promise<V>;
  reduce<R extends number, D extends DType>(
    a: ReadonlyNDArray<DType, R>,
    reduction: Reduction<unknown, D>,
    options: CallOptions<undefined> &
      ReductionOptions & { readonly axis?: number | readonly number[]; readonly keepdims: true },
  ): Promise<Reduced<D, R>>;
  reduce(
    pair: readonly [ReadonlyNDArray<DType, 1>, ReadonlyNDArray<DType, 1>],
    dot: Dot,
    options?: CallOptions<undefined>,
  ): Promise<number>;
  reduce<const A extends Operands, Acc, P = undefined>(
    a: A,
    reducer: Reducer<A, Acc, P>,
    options?: CallOptions<P>,
  ): Promise<Acc>;
  async reduce(a: unknown, reduction: unknown, options: unknown): Promise<unknown> {
    return this.#engine.submit(() => checkAny(a, reduction, options));
  }
  /** As `reduce`, blocking. */
  reduceSync<R extends number, D extends DType>(
    a: ReadonlyNDArray<DType, R>,
    reduction: Reduction<unknown, D>,
    options: SyncCallOptions<undefined> & ReductionOptions & { readonly axis: number; readonly keepdims?: false },
  ): Reduced<D, RankTable[R]["-1"]>;
  reduceSync<R extends number, D extends DType>(
    a: ReadonlyNDArray<DType, R>,
    reduction: Reduction<unknown, D>,
    options: SyncCallOptions<undefined> &
      ReductionOptions & { readonly axis: readonly number[]; readonly keepdims?: false },
  ): Reduced<D, number>;
  reduceSync<V, D extends DType>(
    a: ReadonlyNDArray,
    reduction: Reduction<V, D>,
    options?: SyncCallOptions<undefined> & ReductionOptions & { readonly axis?: undefined },
  ): V;
  reduceSync<R extends number, D extends DType>(
    a: ReadonlyNDArray<DType, R>,
    reduction: Reduction<unknown, D>,
    options: SyncCallOptions<undefined> &
      ReductionOptions & { readonly axis?: number | readonly number[]; readonly keepdims: true },
  ): Reduced<D, R>;
  reduceSync(
    pair: readonly [ReadonlyNDArray<DType, 1>, ReadonlyNDArray<DType, 1>],
    dot: Dot,
    options?: SyncCallOptions<undefined>,
  ): number;
  reduceSync<const A extends Operands, Acc, P = undefined>(
    a: A,
    reducer: Reducer<A, Acc, P>,
    options?: SyncCallOptions<P>,
  ): Acc;
  reduceSync(a: unknown, reduction: unknown, options: unknown): unknown {
    return this.#engine.execute(() => checkAny(a, reduction, options));
  }

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

  #runTask(task: (...args: never[]) => unknown, args: unknown, options: RunOptions | undefined, isBroadcast: boolean) {
    const given = { ...expectOptions(options) };
    expectWait(given, ["transfer"]);
    if (!Array.isArray(args)) throw new TypeError(`Expected \`args\` to be a list of arguments, got ${show(args)}`);
    return this.#engine.runTask(refOf(task, "task", true), [...args], given, isBroadcast);
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
    return tune(length, call, options, () => this.#engine.lastChunkSize);
  }

  /** All workers are up; else the first call waits for them. */
  ready(): Promise<void> {
    return this.#engine.ready();
  }
  stats(): PoolStats {
    return this.#engine.stats();
  }
  /** Finishes what was called, then ends the workers; after `timeoutMs` as `terminate`. Always settles. */
  async close(options: SyncWaitOptions = {}): Promise<void> {
    await this.#engine.close(expectMs("timeoutMs", expectOptions(options).timeoutMs));
  }
  /** At once: what is under way rejects with PoolTerminatedError. */
  async terminate(): Promise<void> {
    await this.#engine.terminate();
  }
  /** `close()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
forbidSending(Pool);
