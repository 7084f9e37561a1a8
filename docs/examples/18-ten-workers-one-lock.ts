// Scenario 18. Ten workers, one lock: each adds 1 to all five elements.
import { Process, SharedArray } from "shared-ndarray";

const array = new SharedArray("i", 5);
const addToAll = (array: SharedArray<"i">) => {
  using _ = array.lock.acquireSync();
  for (let i = 0; i < array.length; i++) array.data[i]! += 1;
};
await Promise.all(Array.from({ length: 10 }, () => new Process(addToAll, [array]).start().join()));
console.log(array.slice()); // [10, 10, 10, 10, 10]
