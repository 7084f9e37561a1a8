// Scenario 3. A sensor: a worker adds 1.5 to a raw float64, five times.
import { Process, RawValue } from "shared-ndarray";

const temperature = new RawValue("float64", 20);
console.log("start:", temperature.value); // 20
const heat = (temperature: RawValue<"float64">) => {
  for (let i = 0; i < 5; i++) temperature.value += 1.5; // with one writer, no lock is needed
};
await new Process(heat, [temperature]).start().join();
console.log("end:", temperature.value); // 27.5
