/** The first name of a program, on a machine that does not run it for seconds: slow is not blocked. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

const dist = new URL("../../dist/index.js", import.meta.url).href;
/** A worker asks for its first name while its root is blocked for two seconds. */
const asker = `import { writeSync } from "node:fs";
  import { SharedMemory } from ${JSON.stringify(dist)};
  writeSync(1, "asks\\n");
  try { new SharedMemory(5, { name: "first" }).unlink(); writeSync(1, "has its name\\n"); }
  catch (e) { writeSync(1, e.message + "\\n"); }`;
const program = `import { Worker } from "node:worker_threads";
  await import(${JSON.stringify(dist)});
  new Worker(new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(asker)})), { execArgv: [] });
  setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000), 20);`;

/** What the program prints, if `disturb` begins when its worker asks. */
async function run(
  disturb: (child: { kill(signal: NodeJS.Signals): boolean }, isOver: () => boolean) => Promise<void>,
) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  let isOver = false;
  const ended = once(child, "close").then(() => {
    isOver = true;
  });
  const asks = once(child.stdout, "data");
  child.stdout.on("data", (text) => {
    out += text;
  });
  await asks;
  await sleep(300); // it asks after it has said so
  await disturb(child, () => isOver);
  await ended;
  return out;
}

describe("a worker's first name", () => {
  it("comes in a program that was stopped for longer than it waits for a blocked root", async () => {
    const out = await run(async (child) => {
      child.kill("SIGSTOP");
      await sleep(6500);
      child.kill("SIGCONT");
    });
    expect(out).toBe("asks\nhas its name\n");
  });

  it("comes in a program that gets little of each second", async () => {
    const out = await run(async (child, isOver) => {
      while (!isOver()) {
        child.kill("SIGSTOP");
        await sleep(3000);
        child.kill("SIGCONT");
        await sleep(60);
      }
    });
    expect(out).toBe("asks\nhas its name\n");
  });
});
