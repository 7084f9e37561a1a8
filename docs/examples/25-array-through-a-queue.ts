// Scenario 25. An array that is sent through a queue arrives as the same memory.
import { array, type NDArray, Process, Queue } from "shared-ndarray";

const a = array([1, 2, 3], { dtype: "int32" });
const there = new Queue<NDArray<"int32", 1>>(),
  back = new Queue<string>();
await using _ = new Process(
  async (there, back) => {
    const a = await there.get();
    a.set(0, 99);
    await back.put("written");
  },
  [there, back],
).start();

await there.put(a.slice("::-1")); // the compiler knows that the rank is still 1
console.log(await back.get(), a.toArray()); // written [1, 2, 99]
