/** The process of a `Process` with `isolation: "process"`: entry. Runs one target, and then as long as its event loop has something to do. */
import { becomeWorker, ownToken } from "../agent.js";
import { toWire } from "../errors.js";
import { unpack } from "../handle.js";
import { loadFunction } from "../kernels/functions.js";
import "../managers/receivable.js";
import { notify, store } from "../memory/atomics.js";
import { blockOf, SharedMemory } from "../memory/shared-memory.js";
import { wordsIn } from "../memory/thing-block.js";
import { deserialize, serialize } from "../platform.js";
import { setIdentity } from "./identity.js";
import { BEGIN, type BeginHere, ENDING, EXIT_CODE, THROWN, THROWN_BYTES, THROWN_LENGTH, TOKEN } from "./layout.js";

becomeWorker("process");
const [, , name, title] = process.argv;
process.title = title!;
const memory = SharedMemory.attach(name!, { scope: "system" });
const words = wordsIn(blockOf(memory));
const { fn, args, identity } = deserialize(Uint8Array.from(memory.buf.subarray(BEGIN))) as BeginHere;
setIdentity(identity);
store(words, TOKEN, ownToken);
process.on("exit", (code) => {
  store(words, EXIT_CODE, code);
  store(words, ENDING, 1);
  notify(words, ENDING);
});
process.on("uncaughtException", fail);
run().catch(fail);

async function run(): Promise<void> {
  const given = unpack(args) as unknown[]; // first: whatever fails from here on, what was handed over has arrived
  await (await loadFunction(fn))(...given);
}

/** An error nobody caught, the target's or of a timer of its: it is the parent's now. */
function fail(thrown: unknown): void {
  const whole = serialize(toWire(thrown));
  const bytes = whole.length <= THROWN_BYTES ? whole : serialize(toWire(withoutDetail(thrown)));
  memory.buf.set(bytes.subarray(0, THROWN_BYTES), THROWN);
  store(words, THROWN_LENGTH, bytes.length);
  process.exit(1);
}

/** What of an error has room for sure. */
function withoutDetail(thrown: unknown): Error {
  const { name: kind, message } = thrown instanceof Error ? thrown : { name: "Error", message: String(thrown) };
  return new Error(`${kind}: ${message}`.slice(0, 1000));
}
