/**
 * The special cases of the array API standard 2025.12, function by function: what the standard's lists say about NaN,
 * infinities and zeros of both signs, real and complex. `a:b` stands for one of them; `~` before a number leaves its
 * sign open. Values for a condition such as "greater than 1" are examples of it.
 * https://data-apis.org/array-api/2025.12/API_specification/elementwise_functions.html
 */
import * as nd from "shared-ndarray";
import { array, type Complex, type NDArray } from "shared-ndarray";
import { describe, expect, it } from "vitest";

const FINITE = "1.5:1.5 -2:-2";
const UNARY: Record<string, string> = {
  abs: "nan:nan -0:0 inf:inf -inf:inf -2:2",
  acos: "nan:nan 1.5:nan inf:nan -1.5:nan -inf:nan 1:0",
  acosh: "nan:nan 0.5:nan -inf:nan 1:0 inf:inf",
  asin: "nan:nan 1.5:nan -1.5:nan 0:0 -0:-0",
  asinh: "nan:nan 0:0 -0:-0 inf:inf -inf:-inf",
  atan: "nan:nan 0:0 -0:-0 inf:pi/2 -inf:-pi/2",
  atanh: "nan:nan -1.5:nan 1.5:nan -1:-inf 1:inf 0:0 -0:-0",
  ceil: "3:3 -3:-3 inf:inf -inf:-inf 0:0 -0:-0 nan:nan -0.5:-0",
  cos: "nan:nan 0:1 -0:1 inf:nan -inf:nan",
  cosh: "nan:nan 0:1 -0:1 inf:inf -inf:inf",
  exp: "nan:nan 0:1 -0:1 inf:inf -inf:0",
  expm1: "nan:nan 0:0 -0:-0 inf:inf -inf:-1",
  floor: "3:3 -3:-3 inf:inf -inf:-inf 0:0 -0:-0 nan:nan",
  log: "nan:nan -1:nan -inf:nan 0:-inf -0:-inf 1:0 inf:inf",
  log10: "nan:nan -1:nan 0:-inf -0:-inf 1:0 inf:inf",
  log1p: "nan:nan -2:nan -1:-inf -0:-0 0:0 inf:inf",
  log2: "nan:nan -1:nan 0:-inf -0:-inf 1:0 inf:inf",
  negative: "nan:nan inf:-inf -inf:inf 0:-0 -0:0",
  positive: `nan:nan inf:inf -inf:-inf 0:0 -0:-0 ${FINITE}`,
  reciprocal: "nan:nan inf:0 -inf:-0 0:inf -0:-inf",
  round: "3:3 inf:inf -inf:-inf 0:0 -0:-0 nan:nan 2.5:2 3.5:4 -0.5:-0",
  sign: "-2:-1 -0:0 0:0 2:1 nan:nan -inf:-1 inf:1",
  sin: "nan:nan 0:0 -0:-0 inf:nan -inf:nan",
  sinh: "nan:nan 0:0 -0:-0 inf:inf -inf:-inf",
  sqrt: "nan:nan -1:nan 0:0 -0:-0 inf:inf",
  tan: "nan:nan 0:0 -0:-0 inf:nan -inf:nan",
  tanh: "nan:nan 0:0 -0:-0 inf:1 -inf:-1",
  trunc: "3:3 inf:inf -inf:-inf 0:0 -0:-0 nan:nan -0.5:-0",
  isfinite: "inf:0 -inf:0 nan:0 1:1",
  isinf: "inf:1 -inf:1 nan:0 1:0",
  isnan: "nan:1 inf:0 1:0",
  logicalNot: "nan:0 0:1 -0:1 inf:0",
  signbit: "0:0 -0:1 inf:0 -inf:1 2:0 -2:1",
};
const BINARY: Record<string, string> = {
  add: "nan,1:nan 1,nan:nan inf,-inf:nan -inf,inf:nan inf,inf:inf -inf,-inf:-inf inf,1:inf -inf,1:-inf 1,inf:inf 1,-inf:-inf -0,-0:-0 -0,0:0 0,-0:0 0,0:0 0,2:2 -0,2:2 2,0:2 2,-2:0 -2,2:0",
  subtract: "nan,1:nan inf,inf:nan -inf,-inf:nan inf,-inf:inf -0,0:-0 0,0:0 -0,-0:0 2,2:0",
  multiply:
    "nan,1:nan 1,nan:nan inf,0:nan inf,-0:nan -inf,0:nan 0,inf:nan 0,-inf:nan 2,3:6 2,-3:-6 -2,-3:6 inf,inf:inf inf,-inf:-inf -inf,-inf:inf inf,2:inf inf,-2:-inf 2,-inf:-inf -0,2:-0 -0,-2:0",
  divide:
    "nan,1:nan 1,nan:nan inf,inf:nan inf,-inf:nan 0,0:nan -0,0:nan 0,2:0 -0,2:-0 0,-2:-0 2,0:inf 2,-0:-inf -2,0:-inf -2,-0:inf inf,2:inf inf,-2:-inf -inf,2:-inf -inf,-2:inf 2,inf:0 2,-inf:-0 -2,inf:-0 -2,-inf:0 6,3:2 6,-3:-2",
  floorDivide:
    "nan,1:nan 1,nan:nan inf,inf:nan inf,-inf:nan 0,0:nan -0,-0:nan 0,2:0 -0,2:-0 0,-2:-0 -0,-2:0 2,0:inf 2,-0:-inf -2,0:-inf -2,-0:inf 2,inf:0 2,-inf:-1 -2,inf:-1 -2,-inf:0 7,2:3 -7,2:-4",
  remainder:
    "nan,1:nan 1,nan:nan inf,2:nan -inf,2:nan 0,0:nan -0,-0:nan 0,2:0 -0,2:0 0,-2:-0 -0,-2:-0 2,0:nan 2,-0:nan -2,0:nan 2,inf:2 -2,-inf:-2 2,-inf:-inf -2,inf:inf 7,2:1 -7,2:1 7,-2:-1",
  pow: "2,1:2 nan,0:1 2,0:1 inf,0:1 nan,-0:1 2,-0:1 nan,1:nan 2,nan:nan 1.5,inf:inf 1.5,-inf:0 1,inf:1 -1,inf:1 1,-inf:1 -1,-inf:1 0.5,inf:0 0.5,-inf:inf inf,2:inf inf,-2:0 -inf,3:-inf -inf,2:inf -inf,-3:-0 -inf,-2:0 0,2:0 0,-2:inf -0,3:-0 -0,2:0 -0,-3:-inf -0,-2:inf -2,0.5:nan",
  atan2:
    "nan,1:nan 1,nan:nan 2,0:pi/2 2,-0:pi/2 0,2:0 0,0:0 0,-0:pi 0,-2:pi -0,2:-0 -0,0:-0 -0,-0:-pi -0,-2:-pi -2,0:-pi/2 -2,-0:-pi/2 2,inf:0 2,-inf:pi -2,inf:-0 -2,-inf:-pi inf,2:pi/2 -inf,2:-pi/2 inf,inf:pi/4 inf,-inf:3*pi/4 -inf,inf:-pi/4 -inf,-inf:-3*pi/4",
  copysign: "0,2:0 -0,2:0 2,-0:-2 -2,0:2 nan,1:nan inf,-1:-inf -inf,1:inf",
  hypot: "inf,nan:inf nan,inf:inf -inf,2:inf 2,-inf:inf nan,2:nan 2,nan:nan 0,0:0 -0,-0:0 3,-0:3",
  logaddexp: "nan,1:nan 1,nan:nan inf,1:inf 1,inf:inf inf,inf:inf -inf,2:2 2,-inf:2 -inf,-inf:-inf",
  maximum: "nan,1:nan 1,nan:nan inf,nan:nan 1,2:2 -inf,inf:inf",
  minimum: "nan,1:nan 1,nan:nan -inf,nan:nan 1,2:1 -inf,inf:-inf",
  nextafter: "nan,1:nan 1,nan:nan -0,0:0 0,-0:-0",
  equal: "nan,nan:0 nan,1:0 1,nan:0 inf,inf:1 -inf,-inf:1 inf,-inf:0 0,-0:1 -0,0:1 0,0:1 -0,-0:1 2,2:1 2,3:0 -inf,2:0",
  notEqual: "nan,nan:1 nan,1:1 inf,inf:0 0,-0:0 2,3:1",
  greater: "nan,1:0 1,nan:0 inf,inf:0 inf,1:1 1,-inf:1 0,-0:0 -0,0:0 3,2:1",
  greaterEqual: "nan,nan:0 1,nan:0 inf,inf:1 -0,0:1 2,3:0",
  less: "nan,1:0 1,nan:0 -inf,-inf:0 1,inf:1 -0,0:0 2,3:1",
  lessEqual: "nan,nan:0 nan,1:0 -inf,-inf:1 0,-0:1 3,2:0",
  logicalAnd: "nan,1:1 0,nan:0 -0,1:0 inf,1:1",
  logicalOr: "nan,0:1 0,-0:0 0,1:1",
  logicalXor: "nan,0:1 nan,1:0 0,-0:0",
};
const UNKNOWN = "(nan,nan):(nan,nan)";
const COMPLEX: Record<string, string> = {
  abs: "(inf,nan):inf (nan,-inf):inf (-inf,2):inf (nan,2):nan (2,nan):nan (0,-0):0 (-0,0):0",
  acos: `(0,0):(pi/2,-0) (-0,0):(pi/2,-0) (0,nan):(pi/2,nan) (-0,nan):(pi/2,nan) (2,inf):(pi/2,-inf) (2,nan):(nan,nan) (-inf,2):(pi,-inf) (inf,2):(0,-inf) (-inf,inf):(3*pi/4,-inf) (inf,inf):(pi/4,-inf) (inf,nan):(nan,~inf) (-inf,nan):(nan,~inf) (nan,2):(nan,nan) (nan,inf):(nan,-inf) ${UNKNOWN}`,
  acosh: `(0,0):(0,pi/2) (-0,0):(0,pi/2) (2,inf):(inf,pi/2) (2,nan):(nan,nan) (0,nan):(nan,~pi/2) (-inf,2):(inf,pi) (inf,2):(inf,0) (-inf,inf):(inf,3*pi/4) (inf,inf):(inf,pi/4) (inf,nan):(inf,nan) (-inf,nan):(inf,nan) (nan,2):(nan,nan) (nan,inf):(inf,nan) ${UNKNOWN}`,
  asinh: `(0,0):(0,0) (2,inf):(inf,pi/2) (2,nan):(nan,nan) (inf,2):(inf,0) (inf,inf):(inf,pi/4) (inf,nan):(inf,nan) (nan,0):(nan,0) (nan,2):(nan,nan) (nan,inf):(~inf,nan) ${UNKNOWN}`,
  atanh: `(0,0):(0,0) (0,nan):(0,nan) (1,0):(inf,0) (2,inf):(0,pi/2) (2,nan):(nan,nan) (inf,2):(0,pi/2) (inf,inf):(0,pi/2) (inf,nan):(0,nan) (nan,2):(nan,nan) (nan,inf):(~0,pi/2) ${UNKNOWN}`,
  cosh: `(0,0):(1,0) (0,inf):(nan,~0) (0,nan):(nan,~0) (2,inf):(nan,nan) (2,nan):(nan,nan) (inf,0):(inf,0) (inf,1):(inf,inf) (inf,2):(-inf,inf) (inf,inf):(~inf,nan) (inf,nan):(inf,nan) (nan,0):(nan,~0) (nan,2):(nan,nan) ${UNKNOWN}`,
  exp: `(0,0):(1,0) (-0,0):(1,0) (2,inf):(nan,nan) (2,nan):(nan,nan) (inf,0):(inf,0) (-inf,1):(0,0) (-inf,2):(-0,0) (inf,1):(inf,inf) (inf,2):(-inf,inf) (-inf,inf):(~0,~0) (inf,inf):(~inf,nan) (-inf,nan):(~0,~0) (inf,nan):(~inf,nan) (nan,0):(nan,0) (nan,2):(nan,nan) ${UNKNOWN}`,
  expm1: `(0,0):(0,0) (-0,0):(0,0) (2,inf):(nan,nan) (2,nan):(nan,nan) (inf,0):(inf,0) (-inf,1):(-1,0) (inf,1):(inf,inf) (inf,2):(-inf,inf) (-inf,inf):(-1,~0) (inf,inf):(~inf,nan) (-inf,nan):(-1,~0) (inf,nan):(~inf,nan) (nan,0):(nan,0) (nan,2):(nan,nan) ${UNKNOWN}`,
  log: `(-0,0):(-inf,pi) (0,0):(-inf,0) (2,inf):(inf,pi/2) (2,nan):(nan,nan) (-inf,2):(inf,pi) (inf,2):(inf,0) (-inf,inf):(inf,3*pi/4) (inf,inf):(inf,pi/4) (inf,nan):(inf,nan) (-inf,nan):(inf,nan) (nan,2):(nan,nan) (nan,inf):(inf,nan) ${UNKNOWN}`,
  log1p: `(-1,0):(-inf,0) (2,inf):(inf,pi/2) (2,nan):(nan,nan) (-inf,2):(inf,pi) (inf,2):(inf,0) (-inf,inf):(inf,3*pi/4) (inf,inf):(inf,pi/4) (inf,nan):(inf,nan) (-inf,nan):(inf,nan) (nan,2):(nan,nan) (nan,inf):(inf,nan) ${UNKNOWN}`,
  sinh: `(0,0):(0,0) (0,inf):(~0,nan) (0,nan):(~0,nan) (2,inf):(nan,nan) (2,nan):(nan,nan) (inf,0):(inf,0) (inf,1):(inf,inf) (inf,2):(-inf,inf) (inf,inf):(~inf,nan) (inf,nan):(~inf,nan) (nan,0):(nan,0) (nan,2):(nan,nan) ${UNKNOWN}`,
  sqrt: `(0,0):(0,0) (-0,0):(0,0) (2,inf):(inf,inf) (nan,inf):(inf,inf) (-inf,inf):(inf,inf) (2,nan):(nan,nan) (-inf,2):(0,inf) (inf,2):(inf,0) (-inf,nan):(nan,~inf) (inf,nan):(inf,nan) (nan,2):(nan,nan) ${UNKNOWN}`,
  tanh: `(0,0):(0,0) (2,inf):(nan,nan) (0,inf):(0,nan) (2,nan):(nan,nan) (0,nan):(0,nan) (inf,1):(1,0) (inf,inf):(1,~0) (inf,nan):(1,~0) (nan,0):(nan,0) (nan,2):(nan,nan) ${UNKNOWN}`,
  isfinite: "(nan,1):0 (1,inf):0 (1,1):1",
  isinf: "(inf,nan):1 (nan,-inf):1 (1,1):0 (nan,1):0",
  isnan: "(nan,1):1 (1,nan):1 (inf,inf):0 (inf,nan):1",
  sign: "(0,0):(0,0) (nan,1):(nan,nan) (1,nan):(nan,nan) (3,4):(0.6,0.8)",
};

