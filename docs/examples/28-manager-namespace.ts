// Scenario 28. A namespace with a number and a list. `get` returns a copy, so a change must be stored with `set`.
import { Manager, Process } from "shared-ndarray";

await using manager = new Manager();
const settings = manager.namespace({ x: 10, names: ["crow"] });
await new Process(
  async (settings) => {
    await settings.set("x", (await settings.get("x")) + 1);
    const names = await settings.get("names");
    names.push("parrot");
    await settings.set("names", names);
  },
  [settings],
)
  .start()
  .join();
console.log(await settings.toObject());
