/** `SHARED_NDARRAY_TRACE=keeper`: what the keeper prints, and that it prints nothing unless asked to. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const dist = new URL("../../dist/index.js", import.meta.url).href;
const attach = `import { SharedMemory } from ${JSON.stringify(dist)}; SharedMemory.attach("traced");`;
const program = `
  import { subscribe } from "node:diagnostics_channel";
  import { Worker } from "node:worker_threads";
  import { SharedMemory } from ${JSON.stringify(dist)};
  let keeper;
  subscribe("worker_threads", ({ worker }) => { keeper ??= worker; }); // the first thread of the program
  const memory = new SharedMemory(100, { name: "traced" });
  const worker = new Worker(new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(attach)}`)}));
  await new Promise((resolve) => worker.once("exit", resolve));
  try { SharedMemory.attach("missing"); } catch {}
  memory.unlink();
  while (keeper.threadId !== -1) await new Promise((resolve) => setTimeout(resolve, 50)); // it ends when it has held nothing
`;

function run(trace: string | undefined): { status: number | null; stdout: string; stderr: string } {
  const { SHARED_NDARRAY_TRACE: _, ...env } = process.env;
  return spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: trace === undefined ? env : { ...env, SHARED_NDARRAY_TRACE: trace },
    encoding: "utf8",
    timeout: 240_000,
  });
}

describe("SHARED_NDARRAY_TRACE", () => {
  it("prints the keeper's start, its requests with their outcomes, its clients and its end", () => {
    const { status, stdout, stderr } = run("keeper");
    expect([status, stdout]).toEqual([0, ""]);
    const steps = [
      /^ *\d+\.\d{3} ms keeper thread 0: starts the keeper$/m,
      /^ *\d+\.\d{3} ms keeper #1: is up$/m,
      /keeper #1: thread \d+ says hello$/m,
      /keeper #1: thread \d+ asks: create "traced" → id 4294967296$/m,
      /keeper #1: thread \d+ asks: attach "traced" → id \d+$/m,
      /keeper #1: thread \d+ asks: attach "missing" → none$/m,
      /keeper #1: thread \d+ asks: unlink "traced" id 4294967296 → id 4294967296$/m,
      /keeper #1: thread \d+ has died$/m,
      /keeper #1: ends: it has held nothing for a second$/m,
      /keeper thread 0: create "traced" → id 4294967296 in \d+\.\d{3} ms$/m,
    ];
    for (const step of steps) expect(stderr).toMatch(step);
  });

  it.each([undefined, "pool"])("prints nothing of the keeper when it is %s", (trace) => {
    expect(run(trace)).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });
});