const WORDS: Record<string, number> = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, pi: Math.PI };
function numberOf(text: string): number {
  if (text.startsWith("-")) return -numberOf(text.slice(1));
  const [, times = "1", word, over = "1"] = /^(?:(\d+)\*)?(pi)(?:\/(\d+))?$/.exec(text) ?? [undefined, "1", text];
  return (Number(times) * (WORDS[word!] ?? Number(word))) / Number(over);
}
/** Whether a number is what the text says, `near` meaning how many parts of it may differ. */
function isAs(got: number, text: string, near: number): boolean {
  const wanted = numberOf(text.replace("~", ""));
  const [a, b] = text.startsWith("~") ? [Math.abs(got), Math.abs(wanted)] : [got, wanted];
  return Object.is(a, b) || (Number.isFinite(b) && b !== 0 && Math.abs(a - b) <= near * Math.abs(b));
}
const casesIn = (text: string): [args: string, wanted: string][] =>
  text.split(" ").map((one) => one.split(":") as [string, string]);
const partsOf = (text: string): string[] => text.replace(/[()]/g, "").split(",");
type Fn = (...args: unknown[]) => NDArray<"float64", 1>;
const functions = nd as unknown as Record<string, Fn>;
const shown = (value: unknown) => (Object.is(value, -0) ? "-0" : String(value));
const count = (...tables: Record<string, string>[]) =>
  tables.flatMap((table) => Object.values(table)).reduce((sum, text) => sum + casesIn(text).length, 0);

