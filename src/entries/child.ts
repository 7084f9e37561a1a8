/**
 * Entry of the thread of a `Process`: takes its task from the port and runs the target. A thread that finds no task is
 * a spare one, which loads everything and waits for it.
 */

import { tellDoomBy } from "../memory/machine/native.js";
import { becomeWorker } from "../platform/role.js";
import { type MessagePort, receiveMessageOnPort, workerData } from "../platform/runtime.js";
import { type Begin, DOOMED, type FromChild, GIVE_UP } from "../processes/layout.js";
import { redirectOutput } from "../processes/output.js";
import { runTarget } from "../processes/target.js";
import { toWire } from "../wire/thrown.js";

becomeWorker("process");
const port = workerData as MessagePort;
redirectOutput(port);
const loadClasses = () => import("./receivable.js");
const send = (message: FromChild) => port.postMessage(message);
const begin = (message: Begin | typeof GIVE_UP) => {
  if (message === GIVE_UP) process.exit(); // its event loop need not be empty: a preloaded module may have a timer
  const { words, ...task } = message;
  tellDoomBy(words, DOOMED);
  runTarget(task, words, (thrown) => send({ type: "failed", error: toWire(thrown) }), loadClasses);
};
const waiting = receiveMessageOnPort(port);
if (waiting) begin(waiting.message as Begin | typeof GIVE_UP);
else {
  port.once("message", begin); // which also keeps the thread alive, until the task comes or the port is closed
  void loadClasses().then(() => send({ type: "loaded" }));
}
