/** The import guard: a module that a worker imports must start nothing, whatever else the worker does at that time. */
import { arange, isSharedError, Pool } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { doLater, load } from "../fixtures/importing/innocent.mjs";
import { lateStart } from "../fixtures/importing/late-start.mjs";
import { slowKernel } from "../fixtures/importing/slow-kernel.mjs";

/** A call with two workers, both of which import the slow kernel now. The last one takes the next task as well. */
async function importSlowly(pool: Pool): Promise<{ call: Promise<unknown> }> {
  await pool.broadcast(load, []);
  return { call: pool.map(arange(1e6), slowKernel) };
}

describe("a worker that imports the module of a kernel and that of a task at once", () => {
  it("still guards the second import after the first one has ended", async () => {
    await using pool = new Pool({ workers: 2 });
    const { call } = await importSlowly(pool);
    const started = pool.run(lateStart).then(
      () => "the module made its block",
      (e: unknown) => isSharedError(e, "IMPORTED_PROGRAM") && e.message,
    );
    await call;
    expect(await started).toMatch(/the named block "started-late" in .*late-start\.mjs/);
  });
});

describe("a task of a worker that imports another module for a call", () => {
  it.each(["make a named block", "start a process", "call a pool"])("may %s", async (act) => {
    await using pool = new Pool({ workers: 2 });
    const { call } = await importSlowly(pool);
    expect(await pool.run(doLater, [act])).toBe(act);
    await call;
  });
});
