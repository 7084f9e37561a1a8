// Scenario 1. One number, one writer: a worker sets the number after a pause; the main thread reads it after the join.
import { Process, RawValue } from "shared-ndarray";

const number = new RawValue("float32", 0);
const writer = new Process(
  async (number) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    number.value = 12.5;
  },
  [number],
).start();

console.log("before:", number.value); // 0
await writer.join();
console.log("after:", number.value); // 12.5
