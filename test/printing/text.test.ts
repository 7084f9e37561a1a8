/** What of an array is read for its text. */
import { expect, it } from "vitest";
import { settingsWith } from "../../src/printing/options.js";
import { type Printed, strOf, textOf } from "../../src/printing/text.js";

/** A matrix of float64 that notes which positions are read. */
function matrix(rows: number, columns: number): { array: Printed; read: number[] } {
  const read: number[] = [];
  const at = (position: number) => {
    read.push(position);
    return position;
  };
  const [shape, strides] = [
    [rows, columns],
    [columns, 1],
  ];
  return { array: { dtype: "float64", shape, strides, offset: 0, size: rows * columns, at }, read };
}

it("a summary reads what it shows, each element once", () => {
  const { array, read } = matrix(10_000, 10_000);
  const text = strOf(array);
  expect(read).toHaveLength(36);
  expect(new Set(read).size).toBe(36);
  expect(text).toContain("9.9999999e+07]]");
});

it("all of an array is read once, although its widths are needed before its words", () => {
  const { array, read } = matrix(20, 20);
  strOf(array);
  expect(read).toEqual(Array.from({ length: 400 }, (_, i) => i));
});

it("without items at its ends, a summary reads the last item of each axis", () => {
  const { array, read } = matrix(1000, 1000);
  textOf(array, settingsWith({ edgeitems: 0 }), { separator: " ", prefix: "", suffix: "" });
  expect(read).toEqual([999_999]);
});