describe("special cases of the array API", () => {
  it("are listed: more than 400", () => {
    expect(count(UNARY, BINARY, COMPLEX)).toBeGreaterThan(400);
  });

  it.each(["float64", "float32"] as const)("real, %s", (dtype) => {
    const near = dtype === "float64" ? 1e-14 : 1e-6;
    const wrong: string[] = [];
    for (const [name, text] of [...Object.entries(UNARY), ...Object.entries(BINARY)]) {
      for (const [args, wanted] of casesIn(text)) {
        const got = functions[name]!(...args.split(",").map((one) => array([numberOf(one)], { dtype }))).get(0);
        if (!isAs(Number(got), wanted, near)) wrong.push(`${name}(${args}) is ${shown(Number(got))}, not ${wanted}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  const complexOf = (args: string, dtype: "complex128" | "complex64" = "complex128") => {
    const [re, im] = partsOf(args).map(numberOf) as [number, number];
    return array([{ re, im }], { dtype });
  };
  it.each(["complex128", "complex64"] as const)("%s", (dtype) => {
    const near = dtype === "complex128" ? 1e-14 : 1e-6;
    const wrong: string[] = [];
    for (const [name, text] of Object.entries(COMPLEX)) {
      for (const [args, wanted] of casesInComplex(text)) {
        const got = functions[name]!(complexOf(args, dtype)).get(0) as unknown;
        const parts = typeof got === "object" ? [(got as Complex).re, (got as Complex).im] : [Number(got)];
        const isRight = partsOf(wanted).every((one, i) => isAs(parts[i]!, one, near));
        if (!isRight) wrong.push(`${name}${args} is ${parts.map(shown)}, not ${wanted}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  /** `cos z = cosh iz`, `sin z = -i sinh iz`, and so on: the standard defines the circular functions so. */
  it.each([
    ["sin", "sinh", true],
    ["tan", "tanh", true],
    ["asin", "asinh", true],
    ["atan", "atanh", true],
    ["cos", "cosh", false],
  ] as const)("%s of complex numbers follows %s", (name, hyperbolic, isOdd) => {
    const wrong: string[] = [];
    for (const [args] of casesInComplex(COMPLEX[hyperbolic]!)) {
      const [a, b] = partsOf(args).map(numberOf) as [number, number];
      // For z = b - ia, iz is a + ib.
      const got = functions[name]!(array([{ re: b, im: -a }])).get(0) as unknown as Complex;
      const of = functions[hyperbolic]!(array([{ re: a, im: b }])).get(0) as unknown as Complex;
      const [re, im] = isOdd ? [of.im, -of.re] : [of.re, of.im];
      const isLike = (x: number, y: number) => Object.is(Math.abs(x), Math.abs(y)) || Math.abs(x - y) <= 1e-14;
      if (!isLike(got.re, re) || !isLike(got.im, im)) wrong.push(`${name} of (${b},${-a}): ${shown(got.re)},${got.im}`);
    }
    expect(wrong).toEqual([]);
  });
});

function casesInComplex(text: string): [args: string, wanted: string][] {
  return text.split(" ").map((one) => {
    const end = one.indexOf("):") + 1;
    return [one.slice(0, end), one.slice(end + 1)];
  });
}
