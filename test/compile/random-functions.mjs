/**
 * Random functions of elements and random elements, for tests that compare compiled loops with JavaScript's own. The
 * same seed gives the same functions. Used by the tests of `compile/`, `ir/` and `math/` and, for longer, by
 * `test/stress`.
 */

/** @returns {() => number} numbers in [0, 1) (mulberry32) */
export function randomNumbers(/** @type {number} */ seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const BIG = new Set(["int64", "uint64"]);

/** A function of one or two elements, as source. */
export function randomFunction(
  /** @type {() => number} */ random,
  /** @type {string[]} */ dtypes,
  /** @type {string} */ target,
) {
  const pick = (/** @type {any[]} */ list) => list[Math.floor(random() * list.length)];
  const names = ["x", "y"].slice(0, dtypes.length);
  const byKind = (/** @type {(dtype: string) => boolean} */ is) => names.filter((_, i) => is(dtypes[i]));
  const bigs = byKind((d) => BIG.has(d));
  const bools = byKind((d) => d === "bool");
  const numbers = byKind((d) => !BIG.has(d) && d !== "bool");
  const literals = ["0", "1", "2", "3", "-1", "0.5", "0.1", "255", "1e9", "-0", "65536.5", "1e300", "4294967296"];

  /** @type {(depth: number) => string} */
  const number = (depth) => {
    if (depth <= 0 || random() < 0.15) {
      if (numbers.length > 0 && random() < 0.75) return pick(numbers);
      if (bools.length > 0 && random() < 0.5) return `(+${pick(bools)})`;
      return random() < 0.2 ? pick(["p.a", "p.b.c"]) : `(${pick(literals)})`;
    }
    const n = () => number(depth - 1);
    switch (Math.floor(random() * 15)) {
      case 0:
      case 1:
        return `(${n()} + ${n()})`;
      case 2:
        return `(${n()} - ${n()})`;
      case 3:
      case 4:
        return `(${n()} * ${n()})`;
      case 5:
        return `(${n()} / ${n()})`;
      case 6:
        return `(-(${n()}))`;
      case 7:
        return `Math.${pick(["abs", "floor", "ceil", "trunc", "round", "sqrt", "sign", "fround"])}(${n()})`;
      case 8:
        return `Math.${pick(["min", "max", "imul"])}(${n()}, ${n()})`;
      case 9:
        return `(${boolean(depth - 1)} ? ${n()} : ${n()})`;
      case 10:
        return `(${n()} ${pick(["&", "|", "^"])} ${n()})`;
      case 11:
        return `(${n()} ${pick(["<<", ">>", ">>>"])} ${pick(["1", "5", "31", "33"])})`;
      case 12:
        return `(~(${n()}))`;
      case 13:
        return random() < 0.5 ? `(${n()} % ${n()})` : `(${n()} ** 2)`;
      default:
        return `(${n()} ${pick(["&&", "||"])} ${n()})`;
    }
  };
  /** @type {(depth: number) => string} */
  const boolean = (depth) => {
    if (bools.length > 0 && random() < 0.3) return pick(bools);
    const compare = pick(["<", "<=", ">", ">=", "===", "!=="]);
    if (bigs.length > 0 && random() < 0.5) return `(${pick(bigs)} ${compare} ${pick([...bigs, "5n", "(-3n)"])})`;
    if (depth <= 0 || random() < 0.6) return `(${number(depth - 1)} ${compare} ${number(depth - 1)})`;
    if (random() < 0.3) return `!${boolean(depth - 1)}`;
    return `(${boolean(depth - 1)} ${pick(["&&", "||"])} ${boolean(depth - 1)})`;
  };
  /** @type {(depth: number) => string} */
  const big = (depth) => {
    if (depth <= 0 || random() < 0.2)
      return random() < 0.7 && bigs.length > 0 ? pick(bigs) : pick(["3n", "(-7n)", "12345678901234567n", "p.big"]);
    const b = () => big(depth - 1);
    if (random() < 0.2) return `(${boolean(depth - 1)} ? ${b()} : ${b()})`;
    if (random() < 0.2) return `(${pick(["-", "~"])}(${b()}))`;
    return `(${b()} ${pick(["+", "-", "*", "&", "|", "^"])} ${b()})`;
  };

  const value = BIG.has(target) ? big : target === "bool" && random() < 0.5 ? boolean : number;
  const parameters = [...names, "p"].join(", ");
  const shape = random();
  if (shape < 0.6) return `(${parameters}) => ${value(3)}`;
  if (shape < 0.8)
    return `(${parameters}) => { const t = ${value(2)}; if (${boolean(1)}) return t; return ${value(2)}; }`;
  const start = value(2);
  const branches = `if (${boolean(1)}) t = ${value(2)}; else { t = ${value(1)}; }`;
  return `(${parameters}) => { let t = ${start}; ${branches} return t; }`;
}

/** The parameters that random functions use. */
export const randomParams = { a: 1.25, b: { c: -0.1 }, big: 2n ** 40n + 1n };

const SPECIAL = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  2 ** 53,
  5e-324,
  1.7976931348623157e308,
  0.49999999999999994,
  255.5,
  65504,
  3.4e38,
  1e-45,
];

/** Fills an array with random bits, small numbers and special ones. */
export function fillRandom(/** @type {any} */ array, /** @type {() => number} */ random) {
  const { dtype, size } = array;
  const bits = () => BigInt(Math.floor(random() * 2 ** 32)) * 2n ** 32n + BigInt(Math.floor(random() * 2 ** 32));
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < size; i++) {
    const kind = random();
    if (BIG.has(dtype)) {
      const wrap = dtype === "int64" ? BigInt.asIntN : BigInt.asUintN;
      array.set(i, wrap(64, kind < 0.5 ? bits() : BigInt(Math.floor(random() * 20) - 10)));
    } else if (dtype === "bool") array.set(i, random() < 0.5);
    else if (kind < 0.35) {
      view.setBigUint64(0, bits());
      array.set(
        i,
        dtype === "float32" ? view.getFloat32(0) : dtype.startsWith("float") ? view.getFloat64(0) : view.getInt32(0),
      );
    } else if (kind < 0.6) array.set(i, SPECIAL[Math.floor(random() * SPECIAL.length)]);
    else if (kind < 0.8) array.set(i, Math.floor(random() * 200) - 100);
    else array.set(i, (random() - 0.5) * 10 ** (random() * 12 - 6));
  }
}
