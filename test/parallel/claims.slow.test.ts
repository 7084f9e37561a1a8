/** The claims of a team, in every interleaving of a few members: no chunk twice, none lost, each call over once. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Control, type Posted } from "../../src/parallel/team/control.js";
import {
  BASE,
  BUSY,
  type ChunkTable,
  controlWords,
  DONE,
  FAILED,
  FLAGS,
  FREE,
  INSIDE,
  lineOf,
  PROGRESS,
  REORDERED,
  TAG,
  tableBytes,
  tableOver,
  WORK,
} from "../../src/parallel/team/layout.js";
import { turnsTaken } from "../../src/parallel/team/ranges.js";
import { takeChunks } from "../../src/parallel/team/share.js";
import { add, explore, load, store, until } from "./interleave.js";

vi.mock("../../src/memory/words/atomics.js", () => import("./interleave.js"));
beforeAll(() => void vi.spyOn(performance, "now").mockReturnValue(0)); // what a program adds to BUSY must not vary
afterAll(() => void vi.restoreAllMocks());

const MEMBERS = 2;
/** The line of a blocked caller. */
const CALLER = MEMBERS;
/** The number under which the pool notes chunks that were lost. */
const LOST = -1;
/** The word in which a test notes that a member has died. */
const DEAD = FLAGS + 20;

interface Team {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly table: ChunkTable;
  /** How often each chunk's kernel has run. */
  readonly runs: Int32Array<SharedArrayBuffer>;
  readonly cells: readonly (Int32Array | Int8Array)[];
}
function newTeam(): Team {
  const words = new Int32Array(new SharedArrayBuffer(4 * controlWords(MEMBERS + 1)));
  const table = tableOver(new SharedArrayBuffer(tableBytes(8)), 8);
  const runs = new Int32Array(new SharedArrayBuffer(32));
  return { words, table, runs, cells: [words, table.states, table.order, runs] };
}
const call = (total: number, ranges: number, work = 1) => ({ work, total, table: 1, flags: 0, limit: MEMBERS, ranges });

/** Words that others do not read while a call is under way. */
const isPrivate = (cells: object, i: number) =>
  cells instanceof Int8Array ||
  (cells as Int32Array).length === 8 ||
  (i >= lineOf(0) && [PROGRESS, BUSY].includes((i - lineOf(0)) % (lineOf(1) - lineOf(0))));
const isCall = (cells: object, i: number) => cells instanceof Int32Array && i >= WORK && i <= BASE;
/** Also the words of the call, between two accesses to TAG: the first test shows that nobody uses a mixture. */
const isTogether = (cells: object, i: number) => isPrivate(cells, i) || isCall(cells, i);
/** Also TAG, when no other call is posted. */
const isSettled = (cells: object, i: number) => isTogether(cells, i) || (cells instanceof Int32Array && i === TAG);

/** What one stay in a call came to: which call, which chunks, whether it was over by that. */
interface Stay {
  readonly work: number;
  readonly chunks: readonly number[];
  readonly isLast: boolean;
}
interface Seat {
  readonly line: number;
  readonly rank: number;
}
const worker = (rank: number): Seat => ({ line: rank, rank });

/** @param poison the chunk whose kernel throws */
function stay({ words, table, runs }: Team, { line, rank }: Seat, posted?: Posted, poison = -1): Stay[] {
  const control = new Control(words);
  control.enter(line);
  const found = posted ?? control.read();
  if (!found) {
    control.exit(line);
    return [];
  }
  const chunks: number[] = [];
  const run = (chunk: number) => {
    chunks.push(chunk);
    add(runs, chunk, 1);
    if (chunk === poison) throw new Error("poison");
  };
  const reporter = { failed: () => {}, part: () => {} };
  const share = { posted: found, table, work: { isReduction: false, run }, line, rank, reporter };
  const [, isLast] = takeChunks(control, share, () => true);
  return [{ work: found.work, chunks, isLast }];
}
const chunksOf = (stays: readonly Stay[], work = 1) =>
  stays.filter((one) => one.work === work).flatMap(({ chunks }) => [...chunks]);
