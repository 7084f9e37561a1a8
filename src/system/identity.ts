/**
 * Which process this is, so that others can tell whether it still lives: a process id is given anew, and means nothing in
 * another container or after a restart of the machine.
 */

import { readFileSync, readlinkSync } from "../platform/runtime.js";
import { startOf } from "./agent.js";
import { unavailable } from "./libc.js";

export interface Identity {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
  readonly bootId: string;
  /** Containers have one each: the same pid is another process there. */
  readonly pidNamespace: number;
}

let self: Identity | undefined;

/** The calling process. @throws {UnsupportedError} where there is no `/proc` */
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

/** `undefined` of a process that cannot be seen from here, in another container. */
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
