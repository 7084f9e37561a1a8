/** Engines that lack something: without WebAssembly (`--jitless`), and where functions must not be made of text. */
import { describe, expect, it } from "vitest";
import { runOther } from "../system/fixtures.js";

const kernels = new URL("../fixtures/kernels.mjs", import.meta.url).href;
/** What a program does, by name. Each prints what came of it. */
const program = `
  const { timesFactor } = await import(${JSON.stringify(kernels)});
  const pool = new nd.Pool({ workers: 2 });
  const inline = new nd.Pool({ workers: 0 });
  const a = nd.arange(4);
  const works = {
    "a compiled map": async () => (await pool.map(a, (x) => x * 2)).toArray().join(),
    "a map that is not compiled": async () => (await pool.map(a, (x) => { try { return x * 2; } catch { return 0; } })).toArray().join(),
    "a map on the caller": () => inline.mapSync(a, (x) => x * 2).toArray().join(),
    "a kernel of a module": async () => (await pool.map(a, timesFactor)).toArray().join(),
    "a task": () => pool.run((x) => x * 2, [3]),
    "a broadcast": async () => (await pool.broadcast(() => 1)).join(),
    "forEachChunk": async () => { const b = nd.zeros(2); await pool.forEachChunk(b, (chunk) => void chunk.fill(6)); return b.toArray().join(); },
    "an element-wise function": () => nd.add(a, nd.arange(4)).toArray().join(),
    "a large element-wise function": () => nd.add(nd.ones(100_000), nd.ones(100_000)).get(99_999),
    "a sort": () => nd.sort(nd.array([3, 1, 2])).toArray().join(),
    "a reduction": () => nd.sum(a),
    "a small product of matrices": () => nd.matmul(nd.eye(2), nd.eye(2)).toArray().join(),
    "a product of matrices": () => nd.matmul(nd.eye(20), nd.eye(20)).slice("18:, 18:").toArray().join(),
    "a matrix by a vector": () => nd.matmul(nd.ones([100, 100]), nd.ones(100)).get(99),
    "a thread": () => new nd.Process(() => {}).start().join(),
    "a process": () => new nd.Process(() => {}, [], { isolation: "process" }).start().join(),
    "a manager": async () => { const m = new nd.Manager(); const d = m.dict(); await d.set("a", 1); const x = await d.update("a", (y) => y + 1); await m.close(); return x; },
    "an update under a lock": () => new nd.Value("int32", 1).updateSync((x) => x + 1),
    "a queue": () => { const q = new nd.Queue(); q.putSync(6); return q.getSync(); },
    "system scope": () => { const m = new nd.SharedMemory(8, SYSTEM); m.buf[0] = 6; const x = m.buf[0]; m.unlink(); m.close(); return x; },
  };
  for (const [name, work] of Object.entries(works)) {
    let outcome;
    try { outcome = String(await work()); } catch (e) { outcome = e.name + " " + e.code + " " + e.message; }
    console.log(JSON.stringify([name, outcome]));
  }
  await pool.close();`;

const outcomesWith = (...flags: string[]): Record<string, string> => {
  const { status, stderr, stdout } = runOther(program, [process.execPath, ...flags]);
  expect([status, stderr.replace(/^Warning: disabling flag.*\n/gm, "")]).toEqual([0, ""]);
  return Object.fromEntries(stdout.split("\n").map((line) => JSON.parse(line) as [string, string]));
};

const right: Record<string, string> = {
  "a compiled map": "0,2,4,6",
  "a map that is not compiled": "0,2,4,6",
  "a map on the caller": "0,2,4,6",
  "a kernel of a module": "0,3,6,9",
  "a task": "6",
  "a broadcast": "1,1",
  forEachChunk: "6,6",
  "an element-wise function": "0,2,4,6",
  "a large element-wise function": "2",
  "a sort": "1,2,3",
  "a reduction": "6",
  "a small product of matrices": "1,0,0,1",
  "a product of matrices": "1,0,0,1",
  "a matrix by a vector": "100",
  "a thread": "0",
  "a process": "0",
  "a manager": "2",
  "an update under a lock": "2",
  "a queue": "6",
  "system scope": "6",
};
/** With text in the place of the works that must fail. */
const except = (message: RegExp, works: string[]) => {
  const failing = works.map((work) => [work, expect.stringMatching(message)]);
  return { ...right, ...Object.fromEntries(failing) } as Record<string, unknown>;
};
const inline = [
  "a compiled map",
  "a map that is not compiled",
  "a map on the caller",
  "a task",
  "a broadcast",
  "forEachChunk",
  "a thread",
  "a process",
  "a manager",
];

describe("a program", () => {
  it("as usual", () => {
    expect(outcomesWith()).toEqual(right);
  });
  // Node 22 loads its HTTP client to receive a message on a port, and that needs WebAssembly.
  const isNode22 = process.version.startsWith("v22.");
  it.skipIf(isNode22)("without WebAssembly runs JavaScript, or says what is missing (not on Node 22)", () => {
    const missing = /^UnsupportedError UNSUPPORTED Expected WebAssembly, which .+ \(run without --jitless\)$/;
    const works = ["a reduction", "a product of matrices", "a process", "system scope"];
    expect(outcomesWith("--jitless")).toEqual(except(missing, works));
  });
  it("where functions must not be made of text is told to define them in modules", () => {
    const forbidden =
      /^UnsupportedError UNSUPPORTED Expected this program to allow functions .+ in a module with define/;
    expect(outcomesWith("--disallow-code-generation-from-strings")).toEqual(except(forbidden, inline));
  });
});
