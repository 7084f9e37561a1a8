// Scenario 12. Three choices: lock: true, lock: false, and one lock for two values that change together.
import { Lock, Pool, Value } from "shared-ndarray";

const both = new Lock();
const balance = new Value("float64", 100, { lock: both });
const moves = new Value("int32", 0, { lock: both });
const free = new Value("int32", 0, { lock: false });
// @ts-expect-error as in Python, this is a RawValue, which has no lock
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
); // if a task fails, this line throws its error
console.log(balance.value, moves.value);