const sorted = (chunks: readonly number[]) => [...chunks].sort((a, b) => a - b);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("the words of a call", () => {
  it("are never read as a mixture of two", () => {
    const team = newTeam();
    const fields = (n: number) => ({ work: n, total: n, table: n, flags: n, limit: n, ranges: 1 });
    const read: number[] = [];
    explore<(Posted | undefined)[]>({
      cells: team.cells,
      programs: [
        () => {
          const control = new Control(team.words);
          return [1, 2, 3].map((n) => control.post(fields(n)));
        },
        () => [new Control(team.words).read()],
      ],
      end([posted, found]) {
        const seen = found![0];
        if (seen) expect(seen).toEqual(posted![seen.work - 1]);
        read.push(seen?.work ?? 0);
      },
    });
    expect(new Set(read)).toEqual(new Set([0, 1, 2, 3])); // each call has been seen, and none
  });
});

describe("positions", () => {
  it("begin again at 0, and claims go on across that", () => {
    const team = newTeam();
    const control = new Control(team.words);
    const third = (2 ** 31 - 2) / 3; // three such calls end two positions before the last
    for (let i = 0; i < 3; i++) control.close(control.post(call(third, 1)), 0);
    const posted = control.post(call(3, 1));
    expect(posted.base).toBeGreaterThan(2 ** 31 - 4);
    expect(chunksOf(stay(team, worker(0)))).toEqual([0, 1, 2]);
    expect(control.isOver(posted)).toBe(true);
  });

  it("call for a look at all members after half of them", () => {
    const control = new Control(newTeam().words);
    control.post(call(2 ** 30 - 1, 1));
    expect(control.isLapOver).toBe(false);
    control.post(call(1, 1));
    expect(control.isLapOver).toBe(true);
    control.startLap();
    expect(control.isLapOver).toBe(false);
  });
});

describe.each([
  [1, 1],
  [1, 2],
  [2, 2],
  [3, 2],
  [4, 2],
])("a call of %i chunks in %i ranges, in every interleaving", (total, ranges) => {
  it("has each chunk done once, and is over once", () => {
    const team = newTeam();
    const posted = new Control(team.words).post(call(total, ranges));
    let ends = 0;
    explore({
      quiet: isSettled,
      cells: team.cells,
      programs: [() => stay(team, worker(0)), () => stay(team, worker(1))],
      end(results) {
        const stays = results.flatMap((one) => one!);
        expect(sorted(chunksOf(stays))).toEqual(upTo(total));
        expect(stays.filter(({ isLast }) => isLast)).toHaveLength(1);
        expect(new Control(team.words).isOver(posted)).toBe(true);
        ends++;
      },
    });
    expect(ends).toBeGreaterThan(0);
  });

  it.runIf(total < 3)("is over once if it is stopped at any moment, and what was taken has been done", () => {
    const team = newTeam();
    const posted = new Control(team.words).post(call(total, ranges));
    explore<Stay[] | boolean>({
      quiet: isSettled,
      cells: team.cells,
      programs: [
        () => stay(team, worker(0)),
        () => stay(team, worker(1)),
        () => {
          const control = new Control(team.words);
          control.close(posted, 2);
          return control.isOver(posted);
        },
      ],
      end(results) {
        const stays = [results[0], results[1]].flat() as Stay[];
        const control = new Control(team.words);
        expect(control.isOver(posted)).toBe(true);
        expect(sorted(chunksOf(stays))).toEqual(turnsTaken(team.words, posted).taken);
        const lasts = stays.filter(({ isLast }) => isLast).length;
        expect(lasts).toBeLessThanOrEqual(1);
        expect(lasts === 1 || results[2], "somebody sees the end").toBe(true);
      },
    });
  });

  it("is over once if a kernel throws, and nothing is taken after its ranges are closed", () => {
    const team = newTeam();
    const posted = new Control(team.words).post(call(total, ranges));
    explore({
      quiet: isSettled,
      cells: team.cells,
      programs: [() => stay(team, worker(0), undefined, 0), () => stay(team, worker(1), undefined, 0)],
      end(results) {
        const stays = results.flatMap((one) => one!);
        expect(new Control(team.words).isOver(posted)).toBe(true);
        expect(stays.filter(({ isLast }) => isLast)).toHaveLength(1);
        expect(team.table.states[0]).toBe(FAILED);
        const { taken, untaken } = turnsTaken(team.words, posted);
        expect(sorted(chunksOf(stays))).toEqual(taken);
        for (const chunk of untaken) expect(team.table.states[chunk]).not.toBe(DONE);
      },
    });
  });
});

