// Scenario 21. Results out of order: five workers put `(id, id²)`, and the parent collects all five.
import { Process, Queue } from "shared-ndarray";

const q = new Queue<[id: number, square: number]>();
const workers = [1, 2, 3, 4, 5].map((id) => new Process((q, id) => q.putSync([id, id * id]), [q, id]).start());
const results = new Map<number, number>();
while (results.size < workers.length) results.set(...(await q.get()));
for (const worker of workers) await worker.join();
console.log([...results].sort(([a], [b]) => a - b));
