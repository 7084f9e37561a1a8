// Scenario 2. A raw counter without a lock. `+=` reads, adds and writes: what another worker writes in between is lost.
import { Process, RawValue, SharedEvent } from "shared-ndarray";

const counter = new RawValue("int32");
const go = new SharedEvent();
const add = async (counter: RawValue<"int32">, go: SharedEvent) => {
  go.waitSync(); // both workers begin at the same time
  for (let i = 0; i < 5; i++) {
    const seen = counter.value; // counter.value += 1, slowly:
    await new Promise((resolve) => setTimeout(resolve, 1)); // now the other worker may write,
    counter.value = seen + 1; // and this overwrites its value
  }
};
const workers = [1, 2].map(() => new Process(add, [counter, go]).start());
go.set();
for (const worker of workers) await worker.join();
console.log(counter.value, "of 10:", counter.value < 10 ? "increments were lost" : "this time none was lost");
