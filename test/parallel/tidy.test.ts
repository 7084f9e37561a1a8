/** `tidy` and `tidyAsync` dispose of what was made inside and is not returned, and of nothing else. */
import { afterAll, describe, expect, it } from "vitest";
import {
  add,
  arange,
  array,
  concat,
  cumulativeSum,
  map,
  matmul,
  multiply,
  type NDArray,
  NDArray as NDArrayClass,
  ones,
  Pool,
  sort,
  sqrt,
  square,
  sum,
  tidy,
  tidyAsync,
  where,
  zeros,
} from "../../dist/index.js";

type Floats = NDArray<"float64", 1>;
const pool = new Pool({ workers: 2 });
afterAll(() => pool.close());

describe("tidy", () => {
  it("closes what was made, by functions, methods and creation, and keeps the result", () => {
    const x = arange(5);
    const made: { readonly closed: boolean }[] = [];
    const note = <T extends { readonly closed: boolean }>(a: T): T => {
      made.push(a);
      return a;
    };
    const result = tidy(() => {
      const squares = note(square(x));
      note(cumulativeSum(x));
      note(sort(x));
      note(x.copy());
      note(array([1, 2]));
      note(concat([x, x]));
      note(where(note(x.astype("bool")), x, 0));
      note(sum(ones([2, 2]), { axis: 0 }));
      note(matmul(note(ones([2, 2])), ones([2, 2])));
      add(x, [1, 2, 3, 4, 5]);
      return sqrt(squares);
    });
    expect(made.map(({ closed }) => closed)).toEqual(made.map(() => true));
    expect(result.toArray()).toEqual([0, 1, 2, 3, 4]);
    expect(x.closed).toBe(false);
  });

  it("keeps arrays in lists, objects, maps and views, at any depth", () => {
    const base = ones(3);
    const result = tidy(() => ({
      list: [add(base, 1), [add(base, 2)]],
      map: new Map([["a", { deep: add(base, 3) }]]),
      view: add(base, 4).slice([1, 3]),
      number: sum(add(base, 5)),
      again: base,
    }));
    expect((result.list[0] as Floats).toArray()).toEqual([2, 2, 2]);
    expect((result.list[1] as Floats[])[0]!.toArray()).toEqual([3, 3, 3]);
    expect(result.map.get("a")!.deep.toArray()).toEqual([4, 4, 4]);
    expect(result.view.toArray()).toEqual([5, 5]);
    expect(result.number).toBe(18);
    const cyclic = tidy(() => {
      const node: { self?: object; a: Floats } = { a: add(base, 1) };
      node.self = node;
      return node;
    });
    expect(cyclic.a.closed).toBe(false);
  });

  it("leaves named arrays, arrays from before and an `out` from before alone", () => {
    const out = zeros(3);
    const named = tidy(() => {
      add(out, 1, { out });
      zeros(3, { name: "tidy-named" });
    });
    expect(named).toBeUndefined();
    expect(out.toArray()).toEqual([1, 1, 1]);
    using found = NDArrayClass.attach("tidy-named");
    expect(found.closed).toBe(false);
    found.unlink();
  });

  it("hands results of an inner one to the outer one", () => {
    const seen: Floats[] = [];
    const result = tidy(() => {
      const inner = tidy(() => {
        const kept = ones(2);
        seen.push(kept);
        return add(kept, 1);
      });
      seen.push(inner);
      expect(seen.map(({ closed }) => closed)).toEqual([true, false]);
      return add(inner, 1);
    });
    expect([...seen, result].map(({ closed }) => closed)).toEqual([true, true, false]);
  });

  it("closes everything if the function throws, returns a promise or is none", () => {
    const made: Floats[] = [];
    const make = () => {
      made.push(ones(2));
      return made.at(-1)!;
    };
    expect(() =>
      tidy(() => {
        make();
        throw new Error("mine");
      }),
    ).toThrow("mine");
    expect(() => tidy(async () => make())).toThrow(/tidyAsync/);
    expect(made.map(({ closed }) => closed)).toEqual([true, true]);
    expect(() => tidy(3 as never)).toThrow(TypeError);
    expect(add(ones(2), 1).closed).toBe(false);
  });

  it("works inside of a function that the package calls, and keeps memory that is returned", () => {
    const global = globalThis as { tidyIn?: () => void };
    const made: Floats[] = [];
    global.tidyIn = () => tidy(() => void made.push(ones(2)));
    const fn = (x: number) => {
      (globalThis as { tidyIn?: () => void }).tidyIn?.();
      return x;
    };
    map(ones(2), fn);
    delete global.tidyIn;
    expect(made.map(({ closed }) => closed)).toEqual([true, true]);
    expect(tidy(() => ones(2).memory).closed).toBe(false);
  });

  it("does not close what a call keeps for later ones", () => {
    const a = ones([300, 300]);
    for (let time = 0; time < 3; time++) {
      const totals = tidy(() => [sum(a), pool.reduceSync(a, sum), pool.reduceSync(a, sum, { axis: 0 })] as const);
      expect([totals[0], totals[1], (totals[2] as Floats).get(5)]).toEqual([90_000, 90_000, 300]);
    }
  });
});

describe("tidyAsync", () => {
  it("closes what was made before and after awaits, by calls of a pool too, and keeps the result", async () => {
    const x = arange(100_000);
    const made: Floats[] = [];
    const result = await tidyAsync(async () => {
      made.push(add(x, 1));
      const squares = await pool.map(x, square);
      made.push(squares as Floats);
      await new Promise((resolve) => setTimeout(resolve, 5));
      made.push((await pool.map(squares, cumulativeSum)) as Floats, pool.mapSync(x, sqrt) as Floats);
      return pool.map([squares, x], multiply);
    });
    expect(made.map(({ closed }) => closed)).toEqual([true, true, true, true]);
    expect((result as Floats).get(3)).toBe(27);
    expect(x.closed).toBe(false);
  });

  it("leaves alone what other work makes in the meantime, and what is made afterwards", async () => {
    const others: Floats[] = [];
    const timer = setInterval(() => others.push(ones(3)), 1);
    await Promise.all([
      tidyAsync(async () => {
        for (let i = 0; i < 5; i++) {
          ones(3);
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
      }),
      (async () => {
        for (let i = 0; i < 5; i++) {
          others.push(add(ones(3), 1));
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
      })(),
    ]);
    clearInterval(timer);
    others.push(ones(3));
    expect(others.some(({ closed }) => closed)).toBe(false);
  });

  it("closes everything if the function rejects", async () => {
    const made: Floats[] = [];
    const failing = tidyAsync(async () => {
      made.push(ones(2));
      await Promise.resolve();
      made.push(
        ones(2),
        tidy(() => add(ones(2), 1)),
      );
      throw new Error("mine");
    });
    await expect(failing).rejects.toThrow("mine");
    expect(made.map(({ closed }) => closed)).toEqual([true, true, true]);
  });
});
