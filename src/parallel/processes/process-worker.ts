/**
 * A worker that is an operating-system process, as its pool sees it. The process itself runs
 * `entries/worker-process.ts`.
 */

import { type Connection, pipe } from "../../channels/pipe.js";
import type { SharedMemory } from "../../memory/shared-memory.js";
import { sleepSync } from "../../memory/words/atomics.js";
import type { ResourceLimits } from "../../platform/interface.js";
import { type ChildProcess, constants } from "../../platform/runtime.js";
import { startProcess } from "../../system/process.js";
import { isGone } from "../../system/stat.js";
import { sweepDead } from "../../system/sweep.js";
import { toHandle } from "../../wire/registry.js";
import type { FromWorker, ToWorker, WorkerInit } from "../team/layout.js";
import type { Mailbox } from "../team/mailbox.js";
import type { StartedWorker } from "../team/started-worker.js";
import { type Bell, PipeMailbox } from "./pipe-mailbox.js";

/** Starts a worker process and the mailbox to it. */
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
    ring: () => child.connected && child.send(0, () => {}), // errors are ignored: if it has died, `exit` comes
    hear: (listener) => child.on("message", listener),
    unref: () => child.channel?.unref(),
    close: () => child.connected && child.disconnect(),
  };
}

const children = new Set<ChildProcess>();

/**
 * Kills the worker when this thread ends, even if the worker is busy. If this thread is killed, the system kills the
 * worker (`entries/worker-process.ts`).
 */
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
  while ([...children].some(({ pid }) => pid !== undefined && !isGone(pid)) && performance.now() < end) sleepSync(1);
  sweepDead(); // no `exit` event will come for them any more
}
/** How long to wait until the killed processes are gone, in milliseconds. */
const LONGEST_DYING_MS = 200;
