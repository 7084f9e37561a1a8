/**
 * Every public wait ends within its bound, whatever another process does: each thing × each attack × each form, one
 * program for each thing and attack (`test/fixtures/waits-victim.mjs`), some at a time.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Condition } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { things } from "../fixtures/waits-things.mjs";
import { DIST } from "../system/fixtures.js";

const VICTIM = fileURLToPath(new URL("../fixtures/waits-victim.mjs", import.meta.url));
const ATTACKS = ["stopped", "killed", "forged", "keeper gone"];
const FORMS = ["try", "Sync, limit", "async, limit", "async, signal", "Sync", "async"];
/** Ends a program that is stuck. The waits in it are limited to 200 ms, or are relieved after 300 ms. */
const STUCK_MS = 60_000;
/** More than a busy machine makes of a limit of 200 ms, and less than a wait without a bound. */
const BOUND_MS = 30_000;
/** How long an asynchronous form or one that never waits may keep the event loop, on a machine that is busy. */
const STANDSTILL_MS = 3000;

interface Ending {
  readonly outcome: string;
  readonly ms: number;
  readonly stoodStillMs: number;
}

interface Report {
  readonly forms: Record<string, Ending>;
  /** The messages of errors that no caller could catch. */
  readonly uncaught: readonly string[];
}

async function waitsOf(thing: string, attack: string): Promise<Report> {
  const victim = spawn(process.execPath, [VICTIM, thing, attack], { stdio: ["ignore", "pipe", "pipe"] });
  const stuck = setTimeout(() => victim.kill("SIGKILL"), STUCK_MS);
  let [stdout, stderr] = ["", ""];
  victim.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  victim.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code, signal] = await once(victim, "close");
  clearTimeout(stuck);
  if (code !== 0) throw new Error(`The waits ended with ${code ?? signal}: ${stderr}`);
  return JSON.parse(stdout);
}

/** A thing without words of its own has nothing to forge. */
const isPossible = (thing: keyof typeof things, attack: string) =>
  attack !== "forged" || things[thing].locks.length > 0;
const ROWS = (Object.keys(things) as (keyof typeof things)[]).flatMap((thing) =>
  ATTACKS.filter((attack) => isPossible(thing, attack)).map((attack) => ({ thing, attack })),
);

describe("waits end", () => {
  it.concurrent.each(ROWS)("for $thing, $attack", async ({ thing, attack }) => {
    const { forms, uncaught } = await waitsOf(thing, attack);
    expect(Object.keys(forms)).toEqual(FORMS);
    for (const [form, { outcome, ms, stoodStillMs }] of Object.entries(forms)) {
      const cell = `${thing}, ${attack}, ${form}: ${outcome}`;
      expect(outcome, cell).toMatch(/^[a-z]+$|^[A-Z_]+$/);
      expect(ms, cell).toBeLessThan(BOUND_MS);
      if (!form.startsWith("Sync")) expect(stoodStillMs, cell).toBeLessThan(STANDSTILL_MS);
    }
    expect(uncaught).toEqual([]);
  });
});

describe("a wait for a condition whose lock another thread takes and keeps", () => {
  /** Takes the lock as soon as it is released, and keeps it until the word changes. */
  const KEEPER = `
    const { workerData: { dist, name, word } } = require("node:worker_threads");
    import(dist).then(({ Condition }) => {
      const condition = Condition.attach(name);
      Atomics.store(word, 1, 1);
      const guard = condition.acquireSync();
      Atomics.wait(word, 0, 0);
      guard.release();
    });`;
  /** Longer than a worker takes to begin, so that it has the lock before the wait is over. */
  const LIMIT_MS = 1000;

  it.each<[form: string, error: string, wait: (condition: Condition) => unknown]>([
    ["Sync, limit", "TIMEOUT", (condition) => condition.waitSync({ timeoutMs: LIMIT_MS })],
    ["async, limit", "TIMEOUT", (condition) => condition.wait({ timeoutMs: LIMIT_MS })],
    ["async, signal", "TIMEOUT", (condition) => condition.wait({ signal: AbortSignal.timeout(LIMIT_MS) })],
  ])("ends without the lock: %s", async (form, code, wait) => {
    const name = `condition-${process.pid}-${form.replace(/\W+/g, "-")}`;
    const word = new Int32Array(new SharedArrayBuffer(8));
    using condition = new Condition(undefined, { name });
    using guard = condition.acquireSync();
    const keeper = new Worker(KEEPER, { eval: true, execArgv: [], workerData: { dist: DIST, name, word } });
    await expect.poll(() => word[1]).toBe(1);
    await expect((async () => wait(condition))()).rejects.toMatchObject({ code, timeoutMs: 5000 });
    expect(() => condition.notify()).toThrow(/to hold/);
    guard.release(); // no error: there is nothing to release
    Atomics.store(word, 0, 1);
    Atomics.notify(word, 0);
    condition.acquireSync({ timeoutMs: BOUND_MS }).release();
    await keeper.terminate();
  });
});
