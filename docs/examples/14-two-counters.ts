// Scenario 14. Two counters in one array, crows and parrots: each worker adds to its own slot.
import { Process, SharedArray } from "shared-ndarray";

const birds = new SharedArray("int32", 2);
const watch = (birds: SharedArray<"int32">, slot: number, seen: number) => {
  for (let i = 0; i < seen; i++) birds.data[slot]! += 1; // no other worker writes this slot
};
const crows = new Process(watch, [birds, 0, 3]).start();
const parrots = new Process(watch, [birds, 1, 5]).start();
await Promise.all([crows.join(), parrots.join()]);
console.log("crows:", birds.data[0], "parrots:", birds.data[1]); // 3 and 5
