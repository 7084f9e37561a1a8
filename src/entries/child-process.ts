/** The process of a `Process` with `isolation: "process"`: entry. */

import type { ThrownWire } from "../base/errors.js";
import { blockOf, SharedMemory } from "../memory/shared-memory.js";
import { store } from "../memory/words/atomics.js";
import { becomeWorker } from "../platform/role.js";
import { deserialize, serialize } from "../platform/runtime.js";
import { BEGIN, type Task, THROWN, THROWN_BYTES, THROWN_LENGTH } from "../processes/layout.js";
import { wordsIn } from "../things/thing-block.js";
import "./receivable.js";
import { runTarget } from "../processes/target.js";

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
