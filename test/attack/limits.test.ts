/** The system refuses files or threads: each error has a type, names the limit, and leaves everything usable. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { canUnshare, DIST, runOther } from "../system/fixtures.js";

describe("no inode is free in /dev/shm", () => {
  it.skipIf(!canUnshare)(
    "is what the error says, for each of the files that a first block needs; one more is enough (needs unshare)",
    () => {
      const program = `
      import { readdirSync, unlinkSync, writeFileSync } from "node:fs";
      import { SharedMemory } from ${JSON.stringify(DIST)};
      const make = () => {
        try {
          return new SharedMemory(80, { name: "a", scope: "system" }).size;
        } catch (e) {
          return [e.code, e.requested, e.free, e.message];
        }
      };
      let files = 0;
      const fill = () => { try { for (;;) writeFileSync("/dev/shm/x" + files++, ""); } catch {} };
      fill();
      const said = [make()];
      unlinkSync("/dev/shm/x0");
      said.push(make()); // there is room for the life sign of the process, and not for the block
      unlinkSync("/dev/shm/x1");
      said.push(make()); // there is room for the block, and not for its note
      unlinkSync("/dev/shm/x2");
      said.push(readdirSync("/dev/shm").filter((name) => !name.startsWith("x")), make());
      console.log(JSON.stringify(said));`;
      const mount = 'mount -t tmpfs -o size=1g,nr_inodes=20 tmpfs /dev/shm && exec "$@"';
      const command = ["-m", "sh", "-c", mount, "sh", process.execPath, "--input-type=module", "-e", program];
      const { stdout } = spawnSync("unshare", command, { encoding: "utf8" });
      const refused = ["NO_SPACE", 1, 0, expect.stringMatching(/all of its 20 inodes are in use \(.*nr_inodes/)];
      expect(JSON.parse(stdout)).toEqual([refused, refused, refused, [], 80]);
    },
  );
});

describe("the system refuses one more thread", () => {
  const SPY = `
    const wt = (await import("node:worker_threads")).default;
    const { syncBuiltinESMExports } = await import("node:module");
    const { Worker } = wt;
    let fails = 0;
    wt.Worker = class extends Worker {
      constructor(...args) {
        const refusal = { code: "ERR_WORKER_INIT_FAILED" };
        if (fails-- > 0) throw Object.assign(new Error("Worker initialization failure: EAGAIN"), refusal);
        super(...args);
      }
    };
    syncBuiltinESMExports();
    const withCure = ({ code, message }) => code + (/ulimit -u/.test(message) ? " with cure" : "");
    const attempt = async (act) => { try { return await act(); } catch (e) { return withCure(e); } };
    const twice = async (act) => {
      fails = 1;
      const first = await attempt(act);
      fails = 0;
      return [first, await attempt(act)];
    };`;

  it.each([
    ["a pool's task", "const pool = new nd.Pool({ workers: 2 })", "pool.run((x) => x + 1, [1])", 2],
    [
      "a pool's call",
      "const pool = new nd.Pool({ workers: 2 })",
      "pool.mapSync(nd.ones([1000000]), (x) => x + 1).size",
      1e6,
    ],
    ["a Process", "", "new nd.Process((x) => x, [1]).start().join().then(() => 1)", 1],
    ["a manager", "", "typeof new nd.Manager()", "object"],
  ])("for %s: a typed error, and the next call works", (_, before, act, result) => {
    const { stdout, stderr } = runOther(`${SPY} ${before};
      console.log(JSON.stringify(await twice(() => ${act})));
      process.exit();`);
    expect([JSON.parse(stdout), stderr]).toEqual([["UNSUPPORTED with cure", result], ""]);
  });
});
