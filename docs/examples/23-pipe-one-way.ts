// Scenario 23. Pipe, one way: two messages, a string and a list.
import { Process, pipe } from "shared-ndarray";

const [reader, writer] = pipe<string | number[]>({ duplex: false });
const p = new Process(
  (writer) => {
    writer.putSync("hello");
    writer.putSync([1, 2, 3]);
    writer.end();
  },
  [writer], // handed over: nothing to close here
).start();
for await (const message of reader) console.log(message);
await p.join();
