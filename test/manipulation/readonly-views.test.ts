/** `asReadonly`: a view through which nothing is written, on this thread and on a worker that it is sent to. */
import {
  add,
  arange,
  asReadonly,
  concat,
  fromHandle,
  LayoutError,
  type NDArray,
  Pool,
  type ReadonlyNDArray,
  showConfig,
  sum,
  toHandle,
  version,
} from "shared-ndarray";
import { describe, expect, expectTypeOf, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };

type Writable = NDArray<"float64", 1>;
const writes: Record<string, (view: Writable) => unknown> = {
  set: (view) => view.set(0, 9),
  fill: (view) => view.fill(9),
  assign: (view) => view.assign([9, 9, 9, 9]),
  put: (view) => view.put([0], 9),
  "put, mode": (view) => view.put([7], 9, { mode: "wrap" }),
  "out of add": (view) => add(view, 1, { out: view }),
  "out of concat": (view) => concat([arange(4)], { out: view }),
  "a slice": (view) => view.slice("1:").fill(9),
  "its transpose": (view) => view.T.set(0, 9),
  "add.at": (view) => add.at(view, [0], 1),
};

describe("asReadonly", () => {
  it.each(Object.keys(writes))("refuses %s", (name) => {
    const a = arange(4);
    const view = asReadonly(a);
    expectTypeOf(view).toEqualTypeOf<ReadonlyNDArray<"float64", 1>>();
    expect(() => writes[name]!(view as Writable)).toThrow(LayoutError);
    expect(a.toArray()).toEqual([0, 1, 2, 3]);
  });

  it("shows what the array itself becomes, and is read as any array", () => {
    const a = arange(4);
    const view = asReadonly(a);
    a.set(0, 5);
    expect([view.get(0), sum(view)]).toEqual([5, 11]);
    const copied = view.copy();
    copied.set(0, 7);
    expect(view.get(0)).toBe(5);
  });

  it("stays read-only where it is received", async () => {
    const view = asReadonly(arange(4));
    const received = fromHandle(toHandle(view as Writable));
    expect(() => received.set(0, 9)).toThrow(LayoutError);
    await using pool = new Pool({ workers: 1 });
    const code = await pool.run(
      (a: Writable) => {
        try {
          a.set(0, 9);
          return "written";
        } catch (e) {
          return (e as { code: string }).code;
        }
      },
      [view as Writable],
    );
    expect([code, view.get(0)]).toEqual(["LAYOUT", 0]);
  });

  it("is for arrays alone, and takes no options", () => {
    expect(() => asReadonly([1] as never)).toThrow(TypeError);
    expect(() => (asReadonly as unknown as (a: unknown, o: unknown) => unknown)(arange(1), {})).toThrow(TypeError);
  });
});

describe("showConfig", () => {
  it("has the version of package.json, and what was found here", () => {
    expect(version).toBe(packageJson.version);
    const { version: shown, runtime, cores, simd, multiMemory } = showConfig();
    expect([shown, runtime.startsWith("Node "), cores >= 1]).toEqual([version, true, true]);
    expect([simd, multiMemory]).toEqual([true, Number.parseInt(process.versions.node, 10) >= 22]);
  });
});
