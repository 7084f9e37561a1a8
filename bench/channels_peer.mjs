// The thread at the other end of the MessagePort in channels.mjs: counts the messages, or sends each one back.
import { parentPort } from "node:worker_threads";

let left = 0;
let isEcho = false;
parentPort.on("message", (message) => {
  if (message?.begin) [left, isEcho] = [message.count, message.isEcho];
  else if (isEcho) parentPort.postMessage(message);
  else if (--left === 0) parentPort.postMessage("done");
});
