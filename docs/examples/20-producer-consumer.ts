// Scenario 20. Producer, consumer, sentinel: five items through a queue, then `null`.
import { Process, Queue } from "shared-ndarray";

const q = new Queue<number | null>();
const producer = new Process(
  (q) => {
    for (let i = 0; i < 5; i++) q.putSync(i);
    q.putSync(null);
  },
  [q],
).start();
const consumer = new Process(
  (q) => {
    for (let item = q.getSync(); item !== null; item = q.getSync()) console.log("got", item);
    console.log("done");
  },
  [q],
).start();
await producer.join();
await consumer.join();
