// Scenario 15. Lock-free slots: each of three workers advances its own slot of a raw array five times.
import { Process, rawArray } from "shared-ndarray";

const slots = rawArray("i", 3); // a shared Int32Array
const advance = (slots: Int32Array, own: number) => {
  for (let i = 0; i < 5; i++) slots[own]! += 1;
};
await Promise.all([0, 1, 2].map((own) => new Process(advance, [slots, own]).start().join()));
console.log([...slots]); // [5, 5, 5]
