/**
 * Entry of the server thread of a `Manager`: loads every class that may arrive, then serves until the manager closes.
 */
import "./receivable.js";
import type { ServerBegin } from "../managers/layout.js";
import { ManagerServer } from "../managers/server.js";
import { becomeWorker } from "../platform/role.js";
import { type MessagePort, receiveMessageOnPort, workerData } from "../platform/runtime.js";
import type { Packed } from "../wire/departures.js";
import { unpack } from "../wire/pack.js";

becomeWorker("process");
const port = workerData as MessagePort;
const begin = receiveMessageOnPort(port)!.message as Packed;
port.close();
await new ManagerServer(unpack(begin) as ServerBegin).serve();
