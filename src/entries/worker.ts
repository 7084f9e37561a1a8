/** Entry of a pool's worker thread. For bundled code, see the option `createWorker` of `Pool`. */
import { becomeWorker } from "../platform/role.js";
import "./receivable.js";
import type { FromWorker, Init, ToWorker } from "../parallel/team/layout.js";
import { PortMailbox } from "../parallel/team/mailbox.js";
import { WorkerSide } from "../parallel/team/worker-side.js";
import { type MessagePort, parentPort } from "../platform/runtime.js";

becomeWorker("pool");
parentPort?.once("message", (init: Init<MessagePort>) => {
  if (init?.type !== "shared-ndarray:init") return;
  new WorkerSide(init, new PortMailbox<FromWorker, ToWorker>(init.port)).start();
});
