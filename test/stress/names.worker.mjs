// The other threads of names.stress.mjs.
import { workerData } from "node:worker_threads";
import { isSharedError, SharedMemory } from "../../dist/index.js";

const { role, control } = workerData;
const signal = (i) => {
  Atomics.add(control, i, 1);
  Atomics.notify(control, i);
};
const eachRound = (act) => {
  let round = 0;
  signal(1);
  for (;;) {
    Atomics.wait(control, 0, round);
    const now = Atomics.load(control, 0);
    if (now === round) continue;
    round = now;
    act(round);
    signal(2);
  }
};

if (role === "attacher") {
  eachRound((round) => {
    const memory = SharedMemory.attach("cycle");
    if (memory.buf[0] === (round & 255)) Atomics.add(control, 3, 1);
    memory.close();
  });
} else if (role === "racer") {
  eachRound(() => {
    for (let i = 0; i < 8; i++) {
      try {
        new SharedMemory(64, { name: "race" });
        Atomics.add(control, 3, 1);
      } catch (e) {
        if (!isSharedError(e, "NAME_TAKEN")) throw e;
        Atomics.add(control, 4, 1);
      }
    }
  });
} else if (role === "late") {
  eachRound(() => Atomics.store(control, 3, SharedMemory.attach("late").buf[0]));
} else {
  signal(1);
  for (;;) Atomics.wait(control, 60, 0);
}
