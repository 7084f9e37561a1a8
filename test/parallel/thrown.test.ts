/** What tasks, kernels, processes and managers throw comes back, no matter what it is, and its worker lives on. */
import { arange, Manager, Pool, Process, zeros } from "shared-ndarray";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostile, hostileKernel, throwHostile } from "../fixtures/hostile.mjs";

/** What a promise rejects with. */
const rejection = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (e) {
    return e;
  }
  throw new Error("expected an error");
};
const isolations = ["thread", "process"] as const;
/** A new process for each of all would take minutes. */
const FEW = [
  "symbol",
  "trapped error",
  "revoked proxy of a function",
  "shared memory",
  "object with a getter that throws the second time",
  "error whose stack is: getter that throws",
  "error whose message is: getter that throws",
];

describe.each(isolations)("a pool of workers that are each a %s", (isolation) => {
  let pool: Pool;
  beforeAll(() => {
    pool = new Pool({ workers: 1, isolation });
  });
  afterAll(() => pool.close());

  it("reports whatever a task throws", async () => {
    for (const what of Object.keys(hostile)) {
      const e = await rejection(pool.run(throwHostile, [what]));
      expect((e as { code?: unknown } | undefined)?.code, what).not.toBe("WORKER_DIED");
    }
    expect(pool.stats().died).toBe(0);
  });

  it("reports whatever a kernel throws", async () => {
    using a = zeros(2, isolation === "process" ? { scope: "system" } : {});
    for (const what of Object.keys(hostile)) {
      const e = await rejection(pool.map(a, hostileKernel, { params: what }));
      expect(e, what).toMatchObject({ code: "KERNEL" });
    }
    expect(pool.stats().died).toBe(0);
  });

  it("keeps the class, the code and the parts of an error", async () => {
    const e = await rejection(
      pool.run(() => {
        const cause = new DOMException("gone", "NotFoundError");
        throw Object.defineProperty(new AggregateError([cause], "all", { cause }), "hidden", { value: 7 });
      }, []),
    );
    const { errors, cause, hidden } = e as AggregateError & { cause: DOMException; hidden: number };
    expect([cause.constructor, cause.code, errors[0] === cause, hidden]).toEqual([DOMException, 8, true, 7]);
  });
});

it.each(isolations)("a Process that is a %s reports whatever its target throws", async (isolation) => {
  const ends = FEW.map((what) => rejection(new Process(throwHostile, [what], { isolation }).start().join()));
  for (const [i, end] of ends.entries()) {
    expect(((await end) as { code?: unknown }).code, FEW[i]).not.toBe("WORKER_DIED");
  }
});

it("a kernel on the calling thread, too", async () => {
  const pool = new Pool({ workers: 0 });
  for (const what of Object.keys(hostile)) {
    expect(() => pool.mapSync(arange(2), hostileKernel, { params: what }), what).toThrow(
      expect.objectContaining({ code: "KERNEL" }),
    );
  }
  await pool.close();
});

it("a manager reports whatever an update throws, and goes on", async () => {
  const manager = new Manager();
  const value = manager.value("");
  for (const what of Object.keys(hostile)) {
    await value.set(what);
    const e = await rejection(value.update(throwHostile));
    expect((e as { code?: unknown } | undefined)?.code, what).not.toBe("WORKER_DIED");
  }
  await value.set("alive");
  expect(await value.get()).toBe("alive");
  await manager.close();
});
