/**
 * Which process this is, in a form from which others can see whether it is still alive. The process id is not enough:
 * it is used again, and means nothing in another container or after a restart of the machine.
 */

import { lstatSync, readFileSync, readlinkSync } from "../platform/runtime.js";
import { unavailable } from "./libc.js";
import { isProvedDead, showsOwnNamespace, startOf } from "./stat.js";

export interface Identity {
  readonly pid: number;
  /** When the process started, in clock ticks since boot. */
  readonly startTime: number;
  readonly bootId: string;
  /** The inode of the pid namespace. Each container has its own, in which the same pid is another process. */
  readonly pidNamespace: number;
  /** The inode of the time namespace, 0 if there is none. In another one, the same process started at another time. */
  readonly timeNamespace: number;
}

let self: Identity | undefined;

/**
 * The calling process.
 *
 * @throws {UnsupportedError} If there is no `/proc`, or it shows another pid namespace.
 */
export function thisProcess(): Identity {
  self ??= identify();
  return self;
}

/** The calling process; `undefined` if this system cannot identify processes. */
export function processIfKnown(): Identity | undefined {
  try {
    return thisProcess();
  } catch {
    return undefined;
  }
}

function identify(): Identity {
  if (!showsOwnNamespace()) {
    throw unavailable("system scope with the /proc of another pid namespace", "mount -t proc proc /proc");
  }
  try {
    return {
      pid: process.pid,
      startTime: startOf("/proc/self/stat")!,
      bootId: readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim(),
      pidNamespace: namespaceAt("/proc/self/ns/pid"),
      timeNamespace: lstatSync("/proc/self/ns/time", { throwIfNoEntry: false }) ? namespaceAt("/proc/self/ns/time") : 0,
    };
  } catch (cause) {
    throw unavailable("system scope without /proc", "mount /proc, or use process scope", cause);
  }
}

const namespaceAt = (path: string): number => Number(/\d+/.exec(readlinkSync(path))![0]);

/**
 * Whether a process is alive, by its id; `undefined` if it is in another pid or time namespace, where this process
 * cannot see it as it is, or if there are not two proofs that it is dead. A process of another boot is dead, but the
 * id of the boot is only one proof: a sweep asks for the life sign too (`life-sign.ts`).
 */
export function isProcessAlive({ pid, startTime, bootId, pidNamespace, timeNamespace }: Identity): boolean | undefined {
  const here = processIfKnown();
  if (!here) return undefined;
  if (bootId !== here.bootId) return false;
  if (pidNamespace !== here.pidNamespace || timeNamespace !== here.timeNamespace) return undefined;
  try {
    if (startOf(`/proc/${pid}/stat`) === startTime) return true;
    return isProvedDead(pid) ? false : undefined;
  } catch {
    return undefined;
  }
}
