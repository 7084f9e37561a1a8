/**
 * Tasks of `run` and `broadcast`, on the pool's side. They run in the workers' event loops: first come, first served,
 * one per worker.
 */
import { isSharedError } from "../base/errors.js";
import { type Death, diedError } from "../calls/executors/death.js";
import { whenGivenUp } from "../memory/words/wait.js";
import { callAfter } from "../platform/timers.js";
import { Barrier } from "../sync/barrier.js";
import { hasDepartures, type Packed, settle } from "../wire/departures.js";
import type { FunctionRef } from "../wire/functions.js";
import { unpack } from "../wire/pack.js";
import { toHandle } from "../wire/registry.js";
import { sendError } from "../wire/send-errors.js";
import { fromWire } from "../wire/thrown.js";
import type { FromWorker } from "./team/layout.js";
import type { Member } from "./team/member.js";
import { runTask } from "./team/task-runner.js";
import type { Team } from "./team/team.js";
import type { RunOptions } from "./types.js";

/** A task that waits or runs. For a broadcast, one entry stands for the tasks of all members. */
interface Entry {
  readonly fn: FunctionRef;
  readonly args: Packed;
  readonly options: RunOptions;
  readonly isBroadcast: boolean;
  readonly results: unknown[];
  readonly promise: Promise<unknown[]>;
  readonly resolve: (results: unknown[]) => void;
  readonly reject: (error: unknown) => void;
  /** The number of members that have not answered yet. */
  left: number;
  /** The error to reject with: the first one that is not merely a consequence of another. */
  error: { readonly thrown: unknown } | undefined;
  barrier: Barrier | undefined;
  /** How many workers have died before they began it. */
  moves: number;
  /** When its caller stopped waiting for it; `undefined` as long as somebody waits. */
  givenUpAt: number | undefined;
}

/** How often a task goes to another worker: reading it may be what the workers die of. */
const MAX_MOVES = 2;

/** A task that one worker has. */
interface Running {
  readonly entry: Entry;
  /** The place of its result. */
  readonly place: number;
  /** Ends its worker. */
  readonly kill: () => void;
  /** Keeps its worker from beginning it. */
  readonly withdraw: () => void;
}

export class Tasks {
  readonly #queue: Entry[] = [];
  readonly #running = new Map<number, Running>();
  readonly #changed: () => void;
  #lastId = 0;
  #graceTimer: ReturnType<typeof callAfter>;

  readonly #toProcesses: boolean;

  /**
   * @param toProcesses whether the workers are processes
   * @param changed called when a worker has become free or the queue has become shorter
   */
  constructor(toProcesses: boolean, changed: () => void) {
    this.#toProcesses = toProcesses;
    this.#changed = changed;
  }

