/**
 * Code on its way to another process. Somebody of the same user, in another container perhaps, reads and writes every
 * file in `/dev/shm` as fast as he can, and replaces one word of the code. It must not run.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { leftovers, NOTES_GO_LATER, runOther } from "../system/fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));

/** The word in the code, and what the attacker writes in its place. */
const [GENUINE, FORGED] = [`genuine${process.pid}`, `forgery${process.pid}`];

/** Replaces the word in every file, and prints in how many it has found it. */
const ATTACKER = `
  const fs = require("node:fs");
  let found = 0;
  process.once("SIGTERM", () => { console.log(found); process.exit(); });
  const attack = () => {
    for (const name of fs.readdirSync("/dev/shm")) {
      let fd;
      try {
        fd = fs.openSync("/dev/shm/" + name, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
        const bytes = fs.readFileSync(fd);
        for (let at = bytes.indexOf("${GENUINE}"); at >= 0; at = bytes.indexOf("${GENUINE}", at + 1)) {
          fs.writeSync(fd, "${FORGED}", at);
          found++;
        }
      } catch {} // it is gone, or nothing that can be read
      if (fd !== undefined) fs.closeSync(fd);
    }
    setImmediate(attack);
  };
  attack();
  console.log("attacks");`;

/** Runs a program beside the attacker. Returns the lines that it prints, and how often the attacker found the word. */
async function attacked(body: string): Promise<{ lines: string[]; found: number }> {
  const attacker = spawn(process.execPath, ["-e", ATTACKER], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  attacker.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  await once(attacker.stdout, "data");
  const { stdout } = runOther(body);
  attacker.kill("SIGTERM");
  await once(attacker, "close");
  return { lines: stdout.split("\n"), found: Number(printed.replace("attacks", "")) };
}

describe("code that travels to another process", () => {
  it("is in no file that has a name: the task of a Process", async () => {
    const { lines, found } = await attacked(`
      const { Process } = nd;
      for (let i = 0; i < 20; i++) {
        const process = new Process((word) => console.log("${GENUINE}", word), ["${GENUINE}"], { isolation: "process" });
        await process.start().join();
      }`);
    expect(lines).toEqual(Array.from({ length: 20 }, () => `${GENUINE} ${GENUINE}`));
    expect(found).toBe(0);
  });

  it("is in no file that has a name: tasks, arguments and results of a pool", async () => {
    const { lines, found } = await attacked(`
      const pool = new nd.Pool({ workers: 2, isolation: "process" });
      for (let i = 0; i < 200; i++) console.log(await pool.run((word) => "${GENUINE}" + word, ["${GENUINE}"]));
      const a = nd.arange(1000, { ...SYSTEM });
      await pool.map(a, (x) => ("${GENUINE}" ? x : 0), { out: a });
      a[Symbol.dispose]();
      await pool.close();`);
    expect(lines).toEqual(Array.from({ length: 200 }, () => GENUINE + GENUINE));
    expect(found).toBe(0);
  });

  it("does not run if it was too large for the pipe and was changed", async () => {
    const { lines } = await attacked(`
      const words = [];
      for (let i = 0; i < 5; i++) {
        const pool = new nd.Pool({ workers: 1, isolation: "process" });
        const large = eval("() => { /*" + " ".repeat(3 << 20) + "*/ return '${GENUINE}'; }");
        words.push(await pool.run(large).catch((e) => e.name));
        await pool.close();
      }
      console.log(words.join());`);
    const words = lines.at(-1)!.split(",");
    expect(words).toHaveLength(5);
    for (const word of words) expect([GENUINE, "WorkerDiedError"]).toContain(word);
  });
});

describe("the memory that carries it", () => {
  it("is closed with the pool and the process, in the parent and in the child", () => {
    const { stdout } = runOther(`
      const open = async () => {
        const { readdirSync, readlinkSync } = await import("node:fs");
        const files = readdirSync("/proc/self/fd").map((fd) => {
          try {
            return readlinkSync("/proc/self/fd/" + fd);
          } catch {
            return ""; // the descriptor of the folder itself
          }
        });
        return files.filter((file) => file.includes("memfd:shared-ndarray")).length;
      };
      const seen = [];
      for (let i = 0; i < 3; i++) {
        const pool = new nd.Pool({ workers: 2, isolation: "process" });
        const child = new nd.Process(open, [], { isolation: "process" });
        child.start();
        seen.push(await pool.run(open), (await open()) > 0);
        await child.join();
        await pool.close();
      }
      while ((await open()) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      console.log(seen.join());`);
    expect(stdout).toBe("0,true,0,true,0,true");
  });
});
