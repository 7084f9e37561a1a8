/**
 * What happens to blocks when processes end, in every way: the owner unlinks them, or the next process sweeps them.
 * Blocks of others are not touched.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SharedMemory } from "shared-ndarray";
import { afterEach, describe, expect, it } from "vitest";
import { DIST, FOREVER, freshName, leftovers, NOTES_GO_LATER, Other, runOther, SYSTEM } from "./fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));

const create = (name: string, then: string, before = "") =>
  `const m = new SharedMemory(100, { name: ${JSON.stringify(name)}, ...SYSTEM }); ${before} say("made"); ${then}`;
const isThere = (name: string) => readdirSync("/dev/shm").includes(name);

describe("the owner's end", () => {
  it.each([
    ["returning", ""],
    ["process.exit", "process.exit(3)"],
    ["process.exit from a timer", "setTimeout(() => process.exit(0), 5)"],
    ["an uncaught error", "throw new Error('nobody catches it')"],
    ["a rejected promise", "Promise.reject(new Error('nobody handles it')); setTimeout(() => {}, 1000)"],
  ])("by %s unlinks its blocks", (_, end) => {
    const name = freshName();
    runOther(create(name, end));
    expect(isThere(name)).toBe(false);
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const)(
    "by %s unlinks its blocks, and is still reported as that signal",
    async (signal) => {
      const name = freshName();
      await using other = new Other(create(name, FOREVER));
      await other.heard();
      expect(isThere(name)).toBe(true);
      expect(await other.kill(signal)).toBe(signal);
      expect(isThere(name)).toBe(false);
    },
  );

  it("unlinks the blocks that its workers have made", async () => {
    const name = freshName();
    await using other = new Other(`
      new nd.Process((name, url) => import(url).then(({ SharedMemory }) => {
        new SharedMemory(10, { name, scope: "system" });
      }), [${JSON.stringify(name)}, ${JSON.stringify(DIST)}]).start().join().then(() => say("ended"));
      process.on("message", () => {});`);
    await other.heard();
    expect(isThere(name)).toBe(true); // the process owns it, not the thread
    expect(await other.kill("SIGTERM")).toBe("SIGTERM");
    expect(isThere(name)).toBe(false);
  });

  it("is up to the program if it listens to the signal; its exit unlinks the blocks", async () => {
    const name = freshName();
    await using other = new Other(
      create(
        name,
        `process.on("SIGTERM", () => { say(SharedMemory.attach(m.name, SYSTEM).size); process.exit(5) }); ${FOREVER}`,
      ),
    );
    await other.heard();
    other.child.kill("SIGTERM");
    expect([await other.heard(), await other.ended()]).toEqual([100, 5]);
    expect(isThere(name)).toBe(false);
  });

  it("waits for a listener that the program has registered with `once`", async () => {
    const name = freshName();
    await using other = new Other(
      `process.once("SIGTERM", () => setTimeout(() => { say("graceful"); process.exit(4); }, 50)); ${create(name, FOREVER)}`,
    );
    await other.heard();
    other.child.kill("SIGTERM");
    expect([await other.heard(), await other.ended()]).toEqual(["graceful", 4]);
  });

  it("works together with signal-exit, which leaves a signal to other listeners too", async () => {
    const name = freshName();
    // What that package does: it ends the process if no other kind of listener is there.
    const signalExit = `
      const emitter = globalThis[Symbol.for("signal-exit emitter")] = { count: 1 };
      const hear = () => { if (process.listeners("SIGTERM").length === emitter.count) { process.off("SIGTERM", hear); process.kill(process.pid, "SIGTERM"); } };
      process.on("SIGTERM", hear);`;
    await using other = new Other(`${signalExit} ${create(name, FOREVER)}`);
    await other.heard();
    expect(await other.kill("SIGTERM")).toBe("SIGTERM");
    expect(isThere(name)).toBe(false);
  });

  it("may come with an exit listener that unlinks the block itself", () => {
    const { status, stderr } = runOther(
      create(freshName(), `process.on("exit", () => { m.unlink(); m[Symbol.dispose](); });`),
    );
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("is handled per tree of threads if the main thread has not loaded the package", async () => {
    const names = [freshName(), freshName()];
    const worker = (name: string) =>
      `new Worker(\`import(${JSON.stringify(DIST)}).then(({ SharedMemory }) => {
         globalThis.m = new SharedMemory(10, { name: "${name}", scope: "system" });
         require("node:worker_threads").parentPort.postMessage(0); setInterval(() => {}, 1000);
       })\`, { eval: true, execArgv: [] }).on("message", () => { if (++made === 2) process.send("made"); });`;
    await using other = new Other(
      `const { Worker } = await import("node:worker_threads"); let made = 0; ${names.map(worker).join("\n")} ${FOREVER}`,
      { bare: true },
    );
    await other.heard();
    await other.kill();
    const pruned = SharedMemory.prune().map(({ name }) => name);
    expect(names.filter((name) => pruned.includes(name))).toEqual(names);
  });

  it("there are no signal handlers while the process owns nothing", () => {
    const { stdout } = runOther(`
      const counts = () => ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"].map((s) => process.listenerCount(s)).join("");
      const before = counts();
      const m = new SharedMemory(10, SYSTEM);
      const during = counts();
      m[Symbol.dispose]();
      for (let k = 0; k < 1000 && counts() !== before; k++) await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(before, during, counts());`);
    expect(stdout).toBe("0000 1111 0000");
  });

  it("leaves the blocks that other processes have made", () => {
    using memory = new SharedMemory(10, SYSTEM);
    runOther(`const m = SharedMemory.attach(${JSON.stringify(memory.name)}, SYSTEM); m.buf[0] = 9;`);
    expect([memory.buf[0], isThere(memory.name!)]).toEqual([9, true]);
  });

  it("forgets what others have unlinked", async () => {
    const { stdout } = runOther(`
      const fs = await import("node:fs");
      const m = new SharedMemory(10, SYSTEM);
      fs.unlinkSync(m.path); // as Python would
      const notes = () => fs.readdirSync("/dev/shm").filter((name) => name.startsWith(".shared-ndarray.owner." + process.pid)).length;
      const before = notes();
      for (let k = 0; k < 1000 && notes() > 0; k++) await new Promise((resolve) => setTimeout(resolve, 50));
      console.log(before, notes(), process.listenerCount("SIGTERM"));
      m.close();`);
    expect(stdout).toBe("1 0 0");
  });

  it("an idle process with an open block ends by itself", () => {
    const { status, signal } = runOther(`globalThis.kept = new SharedMemory(10, SYSTEM);`);
    expect([status, signal]).toEqual([0, null]);
  });
});

describe("a block that SIGKILL has left", () => {
  /** Returns the pid of the dead owner. */
  async function killed(name: string, also = ""): Promise<number> {
    await using other = new Other(create(name, FOREVER, also));
    await other.heard();
    expect(await other.kill()).toBe("SIGKILL");
    expect(isThere(name)).toBe(true);
    return other.child.pid!;
  }

  it("is listed with a dead owner, and prune removes and reports it", async () => {
    const name = freshName();
    await killed(name);
    const mine = ({ name: each }: { name: string }) => each === name;
    expect(SharedMemory.list(SYSTEM).filter(mine)).toMatchObject([{ name, ownerAlive: false, size: 100 }]);
    expect(SharedMemory.prune().filter(mine)).toMatchObject([{ name, scope: "system", ownerAlive: false, size: 100 }]);
    expect(SharedMemory.prune().filter(mine)).toEqual([]);
  });

  it("is removed when the next process makes its first block", async () => {
    const name = freshName();
    await killed(name);
    runOther(`new SharedMemory(10, SYSTEM)[Symbol.dispose]();`);
    expect(isThere(name)).toBe(false);
  });

  it("does not keep others from using its name", async () => {
    const name = freshName();
    using _ = new SharedMemory(10, SYSTEM); // this process has swept already
    await killed(name);
    using again = new SharedMemory(20, { name, ...SYSTEM });
    expect(again.size).toBe(20);
  });

  it("can be attached until it is removed, and then keeps its bytes for those that have it open", async () => {
    const name = freshName();
    using _ = new SharedMemory(10, SYSTEM); // this process has swept already
    await killed(name, "m.buf[1] = 8; ");
    const memory = SharedMemory.attach(name, SYSTEM);
    SharedMemory.prune();
    expect(memory.buf[1]).toBe(8);
    memory.close();
  });

  it("can be swept by two processes at once: each block is reported once, without an error", async () => {
    const names = Array.from({ length: 40 }, freshName);
    await using other = new Other(
      `globalThis.all = ${JSON.stringify(names)}.map((name) => new SharedMemory(10, { name, ...SYSTEM })); say("made"); process.on("message", () => {});`,
    );
    await other.heard();
    const sweepers = [1, 2].map(
      () =>
        new Other(
          `SharedMemory.list(SYSTEM); say("ready"); process.once("message", () => { say(SharedMemory.prune().map((b) => b.name)); process.disconnect(); });`,
        ),
    );
    for (const sweeper of sweepers) await sweeper.heard();
    await other.kill();
    for (const { child } of sweepers) child.send("go");
    const told = (await Promise.all(sweepers.map((sweeper) => sweeper.heard()))) as string[][];
    expect(
      told
        .flat()
        .filter((name) => names.includes(name))
        .sort(),
    ).toEqual([...names].sort());
    expect(await Promise.all(sweepers.map((sweeper) => sweeper.ended()))).toEqual([0, 0]);
  });

  /** Leaves a dead owner's block, with an owner file that says something else. */
  async function forged(
    name: string,
    change: (identity: Record<string, unknown>) => void,
    renamed = (path: string) => path,
  ): Promise<string> {
    const owner = `.shared-ndarray.owner.${await killed(name)}.`;
    const file = `/dev/shm/${readdirSync("/dev/shm").find((each) => each.startsWith(owner))!}`;
    const [first, ...others] = readFileSync(file, "utf8").split("\n");
    const identity = JSON.parse(first!);
    change(identity);
    unlinkSync(file);
    writeFileSync(renamed(file), [JSON.stringify(identity), ...others].join("\n"));
    return renamed(file);
  }
  it("is removed although another process has its owner's pid now", async () => {
    const name = freshName();
    await forged(
      name,
      (identity) => {
        identity.pid = process.pid; // alive, but started at another time
      },
      (path) => path.replace(/owner\.\d+\./, `owner.${process.pid}.`),
    );
    expect(SharedMemory.prune().map((block) => block.name)).toContain(name);
  });
  it("is removed after a restart of the machine", async () => {
    const name = freshName();
    await forged(name, (identity) => {
      identity.bootId = "another";
    });
    expect(SharedMemory.prune().map((block) => block.name)).toContain(name);
  });
  it("is not removed if its owner may be alive in another container", async () => {
    const name = freshName();
    const file = await forged(
      name,
      (identity) => {
        identity.pidNamespace = 1;
      },
      (path) => path.replace(/\.\d{9,}\./, ".1."),
    );
    expect(SharedMemory.prune().map((block) => block.name)).not.toContain(name);
    expect(SharedMemory.list(SYSTEM).find((block) => block.name === name)!.ownerAlive).toBe(true);
    unlinkSync(file);
    unlinkSync(`/dev/shm/${name}`);
  });
  it("is not removed if its name belongs to another file now", async () => {
    const name = freshName();
    await killed(name);
    unlinkSync(`/dev/shm/${name}`);
    writeFileSync(`/dev/shm/${name}`, "another's");
    SharedMemory.prune();
    expect(readFileSync(`/dev/shm/${name}`, "utf8")).toBe("another's");
    unlinkSync(`/dev/shm/${name}`);
  });
  it.each([
    ["nothing", ""],
    ["no JSON", "{{{\n"],
    ["half a line", '{"pid":1,"sta'],
    ["other fields", '{"pid":"1"}\n{"name":"../../etc/passwd","dev":1,"ino":1,"size":1,"createdAt":1}\n'],
    ["bytes", "\u0000\uffff\n\n\n"],
  ])("damaged owner files with %s harm nobody", (_, text) => {
    const file = "/dev/shm/.shared-ndarray.owner.1.2.3";
    writeFileSync(file, text);
    const told = [...SharedMemory.list(SYSTEM), ...SharedMemory.prune()];
    expect(told.filter(({ name }) => !name.startsWith("s"))).toEqual([]);
    unlinkSync(file);
  });
});

