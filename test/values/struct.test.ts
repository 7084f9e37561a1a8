/** `struct`: layout, records, updates, and attaching. */
import { Process, RawValue, struct, Value } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { codeOf, thrownBy } from "../fixtures/thrown.js";

describe("struct", () => {
  const Point = struct({ flag: "bool", x: "float64", id: "int64", small: "int16" });

  it("is laid out as C does, and its record reads and writes the memory", () => {
    expect(Point.size).toBe(32);
    const p = new Value(Point, { flag: true, x: 1.5, id: 7n, small: -3 });
    const { value } = p;
    value.x += 1;
    value.small = 70_000;
    expect({ ...p.value }).toEqual({ flag: true, x: 2.5, id: 7n, small: 70_000 - 65_536 });
    expect({ ...new RawValue(Point).value }).toEqual({ flag: false, x: 0, id: 0n, small: 0 });
    p.value = { flag: false, x: 9, id: 1n, small: 1 };
    expect([value.x, JSON.stringify({ x: value.x })]).toEqual([9, '{"x":9}']);
    expect(thrownBy(() => ((value as Record<string, unknown>).y = 1))).toBeInstanceOf(TypeError);
    p.close();
    expect([codeOf(() => value.x), codeOf(() => (value.x = 1))]).toEqual(["CLOSED", "CLOSED"]);
  });

  it("update gets a plain copy; all fields change or none", () => {
    const p = new Value(Point, { flag: true, x: 1, id: 2n, small: 3 });
    const before = { ...p.value };
    expect(() =>
      p.updateSync((old) => {
        old.x = 100;
        throw new Error("half way");
      }),
    ).toThrow("half way");
    expect(codeOf(() => p.updateSync((old) => ({ ...old, x: 5, id: 5 as never })))).toBe("DTYPE");
    for (const bad of [{ x: 1 }, { ...before, y: 1 }, 5, null]) {
      expect(thrownBy(() => p.updateSync(() => bad as never))).toBeInstanceOf(TypeError);
      expect(thrownBy(() => (p.value = bad as never))).toBeInstanceOf(TypeError);
    }
    expect({ ...p.value }).toEqual(before);
    expect(p.updateSync((old) => ({ ...old, small: old.small + 1 }))).toEqual({ ...before, small: 4 });
  });

  it("a copy is independent of the original", () => {
    const original = new Value(Point, { flag: true, x: 1, id: 2n, small: 3 });
    const copy = new Value(Point, original.value);
    original.value.x = 9;
    expect({ ...copy.value }).toEqual({ flag: true, x: 1, id: 2n, small: 3 });
  });

  it("travels, and is checked when attached", async () => {
    using p = new Value(Point, { flag: false, x: 1, id: 2n, small: 3 }, { name: "point" });
    const double = (p: Value<typeof Point>) => {
      p.updateSync((old) => ({ ...old, x: old.x * 2, id: old.id * 2n }));
    };
    await new Process(double, [p]).start().join();
    expect({ ...Value.attach("point", Point).value }).toEqual({ flag: false, x: 2, id: 4n, small: 3 });
    expect(codeOf(() => Value.attach("point", struct({ x: "float64" })))).toBe("DTYPE");
    expect(codeOf(() => (p as unknown as RawValue<"int32">).add(1))).toBe("DTYPE");
    for (const bad of [{}, { x: "no" }, 5, null, { ["__proto__"]: "int8" }]) {
      expect(thrownBy(() => struct(bad as never))).toBeInstanceOf(TypeError);
    }
  });
});
