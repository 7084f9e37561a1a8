/**
 * Agents: which thread this is, and whether another one still lives. An agent is named by its OS thread id and its start
 * time, so that a later thread with the same id is not taken for it. Used by the keeper, by the team, and by locks.
 */
import { readdirSync, readFileSync, readlinkSync, threadId } from "../platform/runtime.js";

export interface Agent {
  /** The operating system's id of the thread; 0 where it cannot be known. */
  readonly tid: number;
  /** Start of the thread in clock ticks since boot, the low 31 bits. */
  readonly startTime: number;
}

const NOBODY: Agent = { tid: 0, startTime: 0 };
let self: Agent | undefined;

/** The calling thread. */
export function thisAgent(): Agent {
  self ??= identify();
  return self;
}

function identify(): Agent {
  try {
    const tid = Number(readlinkSync("/proc/thread-self").split("/")[2]);
    return { tid, startTime: startTimeOf(tid) ?? 0 };
  } catch (e) {
    const { code } = e as { code?: string };
    if (code === "EMFILE" || code === "ENFILE") throw e; // there is a /proc: others would take this thread for dead
    return NOBODY; // no /proc: whoever needs to know must ask the agent's parent
  }
}

/** Whether the thread still exists, by `/proc`. `undefined` where that cannot be known. */
export function isAlive(agent: Agent): boolean | undefined {
  if (agent.tid === 0) return undefined;
  try {
    return startTimeOf(agent.tid) === agent.startTime;
  } catch {
    return undefined; // out of file descriptors, say: no reason to call anyone dead
  }
}

/** Of a thread of this process or of any other; `undefined` if there is none, or only its remains. */
function startTimeOf(tid: number): number | undefined {
  // (The first is the quicker one, and nearly all that are looked for are of this process.)
  const start = startOf(`/proc/self/task/${tid}/stat`) ?? startOf(`/proc/${tid}/stat`);
  return start && start % 0x80000000;
}

/**
 * When a thread or process was started, in clock ticks since boot, by its `stat` in `/proc`; `undefined` if there is none. One
 * that was killed, and that its parent has not yet taken note of, is none.
 */
export function startOf(path: string): number | undefined {
  const fields = fieldsOf(path);
  return !fields || fields[0] === "Z" || fields[0] === "X" ? undefined : Number(fields[19]);
}

/** How a child process ended that this one has not taken note of yet: what waitpid(2) would give; `undefined` if it has not ended. */
export function statusOfDead(pid: number): number | undefined {
  const fields = fieldsOf(`/proc/${pid}/stat`);
  return fields?.[0] === "Z" ? Number(fields[49]) : undefined;
}

/** All that comes after the name, from the state on: field n of proc(5) is item n - 3. */
function fieldsOf(path: string): string[] | undefined {
  try {
    const stat = readFileSync(path, "latin1");
    // The second field is the thread's name in parentheses and may hold spaces: count from its end. starttime is field 22.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch (e) {
    const { code } = e as { code?: string };
    if (code === "ENOENT" || code === "ESRCH") return undefined; // gone, or going while it was read
    throw e;
  }
}

/**
 * An agent in the upper 30 bits of one word: its thread id, which Linux keeps below 2^22, and 8 bits of its start time. The
 * low two are zero, for the flags of whoever stores it. 0 is nobody.
 */
export type Token = number;

const tokenOf = (tid: number, startTime: number): Token => (tid << 10) | (digest(startTime) << 2);
const digest = (time: number) => (time ^ (time >>> 8) ^ (time >>> 16) ^ (time >>> 24)) & 255;

/** The calling thread's. Where threads have no id in `/proc`, by Node's: unique too, but nobody can look whether it lives. */
export const ownToken: Token = thisAgent().tid ? tokenOf(self!.tid, self!.startTime) : (threadId + 1) << 10;

/** The OS thread id in a token. */
export const tidOf = (token: Token): number => token >>> 10;

/** As `isAlive`, of whoever left the token. A later thread with the same id is taken for it in one of 256 cases. */
export function isTokenAlive(token: Token): boolean | undefined {
  if (token === ownToken) return true;
  if (thisAgent().tid === 0) return undefined;
  try {
    const startTime = startTimeOf(tidOf(token));
    return startTime !== undefined && tokenOf(tidOf(token), startTime) === token;
  } catch {
    return undefined;
  }
}

/** The OS ids of all threads of this process; none where they cannot be known. */
export function threadIds(): readonly string[] {
  try {
    return readdirSync("/proc/self/task");
  } catch {
    return [];
  }
}
