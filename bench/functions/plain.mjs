// Plain JavaScript loops for some rows, as a user would write them over typed arrays without this package.

const UNARY = {
  abs: "Math.abs(x[i])",
  negative: "-x[i]",
  square: "x[i] * x[i]",
  sqrt: "Math.sqrt(x[i])",
  exp: "Math.exp(x[i])",
  log: "Math.log(x[i])",
  sin: "Math.sin(x[i])",
  tanh: "Math.tanh(x[i])",
};
const BINARY = {
  add: "x[i] + y[i]",
  subtract: "x[i] - y[i]",
  multiply: "x[i] * y[i]",
  divide: "x[i] / y[i]",
  maximum: "Math.max(x[i], y[i])",
  hypot: "Math.hypot(x[i], y[i])",
  pow: "x[i] ** y[i]",
  "map, x * y + 1": "x[i] * y[i] + 1",
};
const PREDICATES = { greater: "x[i] > y[i]", equal: "x[i] === y[i]" };
const REDUCTIONS = {
  sum: ["0", "r += x[i]"],
  max: ["-Infinity", "if (x[i] > r) r = x[i]"],
  dot: ["0", "r += x[i] * y[i]"],
  argmax: ["0", "if (x[i] > x[r]) r = i"],
};

const loop = (body, result = "") =>
  new Function("x", "y", "o", `for (let i = 0; i < x.length; i++) ${body}; ${result}`);
const all = new Map([
  ...Object.entries({ ...UNARY, ...BINARY }).map(([name, text]) => [name, loop(`o[i] = ${text}`)]),
  ...Object.entries(PREDICATES).map(([name, text]) => [name, loop(`o[i] = ${text} ? 1 : 0`)]),
  ...Object.entries(REDUCTIONS).map(([name, [first, step]]) => [
    name,
    new Function("x", "y", "o", `let r = ${first}; for (let i = 0; i < x.length; i++) { ${step}; } return r;`),
  ]),
  ["copy", (x, _, o) => o.set(x)],
  ["sort", (x) => x.slice().sort()],
  ["cumulativeSum", new Function("x", "y", "o", "let s = 0; for (let i = 0; i < x.length; i++) o[i] = s += x[i];")],
]);

/** The loop for a row of contiguous float64 arrays, over typed arrays of its own; `undefined` if it has none. */
export function plainLoop(name, { x, y }, dtype, layout) {
  const run = all.get(name);
  if (!run || dtype !== "float64" || layout !== "contiguous") return undefined;
  const [a, b] = [Float64Array.from(x.flat), Float64Array.from(y.flat)];
  const isTruth = name in PREDICATES;
  const o = isTruth ? new Uint8Array(a.length) : new Float64Array(a.length);
  return () => run(a, b, o);
}
