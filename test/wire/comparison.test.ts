/** Shared things in the hands of code that knows no classes: deep comparison, JSON, structured clone, operators. */
import assert from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";
import { Worker } from "node:worker_threads";
import {
  arange,
  array,
  Barrier,
  BoundedSemaphore,
  Condition,
  fromHandle,
  JoinableQueue,
  Lock,
  Manager,
  type NDArray,
  ones,
  Pool,
  Process,
  pipe,
  Queue,
  RawValue,
  RLock,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedEvent,
  SharedMemory,
  SharedMemoryManager,
  struct,
  toHandle,
  Value,
  zeros,
} from "shared-ndarray";
import { afterAll, chai, describe, expect, it } from "vitest";

const Point = struct({ x: "float64", id: "int64" });
const bytes = (...list: number[]) => {
  const memory = new SharedMemory(list.length);
  memory.buf.set(list);
  return memory;
};

/** Two makers for each class: of a thing, and of one that is not equal to it. */
const HOLDERS: Record<string, [() => object, () => object]> = {
  NDArray: [() => array([1, 2, 3]), () => array([1, 2, 4])],
  SharedMemory: [() => bytes(1, 2), () => bytes(1, 3)],
  Value: [() => new Value("int32", 1), () => new Value("int32", 2)],
  "Value of a struct": [() => new Value(Point, { x: 1, id: 2n }), () => new Value(Point, { x: 1, id: 3n })],
  RawValue: [() => new RawValue("int64", 1n), () => new RawValue("int64", 2n)],
  SharedArray: [() => new SharedArray("int32", [1, 2]), () => new SharedArray("int32", [1, 3])],
  ShareableList: [() => new ShareableList([1, "a", null]), () => new ShareableList([1, "b", null])],
};
const Pair = struct({ x: "float64", id: "float64" });
/** Pairs of things that hold equal data of different types. */
const TYPES: Record<string, [object, object]> = {
  Value: [new Value("int32", 1), new Value("float64", 1)],
  "Value of a struct": [
    new Value(Point, { x: 1, id: 2n }),
    new Value(struct({ x: "int8", id: "int64" }), { x: 1, id: 2n }),
  ],
  RawValue: [new RawValue("int64", 1n), new RawValue("uint64", 1n)],
  SharedArray: [new SharedArray("int32", [1, 2]), new SharedArray("uint8", [1, 2])],
  "SharedArray of structs": [new SharedArray(Pair, 2), new SharedArray(struct({ x: "float32", id: "float64" }), 2)],
};
const OTHERS: Record<string, () => object> = {
  Lock: () => new Lock(),
  RLock: () => new RLock(),
  Semaphore: () => new Semaphore(1),
  BoundedSemaphore: () => new BoundedSemaphore(1),
  Condition: () => new Condition(),
  SharedEvent: () => new SharedEvent(),
  Barrier: () => new Barrier(2),
  Queue: () => new Queue(),
  JoinableQueue: () => new JoinableQueue(),
  Connection: () => pipe()[0],
};
const ALL = [...Object.entries(HOLDERS).map(([name, [make]]) => [name, make] as const), ...Object.entries(OTHERS)];

/** What each library for tests says about two values. */
function areEqual(a: unknown, b: unknown): boolean[] {
  const passes = (check: () => void) => {
    try {
      check();
      return true;
    } catch {
      return false;
    }
  };
  return [
    passes(() => assert.deepEqual(a, b)),
    passes(() => assert.deepStrictEqual(a, b)),
    isDeepStrictEqual(a, b),
    isDeepStrictEqual({ in: [a] }, { in: [b] }),
    passes(() => expect(a).toEqual(b)),
    passes(() => expect(a).toStrictEqual(b)),
    passes(() => chai.expect(a).to.deep.equal(b)),
  ];
}
const YES = Array(7).fill(true);
const NO = Array(7).fill(false);

