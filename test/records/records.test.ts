/** Arrays of records: fields as views, records as plain data, on workers and by handles; wrong arguments. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  add,
  arange,
  argsort,
  array,
  ClosedError,
  DTypeError,
  fromHandle,
  greater,
  IndexError,
  LayoutError,
  meshgrid,
  NDArray,
  Pool,
  type RecordArray,
  records,
  recordsFrom,
  recordsFromArrays,
  ShapeError,
  SharedMemory,
  struct,
  sum,
  tidy,
  toHandle,
} from "shared-ndarray";
import { afterAll, describe, expect, expectTypeOf, it } from "vitest";

const pool = new Pool({ workers: 1 });
afterAll(() => pool.close());
const POINT = { x: "float64", y: "float32", id: "int32" } as const;

describe("records", () => {
  it("have fields that are views of one memory, each of its own dtype", () => {
    const points = records([2, 3], POINT);
    expect([points.shape, points.ndim, points.size, points.length]).toEqual([[2, 3], 2, 6, 2]);
    expect([points.itemsize, points.nbytes, points.types]).toEqual([16, 96, POINT]);
    expectTypeOf(points.fields.x).toEqualTypeOf<NDArray<"float64", 2>>();
    expectTypeOf(points.get(0, 0)).toEqualTypeOf<{ x: number; y: number; id: number }>();
    const [x, y] = meshgrid([arange(3), arange(2)]) as [NDArray<"float64", 2>, NDArray<"float64", 2>];
    points.fields.x.assign(x);
    points.fields.y.assign(y);
    points.fields.id.assign(arange(6, { dtype: "int32" }).reshape([2, 3]));
    expect(points.get(1, 2)).toEqual({ x: 2, y: 1, id: 5 });
    expect(points.get(-1, -1)).toEqual(points.get(1, 2));
    points.set(1, 2, { x: -1, y: 0.5, id: 9 });
    expect([points.fields.x.get(1, 2), points.fields.y.get(1, 2), points.fields.id.get(1, 2)]).toEqual([-1, 0.5, 9]);
    expect(sum(points.fields.x)).toBe(3);
    expect(points.fields.x.memory).toBe(points.fields.id.memory);
  });

  it("may have records inside, bools, 64-bit integers, complex numbers and halves", () => {
    const fields = {
      position: { x: "float32", y: "float32" },
      color: { r: "uint8", g: "uint8", b: "uint8" },
      on: "bool",
      n: "int64",
      z: "complex128",
      h: "float16",
    } as const;
    const given = {
      position: { x: 1.5, y: -2 },
      color: { r: 1, g: 2, b: 255 },
      on: true,
      n: 9007199254740993n,
      z: { re: 1, im: -1 },
      h: 0.5,
    };
    const list = recordsFrom([given, { ...given, n: 1n }], fields);
    expect(list.toArray()).toEqual([given, { ...given, n: 1n }]);
    expect(list.fields.color.fields.b.toArray()).toEqual([255, 255]);
    expect(list.fields.position.get(1)).toEqual({ x: 1.5, y: -2 });
    expectTypeOf(list.fields.color.fields.b).toEqualTypeOf<NDArray<"uint8", 1>>();
    expectTypeOf(list.get(0).n).toEqualTypeOf<bigint>();
  });

  it("are sliced as views; chosen and copied as copies", () => {
    const r = recordsFromArrays({ x: array([3, 1, 2]), id: array([30, 10, 20], { dtype: "int16" }) });
    const sorted = r.take(argsort(r.fields.x as NDArray<"float64", 1>));
    expect(sorted.fields.id.toArray()).toEqual([10, 20, 30]);
    expect(r.compress(greater(r.fields.x as NDArray<"float64", 1>, 1)).toArray()).toEqual([
      { x: 3, id: 30 },
      { x: 2, id: 20 },
    ]);
    r.slice("1:").set(0, { x: 7, id: 70 });
    expect(r.get(1)).toEqual({ x: 7, id: 70 });
    expect(sorted.get(0)).toEqual({ x: 1, id: 10 });
    expect(r.slice("::-1").toArray()).toEqual([...r].reverse());
    expect(r.slice("..., :2").shape).toEqual([2]);
    expect(r.slice(null, 1).toArray()).toEqual([{ x: 7, id: 70 }]);
    const copied = r.copy();
    copied.set(0, { x: 0, id: 0 });
    expect(r.get(0)).toEqual({ x: 3, id: 30 });
    expect([...records([2, 1], { a: "int8" })].map((row) => (row as RecordArray<{ a: "int8" }>).shape)).toEqual([
      [1],
      [1],
    ]);
  });

  it("are shared: by handle, by a name of their bytes, on workers", async () => {
    using r = records(4, POINT, { name: `records-${process.pid}` });
    const twin = fromHandle(toHandle(r));
    twin.set(0, { x: 1, y: 2, id: 3 });
    expect(r.get(0)).toEqual({ x: 1, y: 2, id: 3 });
    using bytes = NDArray.attach(r.name!, { dtype: "uint8", ndim: 2 });
    expect(bytes.shape).toEqual([4, 16]);
    const total = await pool.run(
      (given: RecordArray<{ x: "float64"; y: "float32"; id: "int32" }, 1>) => {
        given.set(1, { x: 5, y: 6, id: 7 });
        return given.fields.x.get(0) + given.fields.x.get(1);
      },
      [r],
    );
    expect([total, r.get(1)]).toEqual([6, { x: 5, y: 6, id: 7 }]);
    add(r.fields.x, 1, { out: r.fields.x });
    expect(r.fields.x.toArray()).toEqual([2, 6, 1, 1]);
  });

  it("are made of objects that are read once, before memory is taken", () => {
    let reads = 0;
    const item = {
      get x() {
        reads++;
        return reads === 1 ? 1 : 999;
      },
    };
    expect(recordsFrom([item], { x: "int8" }).toArray()).toEqual([{ x: 1 }]);
    expect(reads).toBe(1);
  });

  it("are plain data for JSON", () => {
    const one = recordsFrom([{ x: 1, n: 5n }], { x: "float32", n: "int64" });
    expect(JSON.stringify(one)).toBe('[{"x":1,"n":5}]');
    one.close();
    expect(() => one.toArray()).toThrow(ClosedError);
  });

  it("are closed with their memory, and kept by tidy", async () => {
    const kept = tidy(() => {
      records(3, POINT);
      return records(2, POINT);
    });
    expect(kept.closed).toBe(false);
    const x = kept.fields.x;
    kept[Symbol.dispose]();
    expect(kept.closed).toBe(true);
    expect(() => kept.get(0)).toThrow(ClosedError);
    expect(() => kept.fields).toThrow(ClosedError);
    expect(() => x.fill(1)).toThrow(ClosedError);
    expect(String(kept)).toBe("RecordArray (closed, shape [2])");
    await sleep(0);
    expect(SharedMemory.list().filter(({ name }) => name === `records-${process.pid}`)).toEqual([]);
  });
});

describe("records refuse", () => {
  const r = records(2, POINT);
  it.each<[string, () => unknown, unknown]>([
    ["no fields", () => records(2, {}), TypeError],
    ["a field that is no dtype", () => records(2, { x: "float" } as never), DTypeError],
    ["a field of nothing", () => records(2, { x: {} } as never), TypeError],
    ["a forbidden name", () => records(2, JSON.parse('{ "__proto__": "int8" }')), TypeError],
    ["unknown options", () => records(2, POINT, { dtype: "int8" } as never), TypeError],
    ["a record without a field", () => r.set(0, { x: 1, y: 2 } as never), /fields x, y, id, got one without .id/],
    ["a field more", () => r.set(0, { x: 1, y: 2, id: 3, z: 4 } as never), /got one with .z/],
    ["a value of another type", () => r.set(0, { x: 1, y: 2, id: "3" } as never), /`record.id`/],
    ["an index outside", () => r.set(2, { x: 1, y: 2, id: 3 }), IndexError],
    ["an index for the bytes", () => r.slice(0, 1), IndexError],
    ["operators", () => (r as never as number) * 2, /use a field/],
    ["brackets", () => (r as never as number[])[0], /get\(i\)/],
    ["no list", () => recordsFrom({} as never, POINT), /`items` to be a list/],
    ["an item that does not fit", () => recordsFrom([{ x: 1, y: 2, id: 3 }, { x: 1 }] as never, POINT), /`items\[1\]`/],
    ["arrays that do not broadcast", () => recordsFromArrays({ x: [1, 2], y: [1, 2, 3] }), ShapeError],
    ["no arrays", () => recordsFromArrays({}), TypeError],
    ["a field that is written to", () => Object.assign(r, { fields: 1 }), /assign\(values\)/],
  ])("%s", (_, act, error) => {
    expect(act).toThrow(error as never);
    expect(r.toArray()).toEqual([
      { x: 0, y: 0, id: 0 },
      { x: 0, y: 0, id: 0 },
    ]);
  });

  it("one record is no list of records", () => {
    const one = r.slice(0);
    expect(() => one.take([0])).toThrow(ShapeError);
    expect(() => one.compress(array([true]))).toThrow(ShapeError);
  });

  it("fields without a name, with half of a character as name, or inside of themselves", () => {
    expect(() => records(1, { "": "int8" })).toThrow(TypeError);
    expect(() => records(1, { "\ud800": "int8" })).toThrow(TypeError);
    const circle: Record<string, unknown> = { x: "int8" };
    circle.inner = circle;
    expect(() => records(1, circle as never)).toThrow(/at most 24 records inside of each other/);
  });

  it("handles whose bytes are no records", () => {
    const forged = (change: object) => () => fromHandle({ ...(toHandle(r) as object), ...change } as never);
    expect(forged({ fields: { x: "float64" } })).toThrow(/bytes of records of 8 bytes/);
    expect(forged({ bytes: toHandle(arange(2)) })).toThrow(TypeError);
    expect(forged({ fields: null })).toThrow(TypeError);
    const odd = NDArray.view(new SharedMemory(64), [2, 16], { dtype: "uint8", byteOffset: 1 });
    expect(forged({ bytes: toHandle(odd) })).toThrow(LayoutError);
  });

  it("a struct's fields may be given as they are", () => {
    const Point = struct({ x: "float64", on: "bool" });
    expect(records(1, Point.fields).get(0)).toEqual({ x: 0, on: false });
    expect(records(1, Point as never).itemsize).toBe(16);
  });
});
