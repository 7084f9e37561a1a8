/** A pool's worker that is a process of the system, as the pool sees it. What runs in it is `worker-process.ts`. */

import { type Connection, pipe } from "../../channels/pipe.js";
import type { SharedMemory } from "../../memory/shared-memory.js";
import { sleepSync } from "../../memory/words/atomics.js";
import type { ResourceLimits } from "../../platform/interface.js";
import { type ChildProcess, constants } from "../../platform/runtime.js";
import { startOf } from "../../system/agent.js";
import { sweepDead } from "../../system/owner-file.js";
import { startProcess } from "../../system/process.js";
import { toHandle } from "../../wire/registry.js";
import type { FromWorker, ToWorker, WorkerInit } from "../team/layout.js";
import type { Mailbox } from "../team/mailbox.js";
import type { StartedWorker } from "../team/started-worker.js";
import { type Bell, PipeMailbox } from "./pipe-mailbox.js";

export function spawnProcess(
  { rank, spinUs }: WorkerInit,
  control: SharedMemory,
  resourceLimits: ResourceLimits | undefined,
): { worker: StartedWorker; mailbox: Mailbox<ToWorker, FromWorker> } {
  const [mine, theirs] = pipe<unknown>({ scope: "system" });
  const handle = JSON.stringify(toHandle(theirs as never));
  const args = [handle, control.name!, String(rank), String(spinUs), String(process.pid)];
  try {
    const child = startProcess("worker-process", args, { resourceLimits, ipc: true });
    child.unref();
    dieWithThis(child);
    return {
      worker: new ProcessWorker(child),
      mailbox: new PipeMailbox(mine as Connection<unknown, unknown>, bellOf(child), "keep"),
    };
  } catch (e) {
    mine.close();
    throw e;
  }
}

class ProcessWorker implements StartedWorker {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }
  terminate(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    this.#child.kill("SIGKILL");
    if (exitCode !== null || signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => this.#child.once("exit", () => resolve()));
  }
  on(event: "error" | "exit", listener: (argument: never) => void): this {
    if (event === "error") this.#child.on("error", listener as (error: Error) => void);
    else {
      this.#child.on("exit", (code, signal) =>
        (listener as (exitCode: number) => void)(code ?? -constants.signals[signal!]),
      );
    }
    return this;
  }
}

function bellOf(child: ChildProcess): Bell {
  return {
    ring: () => child.connected && child.send(0, () => {}), // if it died meanwhile, `exit` tells
    hear: (listener) => child.on("message", listener),
    unref: () => child.channel?.unref(),
    close: () => child.connected && child.disconnect(),
  };
}

const children = new Set<ChildProcess>();

/** Workers end with this thread, whatever they are doing. (If it is killed the system ends them: see `worker-process.ts`.) */
function dieWithThis(child: ChildProcess): void {
  if (children.size === 0) process.on("exit", killAll);
  children.add(child);
  child.once("exit", () => {
    children.delete(child);
    if (children.size === 0) process.off("exit", killAll);
  });
}
function killAll(): void {
  for (const child of children) child.kill("SIGKILL");
  const end = performance.now() + LONGEST_DYING_MS;
  const isThere = ({ pid }: ChildProcess) => startOf(`/proc/${pid}/stat`) !== undefined;
  while ([...children].some(isThere) && performance.now() < end) sleepSync(1);
  sweepDead(); // no event will tell of them any more
}
const LONGEST_DYING_MS = 200;
