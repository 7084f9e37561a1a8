// Scenario 16. A worker fills a float64 array of five with 10 … 14.
import { Process, SharedArray } from "shared-ndarray";

const array = new SharedArray("d", 5);
const fill = (array: SharedArray<"d">) => {
  for (let i = 0; i < array.length; i++) array.data[i] = 10 + i;
};
await new Process(fill, [array]).start().join();
console.log(array.slice()); // [10, 11, 12, 13, 14]
