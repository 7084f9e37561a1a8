/** What everybody types first: lists for arrays, numbers for shapes, lengths; and the reasons when it cannot work. */
import { add, arange, array, linspace, type NDArray, stack, subtract, where, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";

const coded = (fields: object) => expect.objectContaining(fields);

describe("array", () => {
  it("of a scalar has rank 0", () => {
    expect(
      [array(3), array(3n), array(true), array(3, { dtype: "int8" })].map((a) => [a.dtype, a.shape, a.item()]),
    ).toEqual([
      ["float64", [], 3],
      ["int64", [], 3n],
      ["bool", [], true],
      ["int8", [], 3],
    ]);
  });

  it("of a typed array or of an array casts to `dtype`, as astype does", () => {
    const floats = Float64Array.of(1.7, -1.7, 300);
    for (const given of [floats, array(floats)] as Float64Array[]) {
      expect(array(given, { dtype: "int32" })).toEqual(array([1, -1, 300], { dtype: "int32" }));
      expect(array(given, { dtype: "bool" })).toEqual(array([true, true, true]));
      expect(array(given, { dtype: "int64" })).toEqual(array([1n, -1n, 300n]));
      expect(array(given, { dtype: "float16" }).toArray()[2]).toBe(300);
    }
    expect(array(BigInt64Array.of(5n), { dtype: "uint8", shape: [1, 1] })).toEqual(array([[5]], { dtype: "uint8" }));
    expect(() => array(floats, { dtype: "double" as never })).toThrow(coded({ code: "DTYPE" }));
  });

  it("of a list of arrays stacks them, in their common dtype", () => {
    const [a, b] = [array([1, 2], { dtype: "int16" }), array([3, 4], { dtype: "int32" })];
    expect(array([a, b])).toEqual(
      array(
        [
          [1, 2],
          [3, 4],
        ],
        { dtype: "int32" },
      ),
    );
    expect(array([a, a])).toEqual(stack([a, a]));
    expect(array([[1, 2], b] as never)).toEqual(
      array([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(array([[a], [b]] as never)).toEqual(array([[[1, 2]], [[3, 4]]], { dtype: "int32" }));
    expect(array([Int8Array.of(1), Int8Array.of(2)] as never)).toEqual(array([[1], [2]], { dtype: "int8" }));
    expect(array([a, b], { dtype: "uint8" })).toEqual(
      array(
        [
          [1, 2],
          [3, 4],
        ],
        { dtype: "uint8" },
      ),
    );
    expect(() => array([a, array([1])])).toThrow(/as list\[0\] has, got \[1\] at list\[1\]/);
  });

  const BAD: [string, unknown, object, string][] = [
    ["undefined", [1, undefined, 3], {}, "got undefined at list[1]"],
    ["a hole", Object.assign(new Array(3), { 0: 1, 2: 3 }), {}, "got undefined at list[1]"],
    [
      "null",
      [
        [1, 2],
        [3, null],
      ],
      {},
      "got null at list[1][1]",
    ],
    ["text", [["1"]], {}, 'got "1" at list[0][0]'],
    ["an object", [1, {}], {}, "got an object (Object) at list[1]"],
    ["bigints among numbers", [1, 2, 3n], {}, "got 3n at list[2] (bigints cannot be mixed"],
    ["a number among bigints", [1n, 2], {}, "got 2 at list[1] (bigints cannot be mixed"],
    ["undefined, of a dtype", [[1], [undefined]], { dtype: "int8" }, "Expected `list[1][0]` to be a number or boolean"],
    ["a fraction as int64", [1, 1.5], { dtype: "int64" }, "Expected `list[1]` to be a bigint"],
  ];
  it.each(BAD)("of %s says where", (_, list, options, message) => {
    expect(() => array(list as number[], options)).toThrow(
      coded({ code: "DTYPE", message: expect.stringContaining(message) }),
    );
  });
});

describe("reshape", () => {
  it("takes the lengths as arguments, too", () => {
    expect(arange(6).reshape(3, 2)).toEqual(arange(6).reshape([3, 2]));
    expect(arange(6).reshape(-1, 2)).toEqual(arange(6).reshape([3, 2]));
    expect(arange(6).reshape(6).shape).toEqual([6]);
    expect(arange(6).reshape(-1).shape).toEqual([6]);
    expect(arange(6).reshape([2, 3]).reshape(-1).shape).toEqual([6]);
    expect(() => arange(6).reshape(4, 2)).toThrow(coded({ code: "SHAPE" }));
  });
});

describe("length", () => {
  it("is that of the first axis, as the number of items of an iteration", () => {
    for (const a of [arange(5), zeros([2, 3]), zeros([0, 3]), arange(6).slice("::2")] as NDArray<"float64">[]) {
      expect(a.length).toBe([...a].length);
    }
    expect(array(1).length).toBeUndefined();
  });
  it("does not make an array of elements that brackets would read", () => {
    const a = arange(3) as unknown as ArrayLike<number>;
    expect(() => new Float64Array(3).set(a)).toThrow(/got \[0\]/);
    expect(Float64Array.from(a)).toEqual(Float64Array.of(0, 1, 2));
  });
});

describe("assign", () => {
  it("takes lists, which get the array's dtype, and typed arrays", () => {
    const a = zeros([2, 2], { dtype: "int32" });
    expect(
      a.assign([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual(
      array(
        [
          [1, 2],
          [3, 4],
        ],
        { dtype: "int32" },
      ),
    );
    expect(a.assign([5, 6])).toEqual(
      array(
        [
          [5, 6],
          [5, 6],
        ],
        { dtype: "int32" },
      ),
    );
    expect(a.assign(Int16Array.of(7, 8))).toEqual(
      array(
        [
          [7, 8],
          [7, 8],
        ],
        { dtype: "int32" },
      ),
    );
    expect(zeros(2, { dtype: "int64" }).assign([1, 2n])).toEqual(array([1n, 2n]));
  });
  it("leaves the array alone if the data do not fit", () => {
    const a = zeros([2, 2], { dtype: "int32" });
    expect(() => a.assign([1, 2, 3])).toThrow(coded({ code: "SHAPE" }));
    expect(() => a.assign([1, "2"] as never)).toThrow(/Expected `list\[1\]` to be a number or boolean/);
    expect(() => a.assign(Float64Array.of(1, 2))).toThrow(coded({ code: "DTYPE" }));
    expect(a).toEqual(zeros([2, 2], { dtype: "int32" }));
  });
});

describe("functions of operands", () => {
  it("take lists and typed arrays as `array` makes them", () => {
    const ints = array([1, 2, 3], { dtype: "int32" });
    expect(add(ints, [1, 2, 3])).toEqual(array([2, 4, 6]));
    expect(subtract([[1], [2]], Int32Array.of(1, 2))).toEqual(
      array([
        [0, -1],
        [1, 0],
      ]),
    );
    expect(add(ints, Int8Array.of(1, 1, 1))).toEqual(array([2, 3, 4], { dtype: "int32" }));
    expect(where(array([true, false]), [1, 2], 0)).toEqual(array([1, 0]));
    expect(() => add(ints, [1, undefined] as never)).toThrow(/got undefined at list\[1\]/);
  });
});

describe("numbers at equal distances", () => {
  it("are finite, although the distance of the ends is not", () => {
    expect(linspace(-1e308, 1e308, 3).toArray()).toEqual([-1e308, 0, 1e308]);
    expect(linspace(-1.7e308, 1.7e308, 2).toArray()).toEqual([-1.7e308, 1.7e308]);
    const edge = 2 ** 1023;
    expect(linspace(edge, -edge, 5).toArray()).toEqual([edge, edge / 2, 0, -edge / 2, -edge]);
    expect(arange(-1e308, 1e308, 5e307).toArray()).toEqual([-1e308, -5e307, 0, 5e307]);
    expect(arange(-1.7e308, 1.7e308, 1.7e308).toArray()).toEqual([-1.7e308, 0]);
  });
});

describe("text", () => {
  const text = (list: number | number[], dtype: "float16" | "float32" | "float64") =>
    String(array(list as number[], { dtype }));
  it("of narrow floats has an exponent where NumPy has one", () => {
    expect(text([0.0001, 0.05], "float32")).toBe("[0.0001 0.05  ]");
    expect(text([0.0001, 0.05], "float16")).toBe("[0.0001 0.05  ]");
    expect(text([0.0001, 0.1], "float32")).toBe("[1.e-04 1.e-01]");
    expect(text([0.0001, 1], "float32")).toBe("[1.e-04 1.e+00]");
    expect(text([0.001, 1], "float32")).toBe("[0.001 1.   ]");
    expect(text([0.001, 1], "float16")).toBe("[0.001 1.   ]");
  });
  it("of rank 0 is that of NumPy's scalars", () => {
    const scalars = [0.0001, 9.999e-5, 999, 1000, 2048, 65504, 0, 0.001];
    const small = ["0.0001", "0.0001", "999.0", "1e+03", "2.048e+03", "6.55e+04", "0.0", "0.001"];
    expect(scalars.map((x) => text(x, "float16"))).toEqual(small);
    const middle = [0.0001, 999999, 1e6, 123456789, 16777216, 1e15].map((x) => text(x, "float32"));
    expect(middle).toEqual(["1e-04", "999999.0", "1e+06", "1.2345679e+08", "1.6777216e+07", "1e+15"]);
    const large = [0.0001, 9.999e-5, 1e6, 123456789, 1e15, 1e16].map((x) => text(x, "float64"));
    expect(large).toEqual(["0.0001", "9.999e-05", "1000000.0", "123456789.0", "1000000000000000.0", "1e+16"]);
  });
});
