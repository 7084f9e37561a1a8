/** Runs the target of a `Process`, in its thread or system process, which then lives until its event loop is empty. */

import { notify, store, type Words } from "../memory/words/atomics.js";
import { ownToken } from "../system/agent.js";
import { loadFunction } from "../wire/functions.js";
import { unpack } from "../wire/pack.js";
import { setIdentity } from "./identity.js";
import { ENDING, EXIT_CODE, type Task, TOKEN } from "./layout.js";

/**
 * @param send Sends the parent an error that nobody caught: the target's, or one from its timers and listeners.
 * @param loadClasses Loads the classes of all shared things. That takes as long as the thread needed to start, so it is
 * done only if there are any among the arguments.
 */
export function runTarget(
  { fn, args, identity }: Task,
  words: Words,
  send: (thrown: unknown) => void,
  loadClasses: () => Promise<unknown>,
): void {
  setIdentity(identity);
  store(words, TOKEN, ownToken);
  process.on("exit", (code) => {
    store(words, EXIT_CODE, code);
    store(words, ENDING, 1);
    notify(words, ENDING);
  });
  const fail = (thrown: unknown) => {
    send(thrown);
    process.exit(1);
  };
  process.on("uncaughtException", fail);
  const run = async () => {
    if (args.shared) await loadClasses();
    // The arguments first: their ownership must have moved to this thread even if loading the function fails.
    const given = unpack(args) as unknown[];
    await (await loadFunction(fn))(...given);
  };
  run().catch(fail);
}
