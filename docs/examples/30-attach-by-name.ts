// Scenario 30. [1, 2, 3, 4, 5] in a named block; a worker attaches by name and doubles it in place.
import { array, defineTask, isWorker, NDArray, Pool } from "shared-ndarray";

const double = defineTask(import.meta.url, "double", (name: string) => {
  using a = NDArray.attach(name, { dtype: "int32", ndim: 1 }); // checked against the header, and typed
  for (let i = 0; i < a.size; i++) a.flat[i]! *= 2;
});

if (!isWorker) {
  using a = array([1, 2, 3, 4, 5], { dtype: "int32", name: "numbers" });
  await using pool = new Pool({ workers: 1 });
  await pool.run(double, [a.name!]);
  console.log(a.toArray()); // [2, 4, 6, 8, 10]; leaving the block closes and unlinks
}
