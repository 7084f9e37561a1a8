/** The thread of a `Process`: entry. Runs one target, and then as long as its event loop has something to do. */
import { becomeWorker, ownToken } from "../agent.js";
import { toWire } from "../errors.js";
import { unpack } from "../handle.js";
import { loadFunction } from "../kernels/functions.js";
import { notify, store } from "../memory/atomics.js";
import { tellDoomBy } from "../memory/native.js";
import "../managers/receivable.js";
import { type MessagePort, receiveMessageOnPort, workerData } from "../platform.js";
import { setIdentity } from "./identity.js";
import { type Begin, DOOMED, ENDING, EXIT_CODE, type FromChild, TOKEN } from "./layout.js";

becomeWorker("process");
const port = workerData as MessagePort;
const { fn, args, words, identity } = receiveMessageOnPort(port)!.message as Begin;
setIdentity(identity);
tellDoomBy(words, DOOMED);
store(words, TOKEN, ownToken);
process.on("exit", (code) => {
  store(words, EXIT_CODE, code);
  store(words, ENDING, 1);
  notify(words, ENDING);
});
process.on("uncaughtException", fail);
redirect("stdout");
redirect("stderr");
run().catch(fail);

async function run(): Promise<void> {
  const given = unpack(args) as unknown[]; // first: whatever fails from here on, what was handed over has arrived
  await (await loadFunction(fn))(...given);
}

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

/** An error nobody caught, the target's or of a timer of its: it is the parent's now. */
function fail(thrown: unknown): void {
  tell({ type: "failed", error: toWire(thrown) });
  process.exit(1);
}

function tell(message: FromChild): void {
  port.postMessage(message);
}