describe("deep comparison", () => {
  it.each(Object.entries(HOLDERS))("of data: %s", (_, [make, makeOther]) => {
    expect(areEqual(make(), make())).toEqual(YES);
    expect(areEqual(make(), makeOther())).toEqual(NO);
  });

  it.each(Object.entries(TYPES))("of equal data of different types: %s", (_, [a, b]) => {
    expect(areEqual(a, b)).toEqual(NO);
  });

  it("of what belongs to its thread: each is equal to itself only", async () => {
    const semaphore = new Semaphore(2);
    const pairs = [
      [new Lock().acquireSync(), new Lock().acquireSync()],
      [semaphore.acquireSync(), semaphore.acquireSync()],
      [new SharedMemoryManager(), new SharedMemoryManager()],
      [new Pool({ workers: 0 }), new Pool({ workers: 0 })],
      [new Process(() => {}), new Process(() => {})],
    ];
    for (const [a, b] of pairs) {
      expect(areEqual(a, b)).toEqual(NO);
      expect(areEqual(a, a)).toEqual(YES);
    }
  });

  it.each(Object.entries(OTHERS))("of handles: %s", (_, make) => {
    const thing = make();
    expect(areEqual(thing, make())).toEqual(NO);
    if (thing instanceof Lock || thing instanceof Queue)
      expect(areEqual(thing, fromHandle(toHandle(thing)))).toEqual(YES);
  });

  const ARRAYS: Record<string, [NDArray<never>, NDArray<never>, boolean]> = Object.fromEntries(
    (
      [
        ["another shape", zeros([2, 3]), zeros([3, 2]), false],
        ["another rank", zeros([3]), zeros([1, 3]), false],
        ["another dtype", zeros([3]), zeros([3], { dtype: "float32" }), false],
        ["empty arrays of another shape", zeros([0, 3]), zeros([0, 2]), false],
        [
          "a view and a copy",
          arange(9).reshape([3, 3]).T.slice("1:"),
          arange(9).reshape([3, 3]).T.slice("1:").copy(),
          true,
        ],
        ["NaN", array([1, Number.NaN]), array([1, Number.NaN]), true],
        ["rank 0", array([1]).slice(0), array([1]).slice(0), true],
        ["rank 0, other values", array([1]).slice(0), array([2]).slice(0), false],
        ["int64", array([1n]), array([2n]), false],
        ["bool", array([true]), array([false]), false],
        ["float16", array([0.5], { dtype: "float16" }), array([0.25], { dtype: "float16" }), false],
      ] as const
    ).map(([name, a, b, expected]) => [name, [a as never, b as never, expected]]),
  );
  it.each(Object.entries(ARRAYS))("of arrays: %s", (_, [a, b, expected]) => {
    expect(areEqual(a, b)).toEqual(expected ? YES : NO);
  });

  it("of large arrays finds the one element that differs", () => {
    const [a, b] = [ones(2 ** 20 + 1), ones(2 ** 20 + 1)];
    expect(isDeepStrictEqual(a, b)).toBe(true);
    b.set(-1, 2);
    expect(isDeepStrictEqual(a, b)).toBe(false);
    expect(isDeepStrictEqual(a.slice("::-1"), b.slice("::-1"))).toBe(false);
  });

  it("of closed things: each is equal to itself only", () => {
    for (const [name, [one]] of Object.entries(HOLDERS)) {
      const [a, b] = [one(), one()] as Disposable[];
      a![Symbol.dispose]?.();
      b![Symbol.dispose]?.();
      if (!a![Symbol.dispose]) continue;
      expect(isDeepStrictEqual(a, a), name).toBe(true);
      expect([isDeepStrictEqual(a, b), isDeepStrictEqual(a, one()), isDeepStrictEqual(one(), a)], name).toEqual([
        false,
        false,
        false,
      ]);
      expect(() => assert.deepStrictEqual(a, one()), name).toThrow(assert.AssertionError);
    }
  });
  it("shows in a failed assertion what differs", () => {
    const compare = () => assert.deepStrictEqual(array([1, 2, 3]), array([1, 2, 4]));
    expect(compare).toThrow(/\+ +3\n- +4/);
  });
});

describe("structured clone", () => {
  it.each(ALL)("of %s fails, and names toHandle", (_, make) => {
    const thing = make();
    const { port1 } = new MessageChannel();
    const refusal = expect.objectContaining({ name: "DataCloneError", message: expect.stringContaining("toHandle(") });
    for (const attempt of [
      () => structuredClone(thing),
      () => structuredClone({ deep: [thing] }),
      () => port1.postMessage(thing),
    ]) {
      expect(attempt).toThrow(refusal);
    }
    port1.close();
  });
});

describe("structured clone of what belongs to its thread", () => {
  const pool = new Pool({ workers: 1 });
  const manager = new Manager();
  const process = new Process(() => {});
  afterAll(() => Promise.all([pool.close(), manager.close()]));
  const taken = <T>(guard: T | undefined): T => {
    if (guard === undefined) throw new Error("Expected the lock to be free");
    return guard;
  };
  const THINGS: Record<string, () => object> = {
    "Lock#acquireSync": () => new Lock().acquireSync(),
    "Lock#tryAcquire": () => taken(new Lock().tryAcquire()),
    "RLock#acquireSync": () => new RLock().acquireSync(),
    "Semaphore#acquireSync": () => new Semaphore(1).acquireSync(),
    "Semaphore#tryAcquire": () => taken(new BoundedSemaphore(1).tryAcquire()),
    "Condition#acquireSync": () => new Condition().acquireSync(),
    "the lock of a value": () => new Value("int32").lock.acquireSync(),
    Pool: () => pool,
    Process: () => process,
    Manager: () => manager,
    SharedMemoryManager: () => new SharedMemoryManager(),
  };
  const refusal = expect.objectContaining({
    name: "DataCloneError",
    message: expect.stringMatching(/a .*, which belongs to its thread: make one there, or send what is shared/),
  });

  it.each(Object.entries(THINGS))("%s fails, and says why", (_, make) => {
    const thing = make();
    expect(() => structuredClone(thing)).toThrow(refusal);
    expect(() => structuredClone({ deep: [thing] })).toThrow(refusal);
    expect(() => new Worker("", { eval: true, workerData: thing })).toThrow(refusal);
  });

  it("of an asynchronous guard fails too", async () => {
    const guards = [await new Lock().acquire(), await new Semaphore(1).acquire(), await new Condition().acquire()];
    for (const guard of guards) expect(() => structuredClone(guard)).toThrow(refusal);
  });

  it("of the objects of a manager names toHandle", () => {
    for (const proxy of [manager.dict(), manager.list([1]), manager.namespace({ a: 1 }), manager.value(1)]) {
      expect(() => structuredClone(proxy)).toThrow("toHandle(");
    }
  });

  it("of plain data has the data: a live record, what stats and list return", () => {
    using _ = new SharedMemory(4, { name: "cloned" });
    for (const data of [new Value(Point, { x: 1, id: 2n }).value, pool.stats(), SharedMemory.list()]) {
      expect(structuredClone(data)).toEqual(JSON.parse(JSON.stringify(data, bigint), revive));
    }
  });
});
const bigint = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);
const revive = (key: string, value: unknown) =>
  key === "createdAt" ? new Date(value as string) : value === "2n" ? 2n : value;

