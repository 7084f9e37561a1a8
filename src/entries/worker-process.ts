/** Entry of a pool's worker process. It ends with the thread that started it. */

import type { Connection } from "../channels/pipe.js";
import { becomeWorker } from "../platform/role.js";
import { fromHandle } from "../wire/registry.js";
import "./receivable.js";
import { endWithParent } from "../memory/machine/parentage.js";
import { inheritedMemory } from "../memory/mapped-memory.js";
import { blockOf, SharedMemory } from "../memory/shared-memory.js";
import { type Bell, PipeMailbox } from "../parallel/processes/pipe-mailbox.js";
import type { FromWorker, ToWorker } from "../parallel/team/layout.js";
import { WorkerSide } from "../parallel/team/worker-side.js";
import { INHERITED_FD } from "../system/process.js";
import { wordsIn } from "../things/thing-block.js";

becomeWorker("pool");
const [, , handle, control, rank, spinUs, parent] = process.argv as string[];
process.title = `shared-ndarray worker ${rank}`;
endWithParent(Number(parent));
process.on("disconnect", () => process.exit());

const bell: Bell = {
  ring: () => process.connected && process.send!(0, () => {}),
  hear: (listener) => process.on("message", listener),
  unref() {},
  close() {
    process.removeAllListeners("disconnect");
    setImmediate(() => process.connected && process.disconnect()); // not while handling a message of it
  },
};
const pipeMemory = inheritedMemory(INHERITED_FD);
const end = fromHandle(JSON.parse(handle!)) as Connection<unknown, unknown>;
pipeMemory.close(); // the end has a handle of its own
const memory = SharedMemory.attach(control!, { scope: "system" });
const post = { rank: Number(rank), words: wordsIn(blockOf(memory)), spinUs: Number(spinUs) };
new WorkerSide(post, new PipeMailbox<FromWorker, ToWorker>(end, bell, "wait")).start();
