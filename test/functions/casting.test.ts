/** `casting`: every function that has it allows what `canCast`, which NumPy checks, allows, and writes nothing else. */
import {
  add,
  array,
  type Casting,
  canCast,
  concat,
  type DType,
  DTypeError,
  isSharedError,
  multiply,
  type NDArray,
  ones,
  Pool,
  stack,
  zeros,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";

const DTYPES: readonly DType[] = [
  ...(["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"] as const),
  ...(["float16", "float32", "float64", "complex64", "complex128"] as const),
];
const RULES: readonly Casting[] = ["no", "equiv", "safe", "same_kind", "unsafe"];
const ROWS = DTYPES.flatMap((from) => DTYPES.flatMap((to) => RULES.map((casting) => ({ from, to, casting }))));

/** By function, a call that casts ones of a dtype to another; it returns the elements, or what it threw. */
const WAYS: Record<string, (from: DType, to: DType, casting: Casting) => unknown> = {
  astype: (from, to, casting) => ones(2, { dtype: from }).astype(to, { casting }),
  assign: (from, to, casting) => zeros(2, { dtype: to }).assign(ones(2, { dtype: from }), { casting }),
  "assign, at": (from, to, casting) => zeros(2, { dtype: to }).assign(ones(2, { dtype: from }), { at: "0:2", casting }),
  concat: (from, to, casting) => concat([ones(2, { dtype: from })], { dtype: to, casting }),
  "concat, out": (from, to, casting) => {
    const out = zeros(2, { dtype: to });
    return concat([ones(2, { dtype: from })], { out: out as never, casting });
  },
  stack: (from, to, casting) => stack([ones(2, { dtype: from })], { dtype: to, casting }),
};

describe("casting", () => {
  it.each(Object.keys(WAYS))("of %s allows what canCast allows", (name) => {
    const wrong = ROWS.filter(({ from, to, casting }) => {
      let isDone = true;
      try {
        const made = WAYS[name]!(from, to, casting) as { dtype: DType };
        expect(made.dtype).toBe(to);
      } catch (e) {
        if (!(e instanceof DTypeError)) throw e;
        isDone = false;
      }
      return isDone !== canCast(from, to, { casting });
    });
    expect(wrong).toEqual([]);
  });

  it("of element-wise functions decides about operands and `out`, on this thread and on a pool", async () => {
    const [x, whole] = [array([1.75, -2.5]), zeros(2, { dtype: "int32" })];
    expect(() => add(x, 1, { out: whole })).toThrow(
      /"out" to be|`out` to be of a dtype that float64 can be cast to, got/,
    );
    expect(whole.toArray()).toEqual([0, 0]);
    expect(add(x, 1, { out: whole, casting: "unsafe" }).toArray()).toEqual([2, -1]); // cut off, as in NumPy
    expect(() => add(x, 1, { out: zeros(2, { dtype: "float32" }), casting: "safe" })).toThrow(/by the rule "safe"/);
    expect(() => add(x, array([1, 2], { dtype: "int32" }), { casting: "no" })).toThrow(DTypeError);
    expect(add(x, x, { casting: "no" }).toArray()).toEqual([3.5, -5]);
    expect(add(x, 1, { dtype: "int32", casting: "unsafe" }).toArray()).toEqual([2, -1]);
    await using pool = new Pool({ workers: 1 });
    expect((await pool.map([x, 1], add, { out: whole, casting: "unsafe" })).toArray()).toEqual([2, -1]);
    expect(add.outer(x, [1], { dtype: "int8", casting: "unsafe" }).toArray()).toEqual([[2], [-1]]);
  });

  it("of complex numbers keeps the real parts if everything is allowed", () => {
    const out = zeros(2);
    const z = array([
      { re: 1, im: 2 },
      { re: 3, im: -4 },
    ]);
    expect(() => multiply(z, z, { out: out as never })).toThrow(DTypeError);
    expect(multiply(z, z, { out: out as never, casting: "unsafe" })).toBe(out);
    expect(out.toArray()).toEqual([-3, -7]);
  });

  it("to bool asks both parts of a complex number, wherever it is cast", async () => {
    const z = array([{ re: 0, im: 1 }, 0, { re: 2, im: 0 }]);
    const [casting, dtype] = ["unsafe", "bool"] as const;
    const out = () => zeros(3, { dtype });
    expect((add(z, z, { out: out() as never, casting }) as NDArray<"bool">).toArray()).toEqual([true, false, true]);
    expect(
      out()
        .assign(z as never, { casting })
        .toArray(),
    ).toEqual([true, false, true]);
    const where = array([true, true, false]);
    expect(
      out()
        .assign(z as never, { casting, where })
        .toArray(),
    ).toEqual([true, false, false]);
    expect(
      zeros(3)
        .assign(z as never, { casting, where })
        .toArray(),
    ).toEqual([0, 0, 0]);
    await using pool = new Pool({ workers: 1 });
    const made = (await pool.map([z, z], add, { out: out() as never, casting })) as NDArray<"bool">;
    expect(made.toArray()).toEqual([true, false, true]);
  });

  it("is one of five words", () => {
    const error = (() => {
      try {
        return add(1, zeros(1), { casting: "some" as never });
      } catch (e) {
        return e as Error;
      }
    })();
    expect(isSharedError(error)).toBe(false);
    expect(String(error)).toMatch(/`casting` to be one of 'no', 'equiv'|"no", "equiv"/);
    expect(() => zeros(1).astype("int8", { casting: null as never })).toThrow(TypeError);
  });
});
