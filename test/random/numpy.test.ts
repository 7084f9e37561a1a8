/** The numbers are NumPy's: those of `np.random.Generator(np.random.Philox(seed))`, and so is the state afterwards. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { array, type NDArray, random } from "shared-ndarray";
import { describe, expect, it } from "vitest";

interface State {
  readonly counter: string[];
  readonly key: string[];
  readonly bufferPos: number;
  readonly hasUint32: boolean;
  readonly uinteger: number;
}
interface Case {
  readonly method: string;
  readonly args: unknown[];
  readonly options: { readonly dtype?: string; readonly shape?: unknown };
  readonly shape: number[];
  readonly sha?: string;
  readonly dtype?: string;
  readonly values?: number[];
  readonly state: State;
  readonly next: number;
}
interface Oracle {
  readonly seed: number;
  readonly exact: Case[];
  readonly near: Case[];
  readonly mixed: { readonly values: number[]; readonly state: State };
  readonly seeds: {
    readonly seed: string | string[];
    readonly state: number[];
    readonly child: string[];
    readonly raw: string;
    readonly after: State;
    readonly jumped: State;
    readonly advanced: State;
  }[];
  readonly tails: Record<"normal" | "exponential", { readonly sha: string; readonly tail: number[] }>;
  readonly spawned: number[];
  readonly bytes: number[];
}
const file = join(import.meta.dirname, "../oracle/random-cases.json.gz");
const oracle = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Oracle;

const generator = () => random.defaultRng(oracle.seed);
const sha = (bytes: Uint8Array | ArrayBufferView) =>
  createHash("sha256")
    .update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    .digest("hex");
const digest = (a: NDArray<"float64">) => sha(a.toTypedArray());
const stateOf = ({ state }: random.Philox): State => ({
  ...state,
  counter: state.counter.map(String),
  key: state.key.map(String),
});
/** The arguments of a case: bigints are written as objects, and options go last, after NumPy's arguments. */
function argsOf({ method, args, options }: Case): unknown[] {
  const values = args.map((one) =>
    typeof one === "object" && one !== null && "bigint" in one ? BigInt(one.bigint as string) : one,
  );
  return Object.keys(options).length === 0
    ? values
    : [...values, ...(method === "integers" && args.length < 2 ? [undefined] : []), options];
}
function draw(one: Case): { readonly rng: random.Generator; readonly made: NDArray<"float64"> } {
  const rng = generator();
  const methods = rng as unknown as Record<string, (...args: unknown[]) => NDArray<"float64">>;
  return { rng, made: methods[one.method]!(...argsOf(one)) };
}
const title = ({ method, args, options }: Case) => `${method}(${JSON.stringify([...args, options]).slice(1, -1)})`;

describe("equal bits", () => {
  it.each(oracle.exact.map((one) => [title(one), one] as const))("%s", (_, one) => {
    const { rng, made } = draw(one);
    expect([made.dtype, made.shape]).toEqual([one.dtype, one.shape]);
    expect(digest(made)).toBe(one.sha);
    expect(stateOf(rng.bitGenerator)).toEqual(one.state);
    expect(rng.random()).toBe(one.next);
  });
});

describe("equal up to the last bits, where a logarithm or a power is the result", () => {
  it.each(oracle.near.map((one) => [title(one), one] as const))("%s", (_, one) => {
    const { rng, made } = draw(one);
    expect(made.shape).toEqual(one.shape);
    const found = made.toTypedArray();
    // A sum of parts is as near as the largest part.
    const isSum = ["laplace", "gumbel", "logistic", "multivariateNormal"].includes(one.method);
    const isSteep = (one.args[0] as number) < 0.01; // a power of 1000
    const room = (value: number) => (isSum ? 4e-15 : (isSteep ? 1e-12 : 5e-15) * Math.abs(value));
    const far = one.values!.filter((value, i) => Math.abs(value - found[i]!) > room(value));
    expect(far).toEqual([]);
    expect(stateOf(rng.bitGenerator)).toEqual(one.state);
    expect(rng.random()).toBe(one.next);
  });
});

describe("long draws", () => {
  const split = (made: NDArray<"float64">, limit: number) => {
    const values = made.toTypedArray();
    const tail = values.filter((x) => Math.abs(x) > limit);
    return { tail, rest: values.map((x) => (Math.abs(x) > limit ? 0 : x)) };
  };
  it.each([
    ["normal", (rng: random.Generator) => rng.standardNormal(1e6), 3.654152885361009],
    ["exponential", (rng: random.Generator) => rng.standardExponential(1e6), 7.69711747013105],
  ] as const)("%s: all but the tail, and the tail up to the last bit", (name, make, limit) => {
    const { tail, rest } = split(make(generator()), limit);
    const wanted = oracle.tails[name];
    expect(sha(rest)).toBe(wanted.sha);
    expect(tail.length).toBe(wanted.tail.length);
    expect(tail.length).toBeGreaterThan(200);
    expect(wanted.tail.filter((x, i) => Math.abs(x - tail[i]!) > 4.5e-16 * Math.abs(x))).toEqual([]);
  });
});

describe("draws of 32 and of 64 bits by turns", () => {
  it("keep in step", () => {
    const rng = generator();
    const drawn: number[] = [];
    for (let i = 0; i < 50; i++) {
      drawn.push(rng.integers(10), rng.random(), rng.random(undefined, { dtype: "float32" }), rng.standardNormal());
      drawn.push(...rng.integers(0, 5, { shape: 3 }).toArray(), ...rng.random(2).toArray());
      drawn.push(...rng.random(5, { dtype: "float32" }).toArray(), rng.integers(0, 200, { dtype: "uint8" }));
      drawn.push(rng.integers(7), rng.standardExponential());
    }
    expect(drawn).toEqual(oracle.mixed.values);
    expect(stateOf(rng.bitGenerator)).toEqual(oracle.mixed.state);
  });
  it("bytes", () => {
    expect([...generator().bytes(1001)]).toEqual(oracle.bytes);
    expect(generator().bytes(0)).toEqual(new Uint8Array());
  });
});

describe("seeds", () => {
  it.each(oracle.seeds.map((one) => [String(one.seed), one] as const))("%s", (_, one) => {
    const seed = Array.isArray(one.seed) ? one.seed.map(BigInt) : BigInt(one.seed);
    const sequence = new random.SeedSequence(seed);
    expect([...sequence.generateState(7)]).toEqual(one.state);
    const child = sequence.spawn(3)[2]!.spawn(1)[0]!;
    expect([...child.generateState(3, { dtype: "uint64" })].map(String)).toEqual(one.child);
    const bits = new random.Philox(seed);
    expect(sha(bits.randomRaw(1e6).toTypedArray())).toBe(one.raw);
    expect(stateOf(bits)).toEqual(one.after);
    expect(stateOf(bits.jumped(3))).toEqual(one.jumped);
    expect(stateOf(bits.advance(12345))).toEqual(one.advanced);
  });
  it("of children", () => {
    expect(
      generator()
        .spawn(3)
        .map((rng) => rng.random()),
    ).toEqual(oracle.spawned);
  });
});

describe("shuffle", () => {
  it("is permutation in place, along any axis and in any layout", () => {
    const order = generator().permutation(40).toArray();
    const items = Array.from({ length: 40 }, (_, i) => i);
    generator().shuffle(items);
    expect(items).toEqual(order);
    const wide = array([items, items.map((i) => -i)], { dtype: "int16" });
    const turned = wide.T.flip(1);
    const before = turned.toArray();
    generator().shuffle(turned);
    expect(turned.toArray()).toEqual(order.map((i) => before[i]));
  });
});