describe("JSON", () => {
  it("of data has the data", () => {
    const text = JSON.stringify({
      array: arange(4).reshape([2, 2]),
      scalar: arange(4).slice(3),
      long: array([1n, -2n]),
      flags: array([true, false]),
      holes: array([Number.NaN, Number.POSITIVE_INFINITY]),
      ...Object.fromEntries(Object.entries(HOLDERS).map(([name, [make]]) => [name, make()])),
    });
    expect(JSON.parse(text)).toEqual({
      array: [
        [0, 1],
        [2, 3],
      ],
      scalar: 3,
      long: [1, -2],
      flags: [true, false],
      holes: [null, null],
      NDArray: [1, 2, 3],
      SharedMemory: "SharedMemory(2)",
      Value: 1,
      "Value of a struct": { x: 1, id: 2 },
      RawValue: 1,
      SharedArray: [1, 2],
      ShareableList: [1, "a", null],
    });
  });
  it("of what holds no data says what it is", () => {
    using lock = new Lock({ name: "json" });
    expect(JSON.stringify([lock, new Queue()])).toBe('["Lock \\"json\\"","an unnamed Queue"]');
  });
  it("of an integer that is no exact number is refused", () => {
    expect(() => JSON.stringify(array([2n ** 60n]))).toThrow(/for JSON, got 1152921504606846976n \(convert/);
  });
});

describe("operators and brackets", () => {
  it.each(Object.entries(HOLDERS).filter(([name]) => name !== "SharedMemory"))("refuse %s", (_, [make]) => {
    const thing = make() as unknown as number;
    for (const wrong of [() => thing * 2, () => thing + thing, () => +thing, () => thing < 1, () => thing - 1]) {
      expect(wrong).toThrow(/^Expected numbers or text next to an operator, got .+ \(use /);
    }
    expect(`${thing}`).toBe(String(thing));
    expect(`${thing}`).not.toContain("[object");
  });

  it.each(ALL.filter(([name]) => name !== "SharedMemory" && name !== "Connection"))("%s has no [0]", (_, make) => {
    const thing = make() as unknown as number[];
    expect(() => thing[0]).toThrow(/^Expected an element of .+ to be read and written by .+, got \[0\]$/);
    expect(() => {
      thing[0] = 5;
    }).toThrow(/, got \[0\]$/);
    expect(() => thing.at(-1)).not.toThrow(/got \[/);
    expect(Object.keys(thing)).not.toContain("0");
  });

  it.each(ALL.filter(([name]) => name !== "SharedMemory"))("%s takes no properties", (_, make) => {
    const thing = make() as { typo?: number };
    expect(() => {
      thing.typo = 5;
    }).toThrow(/^Expected no new property of .+, got "typo" \(use .+\)$/);
    expect(Object.keys(thing)).not.toContain("typo");
  });
  it("the objects of a manager take none, and name `set`", async () => {
    await using manager = new Manager();
    for (const proxy of [manager.namespace({ a: 1 }), manager.dict(), manager.list([1]), manager.value(1)]) {
      for (const key of ["a", "value", 0])
        expect(() => Reflect.set(proxy, key, 5)).toThrow(/\(use .*`set`|`set`.*\[0/s);
      expect(Object.keys(proxy)).toEqual(["contents"]);
    }
  });
  it("a class that extends one of the package may have properties", () => {
    class Named extends Lock {
      declare tag: string;
      constructor() {
        super();
        this.tag = "mine";
      }
    }
    expect(new Named().tag).toBe("mine");
  });

  it("an array takes no properties", () => {
    const a = zeros(2) as NDArray<"float64", 1> & { typo?: number };
    expect(() => {
      a.typo = 1;
    }).toThrow(TypeError);
    expect(() => Reflect.set(a, "other", 1)).toThrow(TypeError);
    expect(Object.keys(a)).toEqual(["contents"]);
  });

  it("a closed array prints its dtype and shape", () => {
    const a = zeros([2, 3]);
    a.close();
    expect([String(a), `${a}`, inspect(a)]).toEqual(Array(3).fill("NDArray (closed, float64, shape [2, 3])"));
  });
});