describe("two calls one after the other, a blocked caller and a late waker, in every interleaving", () => {
  it.each([
    [2, 1],
    [1, 2],
  ])("of %i and %i chunks: nobody takes a chunk of the wrong call", (first, second) => {
    const team = newTeam();
    const caller = { line: CALLER, rank: MEMBERS - 1 };
    explore({
      quiet: isTogether,
      cells: team.cells,
      programs: [
        () => {
          const control = new Control(team.words);
          const stays: Stay[] = [];
          for (const [i, total] of [first, second].entries()) {
            const posted = control.post(call(total, Math.min(total, MEMBERS), i + 1));
            stays.push(...stay(team, caller, posted));
            until(() => control.isOver(posted));
          }
          return stays;
        },
        () => [...stay(team, worker(0)), ...stay(team, worker(0))],
      ],
      end(results) {
        const stays = results.flatMap((one) => one!);
        expect(sorted(chunksOf(stays, 1))).toEqual(upTo(first));
        expect(sorted(chunksOf(stays, 2))).toEqual(upTo(second));
        for (const work of [1, 2]) expect(stays.filter((one) => one.work === work && one.isLast)).toHaveLength(1);
      },
    });
  });
});

describe("a member that dies at any step", () => {
  it.each([
    [1, 1],
    [1, 2],
    [2, 2],
  ])("of %i chunks in %i ranges: each is done once, or it is the one that the member had", (total, ranges) => {
    const team = newTeam();
    const isPosted = () => team.words[TAG] !== 0;
    explore<Stay[]>({
      quiet: isTogether,
      cells: team.cells,
      programs: [
        () => {
          until(isPosted);
          return stay(team, worker(0));
        },
        () => {
          until(isPosted);
          return stay(team, worker(1));
        },
        // What the pool does: it closes the call, waits until the living are outside, and posts again what is left.
        () => {
          const control = new Control(team.words);
          const first = control.post(call(total, ranges));
          until(() => team.words[DEAD] === 1 || control.isOver(first));
          if (load(team.words, DEAD) === 0) return [];
          control.close(first, 0);
          until(() => !control.isInside(1));
          const { taken, untaken } = turnsTaken(team.words, first);
          const lost = {
            work: LOST,
            chunks: taken.filter((chunk) => team.table.states[chunk] !== DONE),
            isLast: false,
          };
          if (untaken.length === 0) return [lost];
          for (const [turn, chunk] of untaken.entries()) store(team.table.order, turn, chunk);
          const again = control.post({ ...call(untaken.length, 1, 2), flags: REORDERED });
          const stays = stay(team, { line: CALLER, rank: MEMBERS - 1 }, again);
          until(() => control.isOver(again));
          return [lost, ...stays];
        },
      ],
      mortal: [0],
      died: () => {
        team.words[DEAD] = 1;
        team.words[lineOf(0) + INSIDE] = 0;
      },
      end([dying, other, pool]) {
        const lost = chunksOf(pool!, LOST);
        expect(lost.length).toBeLessThanOrEqual(1);
        if (dying) expect(lost).toEqual([]);
        const others = [...chunksOf(other!), ...chunksOf(other!, 2), ...chunksOf(pool!, 2)];
        expect(new Set(others).size).toBe(others.length);
        for (const chunk of upTo(total)) {
          const isLost = lost.includes(chunk);
          expect(team.table.states[chunk], `chunk ${chunk}`).toBe(isLost ? FREE : DONE);
          if (isLost) expect(others).not.toContain(chunk);
          else expect(team.runs[chunk], `chunk ${chunk}`).toBe(1);
        }
      },
    });
  });
});
