/** Printing: options and their checks, what `console.log` shows, and digits that read back as the same numbers. */
import { inspect } from "node:util";
import {
  arange,
  array,
  array2string,
  arrayRepr,
  arrayStr,
  broadcastTo,
  type FloatDType,
  formatFloatPositional,
  formatFloatScientific,
  getPrintOptions,
  type PrintOptions,
  printOptions,
  setPrintOptions,
  zeros,
} from "shared-ndarray";
import { afterEach, describe, expect, it } from "vitest";

const DEFAULTS = getPrintOptions();
afterEach(() => setPrintOptions(DEFAULTS));
const thirds = array([1 / 3, -200 / 3]);

describe("options", () => {
  it("have NumPy's defaults", () => {
    expect(DEFAULTS).toEqual({
      ...{ edgeitems: 3, threshold: 1000, floatmode: "maxprec", precision: 8, suppress: false, linewidth: 75 },
      ...{ nanstr: "nan", infstr: "inf", sign: "-", formatter: {} },
    });
  });
  it("hold for toString, templates, console.log and texts until they are changed", () => {
    setPrintOptions({ precision: 2 });
    setPrintOptions({ sign: "+", precision: undefined });
    const text = "[ +0.33 -66.67]";
    expect([String(thirds), `${thirds}`, inspect(thirds), arrayStr(thirds)]).toEqual([text, text, text, text]);
    expect(array2string(thirds, { sign: "-" })).toBe("[  0.33 -66.67]");
    expect(arrayRepr(thirds)).toBe("array([ +0.33, -66.67])");
  });
  it("do not include an earlier formatter, as in NumPy", () => {
    setPrintOptions({ formatter: { float: (x) => x.toFixed(1) } });
    expect(String(thirds)).toBe("[0.3 -66.7]");
    setPrintOptions({ precision: 2 });
    expect(String(thirds)).toBe("[  0.33 -66.67]");
  });
  it("are a copy, which can be given back", () => {
    const given = getPrintOptions();
    Object.assign(given, { precision: 1 });
    Object.assign(given.formatter, { all: () => "?" });
    expect(String(thirds)).toBe("[  0.33333333 -66.66666667]");
    setPrintOptions(given);
    expect(String(thirds)).toBe("[? ?]");
  });
  it("hold for one function, also if it throws", () => {
    expect(
      printOptions({ precision: 1 }, () => [String(thirds), printOptions({ sign: "+" }, () => `${thirds}`)]),
    ).toEqual(["[  0.3 -66.7]", "[ +0.3 -66.7]"]);
    const thrower = () => {
      throw new Error("mine");
    };
    expect(() => printOptions({ precision: 1 }, thrower)).toThrow("mine");
    expect(() => printOptions({ precision: 1 }, async () => {})).toThrow("Expected `fn` to end before it returns");
    expect(() => printOptions({ precision: 1 }, 3 as never)).toThrow("Expected `fn` to be a function, got 3");
    expect(String(thirds)).toBe("[  0.33333333 -66.66666667]");
  });
  it.each<[string, object, string]>([
    ["a negative number", { precision: -1 }, "Expected `precision` to be an integer in [0, 10001), got -1"],
    ["a limit that is none", { threshold: Infinity }, "(use Number.MAX_SAFE_INTEGER for no summaries)"],
    ["another word", { floatmode: "short" }, '"fixed", "unique", "maxprec", "maxprec_equal", got "short"'],
    ["another sign", { sign: "plus" }, 'Expected `sign` to be one of "-", "+", " ", got "plus"'],
    ["no text", { nanstr: 0 }, "Expected `nanstr` to be a string, got 0"],
    ["a name in camel case", { lineWidth: 9 }, "did you mean `linewidth`?"],
    ["no function", { formatter: { float: "%g" } }, 'Expected `formatter.float` to be a function, got "%g"'],
    ["another kind", { formatter: { floatKind: String } }, "Unknown option `floatKind` of formatter"],
  ])("%s is refused, and nothing changed", (_, options, message) => {
    expect(() => setPrintOptions({ suppress: true, ...options } as PrintOptions)).toThrow(message);
    expect(() => array2string(thirds, options as PrintOptions)).toThrow(message);
    expect(getPrintOptions()).toEqual(DEFAULTS);
  });
  it("a separator that is no text, and no array, are refused", () => {
    expect(() => array2string(thirds, { separator: 1 } as never)).toThrow("Expected `separator` to be a string, got 1");
    expect(() => array2string([1] as never)).toThrow("Expected `a` to be an NDArray");
    const closed = zeros(3);
    closed.close();
    expect(() => arrayRepr(closed)).toThrow(expect.objectContaining({ code: "CLOSED" }));
  });
  it("a formatter gets elements as `get` gives them, and returns a text", () => {
    const seen: unknown[] = [];
    const all = (x: unknown) => String(seen.push(x));
    expect(array2string(array([1n, 2n]), { formatter: { all } })).toBe("[1 2]");
    expect(array2string(array([true]), { formatter: { all, bool: (x) => (x ? "yes" : "no") } })).toBe("[yes]");
    expect(seen).toEqual([1n, 2n]);
    const wrong = { float: (x: number) => x } as never;
    expect(() => array2string(thirds, { formatter: wrong })).toThrow(
      "Expected `formatter` of float to return a string",
    );
  });
});

