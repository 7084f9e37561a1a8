/** Objects of another realm, as they come from Jest, jsdom and the REPL, are taken for what they are. */
import vm from "node:vm";
import {
  array,
  fromHandle,
  Lock,
  Manager,
  NDArray,
  Pool,
  Queue,
  ShareableList,
  SharedMemory,
  toHandle,
  Value,
  zeros,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";
import * as builtins from "../../src/base/builtins.js";

const context = vm.createContext({ WebAssembly: undefined });
const foreign = <T>(expression: string): T => vm.runInContext(`(${expression})`, context) as T;
const scopes = ["process", "system"] as const;

describe("which class a built-in object is of", () => {
  const tests: Record<string, (value: unknown) => boolean> = { ...builtins } as never;
  const samples: [name: string, own: unknown, other: unknown][] = [
    ["isMap", new Map(), foreign("new Map()")],
    [
      "isMap",
      new (class Named extends Map {
        override readonly [Symbol.toStringTag] = "Named";
      })(),
      foreign("new (class extends Map {})()"),
    ],
    ["isSet", new Set(), foreign("new Set()")],
    ["isArrayBuffer", new ArrayBuffer(1), foreign("new ArrayBuffer(1)")],
    ["isSharedArrayBuffer", new SharedArrayBuffer(1), foreign("new SharedArrayBuffer(1)")],
    ["isUint8Array", Buffer.from("a"), foreign("new Uint8Array(1)")],
    ["isError", new DOMException("m"), foreign("new TypeError('m')")],
    [
      "isWasmMemory",
      new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }),
      vm.runInNewContext("new WebAssembly.Memory({ initial: 1 })"),
    ],
    [
      "isWasmModule",
      new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
      vm.runInNewContext("new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))"),
    ],
    [
      "isAbortSignal",
      AbortSignal.abort(),
      foreign(`new (class AbortSignal {
      aborted = false;
      addEventListener() {}
      get [Symbol.toStringTag]() { return "AbortSignal"; }
    })()`),
    ],
  ];
  const is = (name: string, value: unknown) => tests[name]!(value);

  it.each(samples)("%s", (name, own, other) => {
    expect([is(name, own), is(name, other)]).toEqual([true, true]);
    for (const [otherName, ...values] of samples) {
      if (otherName !== name)
        expect(
          values.map((value) => is(name, value)),
          otherName,
        ).toEqual([false, false]);
    }
  });

  it("is not what an object only claims", () => {
    for (const tag of ["Map", "Set", "ArrayBuffer", "SharedArrayBuffer", "Uint8Array", "AbortSignal"]) {
      expect(is(`is${tag}`, { [Symbol.toStringTag]: tag })).toBe(false);
    }
    for (const name of ["isMap", "isError", "isAbortSignal"] as const) {
      expect([null, undefined, 1, "", () => 1, {}].map((value) => is(name, value))).not.toContain(true);
    }
  });
});

describe.each(scopes)("in %s scope, what comes from another realm", (scope) => {
  it("bytes in a ShareableList", () => {
    using list = new ShareableList<Uint8Array>([foreign<Uint8Array>("new Uint8Array([7, 8])")], { scope });
    expect(list.at(0)).toEqual(Uint8Array.of(7, 8));
    expect(list.indexOf(foreign<Uint8Array>("new Uint8Array([7, 8])"))).toBe(0);
  });

  it("messages of bytes, numbers, maps, sets, dates, records and errors", async () => {
    await using queue = new Queue<unknown>({ scope });
    const bytes = ["new Uint8Array([7, 8])", "new Float64Array([1.5])", "new Uint8Array([7, 8]).buffer"];
    for (const text of [...bytes, "new Map([[1, new Set([2])]])", "new Date(5)", "/x/g", "{ a: [1, { b: 2n }] }"]) {
      await queue.put(foreign(text));
      expect(await queue.get(), text).toEqual(vm.runInThisContext(`(${text})`));
    }
    await queue.put(foreign("new RangeError('r')"));
    expect(await queue.get()).toBeInstanceOf(RangeError);
  });

  it("containers of shared things", async () => {
    await using queue = new Queue<Map<string, NDArray<"float64", 1>>>({ scope });
    using a = zeros(3, { scope });
    const map = foreign<Map<string, NDArray<"float64", 1>>>("new Map()").set("a", a);
    await queue.put(map);
    using got = (await queue.get()).get("a");
    expect(got).toBeInstanceOf(NDArray);
  });
});

describe("what comes from another realm", () => {
  it("becomes an array, wraps shared memory, and goes through handles", () => {
    expect(array(foreign<Float32Array>("new Float32Array([1, 2])")).dtype).toBe("float32");
    const shared = foreign<Int32Array>("new Int32Array(new SharedArrayBuffer(8))");
    NDArray.wrap(shared as Int32Array<SharedArrayBuffer>).fill(5);
    expect([...shared]).toEqual([5, 5]);
    const got = fromHandle(toHandle(shared));
    expect(got[1]).toBe(5);
  });

  it("is an argument, a result and a parameter of a pool", async () => {
    await using pool = new Pool({ workers: 1 });
    const given = foreign<Map<string, Int32Array>>("new Map([['a', new Int32Array(new SharedArrayBuffer(4))]])");
    expect(await pool.run((map) => map.get("a")!.fill(3).length, [given])).toBe(1);
    expect(given.get("a")![0]).toBe(3);
    const options = foreign<{ params: { k: number } }>("{ params: { k: 2 } }");
    expect((await pool.map(array([1, 2]), (x, p: { k: number }) => x * p.k, options)).toArray()).toEqual([2, 4]);
  });

  it("is an options object, with a foreign signal", async () => {
    using lock = new Lock(foreign("{ name: 'realm-lock' }"));
    using value = new Value("int32", 5, foreign("{ lock: false }"));
    expect([lock.name, value.value]).toEqual(["realm-lock", 5]);
    using held = lock.acquireSync(foreign("{ timeoutMs: 0 }"));
    const signal = foreign(`new (class AbortSignal {
      aborted = false;
      addEventListener() {}
      removeEventListener() {}
      get [Symbol.toStringTag]() { return "AbortSignal"; }
    })()`) as AbortSignal;
    const wait = SharedMemory.waitFor("realm-none", { signal, timeoutMs: 20 });
    await expect(wait).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(held).toBeDefined();
  });

  it("that cannot be sent is refused by its path", () => {
    const queue = new Queue<unknown>();
    expect(() => queue.putSync({ a: [foreign("Promise.resolve()")] })).toThrow("message.a[0]");
    queue.close();
  });

  it("is an object of a manager", async () => {
    await using manager = new Manager();
    const dict = manager.dict<unknown>(foreign<[string, unknown][]>("[['a', new Map([[1, 2]])]]"));
    expect(await dict.get("a")).toEqual(new Map([[1, 2]]));
  });
});
