/**
 * Entry of the process of a `Process` with `isolation: "process"`: takes its task from the memory that only its parent
 * has too, and runs the target.
 */

import { endWithParent } from "../memory/machine/parentage.js";
import { inheritedMemory } from "../memory/mapped-memory.js";
import { blockOf } from "../memory/shared-memory.js";
import { becomeWorker } from "../platform/role.js";
import { deserialize } from "../platform/runtime.js";
import { BEGIN, type Task } from "../processes/layout.js";
import { runTarget } from "../processes/target.js";
import { writeThrown } from "../processes/thrown.js";
import { INHERITED_FD } from "../system/process.js";
import { wordsIn } from "../things/thing-block.js";
import { toWire } from "../wire/thrown.js";

becomeWorker("process");
const [, , title, parent] = process.argv as string[];
if (parent !== undefined) endWithParent(Number(parent));
process.title = title!;
const memory = inheritedMemory(INHERITED_FD);
const words = wordsIn(blockOf(memory));
const task = deserialize(Uint8Array.from(memory.buf.subarray(BEGIN))) as Task;
runTarget(
  task,
  words,
  (thrown) => writeThrown(memory, words, toWire(thrown, true)),
  () => import("./receivable.js"),
);
