// Scenario 4. Two workers add 1 and 2 to one raw counter, five times each. `add` is one step, so nothing is lost.
import { Process, RawValue } from "shared-ndarray";

const counter = new RawValue("int32");
const count = (counter: RawValue<"int32">, step: number) => {
  for (let i = 0; i < 5; i++) counter.add(step);
};
const workers = [1, 2].map((step) => new Process(count, [counter, step]).start());
for (const worker of workers) await worker.join();
console.log(counter.value); // 15
