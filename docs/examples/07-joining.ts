// Scenario 7. Joining: three workers count to three each, and the main thread waits for every one.
import { Process, Value } from "shared-ndarray";

const count = new Value("int32");
const toThree = (count: Value<"int32">) => {
  for (let i = 0; i < 3; i++) count.updateSync((x) => x + 1);
};
const workers = [1, 2, 3].map(() => new Process(toThree, [count]).start());
for (const worker of workers) console.log(worker.name, "ended with", await worker.join());
console.log(count.value); // 9
