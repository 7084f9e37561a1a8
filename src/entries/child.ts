/** The thread of a `Process`: entry. */

import { tellDoomBy } from "../memory/machine/native.js";
import { becomeWorker } from "../platform/role.js";
import { type MessagePort, receiveMessageOnPort, workerData } from "../platform/runtime.js";
import { type Begin, DOOMED, type FromChild } from "../processes/layout.js";
import "./receivable.js";
import { runTarget } from "../processes/target.js";

becomeWorker("process");
const port = workerData as MessagePort;
const { words, ...task } = receiveMessageOnPort(port)!.message as Begin;
tellDoomBy(words, DOOMED);
redirect("stdout");
redirect("stderr");
runTarget(task, words, (error) => tell({ type: "failed", error }));

/**
 * Output goes to the parent by a port of ours. On Node's own way each write waits for the parent's event loop, and a thread
 * that has printed cannot end while its parent is blocked, in `joinSync` or waiting for a lock.
 */
function redirect(to: "stdout" | "stderr"): void {
  const stream = process[to];
  stream._write = (chunk: string | Uint8Array, encoding, done) => {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
    tell({ type: "output", to, chunk: new Uint8Array(bytes) }); // a copy: a clone would take all of its buffer along
    done();
  };
  Object.defineProperty(stream, "_writev", { value: null }); // else it would be preferred
}

function tell(message: FromChild): void {
  port.postMessage(message);
}
