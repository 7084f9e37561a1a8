// Scenario 12. lock: true, lock: false, and one lock shared by two values that change together.
import { Lock, Pool, Value } from "shared-ndarray";

const both = new Lock();
const balance = new Value("float64", 100, { lock: both });
const moves = new Value("int32", 0, { lock: both });
const free = new Value("int32", 0, { lock: false });
// @ts-expect-error a RawValue, as in Python: there is no lock to take
free.lock;

await using pool = new Pool();
await Promise.all(
  [10, 20, 30, 40].map((amount) =>
    pool.run(
      (balance, moves, amount) => {
        using _ = balance.lock.acquireSync();
        if (balance.value < amount) return;
        balance.value -= amount;
        moves.value += 1;
      },
      [balance, moves, amount],
    ),
  ),
); // a task that fails rejects here
console.log(balance.value, moves.value);
