// Whole programs against NumPy: see bench/README.md, "programs". With a word, only programs whose names contain it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { tidy } from "../dist/index.js";
import { programs } from "./programs/programs.mjs";
import { keep, provenance } from "./report.mjs";

const [wanted = ""] = process.argv.slice(2);
const python = spawn("python3", [fileURLToPath(new URL("programs/numpy_side.py", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();

/** The shortest time of a program, in milliseconds, and its result. Everything that it makes is disposed of. */
function timed(program) {
  const run = () => tidy(program);
  for (let round = 0; round < 3; round++) run();
  const times = [];
  for (const end = performance.now() + 100; times.length < 3 || performance.now() < end; ) {
    const began = performance.now();
    run();
    times.push(performance.now() - began);
  }
  return [Math.min(...times), run()];
}

/** Both add the same numbers, in orders that differ; float32 has seven digits. */
const agrees = (a, b) => Math.abs(a - b) <= 1e-4 * Math.abs(b);

const rows = [];
for (const [i, [name, program]] of Object.entries(programs).entries()) {
  if (!name.includes(wanted)) continue;
  python.stdin.write(`${i}\n`);
  const [numpyMs, theirs] = JSON.parse((await answers.next()).value);
  const [ms, ours] = timed(program);
  if (!agrees(ours, theirs)) throw new Error(`${name}: ${ours}, and NumPy has ${theirs}`);
  const rounded = (value) => Number(value.toPrecision(3));
  rows.push({ program: name, ms: rounded(ms), numpyMs: rounded(numpyMs), ratio: rounded(ms / numpyMs) });
  console.log(name.padEnd(52), ms.toFixed(2).padStart(9), numpyMs.toFixed(2).padStart(9), (ms / numpyMs).toFixed(2));
}
python.stdin.end();
if (wanted === "") keep(`programs-node${process.versions.node.split(".")[0]}.json`, { ...provenance(), rows });
