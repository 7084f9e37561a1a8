// Every function and method of arrays against NumPy: see bench/README.md, "functions". With arguments, only rows whose
// names begin with one of them; `--quick` leaves out all but float64.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as nd from "../dist/index.js";
import { operandsOf } from "./functions/operands.mjs";
import { rowsOf } from "./functions/rows.mjs";
import { twoLoops } from "./loops.mjs";
import { keep, median, provenance } from "./report.mjs";

const words = process.argv.slice(2);
const isQuick = words.includes("--quick");
const wanted = words.filter((word) => !word.startsWith("--"));
/** All dtypes and layouts are measured at the first two sizes, float64 at all of them. */
const SIZES = [10, 1_000_000, 10_000, 10_000_000];
const BUDGET_MS = 40;

const python = spawn("python3", [fileURLToPath(new URL("functions/numpy_side.py", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
const answer = async () => JSON.parse((await answers.next()).value);
const numpyVersion = await answer();
const numpy = async (given) => {
  python.stdin.write(`${JSON.stringify({ ...given, budget: BUDGET_MS / 1000 })}\n`);
  return answer();
};

/** The median time of calls for about the budget, in microseconds. `turns` of them are timed together. */
function measure(work, turns) {
  for (const end = performance.now() + BUDGET_MS; performance.now() < end; ) work();
  const times = [];
  for (const end = performance.now() + BUDGET_MS; times.length < 5 || performance.now() < end; ) {
    const began = performance.now();
    for (let i = 0; i < turns; i++) work();
    times.push((1000 * (performance.now() - began)) / turns);
    if (performance.now() > end + 20 * BUDGET_MS) break;
  }
  return median(times);
}

/** What is made by a call is disposed of, as `using` does. A result that is a number or a view is left alone. */
const disposing = (work, isView) => () => {
  const made = work();
  if (!isView) made?.[Symbol.dispose]?.();
};

const loopsBefore = await twoLoops();
const pool = new nd.Pool({ workers: 2 });
await pool.ready();
const found = [];
for (const row of rowsOf(nd)) {
  if (wanted.length > 0 && !wanted.some((word) => row.name.startsWith(word))) continue;
  for (const n of SIZES) {
    if (n > (row.largest ?? Number.POSITIVE_INFINITY)) continue;
    const isWhole = n === SIZES[0] || n === SIZES[1];
    for (const dtype of row.dtypes.filter((one) => one === "float64" || (isWhole && !isQuick))) {
      for (const layout of row.layouts.filter((one) => one === "contiguous" || (isWhole && !isQuick))) {
        await measureCase(row, n, dtype, layout);
      }
    }
  }
}
await pool.close();
python.stdin.end();

async function measureCase(row, n, dtype, layout) {
  const operands = operandsOf(nd, row, n, dtype, layout);
  let made;
  try {
    made = (row.fresh ?? row.out)(operands);
  } catch (e) {
    if (!nd.isSharedError(e, "DTYPE")) console.log(`${row.name} ${dtype} ${layout} ${n}: ${e.message}`);
    return; // it refuses the dtype
  }
  const given = { ...operands, o: made instanceof nd.NDArray ? made : undefined };
  const turns = n <= 10 ? 100 : 1;
  const theirs = await numpy({ ...row, n, dtype, layout });
  const record = (form, us, numpyUs) => {
    if (us === undefined || numpyUs === undefined) return;
    found.push({ name: row.name, form, n, dtype, layout, us, numpyUs, ratio: us / numpyUs });
    const at = [`${row.name}, ${form}`.padEnd(36), `${n}`.padStart(9), dtype.padEnd(8), layout.padEnd(11)];
    const times = [us.toFixed(2).padStart(12), numpyUs.toFixed(2).padStart(12), (us / numpyUs).toFixed(2).padStart(9)];
    console.log(...at, ...times);
  };
  const attempt = (work) => {
    try {
      return measure(work, turns);
    } catch (e) {
      if (!nd.isSharedError(e)) throw e;
      return undefined;
    }
  };
  if (row.fresh) record("fresh", attempt(disposing(() => row.fresh(given), row.isView)), theirs.numpy);
  const againstOut = theirs.numpyOut ?? theirs.numpy;
  if (row.out && (given.o || !row.fresh))
    record(
      "out",
      attempt(() => row.out(given)),
      againstOut,
    );
  if (row.team && n > 10)
    record(
      "team",
      attempt(() => row.team(pool, given)),
      againstOut,
    );
}

found.sort((a, b) => b.ratio - a.ratio);
console.log("\nthe slowest, against NumPy:");
for (const { name, form, n, dtype, layout, us, numpyUs, ratio } of found.slice(0, 60)) {
  console.log(
    `${ratio.toFixed(1).padStart(8)}  ${name}, ${form}, ${n} ${dtype} ${layout}: ${us.toFixed(1)} us, NumPy ${numpyUs.toFixed(1)}`,
  );
}
if (wanted.length === 0 && !isQuick) {
  const major = process.versions.node.split(".")[0];
  const loops = [loopsBefore, await twoLoops()];
  keep(`functions-node${major}.json`, { ...provenance(), numpyVersion, twoLoops: loops, rows: found });
}
process.exit();
