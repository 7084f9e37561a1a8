// Scenario 22. A worker increments a locked value and reports each step through a queue.
import { Process, Queue, Value } from "shared-ndarray";

const v = new Value("int32");
const q = new Queue<{ step: number; value: number }>();
await using p = new Process(
  async (v, q) => {
    for (let step = 1; step <= 5; step++) await q.put({ step, value: v.updateSync((x) => x + 1) });
    q.end();
  },
  [v, q],
).start();

for await (const report of q) console.log(report);
await p.join();
console.log(v.value);
