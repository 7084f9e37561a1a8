/**
 * Names attached as another kind, or in another scope: a matrix of all classes that attach by name. The errors say what
 * has the name, and the call that they advise works.
 */
import * as nd from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { coded, freshName } from "./fixtures.js";

type Scope = "process" | "system";
interface Place {
  readonly name: string;
  readonly scope: Scope;
}
interface Made extends nd.SharedMemory {}
interface Attaches {
  attach(name: string, ...rest: unknown[]): Made;
  waitFor(name: string, ...rest: unknown[]): Promise<Made>;
  waitForSync(name: string, ...rest: unknown[]): Made;
}

/** By class, how to make one; those that are attached with a type hold int32. */
const makers: Record<string, (place: Place) => unknown> = {
  Barrier: (place) => new nd.Barrier(2, place),
  BoundedSemaphore: (place) => new nd.BoundedSemaphore(1, place),
  Condition: (place) => new nd.Condition(undefined, place),
  JoinableQueue: (place) => new nd.JoinableQueue(place),
  Lock: (place) => new nd.Lock(place),
  NDArray: (place) => nd.zeros([3], place),
  Queue: (place) => new nd.Queue(place),
  RLock: (place) => new nd.RLock(place),
  RawValue: (place) => new nd.RawValue("int32", 0, place),
  Semaphore: (place) => new nd.Semaphore(1, place),
  ShareableList: (place) => new nd.ShareableList([1, "two"], place),
  SharedArray: (place) => new nd.SharedArray("int32", 2, place),
  SharedEvent: (place) => new nd.SharedEvent(place),
  SharedMemory: (place) => new nd.SharedMemory(1000, place),
  Value: (place) => new nd.Value("int32", 0, place),
};
const classNames = Object.keys(makers);
const classOf = (name: string) => (nd as unknown as Record<string, Attaches>)[name]!;
const typeOf = (name: string) => (["RawValue", "SharedArray", "Value"].includes(name) ? ["int32"] : []);
/** Whether things of one class are also things of the other: its subclasses. Any block is plain memory. */
const fits = (made: unknown, wanted: string) =>
  wanted === "SharedMemory" || made instanceof (classOf(wanted) as unknown as new () => object);

const made = (["process", "system"] as const).flatMap((scope) =>
  classNames.map((kind) => {
    const place = { name: freshName(), scope };
    return { kind, ...place, thing: makers[kind]!(place) as Made };
  }),
);
afterAll(() => {
  for (const { thing } of made) thing[Symbol.dispose]();
});

it("the matrix has all classes that attach by name", () => {
  const found = Object.entries(nd).filter(([, value]) => typeof value === "function" && "attach" in value);
  expect(found.map(([name]) => name).sort()).toEqual([...classNames].sort());
});

describe.each(made)("a $kind of $scope scope", ({ kind, name, scope, thing }) => {
  const options = { scope };
  it.each(classNames)("attached as %s", async (wanted) => {
    const Class = classOf(wanted);
    const args = [...typeOf(wanted), options] as const;
    const ways = [
      async () => Class.attach(name, ...args),
      async () => Class.waitFor(name, ...args),
      async () => Class.waitForSync(name, ...args),
    ];
    for (const way of ways) {
      if (fits(thing, wanted)) {
        using found = await way();
        expect([found.name, fits(found, kind) || wanted === "SharedMemory"]).toEqual([name, true]);
        continue;
      }
      const error = (await way().then(
        () => undefined,
        (e) => e,
      )) as Error;
      expect(error).toEqual(coded({ code: "FORMAT", key: name }));
      const [, what, call] =
        /^Expected "[^"]+" to be an? \w+, got (an? \w+|plain memory) \((.+)\)$/.exec(error.message) ?? [];
      expect(what).toBe(kind === "SharedMemory" ? "plain memory" : `${/^(N|RL)/.test(kind) ? "an" : "a"} ${kind}`);
      using found = new Function("nd", "type", `return nd.${call}`)(nd, "int32") as Made;
      expect([found.name, fits(found, kind)]).toEqual([name, true]);
    }
  });

  it.each(classNames)("looked for in the other scope as %s", async (wanted) => {
    const Class = classOf(wanted);
    const other = scope === "system" ? "process" : "system";
    const message = expect.stringContaining(`(the name exists in ${scope} scope: pass { scope: "${scope}" })`);
    expect(() => Class.attach(name, ...typeOf(wanted), { scope: other })).toThrow(
      coded({ code: "NAME_NOT_FOUND", key: name, scope: other, message }),
    );
    const late = coded({ code: "TIMEOUT", message });
    const args = [...typeOf(wanted), { scope: other, timeoutMs: 1 }] as const;
    await expect(Class.waitFor(name, ...args)).rejects.toThrow(late);
    expect(() => Class.waitForSync(name, ...args)).toThrow(late);
  });
});

describe("what else a name may stand for", () => {
  it("a name that nothing has: no other scope is named", () => {
    for (const scope of ["process", "system"] as const) {
      const error = coded({ code: "NAME_NOT_FOUND", message: expect.not.stringContaining("scope:") });
      expect(() => nd.Lock.attach(freshName(), { scope })).toThrow(error);
    }
  });
  it("an end of a pipe, which is sent and not found", () => {
    const [mine, theirs] = nd.pipe({ scope: "system" });
    const { name } = nd.SharedMemory.list({ scope: "system" }).find(
      (block) => block.pid === process.pid && block.name.startsWith("snd_"),
    )!;
    expect(() => nd.Queue.attach(name, { scope: "system" })).toThrow(/to be a Queue, got a Pipe \(send its ends/);
    expect(() => nd.NDArray.attach(name, { scope: "system" })).toThrow(/to be an NDArray, got a Pipe/);
    using lock = new nd.Lock({ scope: "system" });
    using memory = nd.SharedMemory.attach(name, { scope: "system" });
    const forged = { ...nd.toHandle(lock), type: "Pipe", memory: nd.toHandle(memory) };
    expect(() => nd.fromHandle(forged as never)).toThrow(/^Expected a handle to "Pipe", got one to a Pipe/);
    mine.close();
    theirs.close();
  });
  it("the file of a lock, mapped", () => {
    using lock = new nd.Lock({ name: freshName(), scope: "system" });
    expect(() => nd.memmap(`/dev/shm/${lock.name}`)).toThrow(/to be an NDArray, got a Lock$/);
  });
});
