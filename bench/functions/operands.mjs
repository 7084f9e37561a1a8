// The operands of a row, by name: the same as in numpy_side.py.

/** Elements of each dtype: integers from 1 to 97, floats between 0 and 1, every third bool. */
const first = (k, dtype) => {
  const value = ((k * 7919) % 97) + 1;
  if (dtype === "bool") return k % 3 === 0 ? 1 : 0;
  return dtype.startsWith("float") ? value / 98 : value;
};
/** The second operand: integers from 1 to 7, which are shifts and exponents too. */
const second = (k, dtype) => {
  const value = ((k * 31) % 7) + 1;
  if (dtype === "bool") return k % 2;
  return dtype.startsWith("float") ? value / 8 : value;
};
/** Positions in an order without a pattern: the same generator in both languages. */
export const scattered = (count, below) => {
  const list = new Int32Array(count);
  for (let k = 0, state = 1; k < count; k++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    list[k] = Math.floor((state / 2 ** 32) * below);
  }
  return list;
};

/** What was filled before, by shape, dtype and pattern. Rows get copies, because some of them write to their operands. */
const patterns = new Map();
const MOST_PATTERNS = 24;

function filled(nd, shape, dtype, value, pattern) {
  const key = `${shape} ${dtype} ${pattern}`;
  let known = patterns.get(key);
  if (!known) {
    if (patterns.size >= MOST_PATTERNS) patterns.clear();
    known = newFilled(nd, shape, dtype, value);
    patterns.set(key, known);
  }
  return known.copy();
}

function newFilled(nd, shape, dtype, value) {
  const a = nd.zeros(shape, { dtype });
  const flat = a.flat;
  const put = dtype === "int64" ? (k) => BigInt(value(k, dtype)) : (k) => value(k, dtype);
  for (let k = 0; k < flat.length; k++) flat[k] = put(k);
  return a;
}

/** @param layout with "strided", every second element of an array that is twice as long */
export function operandsOf(nd, { of }, n, dtype, layout) {
  const side = Math.max(3, Math.floor(Math.sqrt(n)));
  const isSquare = of === "square" || of === "ordered";
  const shape = isSquare ? [side, side] : [n];
  const make = (value, pattern) => {
    if (layout === "contiguous") return filled(nd, shape, dtype, value, pattern);
    return filled(nd, shape.with(-1, 2 * shape.at(-1)), dtype, value, pattern).slice("...", "::2");
  };
  const order = (k) => (of === "sorted" ? k : scatteredValues(n)[k]);
  const x = of === "shuffled" || of === "sorted" ? make((k, d) => cast(order(k % n), d), of) : make(first, "first");
  const y = make(second, "second");
  const masked = (length) => filled(nd, length, "bool", (k) => (k % 3 === 0 ? 1 : 0), "mask");
  const few = Math.max(1, Math.floor(n / 10));
  return {
    n,
    side,
    dtype,
    x,
    y,
    get x2() {
      return x.copy();
    },
    m: masked(shape),
    mr: masked([side]),
    i: nd.array(scattered(few, n)),
    r: nd.array(scattered(Math.ceil(side / 2), side)),
    get wanted() {
      return nd.array(scattered(few, n)).astype(dtype);
    },
    get order() {
      return of === "ordered" ? nd.argsort(x, { axis: 1 }) : undefined;
    },
    line: filled(nd, [side], dtype === "bool" ? "uint8" : dtype, second, "second"),
    get list() {
      return x.toArray();
    },
  };
}

let values;
const scatteredValues = (n) => {
  if (values?.length !== n) values = scattered(n, n);
  return values;
};
const cast = (value, dtype) => (dtype === "uint8" ? value % 256 : value);
