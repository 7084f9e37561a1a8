/**
 * A deterministic scheduler: stands in for `memory/words/atomics.ts`, and runs programs that use those words one step
 * at a time, in every possible order. A step is one access to a word.
 *
 * The code under test is ordinary and cannot be suspended. So a program is run again from its start for each step: its
 * earlier accesses get the results that they had, one new access is made, and the next one throws. Programs must
 * therefore depend on nothing but what they read.
 */

type Cells = Int32Array | Int8Array;

/** A program and the results of the accesses that it has made. */
interface Agent {
  readonly log: number[];
  at: number;
  /** Accesses that it may still make. */
  fresh: number;
}
const SUSPENDED = Symbol("suspended");
const BLOCKED = Symbol("blocked");
let current: Agent | undefined;

let isQuiet: (cells: Cells, i: number) => boolean = () => false;

function step(act: () => number, isFree = false): number {
  if (!current) return act();
  if (current.at < current.log.length) return current.log[current.at++]!;
  if (!isFree && current.fresh-- === 0) throw SUSPENDED;
  const result = act();
  current.log.push(result);
  current.at++;
  return result;
}

// ── What `atomics.ts` exports, as far as teams use it ────────────────────────────────────────────────────────────

export const load = (cells: Cells, i: number) => step(() => cells[i]!, isQuiet(cells, i));
export const store = (cells: Cells, i: number, value: number) => step(() => (cells[i] = value), isQuiet(cells, i));
export const add = (cells: Cells, i: number, n: number) =>
  step(
    () => {
      const old = cells[i]!;
      cells[i] = old + n;
      return old;
    },
    isQuiet(cells, i),
  );
export const compareExchange = (cells: Cells, i: number, expected: number, value: number) =>
  step(() => {
    const old = cells[i]!;
    if (old === (expected | 0)) cells[i] = value;
    return old;
  });
export const notify = () => 0;

/** Goes on when `isTrue` holds; what it reads is one step. */
export function until(isTrue: () => boolean): void {
  step(() => {
    const agent = current;
    current = undefined;
    try {
      if (!isTrue()) throw BLOCKED;
    } finally {
      current = agent;
    }
    return 1;
  });
}

// ── The scheduler ────────────────────────────────────────────────────────────────────────────────────────────────

export interface Scenario<R> {
  /** The memory that the programs share. */
  readonly cells: readonly Cells[];
  readonly programs: readonly (() => R)[];
  /** Words that no other program reads or writes meanwhile: an access to one is part of the next step. */
  readonly quiet?: (cells: Cells, i: number) => boolean;
  /** Programs that may end at any step, as a killed thread does. */
  readonly mortal?: readonly number[];
  /** Called when a program dies. */
  readonly died?: (program: number) => void;
  /** Called for every state in which no program can go on: results of the programs, `undefined` if one died. */
  readonly end: (results: readonly (R | undefined)[]) => void;
}

interface State<R> {
  readonly cells: readonly Cells[];
  readonly logs: readonly (readonly number[])[];
  readonly results: readonly (R | undefined)[];
  readonly isOver: readonly boolean[];
}

/** Runs the programs in every order. Returns how many different states it saw. */
export function explore<R>({ cells, programs, quiet, mortal = [], died, end }: Scenario<R>): number {
  isQuiet = quiet ?? (() => false);
  const seen = new Set<string>();
  const save = () => cells.map((part) => part.slice());
  const restore = (saved: readonly Cells[]) => {
    for (const [i, part] of saved.entries()) cells[i]!.set(part);
  };
  const keyOf = (state: State<R>) => {
    let key = "";
    for (const part of state.cells) for (let i = 0; i < part.length; i++) if (part[i] !== 0) key += `${i}:${part[i]};`;
    for (const log of state.logs) key += `|${log}`;
    return key + state.isOver;
  };
  const visit = (state: State<R>): void => {
    const key = keyOf(state);
    if (seen.has(key)) return;
    seen.add(key);
    let isStuck = true;
    for (const [who, program] of programs.entries()) {
      if (state.isOver[who]) continue;
      for (const next of [advanced(state, who, program), mortal.includes(who) ? dead(state, who) : undefined]) {
        if (!next) continue;
        isStuck = false;
        visit(next);
      }
    }
    if (!isStuck) return;
    restore(state.cells);
    if (!state.isOver.every(Boolean)) throw new Error(`deadlock: ${key}`);
    end(state.results);
  };
  /** One step of one program; `undefined` if it is blocked. */
  const advanced = (state: State<R>, who: number, program: () => R): State<R> | undefined => {
    restore(state.cells);
    const agent: Agent = { log: [...state.logs[who]!], at: 0, fresh: 1 };
    current = agent;
    const results = [...state.results];
    const isOver = [...state.isOver];
    try {
      results[who] = program();
      isOver[who] = true;
    } catch (e) {
      if (e === BLOCKED) return undefined;
      if (e !== SUSPENDED) throw e;
    } finally {
      current = undefined;
    }
    return { cells: save(), logs: state.logs.map((log, i) => (i === who ? agent.log : log)), results, isOver };
  };
  const dead = (state: State<R>, who: number): State<R> => {
    restore(state.cells);
    died?.(who);
    return { ...state, cells: save(), isOver: state.isOver.map((over, i) => over || i === who) };
  };
  visit({
    cells: save(),
    logs: programs.map(() => []),
    results: programs.map(() => undefined),
    isOver: programs.map(() => false),
  });
  return seen.size;
}
