// Scenario 24. Three rounds of ping-pong, then both ends close. Reading past the end is an end-of-stream error.
import { isSharedError, Process, pipe } from "shared-ndarray";

const [mine, theirs] = pipe<`ping ${number}`, `pong ${number}`>();
await using p = new Process(
  async (end) => {
    for await (const ball of end) await end.put(ball.replace("ping", "pong") as `pong ${number}`);
  },
  [theirs],
).start(); // `theirs` moves to the process, so there is nothing to close here

for (const i of [0, 1, 2]) {
  await mine.put(`ping ${i}`);
  console.log(await mine.get());
}
mine.close();
await p.join();
try {
  await mine.get();
} catch (e) {
  console.log(isSharedError(e, "CLOSED") || isSharedError(e, "END_OF_STREAM"));
}
