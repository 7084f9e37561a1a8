/**
 * What `/proc` says of threads and processes, and the second proof that is asked for before one counts as dead. `/proc`
 * alone does not do: it may be masked, or forged, or show another pid namespace. Used by `agent.ts` and `identity.ts`.
 */
import { lstatSync, readFileSync } from "../platform/runtime.js";
import { errorCode } from "./error-code.js";

/**
 * The fields of a `stat` file after the name, starting with the state: field n of proc(5) is item n - 3. `undefined` if
 * there is no such thread or process.
 */
export function fieldsOf(path: string): string[] | undefined {
  const stat = textOf(path);
  // The second field is the thread's name in parentheses. It may contain spaces, so fields are counted from its end.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch (e) {
    const code = errorCode(e);
    if (code === "ENOENT" || code === "ESRCH") return undefined; // it does not exist, or ended while it was read
    throw e;
  }
}

/**
 * When a thread or process was started, in clock ticks since boot, according to its `stat` in `/proc`; `undefined` if
 * it does not exist. A zombie, which was killed and whose parent has not waited for it yet, does not count.
 */
export function startOf(path: string): number | undefined {
  const fields = fieldsOf(path);
  return !fields || fields[0] === "Z" || fields[0] === "X" ? undefined : Number(fields[19]);
}

/**
 * Whether a thread or process that `/proc` does not show, or shows as another one, is dead. If its `stat` is missing,
 * the kernel must not know the id either: `kill` asks it directly, and not what is mounted on `/proc`. If there is a
 * `stat` with another start, or of a zombie, it must be the kernel's own file, and of that id.
 *
 * @throws {Error} If that cannot be known, because there are no file descriptors left for example.
 */
export function isProvedDead(id: number): boolean {
  if (id <= 0) return true; // no thread has such an id
  if (!showsOwnNamespace()) return textOf("/proc/self/stat") !== undefined; // `kill` would mean another thread
  const path = `/proc/${id}/stat`;
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return isUnknownToKernel(id);
  const isGenuine = stat.dev === lstatSync("/proc/self", { throwIfNoEntry: false })?.dev;
  return isGenuine && Number.parseInt(textOf(path) ?? String(id), 10) === id;
}

/** Whether a thread or process has ended, by two proofs. A zombie has. */
export function isGone(id: number): boolean {
  try {
    return startOf(`/proc/${id}/stat`) === undefined && isProvedDead(id);
  } catch {
    return false; // that cannot be known now, because there are no file descriptors left for example
  }
}

/** Also true of threads that are not the first of their process: the kernel accepts their ids. */
function isUnknownToKernel(id: number): boolean {
  try {
    process.kill(id, 0);
    return false;
  } catch (e) {
    return errorCode(e) === "ESRCH"; // EPERM: it exists, and belongs to another user
  }
}

let showsOwn: boolean | undefined;

/**
 * Whether `/proc` shows the pid namespace of this process, and not one around it. If it shows one around it, it lists
 * this process with several ids.
 */
export function showsOwnNamespace(): boolean {
  showsOwn ??= /^NSpid:\t\d+\t/m.exec(textOf("/proc/self/status") ?? "") === null;
  return showsOwn;
}
