// What this engine and machine can do at best, for rows of `bench:functions` that miss their targets: the smallest loops
// that do the same amount of work, written by hand in WebAssembly, without the package.
import wabtInit from "wabt";
import { keep, median, provenance } from "./report.mjs";

const N = 1_000_000;
const wabt = await wabtInit();
const memory = new WebAssembly.Memory({ initial: 600, maximum: 600, shared: true });
const range = (count) => [...Array(count).keys()];

function compiled(params, locals, body) {
  const text = `(module (import "m" "m" (memory 1 65536 shared)) (func (export "f") ${params.map((p) => `(param $${p} i32)`).join(" ")}
    ${locals.map((l) => `(local $${l} v128)`).join(" ")} ${body}))`;
  const { buffer } = wabt.parseWat("bound", text, { simd: true, threads: true }).toBinary({});
  return new WebAssembly.Instance(new WebAssembly.Module(buffer), { m: { m: memory } }).exports.f;
}
const advance = (name, bytes) => `(local.set $${name} (i32.add (local.get $${name}) (i32.const ${bytes})))`;
const whileBelow = (name) => `(br_if $l (i32.lt_u (local.get $${name}) (local.get $end)))`;

/** A polynomial of some degree for each element, in place: what a function of one operand needs at least. */
const polynomial = (degree, lanes) => {
  const x = "(local.get $x)";
  const all = (value) =>
    `(v128.const ${lanes} ${Array(Number(lanes.at(-1)))
      .fill(value)
      .join(" ")})`;
  const value = range(degree).reduce((sum) => `(${lanes}.add (${lanes}.mul ${sum} ${x}) ${all(0.5)})`, all(1));
  const load = "(local.set $x (v128.load (local.get $p)))";
  const body = `(loop $l ${load} (v128.store (local.get $p) ${value}) ${advance("p", 16)} ${whileBelow("p")})`;
  return compiled(["p", "end"], ["x"], body);
};
/** Reading all elements once, into four sums. */
const sum = compiled(
  ["p", "end"],
  range(4).map((i) => `s${i}`),
  `(loop $l ${range(4)
    .map((i) => `(local.set $s${i} (f64x2.add (local.get $s${i}) (v128.load offset=${16 * i} (local.get $p))))`)
    .join(" ")} ${advance("p", 64)} ${whileBelow("p")})
   (v128.store (i32.const 0) (f64x2.add (f64x2.add (local.get $s0) (local.get $s1)) (f64x2.add (local.get $s2) (local.get $s3))))`,
);
/** Two operands and a result in one memory. */
const add = compiled(
  ["p", "q", "r", "end"],
  [],
  `(loop $l ${range(4)
    .map(
      (i) =>
        `(v128.store offset=${16 * i} (local.get $r) (f64x2.add (v128.load offset=${16 * i} (local.get $p)) (v128.load offset=${16 * i} (local.get $q))))`,
    )
    .join(" ")} ${advance("p", 64)} ${advance("q", 64)} ${advance("r", 64)} ${whileBelow("p")})`,
);
/** As `add`, but a comparison, whose masks of 64 bits are joined to sixteen bytes. */
const joined = (first, count) => {
  if (count === 1)
    return `(f64x2.lt (v128.load offset=${16 * first} (local.get $p)) (v128.load offset=${16 * first} (local.get $q)))`;
  const parts = `${joined(first, count / 2)} ${joined(first + count / 2, count / 2)}`;
  if (count === 2) return `(i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 ${parts})`;
  return `(${count === 4 ? "i16x8.narrow_i32x4_s" : "i8x16.narrow_i16x8_s"} ${parts})`;
};
const compare = compiled(
  ["p", "q", "r", "end"],
  [],
  `(loop $l (v128.store (local.get $r) (v128.and ${joined(0, 8)} (i8x16.splat (i32.const 1))))
    ${advance("p", 128)} ${advance("q", 128)} ${advance("r", 16)} ${whileBelow("p")})`,
);
/** A tile of 4 rows by 2 vectors of a matrix product, over packed panels: 16 multiplications and additions a step. */
const tile = compiled(
  ["p", "q", "end"],
  ["a", "b0", "b1", ...range(8).map((i) => `c${i}`)],
  `(loop $l (local.set $b0 (v128.load (local.get $q))) (local.set $b1 (v128.load offset=16 (local.get $q)))
    ${range(4)
      .map(
        (row) => `(local.set $a (v128.load64_splat offset=${8 * row} (local.get $p)))
      ${[0, 1].map((v) => `(local.set $c${2 * row + v} (f64x2.add (local.get $c${2 * row + v}) (f64x2.mul (local.get $a) (local.get $b${v}))))`).join(" ")}`,
      )
      .join(" ")}
    ${advance("p", 32)} ${advance("q", 32)} ${whileBelow("p")})
   ${range(8)
     .map((i) => `(v128.store offset=${16 * i} (i32.const 0) (local.get $c${i}))`)
     .join(" ")}`,
);
/** A call with the eleven arguments of a kernel of three operands, which does nothing. */
const nothing = compiled(
  range(11).map((i) => `a${i}`),
  [],
  "",
);

function measured(work, turns = 1) {
  for (const end = performance.now() + 200; performance.now() < end; ) work();
  const times = [];
  for (const end = performance.now() + 300; performance.now() < end; ) {
    const began = performance.now();
    for (let i = 0; i < turns; i++) work();
    times.push((1000 * (performance.now() - began)) / turns);
  }
  return median(times);
}

const [A, B, C] = [65536, 65536 + 8 * N, 65536 + 16 * N];
new Float64Array(memory.buffer, A, 3 * N).fill(0.5);
const rows = [];
const record = (work, us, more = {}) => {
  rows.push({ work, us: Number(us.toPrecision(4)), ...more });
  console.log(work.padEnd(64), us.toFixed(3).padStart(10), "us", ...Object.values(more));
};
for (const degree of [5, 11, 20]) {
  record(`polynomial of degree ${degree}, 1M float64 in place`, measured(polynomialOf(degree, "f64x2", 8)));
}
for (const degree of [5, 12]) {
  record(`polynomial of degree ${degree}, 1M float32 in place`, measured(polynomialOf(degree, "f32x4", 4)));
}
function polynomialOf(degree, lanes, bytes) {
  const run = polynomial(degree, lanes);
  return () => run(A, A + bytes * N);
}
record(
  "comparison of two operands, 1M float64, one memory",
  measured(() => compare(A, B, C, A + 8 * N)),
);
record(
  "sum of 1M float64",
  measured(() => sum(A, A + 8 * N)),
);
record(
  "sum of two operands, 1M float64, one memory",
  measured(() => add(A, B, C, A + 8 * N)),
);
const copyFrom = new Float64Array(new SharedArrayBuffer(8 * N)).fill(1);
const copyTo = new Float64Array(memory.buffer, A, N);
record(
  "copy of 1M float64 from another block",
  measured(() => copyTo.set(copyFrom)),
);
const DEPTH = 256;
const tileUs = measured(() => tile(A, A + 32 * DEPTH, A + 32 * DEPTH), 1000);
const gigaflops = (2 * 16 * DEPTH) / tileUs / 1000;
record("tile of a matrix product, 256 steps", tileUs, { "GFLOP/s": Number(gigaflops.toPrecision(3)) });
record("1000 × 1000 by 1000 × 1000 at that rate, one thread", 2e9 / gigaflops / 1000);
record(
  "a call into WebAssembly with 11 numbers",
  measured(() => nothing(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), 1000),
);
keep(`bounds-node${process.versions.node.split(".")[0]}.json`, { ...provenance(), rows });
