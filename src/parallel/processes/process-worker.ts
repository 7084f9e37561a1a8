/**
 * A worker that is an operating-system process, as its pool sees it. The process itself runs
 * `entries/worker-process.ts`.
 */

import { pipeToChild } from "../../channels/pipe.js";
import { endWithThis } from "../../memory/machine/parentage.js";
import type { SharedMemory } from "../../memory/shared-memory.js";
import type { ResourceLimits } from "../../platform/interface.js";
import { type ChildProcess, constants } from "../../platform/runtime.js";
import { startProcess } from "../../system/process.js";
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
  const { mine, theirs, fd } = pipeToChild<unknown, unknown>();
  const args = [JSON.stringify(theirs), control.name!, String(rank), String(spinUs), String(process.pid)];
  try {
    const child = startProcess("worker-process", args, fd, { resourceLimits, ipc: true });
    child.unref();
    endWithThis(child);
    return {
      worker: new ProcessWorker(child),
      mailbox: new PipeMailbox(mine, bellOf(child), "keep"),
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
    if (exitCode !== null || signalCode !== null) return Promise.resolve();
    this.#child.ref(); // who waits for its end must not be left waiting by a program that has nothing else to do
    this.#child.kill("SIGKILL");
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
