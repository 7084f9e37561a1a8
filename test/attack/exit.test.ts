/** The end of a process: the package used in an exit listener, and clean-ups that cannot be done. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canUnshare, DIST, freshName, runOther } from "../system/fixtures.js";

const SAY = "const attempt = (act) => { try { return act(); } catch (e) { return e.code; } };";
const filesOf = () => readdirSync("/dev/shm").filter((name) => name.startsWith("sna-test") || name.includes(".draft."));

describe("the package in an exit listener", () => {
  it.each([
    ["as the first use", ""],
    ["after other uses", `const before = new SharedMemory(8, { name: "${freshName()}", ...SYSTEM });`],
  ])(
    "%s: process scope works, a new block of system scope is refused with the reason, nothing is left",
    (_, before) => {
      const { stdout, status } = runOther(`${SAY} ${before}
      process.on("exit", () => {
        console.log(attempt(() => new SharedMemory(8, { name: "p" }).size));
        console.log(attempt(() => new Lock({ name: "l" }).acquireSync() !== undefined));
        console.log(attempt(() => new SharedMemory(8, { name: "${freshName()}", ...SYSTEM })));
        console.log(attempt(() => nd.zeros([3], { name: "${freshName()}", ...SYSTEM })));
      });`);
      expect([stdout.split("\n"), status]).toEqual([["8", "true", "UNSUPPORTED", "UNSUPPORTED"], 0]);
      expect(filesOf()).toEqual([]);
    },
  );

  it("races with workers that make blocks: nothing is left (8 times)", () => {
    for (let i = 0; i < 8; i++) {
      runOther(`
        const { Worker } = await import("node:worker_threads");
        const code = \`import(${JSON.stringify(DIST)}).then(({ SharedMemory }) => {
          for (let i = 0; ; i++) try { new SharedMemory(8, { name: "${freshName()}-" + i, scope: "system" }); } catch {}
        });\`;
        await SharedMemory.ready();
        for (let i = 0; i < 2; i++) new Worker(code, { eval: true, execArgv: [] });
        setTimeout(() => process.exit(), ${300 + 20 * i});`);
      expect(filesOf()).toEqual([]);
    }
  });
});

describe("a clean-up that is not possible", () => {
  it.skipIf(!canUnshare)("does not change the exit code: without /proc (needs unshare)", () => {
    const program = `
      import { SharedMemory } from ${JSON.stringify(DIST)};
      try { new SharedMemory(8, { name: "a", scope: "system" }); } catch (e) { console.log(e.code); }`;
    const { stdout, stderr, status } = spawnSync(
      "unshare",
      ["-m", "sh", "-c", 'umount -l /proc && exec "$@"', "sh", process.execPath, "--input-type=module", "-e", program],
      { encoding: "utf8" },
    );
    expect([stdout.trim(), stderr, status]).toEqual(["UNSUPPORTED", "", 0]);
  });
});
