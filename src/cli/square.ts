/** `npm start`, the main job: squares an array in place on all cores. Without a file it makes a million floats. */
import { basename, dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { Command } from "commander";
import { isError } from "../base/builtins.js";
import { type AnyNDArray, arange, full, load, type NDArray, Pool, SharedMemory, save } from "../index.js";
import { contest, contestTable } from "./contest.js";
import { count } from "./options.js";
import { progressBar } from "./progress.js";
import { chunkTable } from "./table.js";

interface Options {
  readonly workers?: number;
  readonly chunkSize?: number;
}

const program = new Command("square")
  .description(
    "Squares a .npy file of floats on all cores and writes FILE.squared.npy; without a file, a million floats",
  )
  .argument("[file]", "a .npy file of float64 or float32, of any shape and order")
  .option("--workers <n>", "threads of the pool (default: all cores)", count(0))
  .option("--chunk-size <n>", "number of elements that a worker takes at a time (default: 256 KiB)", count(1))
  .action(async (file: string | undefined, options: Options) => {
    await using pool = new Pool(options.workers === undefined ? {} : { workers: options.workers });
    await (file === undefined ? squareMillion(pool, options) : squareFile(pool, file, options));
  });

try {
  await program.parseAsync();
} catch (e) {
  process.stderr.write(`square: ${isError(e) ? e.message.split("\n")[0] : e}\n`);
  process.exitCode = 1;
}

async function squareInPlace(pool: Pool, a: NDArray<"float64"> | NDArray<"float32">, { chunkSize }: Options) {
  const bar = progressBar("squaring");
  const square = (x: number) => x * x;
  const call = { chunkSize: chunkSize ?? ("auto" as const), onProgress: bar.update, progressMs: 50 };
  const began = performance.now();
  if (a.dtype === "float64") await pool.map(a, square, { ...call, out: a });
  else await pool.map(a, square, { ...call, out: a });
  bar.stop();
  return performance.now() - began;
}

async function squareMillion(pool: Pool, options: Options): Promise<void> {
  const n = 1_000_000;
  await SharedMemory.ready();
  using a = arange(n, { name: "million" });
  console.log(`${n} float64 in shared memory ${JSON.stringify(a.name)}, ${a.nbytes} bytes; a team of ${pool.workers}`);
  await pool.ready();
  const ms = await squareInPlace(pool, a, options);
  const wrong = countWrong(a);
  if (wrong > 0) throw new Error(`Expected ${n} squares, but ${wrong} elements are wrong`);
  console.log(`squared in place in ${ms.toFixed(2)} ms (the first call); all ${n} elements checked`);
  const scratch = full(n, 1.0000001);
  const report = await pool.tune(n, (chunkSize) => pool.map(scratch, (x) => x * x, { out: scratch, chunkSize }));
  console.log(`\n${chunkTable(report)}`);
  console.log(`\n${contestTable(n, await contest(n, pool))}`);
}

function countWrong(a: NDArray<"float64", 1>): number {
  let wrong = 0;
  for (const [i, x] of a.flat.entries()) if (x !== i * i) wrong++;
  return wrong;
}

async function squareFile(pool: Pool, path: string, options: Options): Promise<void> {
  const a: AnyNDArray = await load(path);
  if (a.dtype !== "float64" && a.dtype !== "float32") {
    throw new TypeError(`Expected ${path} to hold float64 or float32 elements, got ${a.dtype}`);
  }
  const ms = await squareInPlace(pool, a, options);
  const target = join(dirname(path), `${basename(path, ".npy")}.squared.npy`);
  await save(target, a);
  console.log(
    `${path}: ${a.dtype} of shape [${a.shape.join(", ")}] squared in ${ms.toFixed(2)} ms, written to ${target}`,
  );
}
