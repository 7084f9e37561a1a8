// Scenario 30. [1, 2, 3, 4, 5] in a named block: a worker attaches by name and doubles it in place.
import { array, defineTask, isWorker, multiply, NDArray, Process } from "shared-ndarray";

const double = defineTask(import.meta.url, "double", (name: string) => {
  using a = NDArray.attach(name, { dtype: "int32", ndim: 1 }); // the type is checked against the header
  multiply(a, 2, { out: a });
});

if (!isWorker) {
  using a = array([1, 2, 3, 4, 5], { dtype: "int32", name: "numbers" });
  await new Process(double, ["numbers"]).start().join();
  console.log(a.toArray()); // [2, 4, 6, 8, 10]; at the end of the block, the array is closed and unlinked
}
