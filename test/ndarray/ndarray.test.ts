/** Arrays: what the oracle and the properties do not say. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import ops from "ndarray-ops";
import {
  allclose,
  arange,
  array,
  arrayEqual,
  concat,
  empty,
  emptyLike,
  eye,
  fromHandle,
  full,
  linspace,
  load,
  loadSync,
  NDArray,
  ones,
  onesLike,
  SharedMemory,
  save,
  saveSync,
  slidingWindowView,
  stack,
  toHandle,
  zeros,
  zerosLike,
} from "shared-ndarray";
import { afterAll, afterEach, describe, expect, it } from "vitest";

const coded = (fields: object) => expect.objectContaining(fields);
afterEach(() => expect(SharedMemory.list()).toEqual([]));

describe("creation", () => {
  it("makes zeros, ones, full, eye, arange, linspace and their likes", () => {
    expect(zeros([2, 2]).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(empty(2).toArray()).toEqual([0, 0]);
    expect(ones(2, { dtype: "int64" }).toArray()).toEqual([1n, 1n]);
    expect(full([2], 7, { dtype: "uint8" }).toArray()).toEqual([7, 7]);
    expect(full(2, true, { dtype: "bool" }).toArray()).toEqual([true, true]);
    expect(eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(eye(0).toArray()).toEqual([]);
    expect(arange(3).toArray()).toEqual([0, 1, 2]);
    expect(arange(1, 2, 0.25).toArray()).toEqual([1, 1.25, 1.5, 1.75]);
    expect(arange(5, 0, -2, { dtype: "int64" }).toArray()).toEqual([5n, 3n, 1n]);
    expect(arange(5, 0).toArray()).toEqual([]);
    expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect([linspace(3, 4, 1).toArray(), linspace(0, 1, 0).toArray()]).toEqual([[3], []]);
    const a = zeros([2, 3], { dtype: "int16" });
    for (const like of [zerosLike(a), onesLike(a), emptyLike(a)])
      expect([like.shape, like.dtype]).toEqual([[2, 3], "int16"]);
    expect(zeros([]).item()).toBe(0);
  });

  it("copies lists, typed arrays, buffers and arrays", () => {
    expect(
      array([
        [1, 2],
        [3, 4],
      ]).dtype,
    ).toBe("float64");
    expect(array([1n]).dtype).toBe("int64");
    expect(array([true]).dtype).toBe("bool");
    expect(array([[1, true]]).toArray()).toEqual([[1, 1]]);
    expect(array([1, 2], { dtype: "int64" }).toArray()).toEqual([1n, 2n]);
    expect(array(Buffer.from([1, 2, 3, 4]), { shape: [2, 2] }).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const source = new Float32Array([1, 2]);
    const copy = array(source);
    source[0] = 9;
    expect([copy.dtype, copy.get(0)]).toEqual(["float32", 1]);
    const a = arange(3);
    expect(array(a.slice("::-1")).toArray()).toEqual([2, 1, 0]);
    expect(array([]).shape).toEqual([0]);
  });

  it("names: filled before it can be found, and nothing left if it fails", () => {
    using _a = array([[1, 2]], { name: "filled", dtype: "int32" });
    const found = NDArray.attach("filled");
    expect([found.dtype, found.shape, found.toArray(), found.owner, found.byteOffset]).toEqual([
      "int32",
      [1, 2],
      [[1, 2]],
      false,
      128,
    ]);
    expect(SharedMemory.list()).toMatchObject([{ dtype: "int32", shape: [1, 2], size: 136 }]);
    expect(() => zeros(3, { name: "filled" })).toThrow(coded({ code: "NAME_TAKEN" }));
    expect(() => array([1, 2n] as never, { name: "failed" })).toThrow(coded({ code: "DTYPE" }));
    using clamped = array(new Uint8ClampedArray([7]), { name: "clamped" });
    expect(NDArray.attach("clamped").dtype).toBe("uint8_clamped");
    clamped.close();
  });

  it.each([
    ["a negative shape", () => zeros([2, -1])],
    ["a fractional shape", () => zeros(1.5)],
    ["a shape of text", () => zeros("3" as never)],
    ["a hostile shape", () => zeros([{ valueOf: () => 3 }] as never)],
    ["NaN", () => zeros([Number.NaN])],
    ["2^53", () => zeros(2 ** 53)],
    ["too much", () => zeros([2 ** 25, 2 ** 25])],
    ["a dtype that is none", () => zeros(3, { dtype: "float65" as never })],
    ["__proto__ as dtype", () => zeros(3, { dtype: "__proto__" as never })],
    ["a number as options", () => zeros(3, 4 as never)],
    ["ragged rows", () => array([[1, 2], [3]])],
    ["text in a list", () => array([["a"]] as never)],
    ["no list", () => array("5" as never)],
    ["a shape that does not fit", () => array(new Uint8Array(3), { shape: [2] })],
    ["a fraction in int64", () => array([1.5], { dtype: "int64" })],
    ["a fraction filled into int64", () => full(3, 1.5, { dtype: "int64" })],
    ["step 0", () => arange(0, 1, 0)],
    ["an endless range", () => arange(Number.POSITIVE_INFINITY)],
    ["linspace of integers", () => linspace(0, 1, 3, { dtype: "int32" as never })],
    ["65 axes", () => zeros(new Array(65).fill(1))],
  ])("refuses %s, naming it", (_, act) => {
    expect(act).toThrow(/Expected/);
    expect(act).not.toThrow(/internal/);
  });
});

describe("elements", () => {
  it("are got and set with negative indices, and out of range throws", () => {
    const a = arange(6).reshape([2, 3]);
    expect([a.get(-1, -1), a.get(0, 1), a.set(1, -3, 9), a.get(1, 0)]).toEqual([5, 1, 9, 9]);
    for (const index of [[2, 0], [0, 3], [-3, 0], [0.5, 0], [Number.NaN, 0], ["0", 0], [0], [0, 0, 0]]) {
      expect(() => a.get(...(index as [number, number]))).toThrow(coded({ code: "INDEX" }));
    }
    expect(a.slice(0, 0).item()).toBe(0);
    expect(() => a.item()).toThrow(coded({ code: "SHAPE" }));
  });

  it("have the dtype's type", () => {
    expect(ones(1, { dtype: "bool" }).get(0)).toBe(true);
    expect(ones(1, { dtype: "uint64" }).get(0)).toBe(1n);
    const half = array([1 / 3, 70000, 6e-8], { dtype: "float16" });
    expect(half.toArray()).toEqual([0.333251953125, Number.POSITIVE_INFINITY, 5.960464477539063e-8]);
    expect(() => zeros(1, { dtype: "int64" }).set(0, 1.5)).toThrow(coded({ code: "DTYPE" }));
    expect(() => zeros(1).set(0, 1n as never)).toThrow(coded({ code: "DTYPE" }));
  });

  it("assign broadcasts, casts within a kind, takes a mask", () => {
    const a = zeros([2, 3]);
    a.assign(arange(3)).assign(7, { where: array([[true], [false]]) });
    expect(a.toArray()).toEqual([
      [7, 7, 7],
      [0, 1, 2],
    ]);
    a.fill(5, { where: array([false, true, false]) });
    expect(a.toArray()).toEqual([
      [7, 5, 7],
      [0, 5, 2],
    ]);
    expect(
      zeros(2, { dtype: "uint8" })
        .assign(array([300, 1], { dtype: "uint16" }))
        .toArray(),
    ).toEqual([44, 1]);
    expect(() => zeros(2, { dtype: "int32" }).assign(arange(2))).toThrow(
      coded({ code: "DTYPE", dtype: "float64", expected: "int32" }),
    );
    expect(() => a.assign(arange(4))).toThrow(coded({ code: "SHAPE" }));
    expect(() => a.fill(1, { where: arange(3) as never })).toThrow(coded({ code: "DTYPE" }));
    expect(a.toArray()).toEqual([
      [7, 5, 7],
      [0, 5, 2],
    ]);
  });

  it("take, put and compress as NumPy", () => {
    const a = arange(12).reshape([3, 4]);
    expect(a.take([0, -1]).toArray()).toEqual([0, 11]);
    expect(a.take(Int32Array.of(0, -1)).toArray()).toEqual([0, 11]);
    expect(a.take(BigInt64Array.of(3n)).toArray()).toEqual([3]);
    expect(a.T.take([1, 2]).toArray()).toEqual([4, 8]);
    expect(
      a.take(
        array(
          [
            [0, 1],
            [2, 3],
          ],
          { dtype: "int32" },
        ),
        { axis: 1 },
      ).shape,
    ).toEqual([3, 2, 2]);
    expect(a.take([2, 0], { axis: 0 }).toArray()).toEqual([
      [8, 9, 10, 11],
      [0, 1, 2, 3],
    ]);
    expect(a.compress(array([true, false, true])).toArray()).toEqual([
      [0, 1, 2, 3],
      [8, 9, 10, 11],
    ]);
    expect(a.compress(array([false, true, false, true]), { axis: 1 }).toArray()).toEqual([
      [1, 3],
      [5, 7],
      [9, 11],
    ]);
    const even = zeros([3, 4], { dtype: "bool" });
    for (let i = 0; i < 12; i += 2) even.put([i], true);
    expect(a.compress(even).toArray()).toEqual([0, 2, 4, 6, 8, 10]);
    expect(
      a
        .copy()
        .put([1, -1], [0].length ? 99 : 0)
        .toArray(),
    ).toEqual([
      [0, 99, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 99],
    ]);
    expect(
      zeros(4)
        .put([0, 1, 2], array([5, 6]))
        .toArray(),
    ).toEqual([5, 6, 5, 0]);
    for (const bad of [
      () => a.take([12]),
      () => a.take([0.5]),
      () => a.take([4], { axis: 1 }),
      () => a.put([-13], 1),
    ]) {
      expect(bad).toThrow(coded({ code: "INDEX" }));
    }
    expect(() => a.compress(array([true]))).toThrow(coded({ code: "SHAPE" }));
    expect(() => a.take(arange(2) as never)).toThrow(coded({ code: "DTYPE" }));
    expect(() => a.take(Float64Array.of(1) as never)).toThrow(coded({ code: "DTYPE" }));
  });

  it("iterate as rows, of rank 1 as elements", () => {
    expect([...arange(3)]).toEqual([0, 1, 2]);
    expect([...eye(2)].map((row) => row.toArray())).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(() => [...(zeros([]) as Iterable<unknown>)]).toThrow(TypeError);
  });
});

describe("views", () => {
  it("share memory and own nothing", () => {
    const a = arange(6, { name: "owner" });
    {
      using row = a.slice("1:3");
      row.fill(0);
    }
    expect([a.closed, a.toArray(), a.slice(0).owner]).toEqual([false, [0, 0, 0, 3, 4, 5], false]);
    a.slice(0).close();
    expect(a.closed).toBe(false);
    const view = a.slice("::2");
    a[Symbol.dispose]();
    expect(() => view.get(0)).toThrow(coded({ code: "CLOSED" }));
    expect(inspect(view)).toContain("closed");
  });

  it("of broadcasts and windows are read-only", () => {
    const windows = slidingWindowView(arange(5), 3) as NDArray<"float64", 2>;
    expect(windows.toArray()).toEqual([
      [0, 1, 2],
      [1, 2, 3],
      [2, 3, 4],
    ]);
    const wide = arange(3).broadcastTo([2, 3]) as NDArray<"float64", 2>;
    for (const a of [windows, wide, wide.T, wide.slice(0)] as NDArray<"float64">[]) {
      for (const write of [() => a.fill(1), () => a.assign(1), () => a.put([0], 1)])
        expect(write).toThrow(coded({ code: "LAYOUT" }));
    }
    expect(() => wide.set(0, 0, 1)).toThrow(coded({ code: "LAYOUT" }));
    expect(() => slidingWindowView(arange(5), 6)).toThrow(RangeError);
  });

  it("of memory are checked against it", () => {
    const memory = new SharedMemory(100);
    const a = NDArray.view(memory, [2, 3], { dtype: "int32", byteOffset: 8, strides: [24, 8] });
    a.set(1, 2, 5);
    expect([memory.as("uint8")[8 + 24 + 16], a.strides, a.byteOffset]).toEqual([5, [24, 8], 8]);
    expect(NDArray.view(memory, [3], { dtype: "int8", byteOffset: 99, strides: [-49] }).byteOffset).toBe(99);
    const bad: [object, number[]][] = [
      [{}, [13]],
      [{ byteOffset: 96 }, [1]],
      [{ strides: [-8] }, [2]],
      [{ byteOffset: 8, strides: [-16] }, [2]],
      [{ strides: [2 ** 40 * 8] }, [3]],
      [{ byteOffset: 104 }, [0]],
    ];
    for (const [options, shape] of bad)
      expect(() => NDArray.view(memory, shape, options)).toThrow(coded({ code: "BOUNDS" }));
    for (const options of [
      { byteOffset: 4 },
      { strides: [4] },
      { byteOffset: -8 },
      { byteOffset: Number.NaN },
      { strides: [1.5] },
      { strides: [] },
      { strides: "8" },
    ]) {
      expect(() => NDArray.view(memory, [2], options as object)).toThrow(/Expected/);
    }
    expect(() => NDArray.view({} as never, [2])).toThrow(TypeError);
  });

  it("flat only where the elements lie in order", () => {
    const a = arange(6).reshape([2, 3]);
    expect([...a.slice(1).flat]).toEqual([3, 4, 5]);
    expect(() => a.T.flat).toThrow(coded({ code: "LAYOUT" }));
    expect([a.contiguous, a.T.contiguous, a.slice("0:1").T.contiguous, zeros([0, 3]).T.contiguous]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it("wrap shares; what is not shared is refused", () => {
    const typed = new Int16Array(new SharedArrayBuffer(16), 4, 3);
    const a = NDArray.wrap(typed);
    a.set(2, 5);
    expect([typed[2], a.dtype, a.byteOffset]).toEqual([5, "int16", 4]);
    const scijs = NDArray.wrap(arange(6).reshape([2, 3]).T.toNdarray());
    expect(scijs.toArray()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(() => NDArray.wrap(new Int8Array(3))).toThrow(coded({ code: "NOT_SHARED" }));
    expect(() => NDArray.wrap([1, 2] as never)).toThrow(TypeError);
    expect(() => NDArray.wrap({ data: typed, shape: [4], stride: [1], offset: 0 })).toThrow(coded({ code: "BOUNDS" }));
  });

  it.each([
    ["too many indices", (a: NDArray<"float64", 2>) => a.slice(0, 0, 0), "INDEX"],
    ["an index out of range", (a: NDArray<"float64", 2>) => a.slice(2), "INDEX"],
    ["a zero step", (a: NDArray<"float64", 2>) => a.slice("::0"), "INDEX"],
    ["two ellipses", (a: NDArray<"float64", 2>) => a.slice("..., ..."), "INDEX"],
    ["reshape to another size", (a: NDArray<"float64", 2>) => a.reshape([4]), "SHAPE"],
    ["squeeze of a long axis", (a: NDArray<"float64", 2>) => a.squeeze(0), "SHAPE"],
    ["broadcast to less", (a: NDArray<"float64", 2>) => a.broadcastTo([3]), "SHAPE"],
    ["lo past the end", (a: NDArray<"float64", 2>) => a.lo(3), "INDEX"],
    ["hi past the end", (a: NDArray<"float64", 2>) => a.hi(3), "INDEX"],
    ["step 0", (a: NDArray<"float64", 2>) => a.step(0), "INDEX"],
    ["pick past the end", (a: NDArray<"float64", 2>) => a.pick(2), "INDEX"],
  ] as const)("refuse %s", (_, act, code) => {
    expect(() => act(arange(6).reshape([2, 3]))).toThrow(coded({ code }));
  });
  it.each([
    ["text", "a"],
    ["a fraction", 1.5],
    ["undefined", undefined],
    ["an object", {}],
    ["a long list", [1, 2, 3, 4]],
    ["NaN", Number.NaN],
  ])("refuse %s as an index", (_, index) => {
    expect(() => arange(6).slice(index as never)).toThrow(/Expected/);
  });
  it("say the cure for slice(0, 10)", () => {
    expect(() => arange(6).slice(0, 3)).toThrow(/slice\(\[0, 3\]\).*slice\("0:3"\)/);
  });
  it.each([
    ["axes", () => eye(2).transpose(0, 0)],
    ["an axis", () => eye(2).flip(2)],
    ["too few axes", () => eye(2).transpose(1)],
    ["swapaxes", () => eye(2).swapaxes(0, 5)],
  ])("refuse wrong %s", (_, act) => {
    expect(act).toThrow(RangeError);
  });
});

describe("scijs", () => {
  it("packages compute on the arrays as they are", () => {
    const a = arange(12).reshape([3, 4]) as unknown as Parameters<typeof ops.muls>[0];
    ops.muls(a, a, 2);
    expect(ops.sum(a)).toBe(132);
    ops.assign((a as unknown as NDArray<"float64", 2>).slice("::-1") as never, arange(12).reshape([3, 4]) as never);
    expect((a as unknown as NDArray<"float64", 2>).get(0, 0)).toBe(8);
  });
  it("members have scijs' meanings", () => {
    const a = arange(12).reshape([3, 4]);
    expect(a.lo(1, 2).toArray()).toEqual([
      [6, 7],
      [10, 11],
    ]);
    expect(a.hi(1).toArray()).toEqual([[0, 1, 2, 3]]);
    expect(a.lo(1).hi(1, 2).step(1, -1).toArray()).toEqual([[5, 4]]);
    expect([a.pick(1).toArray(), a.pick(null, 2).toArray(), a.pick(-1, 0).toArray()]).toEqual([
      [4, 5, 6, 7],
      [2, 6, 10],
      [0, 4, 8],
    ]);
    const row = a.pick(1);
    row.offset = 0; // writable, but the package computes with its own copy
    expect([row.offset, row.get(0), row.index(1), a.order, a.dimension, a.stride]).toEqual([
      0,
      4,
      1,
      [1, 0],
      2,
      [4, 1],
    ]);
    expect(a.data[a.index(2, 3)]).toBe(11);
  });
});

describe("joining and comparing", () => {
  it("concat, stack", () => {
    const a = eye(2);
    expect(concat([a, a.T]).shape).toEqual([4, 2]);
    expect(concat([a, zeros([2, 1])], { axis: -1 }).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(stack([arange(2), ones(2)]).toArray()).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(stack([arange(2), ones(2)], { axis: 1 }).toArray()).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(() => concat([])).toThrow(TypeError);
    expect(() => concat([a, zeros([2, 3])])).toThrow(coded({ code: "SHAPE" }));
    expect(() => stack([a, zeros([2, 3])])).toThrow(coded({ code: "SHAPE" }));
    expect(concat([a, zeros([2, 2], { dtype: "int8" })]).dtype).toBe("float64");
  });
  it("arrayEqual, allclose", () => {
    expect([
      arrayEqual(arange(3), arange(3, { dtype: "int64" })),
      arrayEqual(arange(3), arange(4)),
      arrayEqual(array([Number.NaN]), array([Number.NaN])),
    ]).toEqual([true, false, false]);
    expect([
      allclose(ones(3), full(3, 1 + 1e-9)),
      allclose(ones([2, 3]), ones(3)),
      allclose(ones(1), full(1, 1.1)),
      allclose(full(1, Infinity), full(1, Infinity)),
      allclose(full(1, 1e300), full(1, Infinity)),
    ]).toEqual([true, true, false, true, false]);
    expect(() => allclose(ones(2), ones(3))).toThrow(coded({ code: "SHAPE" }));
  });
});

describe(".npy files", () => {
  const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);

  it("hold every dtype, order and layout, and are what a named array is", async () => {
    for (const dtype of ["bool", "int8", "uint16", "int64", "float16", "float32", "float64"] as const) {
      const a = ones([3, 4], { dtype });
      for (const b of [a, a.T, a.slice("::2, ::-1")] as NDArray<typeof dtype>[]) {
        await save(path("a.npy"), b);
        saveSync(path("b.npy"), b);
        expect(readFileSync(path("a.npy")).equals(readFileSync(path("b.npy")))).toBe(true);
        for (const back of [await load(path("a.npy")), loadSync(path("a.npy"))])
          expect([back.dtype, back.shape, back.toArray()]).toEqual([dtype, b.shape, b.toArray()]);
      }
    }
    using named = array([[1, 2]], { name: "named" });
    saveSync(path("n.npy"), named);
    expect(readFileSync(path("n.npy")).equals(named.memory.buf)).toBe(true);
    using loaded = await load(path("n.npy"), { name: "loaded", dtype: "float64", ndim: 2 });
    expect(NDArray.attach("loaded").toArray()).toEqual(loaded.toArray());
  });

  it("that are cut, wrong, or not what is expected are refused, and nothing is left", async () => {
    saveSync(path("c.npy"), arange(10));
    const whole = readFileSync(path("c.npy"));
    for (const length of [0, 5, 9, 64, 127, 128, 200]) {
      writeFileSync(path("cut.npy"), whole);
      truncateSync(path("cut.npy"), length);
      await expect(load(path("cut.npy"), { name: "cut" })).rejects.toMatchObject({
        code: "FORMAT",
        key: path("cut.npy"),
      });
    }
    const header = (text: string) =>
      Buffer.concat([
        Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"),
        Buffer.from(text.padEnd(117)),
        Buffer.from("\n"),
        Buffer.alloc(64),
      ]);
    for (const text of [
      "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
      "",
      "{'shape': (1,)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 99999999999999999999), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2 3,), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), } + evil",
    ]) {
      writeFileSync(path("bad.npy"), header(text));
      expect(() => loadSync(path("bad.npy"), { name: "bad" })).toThrow(coded({ code: "FORMAT" }));
    }
    for (const descr of ["'<c32'", "[('a', '<f8')]"]) {
      writeFileSync(path("bad.npy"), header(`{'descr': ${descr}, 'fortran_order': False, 'shape': (1,), }`));
      expect(() => loadSync(path("bad.npy"), { name: "bad" })).toThrow(coded({ code: "DTYPE" }));
    }
    expect(() => loadSync(path("c.npy"), { dtype: "int32" })).toThrow(coded({ code: "DTYPE" }));
    expect(() => loadSync(path("c.npy"), { dtype: "float64", ndim: 2 })).toThrow(coded({ code: "SHAPE" }));
    expect(() => loadSync(path("missing.npy"))).toThrow(/ENOENT/);
    using memory = new SharedMemory(1000, { name: "raw" });
    expect(() => NDArray.attach("raw")).toThrow(coded({ code: "FORMAT", key: "raw" }));
    expect(SharedMemory.list()[0]!.threads).toBe(1);
    memory.close();
  });
});

describe("regressions", () => {
  it("put of an array into itself reads before it writes", () => {
    const a = arange(4);
    expect(a.put([1, 2, 3], a).toArray()).toEqual([0, 0, 1, 2]);
    const v = arange(8).slice([0, 4]);
    expect(v.put([3, 2, 1, 0], v).toArray()).toEqual([3, 2, 1, 0]);
  });
  it("a list with a hole is refused, not closed up", () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is the case
    expect(() => array([1, , 3] as number[])).toThrow(coded({ code: "DTYPE" }));
    expect(() => array(new Array(5))).toThrow(coded({ code: "DTYPE" }));
  });
  it("a summary reads only what it shows", () => {
    expect(String(zeros(1).broadcastTo([2 ** 40]))).toBe("[0. 0. 0. ... 0. 0. 0.]");
    expect(String(zeros([7, 7, 7, 7]))).toContain("...");
  });
  it("a failed or stale handle leaves nothing open", async () => {
    const a = zeros(4, { name: "leak" });
    const handle = structuredClone(toHandle(a)) as unknown as Record<string, unknown>;
    expect(() => fromHandle({ ...handle, length: 1e9 } as never)).toThrow(RangeError);
    expect(() => fromHandle({ ...handle, memory: handle } as never)).toThrow(TypeError);
    a.close();
    expect(SharedMemory.list()[0]!.threads).toBe(0);
    a.unlink();
    const other = zeros(2, { name: "leak" });
    other.close();
    (fromHandle(handle as never) as NDArray<"float64">).close();
    expect(SharedMemory.list()[0]!.threads).toBe(0);
    other.unlink();
  });
  it("closed memory has no view, and expectations are checked before the wait", async () => {
    const memory = new SharedMemory(64);
    memory.close();
    expect(() => NDArray.view(memory, [8])).toThrow(coded({ code: "CLOSED" }));
    await expect(NDArray.waitFor("never", { dtype: "bogus" as never })).rejects.toMatchObject({ code: "DTYPE" });
    expect(() => NDArray.waitForSync("never", { dtype: "int8", ndim: "x" as never })).toThrow(TypeError);
  });
  it("a source may have more axes than its target, of length 1", () => {
    expect(
      zeros(3)
        .assign(ones([1, 3]))
        .toArray(),
    ).toEqual([1, 1, 1]);
    expect(() => zeros(3).assign(ones([2, 3]))).toThrow(coded({ code: "SHAPE" }));
  });
  it("a growable buffer that has grown is seen whole", () => {
    const buffer = new SharedArrayBuffer(8, { maxByteLength: 16 });
    NDArray.wrap(new Uint8Array(buffer));
    buffer.grow(16);
    expect((fromHandle(structuredClone(toHandle(NDArray.wrap(new Uint8Array(buffer))))) as NDArray<"uint8">).size).toBe(
      16,
    );
  });
});

it("a hostile handle never reaches outside of its memory", () => {
  const good = structuredClone(toHandle(arange(10))) as unknown as Record<string, unknown>;
  expect((fromHandle(good as never) as NDArray<"float64">).get(9)).toBe(9);
  for (const change of [
    { shape: [11] },
    { offset: 1 },
    { offset: -1 },
    { strides: [2] },
    { strides: [-1] },
    { length: 11 },
    { byteOffset: 8 },
    { byteOffset: 4 },
    { shape: [2 ** 53] },
    { strides: [2 ** 52] },
    { dtype: "float65" },
    { shape: "10" },
    { offset: 0.5 },
    { strides: [] },
    { memory: {} },
    { memory: undefined },
    { shape: [5, 5] },
  ]) {
    expect(() => fromHandle({ ...good, ...change } as never), JSON.stringify(change)).toThrow(/Expected/);
  }
});
