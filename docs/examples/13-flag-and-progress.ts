// Scenario 13. A stop flag and a progress counter: the main thread reads the counter while workers run.
import { Process, RawValue, SharedEvent } from "shared-ndarray";

const stop = new SharedEvent();
const progress = new RawValue("int32");
const work = async (stop: SharedEvent, progress: RawValue<"int32">) => {
  while (!stop.isSet) {
    progress.add(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};
const workers = [1, 2].map(() => new Process(work, [stop, progress]).start());
let polls = 0;
while (progress.value < 50) {
  polls++;
  await new Promise((resolve) => setTimeout(resolve, 5));
}
stop.set();
for (const worker of workers) await worker.join();
console.log("stopped after at least 50 steps:", progress.value >= 50, "· polled:", polls > 0);
