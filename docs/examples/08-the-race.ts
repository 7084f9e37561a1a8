// Scenario 8. The race, shown: 100 tasks add 1, first without a lock, then with one.
import { Lock, Pool, RawValue } from "shared-ndarray";

await using pool = new Pool({ workers: 4 });
await pool.ready();
const [without, withLock] = [new RawValue("int32"), new RawValue("int32")];
const lock = new Lock();
const tasks = Array.from({ length: 100 }, () =>
  pool.run(
    (without, withLock, lock) => {
      const pause = () => {
        for (const end = performance.now() + 0.2; performance.now() < end; );
      };
      const seen = without.value;
      pause();
      without.value = seen + 1;

      const guard = lock.acquireSync();
      const alone = withLock.value;
      pause();
      withLock.value = alone + 1;
      guard.release();
    },
    [without, withLock, lock],
  ),
);
await Promise.all(tasks);
console.log("without a lock:", without.value, without.value < 100 ? "(short)" : "(not raced this time)");
console.log("with a lock:", withLock.value); // 100