it("a worker whose main thread has not loaded the package leaves nothing when its blocks are gone", async () => {
  const makes = `import(${JSON.stringify(DIST)}).then(({ SharedMemory }) => {
    const m = new SharedMemory(64, { scope: "system" });
    m.unlink();
    m.close();
    process.exit();
  })`;
  await using other = new Other(
    `import { readdirSync } from "node:fs";
    import { Worker } from "node:worker_threads";
    for (let k = 0; k < 3; k++) {
      const worker = new Worker(${JSON.stringify(makes)}, { eval: true, execArgv: [] });
      await new Promise((resolve) => worker.once("exit", resolve));
    }
    process.send(readdirSync("/dev/shm").filter((name) => name.includes("." + process.pid + ".")));
    ${FOREVER}`,
    { bare: true },
  );
  expect(await other.heard()).toEqual([]);
});

describe("where system scope is not available", () => {
  it("without koffi the error says what to do, and process scope works", () => {
    const directory = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
    try {
      const root = new URL("../../", import.meta.url).pathname;
      cpSync(join(root, "dist"), join(directory, "dist"), { recursive: true });
      writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
      mkdirSync(join(directory, "node_modules"));
      for (const name of ["acorn", "msgpackr", "ndarray"])
        symlinkSync(join(root, "node_modules", name), join(directory, "node_modules", name));
      const program = join(directory, "program.mjs");
      writeFileSync(
        program,
        `const nd = await import(${JSON.stringify(pathToFileURL(join(directory, "dist/index.js")).href)});
         for (const act of [() => new nd.SharedMemory(10, { scope: "system" }), () => nd.SharedMemory.attach("x", { scope: "system" })])
           try { act(); } catch (e) { console.log(e.code, e.feature, "|", e.instead); }
         const a = nd.arange(3, { name: "works" });
         console.log(nd.NDArray.attach("works").toArray().join(), Array.isArray(nd.SharedMemory.list({ scope: "system" })));
         a.unlink();`,
      );
      expect(runOther("", [process.execPath, program]).stdout.split("\n")).toEqual([
        "UNSUPPORTED system scope without koffi | npm install koffi",
        "UNSUPPORTED system scope without koffi | npm install koffi",
        "0,1,2 true",
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
