// Scenario 5. The same increments on a Value, under its lock, and on a RawValue. The locked one is always exact.
import { Process, RawValue, Value } from "shared-ndarray";

const n = 100_000;
const locked = new Value("int32");
const raw = new RawValue("int32");
const work = (locked: Value<"int32">, raw: RawValue<"int32">, n: number) => {
  for (let i = 0; i < n; i++) {
    locked.updateSync((x) => x + 1);
    raw.value += 1;
  }
};
const workers = [1, 2].map(() => new Process(work, [locked, raw, n]).start());
for (const worker of workers) await worker.join();
console.log("locked:", locked.value, "of", 2 * n);
console.log("raw:", raw.value, raw.value < 2 * n ? "(short)" : "(not raced this time)");
