// Scenario 23. A pipe, one way: two messages, a string and a list.
import { Process, pipe } from "shared-ndarray";

const [reader, writer] = pipe<string | number[]>({ duplex: false });
const p = new Process(
  (writer) => {
    writer.putSync("hello");
    writer.putSync([1, 2, 3]);
    writer.end();
  },
  [writer], // the writing end moves to the process, so there is nothing to close here
).start();
for await (const message of reader) console.log(message);
await p.join();
