/** Workers that wait for a condition: each takes its turn by number, and none polls. */
import { Condition, Process, ShareableList, SharedEvent, Value } from "shared-ndarray";

const turn = new Value("int32");
const changed = new Condition();
const start = new SharedEvent();
const order = new ShareableList(["----", "----", "----"]);

const takeTurn = async (
  start: SharedEvent,
  changed: Condition,
  turn: Value<"int32">,
  order: ShareableList,
  mine: number,
) => {
  await start.wait();
  using _ = changed.acquireSync();
  changed.waitUntilSync(() => turn.value === mine);
  order.set(mine, `no ${mine}`);
  turn.value = mine + 1;
  changed.notifyAll();
};
const workers = [2, 1, 0].map((mine) => new Process(takeTurn, [start, changed, turn, order, mine]).start());
start.set();
for (const worker of workers) await worker.join();
console.log([...order]);
