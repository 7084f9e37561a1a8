// Scenario 10. Two workers make 50 locked increments each, with pauses. The program reports whether all have arrived.
import { Process, Value } from "shared-ndarray";

const counter = new Value("int32");
const work = async (counter: Value<"int32">, n: number) => {
  for (let i = 0; i < n; i++) {
    await counter.update((x) => x + 1); // waits for the lock without blocking the event loop
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};
const workers = [1, 2].map(() => new Process(work, [counter, 50]).start());
for (const worker of workers) await worker.join();

const expected = 100;
console.log("expected:", expected, "actual:", counter.value);
console.log(counter.value === expected ? "success" : "failure");
