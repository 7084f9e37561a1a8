/**
 * Which process this is, in a form from which others can see whether it is still alive. The process id is not enough:
 * it is used again, and means nothing in another container or after a restart of the machine.
 */

import { readFileSync, readlinkSync } from "../platform/runtime.js";
import { startOf } from "./agent.js";
import { unavailable } from "./libc.js";

export interface Identity {
  readonly pid: number;
  /** When the process started, in clock ticks since boot. */
  readonly startTime: number;
  readonly bootId: string;
  /** The inode of the pid namespace. Each container has its own, in which the same pid is another process. */
  readonly pidNamespace: number;
}

let self: Identity | undefined;

/**
 * The calling process.
 *
 * @throws {UnsupportedError} If there is no `/proc`.
 */
export function thisProcess(): Identity {
  self ??= identify();
  return self;
}

function identify(): Identity {
  try {
    return {
      pid: process.pid,
      startTime: startOf("/proc/self/stat")!,
      bootId: readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim(),
      pidNamespace: Number(/\d+/.exec(readlinkSync("/proc/self/ns/pid"))![0]),
    };
  } catch (cause) {
    throw unavailable("system scope without /proc", "mount /proc, or use process scope", cause);
  }
}

/** Whether a process is alive; `undefined` if it is in another container, where this process cannot see it. */
export function isProcessAlive({ pid, startTime, bootId, pidNamespace }: Identity): boolean | undefined {
  const here = thisProcess();
  if (bootId !== here.bootId) return false;
  if (pidNamespace !== here.pidNamespace) return undefined;
  try {
    return startOf(`/proc/${pid}/stat`) === startTime;
  } catch {
    return undefined;
  }
}
