// Scenario 27. A shared dict: five workers set `key_i` to `i²`.
import { Manager, Process } from "shared-ndarray";

await using manager = new Manager();
const dict = manager.dict<number>();
const workers = [0, 1, 2, 3, 4].map((i) =>
  new Process((dict, i) => dict.setSync(`key_${i}`, i * i), [dict, i]).start(),
);
for (const worker of workers) await worker.join();
console.log(Object.fromEntries((await dict.entries()).sort()));
