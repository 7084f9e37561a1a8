// Runs the stress programs of this folder, each in a process of its own: all, or those whose name contains the
// argument. With `--short` they do less, as in CI. The exit code is 1 if one fails.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [filter] = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const env = { ...process.env, STRESS: process.argv.includes("--short") ? "short" : "full" };
let failed = 0;
for (const file of readdirSync(here).filter((name) => name.endsWith(".stress.mjs") && name.includes(filter ?? ""))) {
  const { status, signal } = spawnSync(process.execPath, ["--expose-gc", join(here, file)], {
    stdio: "inherit",
    env,
    timeout: 300_000,
  });
  if (status !== 0) console.error(`FAILED ${file}: ${signal ?? `exit code ${status}`}`);
  if (status !== 0) failed++;
}
console.log(failed === 0 ? "stress: all held" : `stress: ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
