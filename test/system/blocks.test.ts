/**
 * Blocks of system scope: names, creation, attaching, closing, unlinking. For the ends of processes, see life.test.ts.
 */
import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { Worker } from "node:worker_threads";
import { arange, fromHandle, NDArray, SharedMemory, toHandle, zeros } from "shared-ndarray";
import { afterEach, describe, expect, it } from "vitest";
import { canUnshare, coded, DIST, freshName, leftovers, NOTES_GO_LATER, Other, runOther, SYSTEM } from "./fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));
const path = (name: string) => `/dev/shm/${name}`;

describe("a block", () => {
  it("is a file of exactly its size, for this user only", () => {
    const name = freshName();
    using memory = new SharedMemory(5000, { name, ...SYSTEM });
    memory.buf[4999] = 7;
    const { size, mode, nlink } = statSync(path(name));
    expect([size, mode & 0o7777, nlink]).toEqual([5000, 0o600, 1]);
    expect(readFileSync(path(name))[4999]).toBe(7);
    expect(memory).toMatchObject({ scope: "system", path: path(name), owner: true, size: 5000 });
  });

  it.each([[0o000], [0o022], [0o077], [0o777]])("has mode 0600 under umask %o", (umask) => {
    const name = freshName();
    const { stdout } = runOther(`process.umask(${umask});
      const m = new SharedMemory(10, { name: ${JSON.stringify(name)}, ...SYSTEM });
      console.log((await import("node:fs")).statSync(m.path).mode & 0o7777);`);
    expect(stdout).toBe(String(0o600));
  });

  it("without a name gets one", () => {
    using memory = new SharedMemory(10, SYSTEM);
    expect(memory.name).toMatch(/^snd_[0-9a-f]{16}$/);
    expect(SharedMemory.attach(memory.name!, SYSTEM).size).toBe(10);
  });

  it.each([1, 4095, 4096, 4097, 65535, 65536, 65537, 1_000_000])(
    "of %i bytes is zeroed, and has exactly that size",
    (size) => {
      using memory = new SharedMemory(size, SYSTEM);
      expect(memory.buf.length).toBe(size);
      expect(memory.buf.every((byte) => byte === 0)).toBe(true);
      memory.buf.fill(255);
      expect(readFileSync(memory.path!).every((byte) => byte === 255)).toBe(true);
    },
  );

  it("can have the same name as a block of the other scope", () => {
    const name = freshName();
    using here = new SharedMemory(10, { name });
    using there = new SharedMemory(20, { name, ...SYSTEM });
    expect([SharedMemory.attach(name).size, SharedMemory.attach(name, SYSTEM).size]).toEqual([10, 20]);
    expect([here.path, there.path]).toEqual([undefined, path(name)]);
  });

  it("is listed with its contents and its owner", () => {
    const name = freshName();
    using _ = zeros([2, 3], { dtype: "int16", name, ...SYSTEM });
    expect(SharedMemory.list(SYSTEM).filter((info) => info.name === name)).toMatchObject([
      { scope: "system", size: 140, dtype: "int16", shape: [2, 3], pid: process.pid, ownerAlive: true },
    ]);
  });

  it("is mapped once for all handles and threads of the process", async () => {
    const name = freshName();
    using a = arange(4, { name, ...SYSTEM });
    const again = NDArray.attach(name, { ...SYSTEM, dtype: "float64" });
    expect(again.memory.buf.buffer).toBe(a.memory.buf.buffer);
    again.close();
    a.set(0, 9);
    expect(readFileSync(path(name)).readDoubleLE(128)).toBe(9);
  });

  it("keeps what one thread writes while another thread closes it", async () => {
    const name = freshName();
    const worker = new Worker(
      `import("${DIST}").then(({ NDArray }) => {
        const { parentPort } = require("node:worker_threads");
        const a = NDArray.attach("${name}", { scope: "system", dtype: "float64" });
        parentPort.on("message", () => { a.set(1, 42); parentPort.postMessage("written"); });
        parentPort.postMessage("attached");
      })`,
      { eval: true },
    );
    const next = () => new Promise((resolve) => worker.once("message", resolve));
    const a = arange(4, { name, ...SYSTEM });
    await next();
    a.close(); // the creator's own handle: the worker goes on
    worker.postMessage(0);
    await next();
    const again = NDArray.attach(name, { ...SYSTEM, dtype: "float64" });
    expect(again.get(1)).toBe(42);
    await worker.terminate();
    again.unlink();
    again.close();
  });

  it("is unmapped with the last handle: stale views read zeros and change nothing of others", () => {
    const name = freshName();
    const a = arange(1, 5, 1, { name, ...SYSTEM });
    const b = NDArray.attach(name, { ...SYSTEM, dtype: "float64" });
    const stale = a.flat as Float64Array;
    a.close();
    expect([...stale]).toEqual([1, 2, 3, 4]); // b has it open
    b.close();
    expect([...stale]).toEqual([0, 0, 0, 0]);
    stale[0] = 77;
    using again = NDArray.attach(name, { ...SYSTEM, dtype: "float64" });
    expect(again.toArray()).toEqual([1, 2, 3, 4]);
    expect(() => a.get(0)).toThrow(coded({ code: "CLOSED" }));
    again.unlink();
  });

  it("is not unmapped while a view is in use, even if its handle was dropped", () => {
    const { stdout } = runOther(
      `const kept = [];
       const m = new SharedMemory(64, SYSTEM);
       (() => { const again = SharedMemory.attach(m.name, SYSTEM); kept.push(again.buf, nd.NDArray.view(again, [8]).data); })();
       const { setFlagsFromString } = await import("node:v8");
       setFlagsFromString("--expose-gc");
       const gc = (await import("node:vm")).runInNewContext("gc");
       kept[0][0] = 42;
       for (let k = 0; k < 5; k++) { gc(); await new Promise((resolve) => setTimeout(resolve, 20)); }
       m.close(); // the last handle that is known
       for (let k = 0; k < 5; k++) { gc(); await new Promise((resolve) => setTimeout(resolve, 20)); }
       kept[0][1] = 43;
       const again = SharedMemory.attach(m.name, SYSTEM);
       console.log(kept[0][0], again.buf[0], again.buf[1]);`,
    );
    expect(stdout).toBe("42 42 43");
  });

  it("is unlinked by any thread that has a handle", async () => {
    const name = freshName();
    const memory = new SharedMemory(10, { name, ...SYSTEM });
    const worker = new Worker(
      `import("${DIST}").then(({ fromHandle }) => {
        const { parentPort, workerData } = require("node:worker_threads");
        const memory = fromHandle(workerData);
        memory.close();
        memory.unlink();
        parentPort.postMessage(0);
      })`,
      { eval: true, workerData: toHandle(memory) },
    );
    await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    expect(leftovers()).not.toContain(name);
    memory.close();
    await worker.terminate();
  });

  it("that is attached while it is unlinked is there completely or not at all", async () => {
    const name = freshName();
    await using other = new Other(`
      say("ready");
      for (let k = 0; k < 1500; k++) new SharedMemory(10, { name: "${name}", ...SYSTEM })[Symbol.dispose]();
      say("done");`);
    await other.heard();
    const outcomes = new Set<string>();
    const done = other.heard();
    for (
      let isDone = false;
      !isDone;
      isDone = await Promise.race([done.then(() => true), new Promise<boolean>((r) => setImmediate(r, false))])
    ) {
      try {
        SharedMemory.attach(name, SYSTEM).close();
        outcomes.add("found");
      } catch (e) {
        outcomes.add((e as { code: string }).code);
      }
    }
    await other.kill("SIGTERM"); // SIGKILL would leave its life sign to the next sweep, if it comes before the next look
    expect([...outcomes].filter((outcome) => outcome !== "found")).toEqual(["NAME_NOT_FOUND"]);
  });

  it("that is unlinked stays usable for those that have it, and its name is free", () => {
    const name = freshName();
    const first = new SharedMemory(10, { name, ...SYSTEM });
    first.unlink();
    expect(() => first.unlink()).toThrow(coded({ code: "NAME_NOT_FOUND", scope: "system" }));
    using second = new SharedMemory(20, { name, ...SYSTEM });
    first.buf[0] = 5;
    expect([second.buf[0], SharedMemory.attach(name, SYSTEM).size]).toEqual([0, 20]);
    expect(() => first.unlink()).toThrow(
      coded({ code: "NAME_NOT_FOUND", message: expect.stringContaining("which another block has now") }),
    );
    first[Symbol.dispose](); // must not take the second one's name
    expect(SharedMemory.attach(name, SYSTEM).size).toBe(20);
  });

  it("is the same block for the receiver of its handle", () => {
    using a = arange(6, { ...SYSTEM });
    const handle = JSON.parse(JSON.stringify(toHandle(a.slice("2:4")))); // plain data, which another process could receive
    const there = fromHandle<NDArray<"float64", 1>>(handle);
    there.set(0, 99);
    expect([a.get(2), there.memory.buf.buffer === a.memory.buf.buffer, there.scope]).toEqual([99, true, "system"]);
  });

  it("can be waited for, no matter who makes it", async () => {
    const name = freshName();
    const waiting = SharedMemory.waitFor(name, { ...SYSTEM, timeoutMs: 60_000 });
    await using other = new Other(
      `const m = new SharedMemory(33, { name: ${JSON.stringify(name)}, ...SYSTEM }); say("made"); process.on("message", () => m);`,
    );
    expect((await waiting).size).toBe(33);
    await other.heard();
    expect(SharedMemory.waitForSync(name, SYSTEM).size).toBe(33);
    await expect(SharedMemory.waitFor("nobody-has-it", { ...SYSTEM, timeoutMs: 20 })).rejects.toThrow(
      coded({ code: "TIMEOUT" }),
    );
    await other.kill("SIGTERM");
  });
});

