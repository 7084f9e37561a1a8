/** The thread of a pool's worker: entry. For bundlers, see `createWorker` of `Pool`. */
import { becomeWorker } from "../agent.js";
import "../managers/receivable.js";
import { type MessagePort, parentPort } from "../platform.js";
import type { FromWorker, Init, ToWorker } from "./layout.js";
import { PortMailbox } from "./mailbox.js";
import { PoolWorker } from "./pool-worker.js";

becomeWorker("pool");
parentPort?.once("message", (init: Init<MessagePort>) => {
  if (init?.type !== "shared-ndarray:init") return;
  new PoolWorker(init, new PortMailbox<FromWorker, ToWorker>(init.port)).start();
});
