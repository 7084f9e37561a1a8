// What two independent loops reach at once, against one alone: 2 on two free cores. Machines are shared, so the second
// core is sometimes taken by others. Figures of a team mean nothing when this is under 1.7.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

const MS = 150;

const loop = `
  import { parentPort } from "node:worker_threads";
  parentPort.on("message", (ms) => {
    const end = performance.now() + ms;
    let [rounds, x] = [0, 0];
    while (performance.now() < end) {
      for (let i = 0; i < 1e5; i++) x += i * i;
      rounds++;
    }
    parentPort.postMessage(rounds);
  });`;

export async function twoLoops() {
  const start = () => new Worker(new URL(`data:text/javascript,${encodeURIComponent(loop)}`));
  const workers = [start(), start()];
  const run = async (worker, ms) => {
    const result = once(worker, "message");
    worker.postMessage(ms);
    return (await result)[0];
  };
  for (const worker of workers) await run(worker, MS);
  const alone = await run(workers[0], MS);
  const both = await Promise.all(workers.map((worker) => run(worker, MS)));
  await Promise.all(workers.map((worker) => worker.terminate()));
  return (both[0] + both[1]) / alone;
}
