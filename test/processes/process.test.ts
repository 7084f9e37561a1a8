/** `Process`: starting, arguments, and all ways to end. */
import { spawnSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  arange,
  Barrier,
  Condition,
  isWorker,
  Lock,
  Process,
  RawValue,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedEvent,
  SharedMemory,
  Value,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { MadeThreads } from "../fixtures/made-threads.js";
import { addClosure, nested, writeByName } from "../fixtures/process-targets.mjs";
import { runProgram } from "../fixtures/run-program.js";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const words = (n: number) => new Int32Array(new SharedArrayBuffer(4 * n));
const thrownBy = async (act: () => unknown): Promise<unknown> => {
  try {
    await act();
  } catch (e) {
    return e;
  }
  throw new Error("expected an error");
};
const index = pathToFileURL(fileURLToPath(new URL("../../dist/index.js", import.meta.url))).href;
/** Runs a program in a process of its own, as a user's main module. */
function program(code: string) {
  const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
  const path = join(folder, "main.mjs");
  writeFileSync(path, `import * as nd from ${JSON.stringify(index)};\nconst { Process, Lock, Pool } = nd;\n${code}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path], { encoding: "utf8", timeout: 240_000 });
  rmSync(folder, { recursive: true });
  return { status, stdout, stderr };
}

it("its life: before start, running, after join", async () => {
  const [up, go] = [new SharedEvent(), new SharedEvent()];
  const p = new Process(
    (up, go, number, text) => {
      if (number !== 7 || text !== "x") process.exit(5);
      up.set();
      go.waitSync();
    },
    [up, go, 7, "x"],
    { name: "worker bee" },
  );
  expect([p.name, p.alive, p.exitCode]).toEqual(["worker bee", false, undefined]);
  expect(p.start()).toBe(p);
  await up.wait();
  expect([p.alive, p.exitCode, p.pid]).toEqual([true, undefined, process.pid]);
  go.set();
  expect([await p.join(), await p.join(), p.joinSync(), p.alive, p.exitCode]).toEqual([0, 0, 0, false, 0]);
  expect(isWorker).toBe(false);
});

it("default names count; a child's children count within it", () => {
  const [a, b] = [new Process(() => {}), new Process(() => {})];
  const number = (p: Process) => Number(/^Process-(\d+)$/.exec(p.name)![1]);
  expect(number(b)).toBe(number(a) + 1);
  const { stdout } = program(`
    const inner = nd.defineTask(import.meta.url, "inner", () => console.log(new Process(() => {}).name));
    if (!nd.isWorker) await new Process(inner).start().join();
  `);
  expect(stdout).toBe("Process-1:1\n");
});

it("shared things arrive as themselves, all others as copies", async () => {
  const array = arange(4);
  const plain = { list: [1, 2], when: new Date(0) };
  const memory = new SharedMemory(4);
  const things = {
    array,
    view: array.slice("1:3"),
    memory,
    lock: new Lock(),
    semaphore: new Semaphore(2),
    event: new SharedEvent(),
    condition: new Condition(),
    barrier: new Barrier(1),
    value: new Value("d", 1),
    raw: new RawValue("i", 1),
    items: new SharedArray("i", [1]),
    texts: new ShareableList(["text"]),
  };
  const p = new Process(
    (things, plain) => {
      plain.list.push(3);
      things.array.set(0, 10);
      things.view.set(0, 20);
      things.memory.buf[0] = 30;
      things.lock.acquireSync().release();
      things.semaphore.acquireSync().release();
      things.event.set();
      things.condition.acquireSync().release();
      if (things.barrier.waitSync() !== 0) process.exit(2);
      things.value.updateSync((x) => x + 1);
      things.raw.add(1);
      things.items.data[0] = 40;
      things.texts.set(0, "other");
    },
    [things, plain],
  ).start();
  expect(await p.join()).toBe(0);
  expect([array.toArray(), memory.buf[0], things.event.isSet, things.value.value, things.raw.value]).toEqual([
    [10, 20, 2, 3],
    30,
    true,
    2,
    2,
  ]);
  expect([things.items.slice(), things.texts.at(0), plain.list]).toEqual([[40], "other", [1, 2]]);
});

it("a target defined in a module keeps its closure; a child may have children, and pools", async () => {
  const seen = words(2);
  expect(await new Process(addClosure, [seen]).start().join()).toBe(0);
  expect(seen[0]).toBe(11);
  const log = new SharedArray("int32", 16);
  await new Process(nested, [log, 1, 2]).start().join();
  expect(log.slice(0, 8)).toEqual([7, 1, 11, 111, 112, 12, 121, 122]);
  const { status, stdout, stderr } = program(`
    const square = nd.defineTask(import.meta.url, "square", async (a) => {
      const pool = new Pool({ workers: 2 });
      await pool.ready();
      await pool.forEachChunk(a, (c) => { for (let i = 0; i < c.size; i++) c.flat[i] *= 2; }, { chunkSize: 1000 });
      console.log(pool.workers);
      await pool.close();
    });
    if (!nd.isWorker) {
      const a = nd.arange(100_000);
      await new Process(square, [a]).start().join();
      console.log(a.get(99_999));
    }
  `);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toBe("2\n199998\n");
});

describe("how it ends", () => {
  it("join rejects with the target's own error: class, fields, stack", async () => {
    const fail = () => {
      throw Object.assign(new RangeError("own"), { field: 5 });
    };
    const p = new Process(fail).start();
    const error = (await thrownBy(() => p.join())) as RangeError & { field: number };
    expect([error instanceof RangeError, error.message, error.field, p.exitCode]).toEqual([true, "own", 5, 1]);
    expect(error.stack).toContain("shared-ndarray:");
    expect(await thrownBy(() => p.joinSync())).toMatchObject({ message: "own" });
    const later = [
      async () => Promise.reject(new TypeError("async")),
      () => {
        setTimeout(() => {
          throw new TypeError("timer");
        }, 5);
      },
      () => {
        void Promise.reject(new TypeError("rejection"));
      },
      () => {
        process.on("exit", () => {
          throw new TypeError("exit listener");
        });
      },
    ];
    for (const target of later) {
      const messages = [await thrownBy(() => new Process(target).start().join())];
      messages.push(await thrownBy(() => new Process(target).start().joinSync()));
      for (const e of messages) expect(e).toBeInstanceOf(TypeError);
    }
  });

  it.each([0, 3, 255, -1])("process.exit(%i) gives that code", async (code) => {
    const exit = (code: number) => process.exit(code);
    expect(await new Process(exit, [code]).start().join()).toBe(code);
    expect(new Process(exit, [code]).start().joinSync()).toBe(code);
  });

  it("terminate and kill: minus the signal, wherever it is; polling joins do not wait", async () => {
    const up = new SharedEvent();
    const loop = (up: SharedEvent) => {
      up.set();
      for (;;);
    };
    for (const [end, code] of [
      ["terminate", -15],
      ["kill", -9],
    ] as const) {
      const p = new Process(loop, [up]).start();
      await up.wait();
      up.clear();
      expect(await thrownBy(() => p.join({ timeoutMs: 0 }))).toMatchObject({ code: "TIMEOUT" });
      expect(await thrownBy(() => p.joinSync({ timeoutMs: 5 }))).toMatchObject({ code: "TIMEOUT" });
      for (const timeoutMs of [-1, Number.NaN]) {
        expect(await thrownBy(() => p.join({ timeoutMs }))).toBeInstanceOf(RangeError);
      }
      expect(p.alive).toBe(true);
      p[end]();
      p[end]();
      expect([await p.join(), p.exitCode, p.alive]).toEqual([code, code, false]);
      p.terminate(); // it has ended, so this does nothing
      expect(p.exitCode).toBe(code);
    }
    const early = new Process(loop, [up]).start();
    early.terminate(); // before the target runs
    expect([early.joinSync(), await early.join()]).toEqual([-15, -15]);
    const blocked = new Process((up) => void up.waitSync(), [new SharedEvent()]).start();
    await sleep(100);
    blocked.terminate();
    expect(blocked.joinSync()).toBe(-15);
  });

  it("terminated in its exit listeners, it was terminated", async () => {
    const up = new SharedEvent();
    const linger = (up: SharedEvent) => {
      process.on("exit", () => {
        up.set();
        for (;;);
      });
    };
    for (const end of ["terminate", "kill"] as const) {
      const p = new Process(linger, [up]).start();
      await up.wait();
      up.clear();
      p[end]();
      expect(await p.join()).toBe(end === "kill" ? -9 : -15);
    }
  });

  it("a thread that dies before it runs is a death too, for a blocked parent as well", () => {
    const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
    const preload = join(folder, "preload.mjs");
    writeFileSync(
      preload,
      'import { isMainThread } from "node:worker_threads"; if (!isMainThread) throw new Error("preload");',
    );
    const code = `
      import { Process } from ${JSON.stringify(index)};
      for (const join of ["join", "joinSync"]) {
        try { await new Process(() => {}).start()[join](); } catch (e) { console.log(e.code); }
      }`;
    const main = join(folder, "main.mjs");
    writeFileSync(main, code);
    const { stdout } = spawnSync(process.execPath, ["--import", preload, main], { encoding: "utf8", timeout: 240_000 });
    rmSync(folder, { recursive: true });
    expect(stdout).toBe("WORKER_DIED\nWORKER_DIED\n");
  });

  it("joins that are given up leave nothing behind", async () => {
    const go = new SharedEvent();
    const p = new Process((go) => void go.waitSync(), [go]).start();
    const { signal } = new AbortController();
    for (let i = 0; i < 20; i++) await p.join({ timeoutMs: 1, signal }).catch(() => {});
    expect(getEventListeners(signal, "abort")).toEqual([]);
    go.set();
    expect(await p.join()).toBe(0);
  });

  it("out of memory is a worker's death", async () => {
    // In a program of its own, because V8 prints a report to its stderr; with a small heap, which is soon full.
    const printed = await runProgram(
      `import { Process } from "shared-ndarray";
       const p = new Process(() => {
         for (const hoard = []; ; ) hoard.push(new Array(1e5).fill(0.5));
       }).start();
       const error = await p.join().catch((e) => e);
       console.log("\\n", error.code, error.exitCode, p.exitCode);`,
      ["--max-old-space-size=64"],
    );
    expect(printed).toMatch(/^ WORKER_DIED undefined 1$/m);
  });

  it("an aborted join leaves the process alone", async () => {
    const go = new SharedEvent();
    const p = new Process((go) => void go.waitSync(), [go]).start();
    const abort = new AbortController();
    const joined = thrownBy(() => p.join({ signal: abort.signal }));
    abort.abort("why");
    expect(await joined).toMatchObject({ code: "ABORTED", cause: "why" });
    expect(p.alive).toBe(true);
    go.set();
    expect(await p.join()).toBe(0);
  });

  it("timers and promises of the target go on after it; what it prints comes out, also for a blocked parent", () => {
    const { status, stdout, stderr } = program(`
      const talk = () => {
        console.log("one");
        setTimeout(() => {
          console.log("two");
          process.stdout.write("33", "hex");
          console.error("err");
        }, 20);
      };
      console.log(new Process(talk).start().joinSync());
      await new Process(talk).start().join();
      new Process(() => { process.on("exit", () => console.log("bye")); }).start().joinSync();
    `);
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: "one\ntwo\n30\none\ntwo\n3bye\n",
      stderr: "err\nerr\n",
    });
  });

  it("the program waits for its processes; a failure that nobody joins is printed with its stack", () => {
    const { status, stdout, stderr } = program(`
      new Process(() => { setTimeout(() => console.log("late"), 50); }).start();
      new Process(() => { throw new RangeError("nobody joins"); }, [], { name: "lonely" }).start();
      const given = new Process(() => { setTimeout(() => { throw new Error("given up"); }, 100); }).start();
      await given.join({ timeoutMs: 1 }).catch(() => {});
    `);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "late\n" });
    expect(stderr).toMatch(/lonely failed: RangeError: nobody joins\n +at /);
    expect(stderr).toMatch(/failed: Error: given up/);
  });
});

describe("misuse", () => {
  it("start twice, join before start, join what was never started", async () => {
    const p = new Process(() => {});
    for (const act of [() => p.join(), () => p.joinSync(), () => p.terminate(), () => p.kill()]) {
      expect(await thrownBy(act)).toBeInstanceOf(TypeError);
    }
    await p[Symbol.asyncDispose](); // nothing to wait for
    p.start();
    expect(await thrownBy(() => p.start())).toBeInstanceOf(TypeError);
    expect(await p.join()).toBe(0);
    expect(await thrownBy(() => p.start())).toBeInstanceOf(TypeError);
  });

  it("targets and arguments that cannot go: typed errors that name them, and no thread", async () => {
    const captured = 5;
    expect(await thrownBy(() => new Process(() => captured))).toMatchObject({ code: "CAPTURE", captured: "captured" });
    for (const target of [5, "f", null, undefined]) {
      expect(await thrownBy(() => new Process(target as never))).toBeInstanceOf(TypeError);
    }
    expect(await thrownBy(() => new Process(() => {}, 5 as never))).toBeInstanceOf(TypeError);
    expect(await thrownBy(() => new Process(() => {}, [], { nam: "x" } as never))).toBeInstanceOf(TypeError);
    expect(await thrownBy(() => new Process(() => {}, [], { name: 5 as never }))).toBeInstanceOf(TypeError);
    expect(await thrownBy(() => new Process(() => {}, [], { isolation: "planet" as never }))).toBeInstanceOf(TypeError);
    const unsendable = new Process((_f: unknown) => {}, [{ deep: [new Lock(), () => 1] }]);
    expect(await thrownBy(() => unsendable.start())).toMatchObject({ code: "NOT_SENDABLE", path: "args[0].deep[1]" });
    expect(unsendable.alive).toBe(false);
    const { port1 } = new MessageChannel();
    const port = new Process((_p: unknown) => {}, [port1]);
    expect(await thrownBy(() => port.start())).toMatchObject({ code: "NOT_SENDABLE" });
    port1.close();
  });

  it("starting one, or making a name, while a worker imports a module is a clear error", () => {
    const { status, stderr } = program(`
      const task = nd.defineTask(import.meta.url, "task", () => 1);
      new Process(task).start();
    `);
    expect(status).toBe(0);
    expect(stderr).toMatch(/failed: ImportedProgramError: .*a Process.*isWorker/);
    const named = program(`
      const task = nd.defineTask(import.meta.url, "task", () => 1);
      const semaphore = new nd.Semaphore(1, { name: "global" });
      new Process(task).start();
    `);
    expect(named.stderr).toMatch(/failed: ImportedProgramError: .*the named block "global"/);
  });
});

it("await using joins", async () => {
  const log = words(1);
  {
    await using _ = new Process(
      (log) => {
        setTimeout(() => Atomics.store(log, 0, 1), 30);
      },
      [log],
    ).start();
  }
  expect(log[0]).toBe(1);
});

it("a child that attaches by name, and one that is given the handle, both write; the parent's mapping survives", async () => {
  using memory = new SharedMemory(512, { name: "by-name" });
  await new Process(writeByName, ["by-name", memory]).start().join();
  expect([...memory.buf.slice(0, 2)]).toEqual([1, 2]);
});

it("twenty processes at once; no names, threads or listeners are left", async () => {
  const count = new RawValue("int32");
  await Promise.all(Array.from({ length: 20 }, () => new Process((c) => void c.add(1), [count]).start().join()));
  expect([count.value, SharedMemory.list()]).toEqual([20, []]);
  const listeners = process.listenerCount("exit");
  using threads = new MadeThreads();
  await new Process(() => {}).start().join();
  expect([process.listenerCount("exit"), threads.made > 0, threads.alive]).toEqual([listeners, true, 0]);
});
