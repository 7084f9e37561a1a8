/** What a process does, in its thread or process of the system: runs one target, and then as long as its event loop has something to do. */

import { type ThrownWire, toWire } from "../base/errors.js";
import { notify, store, type Words } from "../memory/words/atomics.js";
import { ownToken } from "../system/agent.js";
import { loadFunction } from "../wire/functions.js";
import { unpack } from "../wire/pack.js";
import { setIdentity } from "./identity.js";
import { ENDING, EXIT_CODE, type Task, TOKEN } from "./layout.js";

/** @param tell leaves word of an error that nobody caught, the target's or of a timer of its: it is the parent's */
export function runTarget({ fn, args, identity }: Task, words: Words, tell: (error: ThrownWire) => void): void {
  setIdentity(identity);
  store(words, TOKEN, ownToken);
  process.on("exit", (code) => {
    store(words, EXIT_CODE, code);
    store(words, ENDING, 1);
    notify(words, ENDING);
  });
  const fail = (thrown: unknown) => {
    tell(toWire(thrown));
    process.exit(1);
  };
  process.on("uncaughtException", fail);
  const run = async () => {
    const given = unpack(args) as unknown[]; // first: whatever fails from here on, what was handed over has arrived
    await (await loadFunction(fn))(...given);
  };
  run().catch(fail);
}
