/** gcd and lcm against Euclid's algorithm with bigints: small integers are divided as floats, large ones are not. */
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { randomNumbers } from "../compile/random-functions.mjs";

const euclid = (a: bigint, b: bigint): bigint => (b === 0n ? a : euclid(b, a % b));
const size = (a: bigint): bigint => (a < 0n ? -a : a);

/** Numbers of all sizes, the ends of the range, and neighbours of Fibonacci's series, which take the most steps. */
function pairsOf(bits: number, wrap: (x: bigint) => bigint): [bigint, bigint][] {
  const random = randomNumbers(bits);
  const any = () => {
    let value = 0n;
    for (let i = Math.floor(random() * (bits + 1)); i > 0; i--) value = 2n * value + (random() < 0.5 ? 1n : 0n);
    return wrap(value);
  };
  const edges = [
    0n,
    1n,
    2n ** 52n - 1n,
    2n ** 52n,
    2n ** 53n + 1n,
    2n ** BigInt(bits - 1),
    2n ** BigInt(bits) - 1n,
  ].map(wrap);
  const pairs = Array.from({ length: 500 }, (): [bigint, bigint] => [any(), any()]);
  for (const a of edges) for (const b of edges) pairs.push([a, b]);
  for (let [a, b] = [1n, 1n]; b < 2n ** BigInt(bits - 1); [a, b] = [b, a + b]) pairs.push([a, b], [b, a]);
  return pairs;
}

describe("gcd and lcm", () => {
  it.each(["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const)("%s", (dtype) => {
    const bits = Number(dtype.replace(/\D/g, ""));
    const wrap = (x: bigint) => (dtype[0] === "i" ? BigInt.asIntN : BigInt.asUintN)(bits, x);
    const pairs = pairsOf(bits, wrap);
    const operand = (at: 0 | 1) => nd.array(pairs.map((pair) => pair[at])).astype(dtype);
    const found = (fn: typeof nd.gcd) => [...fn(operand(0), operand(1))].map(BigInt);
    const divisors = pairs.map(([a, b]) => euclid(size(a), size(b)));
    expect(found(nd.gcd)).toEqual(divisors.map(wrap));
    const multiples = pairs.map(([a, b], i) => (divisors[i] === 0n ? 0n : (size(a) / divisors[i]!) * size(b)));
    expect(found(nd.lcm)).toEqual(multiples.map(wrap));
  });
});

describe("powers of integers", () => {
  it.each(["int8", "int32", "int64"] as const)("name the lowest exponent if one is negative: %s", (dtype) => {
    const exponents = nd.array([3, 0, -2, 5, -7, 1, -1, 2]).astype(dtype);
    expect(() => nd.pow(exponents, exponents)).toThrow("at least 0, got -7");
    expect(() => nd.pow(2, exponents.slice("::2"))).toThrow("at least 0, got -7");
    expect(() => nd.pow(2, exponents.slice("2:4"))).toThrow("at least 0, got -2");
    expect([...nd.pow(2, exponents.slice("::3").slice(":1"))].map(Number)).toEqual([8]);
  });
});
