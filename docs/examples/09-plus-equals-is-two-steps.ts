// Scenario 9. 100,000 increments by each of two workers: raw, with an external lock, with its own lock, with add(1).
import { Lock, Pool, RawValue, Value } from "shared-ndarray";

const N = 100_000;
await using pool = new Pool({ workers: 2 });
const twice = <A extends unknown[]>(task: (...args: A) => unknown, ...args: A) =>
  Promise.all([pool.run(task, args), pool.run(task, args)]);

const raw = new RawValue("int32"),
  outer = new RawValue("int32"),
  own = new Value("int32"),
  atomic = new RawValue("int32");
await twice(
  (v, n) => {
    for (let i = 0; i < n; i++) v.value += 1;
  },
  raw,
  N,
);
await twice(
  (v, lock, n) => {
    for (let i = 0; i < n; i++) {
      using _ = lock.acquireSync();
      v.value += 1;
    }
  },
  outer,
  new Lock(),
  N,
);
await twice(
  (v, n) => {
    for (let i = 0; i < n; i++) v.updateSync((x) => x + 1);
  },
  own,
  N,
);
await twice(
  (v, n) => {
    for (let i = 0; i < n; i++) v.add(1);
  },
  atomic,
  N,
);

console.log("+=", raw.value, "of", 2 * N);
console.log({ "external lock": outer.value, "own lock": own.value, "add(1)": atomic.value });
