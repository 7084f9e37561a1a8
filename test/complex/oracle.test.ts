/** NumPy as the oracle of functions of complex arrays. Provenance: test/oracle/PROVENANCE.md. */
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { casesOf, failure } from "../oracle/calls.js";

const cases = casesOf("complex-cases.json.gz");
/** Functions that write to their first operand, and the method `view`. */
const copied =
  (fn: (...args: never[]) => unknown) =>
  (...args: never[]) =>
    (fn(...args) as nd.AnyNDArray).copy();
const functions = {
  ...(nd as unknown as Record<string, (...args: never[]) => unknown>),
  putAlongAxis: copied(nd.putAlongAxis as never),
  putmask: copied(nd.putmask as never),
  place: copied(nd.place as never),
  fillDiagonal: copied(nd.fillDiagonal as never),
  view: (a: nd.NDArray<"int8">, dtype: nd.DType) => a.view(dtype),
};

/** What NumPy has of complex arrays, and this package has not yet: it is refused. */
const REFUSED = new Set(["diff"]);

describe("as NumPy, of complex arrays:", () => {
  for (const fn of new Set(cases.map((one) => one.fn))) {
    const own = cases.filter((one) => one.fn === fn);
    it(`${fn} (${own.length} cases)`, () => {
      const wrong = own.flatMap((one) => {
        const found = failure(one, functions);
        return found === undefined || (REFUSED.has(fn) && found.startsWith("DTypeError"))
          ? []
          : [`${found}: ${JSON.stringify(one)}`];
      });
      expect(wrong).toEqual([]);
    });
  }
});
