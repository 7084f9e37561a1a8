/**
 * Agents: which thread this is, and whether another one is still alive. An agent is identified by its OS thread id and
 * its start time, so that a later thread with the same id is not mistaken for it. Used by the keeper, teams and locks.
 */
import { readdirSync, readlinkSync, threadId } from "../platform/runtime.js";
import { errorCode } from "./error-code.js";
import { fieldsOf, isProvedDead, startOf } from "./stat.js";

export interface Agent {
  /** The operating system's id of the thread; 0 if it cannot be known. */
  readonly tid: number;
  /** When the thread started, in clock ticks since boot; the low 31 bits. */
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
    const code = errorCode(e);
    // There is a `/proc`, in which others look. Without its own id, they would think that this thread is dead.
    if (code === "EMFILE" || code === "ENFILE") throw e;
    return NOBODY; // there is no /proc: only the agent's parent can know whether it is alive
  }
}

/** Whether the thread still exists; `undefined` if that cannot be known. It is dead only by two proofs (`stat.ts`). */
export const isAlive = ({ tid, startTime }: Agent): boolean | undefined =>
  tid === 0 ? undefined : isThere(tid, (start) => start === startTime);

/** Whether a thread exists whose start time is the right one. */
function isThere(tid: number, isRight: (startTime: number) => boolean): boolean | undefined {
  try {
    const found = startTimeOf(tid);
    if (found !== undefined && isRight(found)) return true;
    return isProvedDead(tid) ? false : undefined;
  } catch {
    return undefined; // for example, there are no file descriptors left: that does not mean that the thread is dead
  }
}

/** The start time of a thread of any process; `undefined` if there is no such thread, or only its remains. */
function startTimeOf(tid: number): number | undefined {
  // The first path is quicker to read, and nearly all threads that are asked about belong to this process.
  const start = startOf(`/proc/self/task/${tid}/stat`) ?? startOf(`/proc/${tid}/stat`);
  return start && start % 0x80000000;
}

/**
 * The status that waitpid(2) would give for a child process that Node has not waited for yet; `undefined` if it has not
 * ended.
 */
export function statusOfDead(pid: number): number | undefined {
  const fields = fieldsOf(`/proc/${pid}/stat`);
  return fields?.[0] === "Z" ? Number(fields[49]) : undefined;
}

/** What a thread of this process is doing. */
export interface Activity {
  /** It waits for something other than a core: a wake-up, a timer, a disk. */
  readonly isAsleep: boolean;
  /** How long it has run on a core, in steps of 10 ms. */
  readonly ranMs: number;
}

/** What a thread of this process is doing; `undefined` if it does not exist, or that cannot be known. */
export function activityOf(tid: number): Activity | undefined {
  try {
    const fields = fieldsOf(`/proc/self/task/${tid}/stat`);
    return fields && { isAsleep: fields[0] === "S", ranMs: TICK_MS * (Number(fields[11]) + Number(fields[12])) };
  } catch {
    return undefined;
  }
}
/** A clock tick, which is 10 ms in what every Linux reports to programs. */
const TICK_MS = 10;

/**
 * An agent in the upper 30 bits of one word: its thread id, which Linux keeps below 2^22, and 8 bits made from its
 * start time. The low two bits are zero, and free for flags. 0 is nobody.
 */
export type Token = number;

const tokenOf = (tid: number, startTime: number): Token => (tid << 10) | (digest(startTime) << 2);
const digest = (time: number) => (time ^ (time >>> 8) ^ (time >>> 16) ^ (time >>> 24)) & 255;

/**
 * The calling thread's token. Without `/proc` it is made from Node's thread id: unique too, but nobody can see whether
 * it is alive.
 */
export const ownToken: Token = thisAgent().tid ? tokenOf(self!.tid, self!.startTime) : (threadId + 1) << 10;

/** The OS thread id in a token. */
export const tidOf = (token: Token): number => token >>> 10;

/** Whether the token's thread is alive. In one of 256 cases, a later thread with the same id is mistaken for it. */
export function isTokenAlive(token: Token): boolean | undefined {
  if (token === ownToken) return true;
  const tid = tidOf(token);
  return thisAgent().tid === 0 ? undefined : isThere(tid, (startTime) => tokenOf(tid, startTime) === token);
}

/** The OS ids of all threads of this process; empty if they cannot be known. */
export function threadIds(): readonly string[] {
  try {
    return readdirSync("/proc/self/task");
  } catch {
    return [];
  }
}
