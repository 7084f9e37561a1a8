/** `load` and `save` against files that NumPy wrote: every dtype, version, byte order and layout, byte for byte. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load, loadSync, save } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { cases, comparable, described } from "./fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "a.npy");

it("there are cases of every kind", () => {
  expect(cases.npy.length).toBeGreaterThan(1000);
  expect(new Set(cases.npy.map(({ dtype }) => dtype)).size).toBe(12);
  expect(cases.npy.filter(({ fortran }) => fortran).length).toBeGreaterThan(100);
  expect(cases.npy.filter(({ isOurs }) => isOurs).length).toBeGreaterThan(100);
});

describe("a file of NumPy", () => {
  it("is read as the array that it is", async () => {
    for (const one of cases.npy) {
      writeFileSync(path, Buffer.from(one.file, "base64"));
      for (const a of [loadSync(path), await load(path)]) {
        expect(described(a)).toEqual(comparable(one));
        a.close();
      }
    }
  });

  it("is written with the same bytes", async () => {
    for (const { file, isOurs } of cases.npy) {
      if (!isOurs) continue;
      const bytes = Buffer.from(file, "base64");
      writeFileSync(path, bytes);
      const a = loadSync(path);
      const copy = join(folder, "copy.npy");
      await save(copy, a);
      expect(readFileSync(copy).equals(bytes)).toBe(true);
      a.close();
    }
  });
});
