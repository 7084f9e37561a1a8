/** Roots of unity are what 40 digits give, rounded once. */
import { Decimal } from "decimal.js";
import { expect, it } from "vitest";
import { rootsOfUnity } from "../../src/fft/roots.js";

const Long = Decimal.clone({ precision: 40 });
const TURN = Long.acos(-1).times(2);
/** The nearest float64 to a number of 40 digits. */
const nearest = (value: Decimal): number => Number(value.toString()) + 0;

function wrongOf(n: number, powers: readonly number[]): string[] {
  const roots = rootsOfUnity(n);
  return powers.flatMap((k) => {
    const angle = TURN.times(k).div(n);
    // Below the precision, 40 digits of π leave what is 0.
    const [re, im] = [angle.cos(), angle.sin().neg()].map((part) => (part.abs().lt(1e-30) ? 0 : nearest(part)));
    const [gotRe, gotIm] = [roots[2 * k]! + 0, roots[2 * k + 1]! + 0];
    return gotRe === re && gotIm === im ? [] : [`${k} / ${n}: ${gotRe}, ${gotIm} instead of ${re}, ${im}`];
  });
}

it.each([1, 2, 3, 4, 5, 7, 8, 12, 16, 30, 97, 100, 120])("all of %i", (n) => {
  expect(
    wrongOf(
      n,
      Array.from({ length: n }, (_, k) => k),
    ),
  ).toEqual([]);
});
it.each([1000, 4099, 65_536, 100_003, 999_999, 1_000_000, 2 ** 20])("some of %i", (n) => {
  const powers = Array.from({ length: 60 }, (_, i) => Math.floor((i * i * n) / 3600));
  expect(wrongOf(n, [...powers, n - 1, Math.floor(n / 4), Math.ceil(n / 4), Math.floor(n / 2)])).toEqual([]);
});
it("a few of the first ones are those of the whole table", () => {
  for (const n of [1, 2, 6, 16, 97, 1000]) {
    for (const count of [1, 2, Math.floor(n / 4) + 1].filter((one) => one <= n)) {
      expect([...rootsOfUnity(n, count)]).toEqual([...rootsOfUnity(n).subarray(0, 2 * count)]);
    }
  }
});
