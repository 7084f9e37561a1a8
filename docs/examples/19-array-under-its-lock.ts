// Scenario 19. A worker doubles a whole array under the array's own lock. A slice is a plain copy.
import { Process, SharedArray } from "shared-ndarray";

const a = new SharedArray("i", [1, 2, 3]);
await new Process(
  (a) => {
    using _ = a.lock.acquireSync();
    for (let i = 0; i < a.length; i++) a.data[i]! *= 2;
  },
  [a],
)
  .start()
  .join();
console.log(a.slice()); // [2, 4, 6], a plain copy
