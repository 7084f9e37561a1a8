/** NumPy as the oracle of slices with index arrays, read and written. Provenance: test/oracle/PROVENANCE.md. */
import type { AnyNDArray, IndexArg, NDArray } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { casesOf, failure } from "../oracle/calls.js";

const cases = casesOf("indexing-cases.json.gz");
const functions = {
  slice: (a: AnyNDArray, ...at: IndexArg[]) => a.slice(...at),
  assign: (a: NDArray<"float64">, source: number, ...at: IndexArg[]) => a.assign(source, { at }).copy(),
};

describe("as NumPy:", () => {
  for (const fn of new Set(cases.map((one) => one.fn))) {
    const own = cases.filter((one) => one.fn === fn);
    it(`${fn} (${own.length} cases)`, () => {
      const wrong = own.flatMap((one) => {
        const found = failure(one, functions);
        return found === undefined ? [] : [`${found}: ${JSON.stringify(one)}`];
      });
      expect(wrong).toEqual([]);
    });
  }
});
