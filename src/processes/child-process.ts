/** The process of a `Process` with `isolation: "process"`: entry. */
import { becomeWorker } from "../agent.js";
import type { ThrownWire } from "../errors.js";
import { store } from "../memory/atomics.js";
import { blockOf, SharedMemory } from "../memory/shared-memory.js";
import { wordsIn } from "../memory/thing-block.js";
import { deserialize, serialize } from "../platform.js";
import { BEGIN, type Task, THROWN, THROWN_BYTES, THROWN_LENGTH } from "./layout.js";
import { runTarget } from "./target.js";

becomeWorker("process");
const [, , name, title] = process.argv as string[];
process.title = title!;
const memory = SharedMemory.attach(name!, { scope: "system" });
const words = wordsIn(blockOf(memory));
runTarget(deserialize(Uint8Array.from(memory.buf.subarray(BEGIN))) as Task, words, leaveWord);

function leaveWord(thrown: ThrownWire): void {
  const whole = serialize(thrown);
  const bytes = whole.length <= THROWN_BYTES ? whole : serialize(cutShort(thrown));
  memory.buf.set(bytes, THROWN);
  store(words, THROWN_LENGTH, bytes.length);
}

/** What of an error has room for sure. */
function cutShort(thrown: ThrownWire): ThrownWire {
  if ("value" in thrown) return { value: String(thrown.value).slice(0, 1000) };
  const { name: kind, message, ...rest } = thrown.error;
  const bare = { stack: undefined, code: undefined, fields: {}, cause: undefined, errors: undefined };
  return { error: { ...rest, ...bare, name: kind.slice(0, 100), message: message.slice(0, 1000) } };
}
