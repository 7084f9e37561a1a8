/** The types of results are what results are: the expressions of `test/types/inferred-functions.ts`, evaluated. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as package_ from "../../src/index.js";
import { type DType, NDArray, ones } from "../../src/index.js";

const source = readFileSync(new URL("../types/inferred-functions.ts", import.meta.url), "utf8");

/** The arrays that the file declares: with axes of length 2, as many as their type says. */
const arrays = Object.fromEntries(
  [...source.matchAll(/^declare const (\w+): \w*NDArray<"(\w+)", (\d)>;$/gm)].map(([, name, dtype, rank]) => [
    name!,
    ones(new Array<number>(Number(rank)).fill(2), { dtype: dtype as DType }),
  ]),
);
const scope: Record<string, unknown> = { ...package_, ...arrays, x: 3, axis: 0, axes: [0], isKept: false };
const evaluate = (expression: string) =>
  new Function(...Object.keys(scope), `return ${expression}`)(...Object.values(scope)) as unknown;

const claims = [...source.matchAll(/^of\((.+)\)\.is<(?:Readonly)?NDArray<"(\w+)", (\d)>>\(true\);$/gm)]
  .map(([, expression, dtype, rank]) => ({ expression: expression!, dtype, rank: Number(rank) }))
  .filter(({ expression }) => !/\b(ofAnyRank|anyArray|either)\b/.test(expression));

describe("the inferred type of", () => {
  it("at least a hundred expressions is checked", () => {
    expect(claims.length).toBeGreaterThan(100);
  });
  it.each(claims)("$expression is right", ({ expression, dtype, rank }) => {
    const result = evaluate(expression) as NDArray<DType>;
    expect(result).toBeInstanceOf(NDArray);
    expect([result.dtype, result.ndim]).toEqual([dtype, rank]);
  });
});