describe("names", () => {
  it.each([
    ["", "."],
    ["", ".."],
    ["", "a/b"],
    ["", "../x"],
    ["", "a\0b"],
    ["", "a\nb"],
    ["", ""],
    ["", "\ud800"],
    ["", "x".repeat(256)],
    ["", "ü".repeat(128)],
    ["", ".shared-ndarray.owner.1.2.3"],
  ])("are refused before anything is looked for%s: %j", (_, name) => {
    expect(() => SharedMemory.attach(name, SYSTEM)).toThrow(RangeError);
    expect(() => new SharedMemory(10, { name, ...SYSTEM })).toThrow(RangeError);
  });
  it.each([5, null, {}, new String("x")])("that are not strings are refused: %s", (name) => {
    expect(() => SharedMemory.attach(name as never, SYSTEM)).toThrow(TypeError);
  });
  it("of other programs' blocks may be any that a file can have", () => {
    const name = `sna-test- ünïcode, ${process.pid}`;
    writeFileSync(path(name), "bytes");
    using memory = SharedMemory.attach(name, SYSTEM);
    expect(Buffer.from(memory.buf).toString()).toBe("bytes");
    memory.unlink();
  });
  it("that nothing has are an error at once", () => {
    expect(() => SharedMemory.attach("sna-nothing", SYSTEM)).toThrow(
      coded({ code: "NAME_NOT_FOUND", key: "sna-nothing", scope: "system" }),
    );
  });
});

