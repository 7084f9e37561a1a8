// Shared by all benchmarks: where a result comes from, and where it is stored.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const results = join(dirname(fileURLToPath(import.meta.url)), "results");

/** The machine, runtime, commit and date that are stored with each result. */
export function provenance() {
  let commit = "unknown";
  try {
    const dirty = execFileSync("git", ["status", "--porcelain", "src"], { encoding: "utf8" }).trim() !== "";
    commit =
      execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim() + (dirty ? " + changes" : "");
  } catch {}
  const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return {
    machine,
    runtime: `Node ${process.versions.node} (V8 ${process.versions.v8})`,
    commit,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** Writes a file under bench/results, and prints its path. */
export function keep(name, content) {
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, name), typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
  console.log(`written: bench/results/${name}`);
}

export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
export const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.floor(list.length * q)];
