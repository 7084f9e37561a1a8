/** The table at the end of `npm start`: the same squares by one thread, by the team, and by NumPy, in one run. */
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { full, type NDArray, Pool } from "../index.js";

/** One row: who squared, and how long it took. */
export interface Time {
  readonly by: string;
  readonly ms: number;
}

/** Calls that are measured, after as many to warm up. */
const CALLS = 101;

/** Squares so many float64 in place, again and again. Who squares takes turns, so that noise affects all alike. */
export async function contest(n: number, pool: Pool): Promise<Time[]> {
  const alone = new Pool({ workers: 0 });
  const contestants = [
    { by: "one thread", pool: alone },
    { by: `a team of ${pool.workers}`, pool },
  ].map(({ by, pool }) => ({ by, pool, a: full(n, 1) as NDArray<"float64", 1>, times: [] as number[] }));
  const square = (x: number) => x * x;
  const turn = ({ pool, a }: (typeof contestants)[number]) => pool.mapSync(a, square, { out: a });
  for (const one of contestants) for (let i = 0; i < CALLS; i++) turn(one);
  for (let round = 0; round < 4; round++) {
    for (const one of contestants) {
      for (let i = 0; i < CALLS; i++) {
        const began = performance.now();
        turn(one);
        one.times.push(performance.now() - began);
      }
    }
  }
  await alone.close();
  return [...contestants.map(({ by, times }) => ({ by, ms: median(times) })), ...numpy(n)];
}

/** NumPy's time, if the machine's python3 has NumPy. */
function numpy(n: number): Time[] {
  const code = `
import time, numpy as np
a = np.ones(${n}); times = []
for _ in range(${2 * CALLS}):
    began = time.perf_counter(); np.square(a, out=a); times.append(time.perf_counter() - began)
print(np.__version__, 1000 * float(np.median(times[${CALLS}:])))`;
  const { status, stdout } = spawnSync("python3", ["-c", code], { encoding: "utf8", timeout: 30_000 });
  if (status !== 0) return [];
  const [version, ms] = stdout.trim().split(" ");
  return [{ by: `NumPy ${version}`, ms: Number(ms) }];
}

/** The table, each row against the first. */
export function contestTable(n: number, times: readonly Time[]): string {
  const [first] = times as readonly [Time, ...Time[]];
  const rows = times.map(({ by, ms }) => {
    const factor = ms < first.ms ? `${(first.ms / ms).toFixed(2)} times as fast` : "";
    return `${by.padEnd(16)}${ms.toFixed(3).padStart(8)} ms  ${factor}`.trimEnd();
  });
  return [`${n} float64 squared in place, medians of the same run`, ...rows].join("\n");
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
