// Every function and method of arrays against NumPy: see bench/README.md, "functions". With arguments, only rows whose
// names begin with one of them; `--quick` leaves out all but float64.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as nd from "../dist/index.js";
import { leastUs } from "./functions/least.mjs";
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
/** For how long each side of a row is measured, in all passes together. */
const BUDGET_MS = 12;
/** For how long others warm up: engines compile what ten elements need only after some ten thousand calls. */
const WARM_MS = 50;
/** For how long calls of a team run before each pass: its members went to sleep while others were measured. */
const ROUSE_MS = 6;
/** Calls that are timed together take at least so long, so that reading the clock adds nothing. */
const TIMED_US = 20;
/** A row that misses its target is at its bound if it takes at most so many times as long as the loop by hand. */
const AT_BOUND = 1.5;
/** Ours and NumPy's times are taken in turns, so many times. The shortest counts: others use the machine as well. */
const PASSES = 3;
const major = Number(process.versions.node.split(".")[0]);

const python = spawn("python3", [fileURLToPath(new URL("functions/numpy_side.py", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
const answer = async () => JSON.parse((await answers.next()).value);
const numpyVersion = await answer();
const numpy = async (given) => {
  python.stdin.write(`${JSON.stringify({ ...given, budget: BUDGET_MS / PASSES / 1000 })}\n`);
  return answer();
};

/** Warms up, and says how many calls are timed together. */
function warmUp(work, ms) {
  let turns = 0;
  const began = performance.now();
  for (const end = began + ms; performance.now() < end; turns++) work();
  const us = (1000 * (performance.now() - began)) / turns;
  return Math.ceil(TIMED_US / us);
}

/** The median time of calls for the budget of one pass, in microseconds. */
function measure(work, turns) {
  const times = [];
  for (const end = performance.now() + BUDGET_MS / PASSES; times.length < 2 || performance.now() < end; ) {
    const began = performance.now();
    for (let i = 0; i < turns; i++) work();
    times.push((1000 * (performance.now() - began)) / turns);
  }
  return median(times);
}

/** A number with four significant digits, as it is stored. */
const rounded = (value) => Number(value.toPrecision(4));

/** What is made by a call is disposed of, as `using` does. A result that is a number, a view or `out` is left alone. */
const disposing = (work, isView, out) => () => {
  const made = work();
  if (!isView && made !== out) made?.[Symbol.dispose]?.();
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
  const hasOut = row.out && (given.o || !row.fresh);
  const works = {
    plain: plainLoop(row.name, operands, dtype, layout),
    out: hasOut ? () => row.out(given) : undefined,
    fresh: row.fresh && disposing(() => row.fresh(given), row.isView),
    team: row.team && n > 10 ? disposing(() => row.team(pool, given), false, given.o) : undefined,
  };
  const times = await timesOf(works, { ...row, n, dtype, layout });
  const againstOut = times.numpyOut ?? times.numpy;
  const resultType = (made instanceof nd.NDArray ? made : row.fresh ? undefined : operands.x)?.dtype;
  const views = Array.isArray(made) ? made.length : 1;
  const record = async (form, numpyUs, outUs) => {
    const us = times[form];
    if (us === undefined || numpyUs === undefined) return;
    const limit = targetUs(row, { form, n, dtype, views }, numpyUs, outUs, major);
    const least = limit === undefined ? undefined : await leastUs(nd, row, { n, dtype, layout, form, resultType });
    const target = limit === undefined ? {} : { targetUs: rounded(limit), isMet: us <= limit };
    if (least !== undefined) target.leastUs = rounded(least);
    const plain = times.plain === undefined ? {} : { plainUs: rounded(times.plain) };
    const both = { us: rounded(us), numpyUs: rounded(numpyUs), ratio: rounded(us / numpyUs) };
    found.push({ name: row.name, kind: kindOf(row), form, n, dtype, layout, ...both, ...plain, ...target });
    const at = [`${row.name}, ${form}`.padEnd(36), `${n}`.padStart(9), dtype.padEnd(8), layout.padEnd(11)];
    const shown = [us, numpyUs, us / numpyUs].map((one) => one.toFixed(2).padStart(11));
    const bound = least === undefined ? "" : `, by hand ${least.toFixed(2)}`;
    const verdict = limit === undefined ? "" : us <= limit ? "met" : `missed, target ${limit.toFixed(2)}${bound}`;
    console.log(...at, ...shown, (times.plain?.toFixed(2) ?? "").padStart(11), verdict);
  };
  await record("fresh", times.numpy, times.out);
  await record("out", againstOut);
  await record("team", againstOut);
}

/** The shortest time of each work and of NumPy's. A work that refuses its arguments has none. */
async function timesOf(works, forNumPy) {
  const best = {};
  const refused = new Set();
  const attempt = (form, act) => {
    if (refused.has(form)) return;
    try {
      return act();
    } catch (e) {
      if (!nd.isSharedError(e)) throw e;
      refused.add(form);
    }
  };
  const ours = Object.entries(works).filter(([, work]) => work);
  const turns = {};
  for (const [form, work] of ours) {
    turns[form] = attempt(form, () => warmUp(work, WARM_MS));
  }
  for (let pass = 0; pass < PASSES; pass++) {
    const found = await numpy(forNumPy);
    for (const [form, work] of ours) {
      if (form === "team") attempt(form, () => warmUp(work, ROUSE_MS));
      found[form] = attempt(form, () => measure(work, turns[form]));
    }
    for (const [form, us] of Object.entries(found)) {
      if (typeof us === "number") best[form] = Math.min(best[form] ?? us, us);
    }
  }
  return best;
}

const withTarget = found.filter(({ isMet }) => isMet !== undefined);
const counts = {};
const isAtBound = ({ us, leastUs, isMet }) => !isMet && leastUs !== undefined && us <= AT_BOUND * leastUs;
for (const one of withTarget) {
  const key = `${one.kind}, ${one.n <= 10 ? "ten elements" : one.form === "team" ? "on the team" : "one thread"}`;
  counts[key] ??= { rows: 0, met: 0, atBound: 0 };
  counts[key].rows++;
  if (one.isMet) counts[key].met++;
  else if (isAtBound(one)) counts[key].atBound++;
}
const met = withTarget.filter(({ isMet }) => isMet).length;
const atBound = withTarget.filter(isAtBound).length;
console.log(`\nrows ${found.length}, with a target ${withTarget.length}, met ${met}, else at their bound ${atBound}`);
for (const [key, { rows, met, atBound }] of Object.entries(counts)) {
  console.log(`  ${key.padEnd(40)} ${met} of ${rows}, else at their bound ${atBound}`);
}

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
