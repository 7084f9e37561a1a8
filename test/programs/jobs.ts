/** Jobs that lead to more jobs: `join` waits until every one is done, also those that were put meanwhile. */
import { BoundedSemaphore, JoinableQueue, Process, Value } from "shared-ndarray";

const jobs = new JoinableQueue<number>();
const permits = new BoundedSemaphore(2); // at most two jobs at once, though there are three workers
const most = new Value("int32");
const atOnce = new Value("int32");
const done = new Value("int32");

const work = async (
  jobs: JoinableQueue<number>,
  permits: BoundedSemaphore,
  atOnce: Value<"int32">,
  most: Value<"int32">,
  done: Value<"int32">,
) => {
  for await (const depth of jobs) {
    {
      using _ = await permits.acquire();
      const now = atOnce.add(1) + 1; // `add` returns the value before
      most.updateSync((seen) => Math.max(seen, now));
      if (depth > 0) for (const _ of [1, 2]) await jobs.put(depth - 1);
      atOnce.add(-1);
    }
    done.add(1);
    jobs.taskDone();
  }
};
const workers = [1, 2, 3].map(() => new Process(work, [jobs, permits, atOnce, most, done]).start());
await jobs.put(5);
await jobs.join();
console.log(done.value, "jobs, at most two at once:", most.value <= 2);
jobs.end();
for (const worker of workers) await worker.join();
