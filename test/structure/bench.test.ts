/** `bench:functions` leaves nothing out: every function and every method of arrays has a row, or a reason for none. */
import * as nd from "shared-ndarray";
import { expect, it } from "vitest";
import { rowsOf, UNMEASURED } from "../../bench/functions/rows.mjs";
import { exportsOf, functionsOf } from "../fixtures/exports.js";

/** Functions that are not about arrays. */
const OTHERS = [
  ...["defineKernel", "defineReducer", "defineTask", "isSharedError", "pipe", "rawArray", "struct"],
  ...["fromHandle", "toHandle", "fromWire", "toWire"],
];
const names = new Set(rowsOf(nd).map(({ name }) => name.split(",")[0]!.split(" ")[0]!));
const isCovered = (name: string) => names.has(name) || Object.hasOwn(UNMEASURED, name);

it("has every function", () => {
  const uncovered = functionsOf(nd)
    .map(([name]) => name)
    .filter((name) => !isCovered(name) && !OTHERS.includes(name));
  expect(uncovered).toEqual([]);
});

it("has every method of arrays", () => {
  const methods = new Set<string>();
  for (let of = Object.getPrototypeOf(nd.zeros(1)); of !== Object.prototype; of = Object.getPrototypeOf(of)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(of))) {
      if (typeof value === "function" && name !== "constructor") methods.add(name);
    }
  }
  expect([...methods].filter((name) => !isCovered(name))).toEqual([]);
});

it("gives a reason for nothing that does not exist", () => {
  const exported = new Set(exportsOf(nd).map(([name]) => name));
  const known = (name: string) => exported.has(name) || name in nd.NDArray.prototype || name === "dispose";
  expect(Object.keys(UNMEASURED).filter((name) => !known(name))).toEqual([]);
});
