// Every function and method of arrays against NumPy: see bench/README.md, "functions". With arguments, only rows whose
// names begin with one of them; `--quick` leaves out all but float64.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as nd from "../dist/index.js";
import { operandsOf } from "./functions/operands.mjs";
import { plainLoop } from "./functions/plain.mjs";
import { rowsOf } from "./functions/rows.mjs";
import { kindOf, targetUs } from "./functions/targets.mjs";
import { twoLoops } from "./loops.mjs";
import { keep, median, provenance } from "./report.mjs";

const words = process.argv.slice(2);
const isQuick = words.includes("--quick");
const wanted = words.filter((word) => !word.startsWith("--"));
/** At the first two sizes all dtypes are measured, and float64 in both layouts; at the others contiguous float64. */
const SIZES = [10, 1_000_000, 10_000, 10_000_000];
/** For how long each side of a row is measured, after as long for warming up. */
const BUDGET_MS = 12;
const major = Number(process.versions.node.split(".")[0]);

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

/** A number with four significant digits, as it is stored. */
const rounded = (value) => Number(value.toPrecision(4));

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
      const isStrided = isWhole && !isQuick && dtype === row.dtypes[0];
      for (const layout of row.layouts.filter((one) => one === "contiguous" || isStrided)) {
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
  const loop = plainLoop(row.name, operands, dtype, layout);
  const plainUs = loop && measure(loop, turns);
  const record = (form, us, numpyUs, outUs) => {
    if (us === undefined || numpyUs === undefined) return;
    const limit = targetUs(row, { form, n, dtype }, numpyUs, outUs, major);
    const target = limit === undefined ? {} : { targetUs: rounded(limit), isMet: us <= limit };
    const times = { us: rounded(us), numpyUs: rounded(numpyUs), ratio: rounded(us / numpyUs) };
    const plain = plainUs === undefined ? {} : { plainUs: rounded(plainUs) };
    found.push({ name: row.name, kind: kindOf(row), form, n, dtype, layout, ...times, ...plain, ...target });
    const at = [`${row.name}, ${form}`.padEnd(36), `${n}`.padStart(9), dtype.padEnd(8), layout.padEnd(11)];
    const shown = [us, numpyUs, us / numpyUs].map((one) => one.toFixed(2).padStart(11));
    const verdict = limit === undefined ? "" : us <= limit ? "met" : `missed, target ${limit.toFixed(2)}`;
    console.log(...at, ...shown, (plainUs?.toFixed(2) ?? "").padStart(11), verdict);
  };
  const attempt = (work) => {
    try {
      return measure(work, turns);
    } catch (e) {
      if (!nd.isSharedError(e)) throw e;
      return undefined;
    }
  };
  const againstOut = theirs.numpyOut ?? theirs.numpy;
  const outUs = row.out && (given.o || !row.fresh) ? attempt(() => row.out(given)) : undefined;
  if (row.fresh) record("fresh", attempt(disposing(() => row.fresh(given), row.isView)), theirs.numpy, outUs);
  record("out", outUs, againstOut);
  if (row.team && n > 10)
    record(
      "team",
      attempt(() => row.team(pool, given)),
      againstOut,
    );
}

const withTarget = found.filter(({ isMet }) => isMet !== undefined);
const counts = {};
for (const { kind, form, n, isMet } of withTarget) {
  const key = `${kind}, ${n <= 10 ? "ten elements" : form === "team" ? "on the team" : "one thread"}`;
  counts[key] ??= { rows: 0, met: 0 };
  counts[key].rows++;
  if (isMet) counts[key].met++;
}
console.log(
  `\nrows ${found.length}, with a target ${withTarget.length}, met ${withTarget.filter((one) => one.isMet).length}`,
);
for (const [key, { rows, met }] of Object.entries(counts)) console.log(`  ${key.padEnd(40)} ${met} of ${rows}`);

found.sort((a, b) => b.ratio - a.ratio);
console.log("\nthe slowest, against NumPy:");
for (const { name, form, n, dtype, layout, us, numpyUs, ratio } of found.slice(0, 60)) {
  console.log(
    `${ratio.toFixed(1).padStart(8)}  ${name}, ${form}, ${n} ${dtype} ${layout}: ${us.toFixed(1)} us, NumPy ${numpyUs.toFixed(1)}`,
  );
}
if (wanted.length === 0 && !isQuick) {
  const loops = [loopsBefore, await twoLoops()];
  const lines = found.map((one) => `    ${JSON.stringify(one)}`).join(",\n");
  const head = JSON.stringify({ ...provenance(), numpyVersion, twoLoops: loops, counts }, null, 2).slice(0, -2);
  keep(`functions-node${major}.json`, `${head},\n  "rows": [\n${lines}\n  ]\n}\n`);
}
process.exit();
