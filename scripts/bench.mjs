// Runs every benchmark in bench/, one after the other: `npm run bench`. Each prints its table and writes its results.
// A benchmark that fails does not stop the others; the exit code is 1 if one did. Nothing else should run meanwhile.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const names = Object.keys(scripts).filter((name) => name.startsWith("bench:"));
const failed = [];
execFileSync(process.execPath, [join(root, "scripts/ensure.mjs")], { stdio: "inherit" });

for (const name of names) {
  console.log(`\n${name}`);
  const program = join(root, "bench", `${name.slice("bench:".length)}.mjs`);
  const { status, signal } = spawnSync(process.execPath, [program], { cwd: root, stdio: "inherit" });
  if (status !== 0) failed.push(`${name} (${signal ?? `exit code ${status}`})`);
}
console.log(failed.length === 0 ? `\nall ${names.length} benchmarks ran` : `\nfailed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
