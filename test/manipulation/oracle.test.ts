/** NumPy as the oracle of the functions that arrange elements. Provenance: test/oracle/PROVENANCE.md. */
import { describe, expect, it } from "vitest";
import { casesOf, failure } from "../oracle/calls.js";

const cases = casesOf("manipulation-cases.json.gz");

describe("as NumPy:", () => {
  for (const fn of new Set(cases.map((one) => one.fn))) {
    const own = cases.filter((one) => one.fn === fn);
    it(`${fn} (${own.length} cases)`, () => {
      const wrong = own.flatMap((one) => {
        const found = failure(one);
        return found === undefined ? [] : [`${found}: ${JSON.stringify(one)}`];
      });
      expect(wrong).toEqual([]);
    });
  }
});
