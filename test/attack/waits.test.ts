/**
 * Every public wait ends within its bound, whatever another process does: each thing × each attack × each form, one
 * program for each thing and attack (`test/fixtures/waits-victim.mjs`).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { things } from "../fixtures/waits-things.mjs";

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

describe.each(Object.keys(things))("waits for %s end", (thing) => {
  it.each(ATTACKS)("%s", async (attack) => {
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