describe("what is not a block is refused, and not changed", () => {
  const refused = (name: string, got: RegExp) => {
    expect(() => SharedMemory.attach(name, SYSTEM)).toThrow(
      coded({ code: "FORMAT", key: name, message: expect.stringMatching(got) }),
    );
    expect(() => new SharedMemory(10, { name, ...SYSTEM })).toThrow(coded({ code: "NAME_TAKEN" }));
  };
  it("a symbolic link", () => {
    const [name, target] = [freshName(), freshName()];
    writeFileSync(path(target), "secret");
    symlinkSync(path(target), path(name));
    refused(name, /symbolic link/);
    expect(readFileSync(path(target), "utf8")).toBe("secret");
    unlinkSync(path(name));
    unlinkSync(path(target));
  });
  it("a FIFO, without hanging", () => {
    const name = freshName();
    execFileSync("mkfifo", [path(name)]);
    refused(name, /FIFO/);
    unlinkSync(path(name));
  });
  it("a directory", () => {
    const name = freshName();
    mkdirSync(path(name));
    refused(name, /directory/);
    rmdirSync(path(name));
  });
  it("a file with two names", () => {
    const [name, other] = [freshName(), freshName()];
    writeFileSync(path(name), "x");
    linkSync(path(name), path(other));
    refused(name, /2 names/);
    unlinkSync(path(name));
    unlinkSync(path(other));
  });
  it("an empty file", async () => {
    const name = freshName();
    writeFileSync(path(name), "");
    refused(name, /empty file/);
    const waiting = SharedMemory.waitFor(name, { ...SYSTEM, timeoutMs: 60_000 }); // a waiting call does not fail: the file may still get its bytes
    setTimeout(() => writeFileSync(path(name), "now"), 20);
    using memory = await waiting;
    expect(memory.size).toBe(3);
    memory.unlink();
  });
  it.runIf(process.getuid!() === 0)("a file of another user (needs root)", () => {
    const name = freshName();
    execFileSync("sh", ["-c", `echo x > ${path(name)} && chown 1 ${path(name)}`]);
    refused(name, /user 1/);
    unlinkSync(path(name));
  });
  it("a file without an array, when an array is expected", () => {
    const name = freshName();
    writeFileSync(path(name), "no array");
    expect(() => NDArray.attach(name, SYSTEM)).toThrow(coded({ code: "FORMAT" }));
    unlinkSync(path(name));
  });
});