  get queued(): number {
    return this.#queue.length;
  }
  get running(): number {
    return this.#running.size;
  }
  /** The running tasks whose callers have given up. */
  get givenUp(): number {
    let count = 0;
    for (const { entry } of this.#running.values()) if (entry.givenUpAt !== undefined) count++;
    return count;
  }
  /** Whether a broadcast waits for all workers or has them. Array calls must wait then. */
  get claimsAll(): boolean {
    return this.#queue[0]?.isBroadcast === true || [...this.#running.values()].some(({ entry }) => entry.isBroadcast);
  }

  add(fn: FunctionRef, args: Packed, options: RunOptions, isBroadcast: boolean): Promise<unknown[]> {
    let resolve!: Entry["resolve"];
    let reject!: Entry["reject"];
    const promise = new Promise<unknown[]>((yes, no) => {
      [resolve, reject] = [yes, no];
    });
    const state = { left: 0, error: undefined, barrier: undefined, moves: 0, givenUpAt: undefined };
    const entry: Entry = { fn, args, options, isBroadcast, results: [], promise, resolve, reject, ...state };
    this.#queue.push(entry);
    this.#watch(entry);
    return promise;
  }

  /**
   * Rejects an entry when its signal fires or its time is up. A task that a worker has not begun never begins. One that
   * runs already goes on to its end, because it may hold locks and other things, or for `terminateAfterMs`; see
   * `endGivenUp`.
   */
  #watch(entry: Entry): void {
    const clear = whenGivenUp(entry.options, "the task to end", (error) => {
      entry.reject(error);
      entry.givenUpAt = performance.now();
      const place = this.#queue.indexOf(entry);
      if (place >= 0) {
        this.#queue.splice(place, 1);
        settle(entry.args, "cancelled");
      }
      // The members of a broadcast may wait for each other: if one has begun it, all must.
      if (!entry.isBroadcast) for (const { withdraw } of this.#runningOf(entry)) withdraw();
      const { terminateAfterMs } = entry.options;
      if (terminateAfterMs !== undefined) callAfter(terminateAfterMs, () => this.#killWorkersOf(entry))?.unref?.();
      this.#changed();
    });
    entry.promise.then(clear, clear);
  }
  #killWorkersOf(given: Entry): void {
    for (const { kill } of this.#runningOf(given)) kill();
  }
  #runningOf(given: Entry): Running[] {
    return [...this.#running.values()].filter(({ entry }) => entry === given);
  }

  /**
   * Frees the workers of tasks that nobody waits for, because others need them. Each task has `graceMs` from the moment
   * in which it was given up. If that is not over, `again` is called when it is.
   */
  endGivenUp(graceMs: number, again: () => void): void {
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const { entry, kill } of [...this.#running.values()]) {
      if (entry.givenUpAt === undefined) continue;
      const left = entry.givenUpAt + (entry.options.terminateAfterMs ?? graceMs) - now;
      if (left <= 0) kill();
      else next = Math.min(next, left);
    }
    clearTimeout(this.#graceTimer);
    this.#graceTimer = callAfter(Math.ceil(next), again);
  }

  /** Gives tasks to free workers. Returns whether any was given. */
  assign(team: Team, isArrayCallUnderWay: boolean): boolean {
    for (let given = false; ; given = true) {
      const [next] = this.#queue;
      const { free } = team;
      if (!next || free.length === 0) return given;
      if (next.isBroadcast && (isArrayCallUnderWay || free.length < team.size)) return given;
      if (isArrayCallUnderWay && free.length < 2) return given; // the call came first, so one worker stays with it
      this.#queue.shift();
      const members = next.isBroadcast ? team.members : free.slice(-1); // array calls take workers from the front
      next.left = members.length;
      if (next.isBroadcast) next.barrier = new Barrier(members.length, this.#toProcesses ? { scope: "system" } : {});
      for (const [rank, member] of members.entries()) this.#give(team, member, next, rank, members.length);
    }
  }

  #give(team: Team, member: Member, entry: Entry, rank: number, size: number): void {
    const id = ++this.#lastId;
    const { fn, args, barrier } = entry;
    const [kill, withdraw] = [() => team.kill(member), () => team.withdrawTask(member)];
    this.#running.set(id, { entry, place: rank, kill, withdraw });
    member.task = id;
    try {
      team.send(
        member,
        { type: "task", id, fn, args, team: barrier && { rank, size, barrier: toHandle(barrier) } },
        entry.options.transfer,
      );
      settle(args, "sent");
    } catch (error) {
      settle(args, "cancelled");
      this.#running.delete(id);
      member.task = undefined;
      this.#fail(entry, sendError(error, "args"));
      this.#answered(entry);
    }
  }

  /** Handles a worker's answer to a task. */
  receive(member: Member, message: FromWorker): void {
    if (message.type !== "result" && message.type !== "thrown") return;
    member.task = undefined;
    const running = this.#running.get(message.id);
    this.#running.delete(message.id);
    if (!running) return;
    const { entry, place } = running;
    try {
      if (message.type === "result") entry.results[place] = unpack(message.value);
      else this.#fail(entry, fromWire(message.error));
    } catch (e) {
      this.#fail(entry, e); // for example a handle to a thing that is gone
    }
    this.#answered(entry);
  }

  /** Fails the task of a worker that has died, if it had one. If it had not begun the task, another worker gets it. */
  died(member: Member, death: Death): void {
    const running = member.task === undefined ? undefined : this.#running.get(member.task);
    if (!running) return;
    const { entry } = running;
    this.#running.delete(member.task!);
    if (member.lastBegun !== (member.task! | 0) && mayMoveOn(entry) && ++entry.moves <= MAX_MOVES) {
      this.#queue.unshift(entry);
      this.#changed();
      return;
    }
    settle(entry.args, "lost");
    const { name } = entry.fn;
    const which = name === "task" ? "the task" : `task ${name}`; // a function without a name is called so
    this.#fail(entry, diedError(`The worker of ${which}`, death, "", "The pool has replaced it"));
    this.#answered(entry);
  }

  #fail(entry: Entry, thrown: unknown): void {
    // If one member fails, the others find the barrier broken, and their errors may arrive before that of the one that
    // failed. So any error replaces that of a broken barrier.
    if (!entry.error || isSharedError(entry.error.thrown, "BROKEN_BARRIER")) entry.error = { thrown };
    entry.barrier?.abort(); // otherwise the others would wait for a member that never comes
  }

  #answered(entry: Entry): void {
    if (--entry.left === 0) {
      entry.barrier?.[Symbol.dispose]();
      if (entry.error) entry.reject(entry.error.thrown);
      else entry.resolve(entry.results);
    }
    this.#changed();
  }

  /** Rejects all tasks that wait or run. */
  rejectAll(error: (queued: number) => unknown): void {
    const queued = this.#queue.splice(0);
    const running = [...this.#running.values()].map(({ entry }) => entry);
    this.#running.clear();
    for (const { args } of queued) settle(args, "cancelled");
    for (const { args } of running) settle(args, "lost");
    const entries = new Set([...queued, ...running]);
    for (const entry of entries) {
      entry.barrier?.[Symbol.dispose]();
      entry.reject(error(entries.size));
    }
  }
}

/** Whether a task that one worker has not begun can be given to another: its arguments have not gone with the first. */
function mayMoveOn({ isBroadcast, givenUpAt, args, options }: Entry): boolean {
  return !isBroadcast && givenUpAt === undefined && !hasDepartures(args) && !options.transfer?.length;
}

/** Runs a task on the caller. Arguments and result are cloned, as they would be for a worker. */
export function runTaskHere(
  fn: FunctionRef,
  args: Packed,
  options: RunOptions,
  isBroadcast: boolean,
): Promise<unknown> {
  const given = clonedHere(args, options);
  const team = isBroadcast ? { rank: 0, size: 1, barrier: toHandle(new Barrier(1)) } : undefined;
  return new Promise((resolve, reject) => {
    const stopWatching = whenGivenUp(options, "the task to end", reject);
    void runTask({ type: "task", id: 0, fn, args: { ...args, value: given }, team }, (reply) => {
      stopWatching();
      if (reply.type === "result") resolve(unpack({ ...reply.value, value: structuredClone(reply.value.value) }));
      else if (reply.type === "thrown") reject(fromWire(reply.error));
    });
  });
}

function clonedHere(args: Packed, options: RunOptions): unknown {
  try {
    const given: unknown = structuredClone(args.value, { transfer: [...(options.transfer ?? [])] });
    settle(args, "sent");
    return given;
  } catch (e) {
    settle(args, "cancelled");
    throw sendError(e, "args");
  }
}
