/** What a pool tells of a worker that dies, and where its errors come from. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { arange, isSharedError, Pool, zeros } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(["thread", "process"] as const)("a worker (%s) that dies of what nobody catches", (isolation) => {
  it("tells class, message and stack in `cause`, from timers, floating promises and finished tasks", async () => {
    const pool = new Pool({ workers: 1, isolation });
    const floating = async () => {
      Promise.reject(new RangeError("a floating promise"));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    };
    const timer = () =>
      new Promise(() =>
        setTimeout(() => {
          throw new SyntaxError("a timer");
        }, 5),
      );
    for (const [task, name, message] of [
      [floating, "RangeError", "a floating promise"],
      [timer, "SyntaxError", "a timer"],
    ] as const) {
      const e: unknown = await pool.run(task as () => unknown).catch((e) => e);
      expect(isSharedError(e, "WORKER_DIED") && e.cause).toMatchObject({ name, message });
      expect(((e as Error).cause as Error).stack).toContain(`${name}: ${message}`);
      expect((e as Error).message).toContain(`${name}: ${message}`);
    }
    using begun = zeros(1, { dtype: "int32", scope: isolation === "process" ? "system" : "process" });
    const dieLater = (begun: { flat: Int32Array }) => {
      setInterval(() => {
        if (Atomics.load(begun.flat, 0) === 1) throw new RangeError("after the result");
      }, 5);
    };
    const begin = (begun: { flat: Int32Array }) => {
      Atomics.store(begun.flat, 0, 1); // a task that has not begun would go to the next worker
      return new Promise(() => {});
    };
    await pool.run(dieLater, [begun]);
    const e: unknown = await pool.run(begin, [begun]).catch((e) => e);
    expect(isSharedError(e, "WORKER_DIED") && e.cause).toMatchObject({ message: "after the result" });
    await pool.close();
  });
});

it("a worker that dies between two calls leaves a warning with the reason", async () => {
  const pool = new Pool({ workers: 1 });
  const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
  await pool.run(() => {
    setTimeout(() => {
      throw new RangeError("nobody waits");
    }, 20);
  });
  expect(await warned).toMatchObject({ code: "WORKER_DIED", cause: { message: "nobody waits" } });
  expect(await pool.run(() => "next")).toBe("next");
  await pool.close();
});

it("workers that never come up tell why", async () => {
  const { Worker } = await import("node:worker_threads");
  const createWorker = () => new Worker("throw new RangeError('no such setting')", { eval: true });
  const pool = new Pool({ workers: 1, createWorker });
  await expect(pool.run(() => 1)).rejects.toMatchObject({ code: "WORKER_DIED", cause: { message: "no such setting" } });
  await pool.close();
});

describe("the stack of an error", () => {
  const pool = new Pool({ workers: 2 });
  afterAll(() => pool.close());
  const twoLinesDown = (): never => {
    // the function begins on the line above
    throw new RangeError("line 3");
  };

  it("names the function that awaits the call, and that which blocks on it", async () => {
    const awaits = async () => {
      await pool.forEachChunk(zeros(10), twoLinesDown);
    };
    const blocks = () => pool.forEachChunkSync(zeros(10), twoLinesDown);
    for (const call of [awaits, blocks]) {
      try {
        await call();
        expect.fail("the call did not fail");
      } catch (e) {
        expect(e).toMatchObject({ code: "KERNEL", name: "KernelError" });
        expect((e as Error).stack).toMatch(new RegExp(`^KernelError: .*failed[^]*${call.name}[^]*death\\.test`));
      }
    }
  });

  it("has the lines of the user's function", async () => {
    // As text, because compilers drop comments and change lines.
    const lines = new Function("return () => {\n  // a comment\n  throw new RangeError('line 3');\n}")();
    const inline = new Pool({ workers: 0 });
    for (const call of [() => pool.map(arange(3), lines), () => pool.run(lines), () => inline.run(lines)]) {
      const e: unknown = await call().catch((e) => e);
      const { stack } = (isSharedError(e, "KERNEL") ? e.cause : e) as Error;
      expect(stack).toMatch(/shared-ndarray:\w+:3:/);
    }
  });

  it("calls functions without a name by what they are", async () => {
    const nameless = new Function("return () => { throw new Error('why') }")();
    await expect(pool.forEachChunk(zeros(3), nameless)).rejects.toThrow(
      /^The kernel failed in chunk 0, \[0, 3\): why$/,
    );
    const other = new Function("return () => { throw new Error('another') }")();
    await expect(pool.map(zeros(3), other)).rejects.toThrow(/^The function failed in chunk 0/);
    await expect(pool.map(zeros(3), twoLinesDown)).rejects.toThrow(/^Kernel twoLinesDown failed/);
    await expect(pool.run(new Function("return () => process.exit(4)")())).rejects.toThrow(
      /^The worker of the task died/,
    );
  });
});

describe("one signal", () => {
  it("for many calls and waits adds one listener, which goes with the last of them", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    const pool = new Pool({ workers: 1 });
    const { signal } = new AbortController();
    const a = zeros(4);
    await Promise.all(Array.from({ length: 20 }, (_, i) => pool.run((x) => x, [i], { signal })));
    await Promise.all(Array.from({ length: 20 }, () => pool.map(a, (x) => x + 1, { out: a, signal })));
    await later(1); // warnings come in a later turn
    process.off("warning", listen);
    expect(warnings).toEqual([]);
    expect(a.toArray()).toEqual([20, 20, 20, 20]);
    await pool.close();
  });

  it("ends all that wait for it", async () => {
    const pool = new Pool({ workers: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const forever = Array.from({ length: 15 }, () => pool.run(() => new Promise(() => {}), [], { signal }));
    controller.abort(new Error("enough"));
    for (const { status, reason } of (await Promise.allSettled(forever)) as PromiseRejectedResult[]) {
      expect([status, reason.code]).toEqual(["rejected", "ABORTED"]);
    }
    await pool.terminate();
  });
});

describe("starmap", () => {
  it.each([0, 2])("runs a task once for each list of arguments, in order (%d workers)", async (workers) => {
    const pool = new Pool({ workers });
    const powers = pool.starmap((x: number, y: number) => x ** y, [[2, 5] as const, [3, 2] as const]);
    expect(await powers).toEqual([32, 9]);
    expect(await pool.starmap(async (i: number) => i, new Set([[7] as const]))).toEqual([7]);
    expect(await pool.starmap(() => 1, [])).toEqual([]);
    await pool.close();
  });

  it("rejects with the error of a job, and does not begin those that wait", async () => {
    const pool = new Pool({ workers: 1 });
    const begun = zeros(50, { dtype: "int32" });
    const job = (i: number, log: typeof begun) => {
      log.set(1, i);
      if (i === 1) throw new RangeError("job 1");
    };
    const jobs = Array.from({ length: 50 }, (_, i) => [i, begun] as const);
    await expect(pool.starmap(job, jobs)).rejects.toMatchObject({ name: "RangeError", message: "job 1" });
    expect(await pool.run((log) => log.get(49), [begun])).toBe(0);
    await pool.close();
  });

  it("can be aborted, and takes nothing but lists", async () => {
    const pool = new Pool({ workers: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const jobs = Array.from({ length: 12 }, () => [1] as const);
    const waiting = pool.starmap((_: number) => new Promise<never>(() => {}), jobs, { signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
    await expect(pool.starmap((x: number) => x, [1] as never)).rejects.toThrow(/`jobs\[0\]`.*\[argument\]/);
    await expect(pool.starmap((x: number) => x, 5 as never)).rejects.toThrow(/`jobs`/);
    await expect(pool.starmap((x: number) => x, [[1]], { chunksize: 2 } as never)).rejects.toThrow(/chunksize/);
    await pool.terminate();
  });
});

it.runIf(process.platform === "linux")(
  "a signal during a Sync call ends the program, even right after the call",
  () => {
    const index = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
    const program = `
    import { Pool, zeros } from ${JSON.stringify(index)};
    const a = zeros(4, { scope: "system", name: "signal-" + process.pid });
    await new Promise((resolve) => setTimeout(resolve, 50));
    new Pool({ workers: 0 }).forEachChunkSync(a, () => { process.kill(process.pid, "SIGTERM"); });`;
    const { signal } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    expect(signal).toBe("SIGTERM");
  },
);
