// Loops written by hand, which do the least that the work of a row needs: they read each operand once, 16 bytes at a
// time, and write the result once, on one thread or on two. Some also divide, or compute a polynomial.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import wabtInit from "wabt";
import { median } from "../report.mjs";

const range = (count) => [...Array(count).keys()];
const wabt = await wabtInit();

/** Where the streams begin: after the words by which two threads meet. */
const FIRST = 65_536;
const [START, DONE] = [0, 16];

/**
 * The text of a module, whose `f` works on a number of steps: operands `p0`, `p1`, …, the result `r`.
 *
 * @param reads bytes of an element of each operand
 * @param write bytes of an element of the result, 0 for none
 * @param compute makes expressions that are computed one after the other of each vector `x`, with the last one as `s`
 */
function moduleText({ reads, write, compute }) {
  const step = stepOf({ reads, write });
  const count = (bytes) => (step * bytes) / 16;
  const load = (k, j) => `(v128.load offset=${16 * j} (local.get $p${k}))`;
  const xor = (list) => list.reduce((a, b) => `(v128.xor ${a} ${b})`);
  const widest = Math.max(write, ...reads);
  // The vectors of a step: as many as the result has, or the widest operand.
  const vectors = range(count(write || widest)).map((j) => {
    const ours = reads.map((bytes, k) => {
      const each = count(bytes) / count(write || widest);
      return each <= 1 ? load(k, Math.floor(j * each)) : xor(range(each).map((i) => load(k, j * each + i)));
    });
    return ours.length === 0 ? constant("i32x4", 1) : xor(ours);
  });
  const put = (name, j, value) => `(local.set $${name}${j} ${value})`;
  const got = (name) => (j) => `(local.get $${name}${j})`;
  const [x, s] = [got("x"), got("s")];
  const computed = compute.flatMap((expression, i) =>
    vectors.map((_, j) => put("s", j, expression(x(j), i === 0 ? x(j) : s(j)))),
  );
  const results = vectors.map((_, j) => (compute.length > 0 ? s(j) : x(j)));
  const kept = results.map((value, j) =>
    write > 0
      ? `(v128.store offset=${16 * j} (local.get $r) ${value})`
      : put("a", j % 4, `(v128.xor ${got("a")(j % 4)} ${value})`),
  );
  const advance = (name, bytes) => `(local.set $${name} (i32.add (local.get $${name}) (i32.const ${step * bytes})))`;
  const params = [...reads.map((_, k) => `p${k}`), "r", "steps"].map((name) => `(param $${name} i32)`);
  const locals = ["x", "s", "a"].flatMap((name) =>
    range(Math.max(4, vectors.length)).map((j) => `(local $${name}${j} v128)`),
  );
  return `(module (import "m" "m" (memory 1 65536 shared)) (func (export "f") ${params.join(" ")} ${locals.join(" ")}
    (loop $l ${vectors.map((vector, j) => put("x", j, vector)).join(" ")} ${computed.join(" ")} ${kept.join(" ")}
      ${reads.map((bytes, k) => advance(`p${k}`, bytes)).join(" ")} ${advance("r", write)}
      (br_if $l (local.tee $steps (i32.sub (local.get $steps) (i32.const 1)))))
    (v128.store (i32.const 256) ${xor(range(4).map(got("a")))})))`;
}

/** Elements of a step: at least 64 bytes of the widest stream, and 16 of the narrowest. */
function stepOf({ reads, write }) {
  const sizes = [...reads, write].filter((bytes) => bytes > 0);
  return Math.max(64 / Math.max(...sizes), 16 / Math.min(...sizes));
}

const constant = (lanes, value) =>
  `(v128.const ${lanes} ${Array(Number(lanes.at(-1)))
    .fill(value)
    .join(" ")})`;
/** What is computed of each vector, in lanes such as "f64x2": the arguments of `compute`. */
export const COMPUTING = {
  nothing: () => [],
  division: (lanes) => [(x) => `(${lanes}.div ${constant(lanes, 1.5)} ${x})`],
  squareRoot: (lanes) => [(x) => `(${lanes}.sqrt ${x})`],
  /** Integers of 64 bits have no division of vectors. */
  quotient: () => [
    (x) =>
      [0, 1].reduce(
        (made, lane) =>
          `(i64x2.replace_lane ${lane} ${made} (i64.div_s (i64.const 123456789) (i64.or (i64.const 1) (i64x2.extract_lane ${lane} ${x}))))`,
        x,
      ),
  ],
  polynomial: (lanes, degree) =>
    range(degree).map(() => (x, s) => `(${lanes}.add (${lanes}.mul ${s} ${x}) ${constant(lanes, 0.5)})`),
};

const partner = `
  import { workerData } from "node:worker_threads";
  const { memory, bytes, pointers, steps } = workerData;
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { m: memory } }).exports;
  const words = new Int32Array(memory.buffer);
  for (let seen = 0; ; ) {
    let now;
    while ((now = Atomics.load(words, ${START})) === seen) {}
    if (now < 0) break;
    seen = now;
    f(...pointers, steps);
    Atomics.store(words, ${DONE}, now);
  }`;

/**
 * The time that such a loop takes for so many elements, in microseconds: the median of its runs in 40 ms, after warming up.
 *
 * @param threads 1 or 2, each with a half
 */
export async function streamUs({ reads, write, compute = COMPUTING.nothing(), n, threads }) {
  const step = stepOf({ reads, write });
  const sizes = [...reads, write];
  const half = Math.ceil(n / threads / step) * step;
  const starts = sizes.map(
    (_, k) => FIRST + sizes.slice(0, k).reduce((sum, bytes) => sum + 64 * bytes + bytes * 2 * half, 0),
  );
  const end = starts.at(-1) + 2 * half * write + 64;
  const pages = Math.ceil(end / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  new Float32Array(memory.buffer, FIRST).fill(0.5);
  const { buffer } = wabt
    .parseWat("stream", moduleText({ reads, write, compute }), { simd: true, threads: true })
    .toBinary({});
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(buffer), { m: { m: memory } }).exports;
  const words = new Int32Array(memory.buffer);
  const steps = half / step;
  const ours = () => f(...starts, steps);
  let run = ours;
  let worker;
  if (threads === 2) {
    const pointers = starts.map((start, k) => start + half * sizes[k]);
    const workerData = { memory, bytes: buffer, pointers, steps };
    worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(partner)}`), { workerData });
    await once(worker, "online");
    let turn = 0;
    run = () => {
      Atomics.store(words, START, ++turn);
      ours();
      while (Atomics.load(words, DONE) !== turn) {}
    };
  }
  const times = [];
  for (const until = performance.now() + 30; performance.now() < until; ) run();
  for (const until = performance.now() + 40; times.length < 3 || performance.now() < until; ) {
    const began = performance.now();
    run();
    times.push(1000 * (performance.now() - began));
  }
  if (worker) {
    Atomics.store(words, START, -1);
    await once(worker, "exit");
  }
  return median(times);
}
