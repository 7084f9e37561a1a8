/** The thread of a `Process`: entry. Runs one target, and then as long as its event loop has something to do. */
import { becomeWorker, ownToken } from "../agent.js";
import { toWire } from "../errors.js";
import { unpack } from "../handle.js";
import { importFunction, resolveFunction } from "../kernels/functions.js";
import { notify, store } from "../memory/atomics.js";
import "../parallel/receivable.js";
import { type MessagePort, receiveMessageOnPort, workerData } from "../platform.js";
import { setIdentity } from "./identity.js";
import { type Begin, EXIT, type Failed, TOKEN } from "./layout.js";

becomeWorker("process");
const port = workerData as MessagePort;
const { fn, args, words, identity } = receiveMessageOnPort(port)!.message as Begin;
setIdentity(identity);
store(words, TOKEN, ownToken);
process.on("exit", (code) => {
  store(words, EXIT, code + 1);
  notify(words, EXIT);
});
process.on("uncaughtException", fail);
run().catch(fail);

async function run(): Promise<void> {
  await importFunction(fn);
  const given = unpack(args) as unknown[];
  await resolveFunction(fn)!(...given);
}

/** An error nobody caught, the target's or of a timer of its: it is the parent's now. */
function fail(thrown: unknown): void {
  process.off("uncaughtException", fail); // one is told, and a failure of telling must not come back here
  port.postMessage(toWire(thrown) satisfies Failed);
  const written = [process.stdout, process.stderr].map(
    (stream) => new Promise<void>((resolve) => stream.write("", () => resolve())), // what it printed before is not lost
  );
  void Promise.all(written).then(() => process.exit(1));
}