describe("space", () => {
  it.each([2 ** 32 + 1, 2 ** 53 - 1])("%i bytes are more than one block can have", (size) => {
    expect(() => new SharedMemory(size, SYSTEM)).toThrow(coded({ code: "UNSUPPORTED" }));
  });

  it.runIf(canUnshare)("a full /dev/shm is an error, and nothing is left (needs a mount namespace)", () => {
    const { stdout, stderr } = runOther(
      `import fs from "node:fs";
       const tried = (act) => { try { act(); return "made" } catch (e) { return [e.code, e.requested, e.free <= 65536].join() } };
       const free = () => { const s = fs.statfsSync("/dev/shm"); return s.bfree * s.bsize };
       const emptied = async () => {
         while (fs.readdirSync("/dev/shm").length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
       };
       const before = free();
       console.log(tried(() => new SharedMemory(2 ** 20, SYSTEM)));
       await emptied();
       console.log(free() === before);
       const half = new SharedMemory(40_000, SYSTEM);
       console.log(tried(() => new SharedMemory(40_000, SYSTEM)), tried(() => new nd.Lock(SYSTEM)[Symbol.dispose]()));
       half[Symbol.dispose]();
       await emptied();
       console.log(free() === before, tried(() => new SharedMemory(40_000, SYSTEM)));
       for (let k = 0; k < 15; k++) try { fs.writeFileSync("/dev/shm/fill" + k, new Uint8Array(4096)) } catch {}
       console.log(tried(() => new SharedMemory(1, SYSTEM)));`,
      ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=64k tmpfs /dev/shm && exec "$0" "$@"', process.execPath],
    );
    expect(stderr).toBe("");
    expect(stdout.split("\n")).toEqual([
      "NO_SPACE,1048576,true",
      "true",
      "NO_SPACE,40000,true made",
      "true made",
      "NO_SPACE,1,true",
    ]);
  });
});
