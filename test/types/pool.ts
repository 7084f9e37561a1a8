/** What the compiler must infer about a pool: kernels get typed views, and results keep their dtype and rank. */
import {
  add,
  arange,
  argmax,
  type ChunkInfo,
  type Complex,
  defineKernel,
  defineReducer,
  defineTask,
  explain,
  type NDArray,
  Pool,
  Process,
  Queue,
  slidingWindowView,
  sum,
  zeros,
} from "shared-ndarray";
import { same } from "./same.js";

const pool = new Pool({ workers: 2 });
const grid = zeros([4, 5]);
const line = zeros(5);
const ids = zeros([4, 5], { dtype: "int64" });
const picture = zeros([4, 5, 3], { dtype: "uint8" });
declare const unknown: ReturnType<typeof NDArray.attach>;

// map
const halved = pool.map(grid, (x) => x / 2);
const inPlace = pool.map(grid, (x) => -x, { out: grid });
const broadcast = pool.map([line, grid], (x, y, { weight }) => x + weight * y, { params: { weight: 3 } });
const mask = pool.map(grid, (x) => x >= 1, { dtype: "bool" });
const added = pool.map([grid, line], add, { out: grid });
const plain = pool.mapSync(line, (x) => x + 1);
same<typeof halved, Promise<NDArray<"float64", 2>>>(true);
same<typeof inPlace, Promise<NDArray<"float64", 2>>>(true);
same<typeof broadcast, Promise<NDArray<"float64", 2>>>(true);
same<typeof mask, Promise<NDArray<"bool", 2>>>(true);
same<typeof added, Promise<NDArray<"float64", 2>>>(true);
same<typeof plain, NDArray<"float64", 1>>(true);
pool.map([ids], (x) => x + 1n, { out: ids });
pool.map(grid, (x, { by }) => x * by, {
  params: { by: 2 },
  out: grid,
  onProgress: ({ done, total }) => console.log(done / total),
  signal: AbortSignal.timeout(50),
});
if (unknown.dtype === "float32") await pool.map(unknown, (x) => x * x, { out: unknown });

// forEachChunk: one array, a list, or arrays by name
pool.forEachChunk(grid, (rows) => {
  same<typeof rows, NDArray<"float64", 2>>(true);
  const fast: Float64Array = rows.flat;
  void fast;
});
pool.forEachChunk(
  [line, ids],
  ([x, y], info, { offset }) => {
    same<typeof x, NDArray<"float64", 1>>(true);
    same<typeof y, NDArray<"int64", 2>>(true);
    const at: number = info.start + offset;
    void at;
  },
  { params: { offset: 10 } },
);
pool.forEachChunk(
  { from: picture, to: grid },
  ({ from, to }, { before, after }) => {
    same<typeof from, NDArray<"uint8", 3>>(true);
    same<typeof to, NDArray<"float64", 2>>(true);
    to.flat[0] = from.flat[0]! + before + after;
  },
  { halo: { from: 2 } },
);
// Read-only operands can be indexed as fast as the others.
pool.forEachChunk({ seen: slidingWindowView(zeros(9), 3), out: zeros(7) }, ({ seen, out }) => {
  const values = seen.flat;
  out.flat[0] = values[0]!;
});

// reduce
const total = pool.reduce(grid, sum);
const places = pool.reduce(grid, argmax, { axis: 0 });
const longest = pool.reduce(line, {
  init: () => 0,
  chunk: (most, rows) => Math.max(most, ...rows.flat),
  combine: (left, right) => Math.max(left, right),
});
const record = pool.reduce(
  [grid, line],
  {
    init: ({ from }) => ({ count: from }),
    chunk: (found, [rows, values], info, { from }) => ({
      count: found.count + rows.size + values.size + info.start - from,
    }),
    combine: (left, right) => ({ count: left.count + right.count }),
  },
  { params: { from: 0 } },
);
const ofUnknown = pool.reduce(unknown, sum);
same<typeof total, Promise<number>>(true);
same<typeof places, Promise<NDArray<"int32", 1>>>(true);
same<typeof longest, Promise<number>>(true);
same<typeof record, Promise<{ count: number }>>(true);
const promised: Promise<number | Complex> = ofUnknown;

// Functions that workers find by importing their module
const clamp = defineKernel(import.meta.url, "clamp", (x: number) => Math.min(1, Math.max(0, x)));
pool.map(grid, clamp, { out: grid });
const stillCallable: number = clamp(3);
const scaleInto = defineKernel(
  import.meta.url,
  "scaleInto",
  ([to, from]: [NDArray<"float64", 1>, NDArray<"float64", 1>], _: ChunkInfo, { by }: { by: number }) => {
    for (let i = 0; i < to.size; i++) to.flat[i] = by * from.flat[i]!;
  },
);
pool.forEachChunk([zeros(4), arange(4)], scaleInto, { params: { by: 2 } });
const firsts = defineReducer(import.meta.url, "firsts", {
  init: () => 0,
  chunk: (found: number, rows: NDArray<"float64", 1>) => found + rows.flat[0]!,
  combine: (left: number, right: number) => left + right,
});
same<ReturnType<typeof firsts.init>, number>(true);

// run, broadcast, Process
const size = pool.run((a, extra) => a.size + extra, [grid, 1]);
const awaited = pool.run(async (words: string[]) => words.join(), [["a", "b"]]);
const bare = pool.run(() => true);
const ranks = pool.broadcast((me, a) => me.rank * a.size, [grid]);
const task = defineTask(import.meta.url, "task", (a: NDArray<"float64">, power: number) => a.size ** power);
const ofTask = pool.run(task, [grid, 2]);
same<typeof size, Promise<number>>(true);
same<typeof awaited, Promise<string>>(true);
same<typeof bare, Promise<boolean>>(true);
same<typeof ranks, Promise<number[]>>(true);
same<typeof ofTask, Promise<number>>(true);
const numbers = new Queue<number>();
new Process((queue, n) => queue.putSync(n), [numbers, 3]).start();

const engine: string = explain((x: number) => x * x, ["float64"]).engine;

export { engine, promised, stillCallable };

// Options that may be undefined, as when they are passed on

const { signal } = {} as { signal?: AbortSignal };
const passedOn = { signal: signal ?? undefined, chunkSize: undefined, timeoutMs: undefined, onProgress: undefined };
void pool.map(line, (x) => x, { ...passedOn, params: undefined, dtype: undefined, fastMath: undefined });
void pool.forEachChunk(line, () => {}, passedOn);
void pool.run(() => 1, [], { signal, transfer: undefined } as { signal: AbortSignal | undefined; transfer: undefined });
void new Pool({ workers: undefined, spinUs: undefined, idleTimeoutMs: undefined, isolation: undefined });

// starmap

const powers = pool.starmap(
  (x: number, y: string) => x + y.length,
  [
    [1, "a"],
    [2, "b"],
  ],
);
same<typeof powers, Promise<number[]>>(true);
const texts = pool.starmap(async (x: number) => `${x}`, [[1], [2]]);
same<typeof texts, Promise<string[]>>(true);
