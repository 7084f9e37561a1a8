// The other side of channels.mjs over a MessagePort: counts what comes, or sends it back.
import { parentPort } from "node:worker_threads";

let left = 0;
let isEcho = false;
parentPort.on("message", (message) => {
  if (message?.begin) [left, isEcho] = [message.count, message.isEcho];
  else if (isEcho) parentPort.postMessage(message);
  else if (--left === 0) parentPort.postMessage("done");
});
