/**
 * Processes that end with the thread that started them, however that ends: by itself, by `process.exit`, by an error or
 * by a signal. If the thread is killed, the kernel kills the child (`prctl`). Otherwise the thread's `exit` event does.
 */
import type { ChildProcess } from "../../platform/runtime.js";
import { libc } from "../../system/libc.js";
import { isGone } from "../../system/stat.js";
import { sweepDead } from "../../system/sweep.js";
import { sleepSync } from "../words/atomics.js";

/** How long to wait until the killed processes are gone, in milliseconds. */
const LONGEST_DYING_MS = 200;

const children = new Set<ChildProcess>();

/** Kills the child when this thread ends, even if the child is busy. */
export function endWithThis(child: ChildProcess): void {
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

/** In a child, first of all: ends this process when its parent ends, also if that has happened already. */
export function endWithParent(pid: number): void {
  libc().dieWithParent();
  if (process.ppid !== pid) process.exit(1);
}