describe("texts", () => {
  it("are those of NumPy's prompt with arrayRepr, and with console.log those of print", () => {
    const a = arange(4).reshape([2, 2]);
    expect(arrayRepr(a)).toBe("array([[0., 1.],\n       [2., 3.]])");
    expect(inspect(a)).toBe("[[0. 1.]\n [2. 3.]]");
    expect(inspect({ a })).toBe("{\n  a: [[0. 1.]\n   [2. 3.]]\n}");
  });
  it("name a dtype that is no word of Python", () => {
    expect(arrayRepr(array([7], { dtype: "uint8_clamped" }))).toBe("array([7], dtype='uint8_clamped')");
  });
  it("have no line breaks and no gaps if so wished", () => {
    const text = array2string(arange(2000), { threshold: Number.MAX_SAFE_INTEGER, linewidth: Number.MAX_SAFE_INTEGER });
    expect(text.split(/ +/)).toHaveLength(2000);
    expect(text).not.toMatch(/\n|\.\.\./);
  });
  it("of 2^45 elements are summaries at once", () => {
    expect(String(broadcastTo(arange(2), [2 ** 22, 2 ** 22, 2]))).toContain("...");
    expect(array2string(broadcastTo(arange(2), [2 ** 44, 2]), { edgeitems: 0 })).toBe("[...\n [... 1.]]");
  });
});

/** Small numbers with a seed: the same in each run. */
function* random(): Generator<number> {
  for (let state = 12345; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}
const numbers = random();
const next = () => numbers.next().value as number;
const BITS: Record<FloatDType, () => number> = {
  float64: () => new Float64Array(new Uint32Array([next() * 2 ** 32, next() * 2 ** 32]).buffer)[0]!,
  float32: () => new Float32Array(new Uint32Array([next() * 2 ** 32]).buffer)[0]!,
  float16: () => array([(next() * 2 - 1) * 2 ** (40 * next() - 24)], { dtype: "float16" }).get(0),
};

describe("the digits of a number", () => {
  it.each<[FloatDType, number]>([
    ["float64", 17],
    ["float32", 9],
    ["float16", 5],
  ])("of %s read back as the same number, and none could be left out", (dtype, most) => {
    const stored = (text: string) => array([Number(text)], { dtype }).get(0);
    for (let i = 0; i < 2000; i++) {
      const x = BITS[dtype]();
      if (!Number.isFinite(x)) continue;
      const text = formatFloatScientific(x, { dtype, trim: "-" });
      expect([stored(text), stored(formatFloatPositional(x, { dtype }))]).toEqual([x, x]);
      const digits = text.replace(/e.*|[-.]/g, "").length;
      expect(digits).toBeLessThanOrEqual(most);
      if (digits > 1) expect(stored(x.toExponential(digits - 2))).not.toBe(x);
    }
  });
  it("with floatmode unique, an array reads back as itself", () => {
    const a = array(Array.from({ length: 200 }, () => (next() - 0.5) * 10 ** (20 * next() - 10)));
    const text = array2string(a, { floatmode: "unique", separator: ", " });
    expect(JSON.parse(text.replace(/\.(?=\D)/g, ""))).toEqual(a.toArray());
  });
  it("round a tie to the even digit", () => {
    const rounded = [0.5, 1.5, 2.5, -0.5].map((x) => formatFloatPositional(x, { precision: 0 }));
    expect(rounded).toEqual(["0.", "2.", "2.", "-0."]);
    expect(String(array([2 ** -9]))).toBe("[0.00195312]");
  });
  it.each<[string, object, string]>([
    ["no number of digits", { unique: false }, "Expected `precision` where `unique` is false, got none"],
    ["fewer than at most", { precision: 2, minDigits: 3 }, "Expected `minDigits` to be at most `precision` (2), got 3"],
    ["an integer dtype", { dtype: "int8" }, 'Expected `dtype` to be float16, float32 or float64, got "int8"'],
    ["another word", { trim: "all" }, 'Expected `trim` to be one of "k", ".", "0", "-", got "all"'],
    ["no digit", { precision: 0, fractional: false }, "Expected `precision` to be an integer in [1, 10001), got 0"],
  ])("%s is refused", (_, options, message) => {
    expect(() => formatFloatPositional(1, options)).toThrow(message);
  });
  it("are those of a number", () => {
    expect(() => formatFloatPositional(1n as never)).toThrow("Expected `x` to be a number, got 1n");
    expect(() => formatFloatScientific(1, { expDigits: 0 })).toThrow("Expected `expDigits` to be an integer in [1, 6)");
  });
});
