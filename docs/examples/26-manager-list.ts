// Scenario 26. A shared list: five workers append to it.
import { Manager, Process } from "shared-ndarray";

await using manager = new Manager();
const list = manager.list<number>();
const workers = [0, 1, 2, 3, 4].map((i) =>
  new Process(async (list, i) => void (await list.push(i)), [list, i]).start(),
);
for (const worker of workers) await worker.join();
console.log((await list.toArray()).sort());
