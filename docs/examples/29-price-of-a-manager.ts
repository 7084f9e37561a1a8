// Scenario 29. The same counter through a manager and in shared memory.
import { Manager, Value } from "shared-ndarray";

await using manager = new Manager();
const remote = manager.value(0),
  local = new Value("int32"),
  N = 10_000;

async function time(name: string, body: () => unknown) {
  const t = performance.now();
  await body();
  console.log(name.padEnd(24), (((performance.now() - t) / N) * 1000).toFixed(2), "µs each");
}
await time("manager, async", async () => {
  for (let i = 0; i < N; i++) await remote.update((x) => x + 1);
});
await time("manager, sync", () => {
  for (let i = 0; i < N; i++) remote.updateSync((x) => x + 1);
});
await time("shared memory, lock", () => {
  for (let i = 0; i < N; i++) local.updateSync((x) => x + 1);
});
await time("shared memory, atomic", () => {
  for (let i = 0; i < N; i++) local.add(1);
});
console.log(await remote.get(), local.value);
