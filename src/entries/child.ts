/** Entry of the thread of a `Process`: takes its task from the port and runs the target. */

import { tellDoomBy } from "../memory/machine/native.js";
import { becomeWorker } from "../platform/role.js";
import { type MessagePort, receiveMessageOnPort, workerData } from "../platform/runtime.js";
import { type Begin, DOOMED, type FromChild } from "../processes/layout.js";
import { redirectOutput } from "../processes/output.js";
import { runTarget } from "../processes/target.js";
import { toWire } from "../wire/thrown.js";
import "./receivable.js";

becomeWorker("process");
const port = workerData as MessagePort;
const { words, ...task } = receiveMessageOnPort(port)!.message as Begin;
tellDoomBy(words, DOOMED);
redirectOutput(port);
runTarget(task, words, (thrown) => port.postMessage({ type: "failed", error: toWire(thrown) } satisfies FromChild));
