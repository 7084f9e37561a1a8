/** Whole programs: they end by themselves, with all their output, and with the right exit code. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const dist = new URL("../../dist/index.js", import.meta.url).href;
/** Runs a program with the package in scope; one that does not end by itself is killed, and fails. */
function program(body: string): { status: number | null; lines: string[] } {
  const text = `import { arange, Pool, SharedMemory, zeros } from ${JSON.stringify(dist)};\n${body}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", text], {
    encoding: "utf8",
    timeout: 240_000,
  });
  return { status, lines: (stdout + stderr).trim().split("\n") };
}

describe("a program", () => {
  it.each([
    [
      "that closes its pool",
      "const p = new Pool({ workers: 2 }); await p.map(arange(1e5), (x) => x); await p.close(); console.log('end');",
    ],
    [
      "that leaves its pool",
      "const p = new Pool({ workers: 2 }); await p.map(arange(1e5), (x) => x); console.log('end');",
    ],
    [
      "that only blocks",
      "new Pool({ workers: 4 }).forEachChunkSync(zeros(4), () => { for (const e = performance.now() + 1; performance.now() < e; ); }, { chunkSize: 1 }); console.log('end');",
    ],
    [
      "that terminates a busy pool",
      "const p = new Pool({ workers: 2 }); p.run(() => { for (;;); }).catch(() => {}); await p.ready(); await p.terminate(); console.log('end');",
    ],
    ["with a named block left open", "zeros(10, { name: 'left' }); console.log('end');"],
    [
      "whose only worker dies",
      "const p = new Pool({ workers: 1 }); await p.run(() => process.exit(3)).catch((e) => console.log(e.exitCode)); console.log('end');",
    ],
  ])("%s ends by itself", (_, body) => {
    const { status, lines } = program(body);
    expect([status, lines.at(-1)]).toEqual([0, "end"]);
  });

  it("sees ten lines and a timer from inside workers, whether it closes the pool or not", () => {
    for (const end of ["await pool.close();", ""]) {
      const { status, lines } = program(`
        const pool = new Pool({ workers: 2 });
        const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        const fired = zeros(1, { dtype: "int32" });
        await pool.forEachChunk(zeros(10), (_c, { index }, { fired }) => {
          console.log("line", index);
          if (index === 3) setTimeout(() => { console.log("timer"); fired.fill(1); }, 2);
        }, { chunkSize: 1, params: { fired } });
        ${end || "while (fired.get(0) === 0) await sleep(1); await sleep(50);"}`);
      expect(status).toBe(0);
      expect(lines.sort()).toEqual([...Array.from({ length: 10 }, (_, i) => `line ${i}`), "timer"]);
    }
  });

  it("that awaits ready() while a call is under way gets both", () => {
    const { status, lines } = program(`
      const pool = new Pool({ workers: 2 });
      const call = pool.forEachChunk(zeros(16), (c) => { for (const e = performance.now() + 5; performance.now() < e; ); c.fill(1); }, { chunkSize: 1 });
      await pool.ready();
      await call;
      console.log("both");`);
    expect([status, lines]).toEqual([0, ["both"]]);
  });
});

describe("a pool", () => {
  it("takes thousands of queued calls", () => {
    const { status, lines } = program(`
      for (const workers of [0, 2]) {
        const pool = new Pool({ workers });
        const a = zeros(4);
        await Promise.all(Array.from({ length: 5000 }, () => pool.map(a, (x) => x + 1, { out: a })));
        console.log(a.get(0));
      }`);
    expect([status, lines]).toEqual([0, ["5000", "5000"]]);
  });

  it("survives a combine, an argument and a worker that cannot be made or sent", () => {
    const { status, lines } = program(`
      import { Worker } from "node:worker_threads";
      const pool = new Pool({ workers: 2 });
      const tell = (promise) => promise.then((value) => console.log("ok", value), (e) => console.log(e.name));
      await tell(pool.reduce(zeros(10), { init: () => 0, chunk: () => 1, combine: () => { throw new RangeError("combine"); } }, { chunkSize: 1 }));
      const three = [pool.run((x) => x, [1]), pool.run((x) => x, [(function* () {})()]), pool.run((x) => x, [2])];
      await Promise.allSettled(three);
      for (const promise of three) await tell(promise);
      await tell(new Pool({ workers: 2, createWorker: () => { throw new EvalError("none"); } }).map(arange(1e5), (x) => x));
      const stillborn = new Pool({ workers: 2, createWorker: () => new Worker("process.exit(5)", { eval: true }) });
      await tell(stillborn.ready());
      await tell(stillborn.map(arange(1e5), (x) => x));
      await tell(pool.map(arange(3), (x) => x + 1).then((a) => a.toArray().join()));
      await pool.close();
      console.log("end");`);
    expect(status).toBe(0);
    expect(lines).toEqual([
      "KernelError",
      "ok 1",
      "NotSendableError",
      "ok 2",
      "EvalError",
      "WorkerDiedError",
      "WorkerDiedError",
      "ok 1,2,3",
      "end",
    ]);
  });

  it("does all itself when a blocked caller's workers never come up", () => {
    const { status, lines } = program(`
      import { Worker } from "node:worker_threads";
      const pool = new Pool({ workers: 2, createWorker: () => new Worker("setTimeout(() => process.exit(5), 300)", { eval: true }) });
      const a = zeros(1e5);
      const pending = pool.map(a, (x) => x + 1, { out: a }).catch(() => {});
      pool.mapSync(a, (x) => x * 2, { out: a });
      console.log(a.get(0), a.get(-1));
      await pool.terminate();`);
    expect([status, lines]).toEqual([0, ["2 2"]]);
  });
});
