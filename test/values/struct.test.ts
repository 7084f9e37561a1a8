/** `struct`: layout, records, updates, and attaching. */
import { Pool, Process, RawValue, rawArray, SharedArray, struct, Value } from "shared-ndarray";
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

describe("a SharedArray of structs", () => {
  const Point = struct({ x: "float64", id: "int64", on: "bool" });
  const zero = { x: 0, id: 0n, on: false };

  it("has live records by index and by iteration; copies by slice", () => {
    const points = new SharedArray(Point, 3);
    expect([points.length, points.slice()]).toEqual([3, [zero, zero, zero]]);
    points.at(0).x = 1.5;
    points.at(-1).id += 7n;
    for (const point of points) point.on = true;
    const copies = points.slice(0, -1);
    points.set(1, { x: 9, id: 1n, on: false });
    expect(copies).toEqual([
      { x: 1.5, id: 0n, on: true },
      { x: 0, id: 0n, on: true },
    ]);
    expect([...points].map(({ x, id, on }) => [x, id, on])).toEqual([
      [1.5, 0n, true],
      [9, 1n, false],
      [0, 7n, true],
    ]);
  });

  it("is made of a list, each item checked before anything is made", () => {
    const items = [
      { x: 1, id: 2n, on: true },
      { x: 3, id: 4n, on: false },
    ];
    const points = new SharedArray(Point, items);
    const again = new SharedArray(Point, points);
    points.at(0).x = 5;
    expect([again.slice(), new SharedArray(Point, []).slice()]).toEqual([items, []]);
    expect(again).toEqual(new SharedArray(Point, items));
    expect(JSON.stringify(again)).toBe('[{"x":1,"id":2,"on":true},{"x":3,"id":4,"on":false}]');
    for (const [bad, message] of [
      [{ x: 1, id: 2n }, /`items\[1\]` to have the fields x, id, on, got one without "on"/],
      [{ ...zero, y: 1 }, /`items\[1\]`.*with "y"/],
      [{ ...zero, id: 2 }, /`items\[1\]\.id` to be a bigint/],
      [[1, 2n, true], /`items\[1\]`/],
      [5, /`items\[1\]`/],
    ] as [unknown, RegExp][]) {
      const list = [zero, bad as never];
      expect(() => new SharedArray(Point, list, { name: "half-made" })).toThrow(message);
    }
    expect(codeOf(() => SharedArray.attach("half-made", Point))).toBe("NAME_NOT_FOUND");
  });

  it("changes no field if one is wrong, and knows its indices", () => {
    const points = new SharedArray(Point, 2);
    expect(() => points.set(0, { x: 1, id: 2n, on: 3 as never, z: 1 } as never)).toThrow(/with "z"/);
    expect(() => points.set(0, { x: 1, id: 2 as never, on: true })).toThrow(/`value\.id`/);
    expect(points.slice()).toEqual([zero, zero]);
    for (const i of [2, -3]) {
      expect([codeOf(() => points.at(i)), codeOf(() => points.set(i, zero))]).toEqual(["INDEX", "INDEX"]);
    }
    expect(() => points.at("0" as never)).toThrow(/`i` to be an integer in \[-2, 2\).*array of 2 items/);
    expect(() => (points as SharedArray<never>).data).toThrow(
      /got structs \(use at\(i\), set\(i, value\) or iterate\)/,
    );
    const record = points.at(0);
    points.close();
    expect([codeOf(() => record.x), codeOf(() => points.at(0)), codeOf(() => points.slice())]).toEqual([
      "CLOSED",
      "CLOSED",
      "CLOSED",
    ]);
  });

  it("is found by name with the same type only, and shared with threads and pools under its lock", async () => {
    using points = new SharedArray(Point, 4, { name: "points" });
    await new Process((points) => void (points.at(1).x = 2.5), [points]).start().join();
    await using pool = new Pool({ workers: 2 });
    const increment = (points: SharedArray<typeof Point>, i: number) => {
      for (let n = 0; n < 1000; n++) {
        using _ = points.lock.acquireSync();
        points.at(3).id += 1n;
      }
      return { ...points.at(i) };
    };
    const copies = await Promise.all([1, 0].map((i) => pool.run(increment, [points, i])));
    expect(copies).toEqual([{ ...zero, x: 2.5 }, zero]);
    const sums = await pool.broadcast(
      (me, points) => {
        const [from, to] = me.share(0, points.length);
        for (let i = from; i < to; i++) points.at(i).x += 1;
      },
      [points],
    );
    expect(sums).toHaveLength(2);
    using found = SharedArray.attach("points", struct({ x: "float64", id: "int64", on: "bool" }));
    expect(found.slice().map(({ x, id }) => [x, id])).toEqual([
      [1, 0n],
      [3.5, 0n],
      [1, 0n],
      [1, 2000n],
    ]);
    expect(() => SharedArray.attach("points", struct({ x: "float64" }))).toThrow(/to hold struct .*got struct/);
    expect(codeOf(() => SharedArray.attach("points", "float64"))).toBe("DTYPE");
    expect(codeOf(() => Value.attach("points", Point))).toBe("FORMAT");
    const late = await SharedArray.waitFor("points", Point, { timeoutMs: 1000 });
    expect([late.length, SharedArray.waitForSync("points", Point).at(3).id]).toEqual([4, 2000n]);
  });

  it("what cannot be says so", () => {
    const nested = { pos: ["float64", 3], inner: Point, plain: { x: "float64" } };
    for (const [field, type] of Object.entries(nested)) {
      const cure = new RegExp(`\`fields.${field}\` to be a dtype, because a field holds one number.*such as ${field}0`);
      expect(() => struct({ [field]: type } as never)).toThrow(cure);
    }
    expect(() => new SharedArray({ x: "float64" } as never, 3)).toThrow(/struct\(\{ x: "float64" \}\)/);
    expect(() => new Value([Point] as never)).toThrow(/to be a dtype, a code or a struct, got .*struct\(/);
    expect(() => rawArray(Point as never, 3)).toThrow(/got a struct, which a SharedArray can hold/);
  });
});

describe("a SharedArray of numbers", () => {
  it("has at and set too, as a ShareableList has", () => {
    const cases = [
      ["int8", 300, 44],
      ["uint8_clamped", 300, 255],
      ["float16", 1.5, 1.5],
      ["bool", true, true],
      ["q", 5n, 5n],
    ] as const;
    for (const [type, given, stored] of cases) {
      const array = new SharedArray<typeof type>(type, 3);
      array.set(-1, given as never);
      expect([array.at(2), array.slice(-1), array.at(0) === stored]).toEqual([stored, [stored], false]);
    }
    const array = new SharedArray("i", [0, 1, 2, 3]);
    const plain = [0, 1, 2, 3];
    for (const range of [[], [1], [-2], [1, -1], [3, 1], [-9, 9], [1.7, 3.2], [undefined, 2], [Number.NaN, 2]]) {
      expect(array.slice(...range), String(range)).toEqual(plain.slice(...range));
    }
    expect([codeOf(() => array.at(4)), codeOf(() => array.set(0, "1" as never))]).toEqual(["INDEX", "DTYPE"]);
  });
});
