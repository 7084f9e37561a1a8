/** I7: parallel equals serial. The inline executor (`workers: 0`) is the reference for every team, layout, dtype and chunk size. */
import { createHash } from "node:crypto";
import { type AnyNDArray, arange, array, type DType, type NDArray, Pool, zeros } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const pools = [0, 1, 2, 3, 4].map((workers) => new Pool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));
const [serial, ...teams] = pools as [Pool, ...Pool[]];

/** See vitest.config.ts: the same tests with workers that are processes. */
const areProcesses = process.env.POOL_ISOLATION === "process";
const dtypes: DType[] = [
  "bool",
  "int8",
  "uint8",
  "int16",
  "uint16",
  ...(areProcesses ? [] : (["uint8_clamped"] as const)), // which system scope cannot have
  "int32",
  "uint32",
  "float16",
  "int64",
  "uint64",
  "float32",
  "float64",
];
const isBig = (dtype: DType) => dtype === "int64" || dtype === "uint64";

/** Elements that use the dtype's whole range, in a fresh array. */
function filled(shape: number[], dtype: DType): NDArray<DType> {
  const size = shape.reduce((a, b) => a * b, 1);
  const value = (i: number) => (i * 2654435761) % 4294967296;
  const list = Array.from({ length: size }, (_, i) => (isBig(dtype) ? BigInt(value(i)) * 4294967296n : value(i) / 7));
  const flat = zeros(size, { dtype }) as NDArray<"float64", 1>;
  for (const [i, x] of list.entries()) flat.set(i, (dtype === "bool" ? x > 200_000_000 : x) as number);
  return flat.reshape(shape) as unknown as NDArray<DType>;
}

const layouts: Record<string, (dtype: DType) => NDArray<DType>> = {
  contiguous: (dtype) => filled([31, 40], dtype),
  transposed: (dtype) => filled([31, 40], dtype).T,
  "negative step": (dtype) => filled([62, 40], dtype).slice("::-2, ::-1") as NDArray<DType>,
  "of rank 0": (dtype) => filled([], dtype),
  "of a long row": (dtype) => filled([1, 1000], dtype),
  "of two rows": (dtype) => filled([2, 500], dtype),
  empty: (dtype) => filled([0, 4], dtype),
};
const bytes = (a: NDArray<DType>) => Buffer.from(a.copy().memory.buf);
const plain = (dtype: DType) => (isBig(dtype) ? (x: number) => -x : (x: number) => x * 3 + 1);

describe.each(dtypes)("map of %s", (dtype) => {
  it.each(Object.keys(layouts))("%s", async (layout) => {
    const a = layouts[layout]!(dtype) as NDArray<"float64">;
    const fn = dtype === "bool" ? (x: number) => !x : plain(dtype);
    const expected = bytes(serial.mapSync(a, fn as (x: number) => number) as unknown as NDArray<DType>);
    for (const pool of teams) {
      for (const chunkSize of [1, 7, "auto", Math.max(1, a.size)] as const) {
        const out = zeros(a.shape, { dtype }) as NDArray<"float64">;
        await pool.map(a, fn as (x: number) => number, { out, chunkSize });
        expect(bytes(out as unknown as NDArray<DType>), `${pool.workers} workers, chunks of ${chunkSize}`).toEqual(
          expected,
        );
      }
      const inPlace = layouts[layout]!(dtype) as NDArray<"float64">;
      pool.mapSync(inPlace, fn as (x: number) => number, { out: inPlace, chunkSize: 7 });
      expect(bytes(inPlace as unknown as NDArray<DType>), "in place").toEqual(expected);
    }
  });
});

describe.each([[[1, 1_000_000]], [[2, 500_000]]])("a large array of shape %s", (shape) => {
  const digest = (a: NDArray<"float64">) =>
    createHash("sha256")
      .update(a.flat as Float64Array)
      .digest("hex");
  it("is mapped and cut into chunks to the same bytes", async () => {
    const a = array(serial.mapSync(arange(1_000_000).reshape(shape), (x) => Math.sin(x)));
    const mapped = digest(serial.mapSync(a, (x) => x / 3));
    const scale = (chunk: NDArray<"float64">, { start }: { start: number }) => {
      const rows = chunk.ndim === 2 && chunk.contiguous ? chunk.flat : undefined;
      if (rows) for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! * 3 + start;
      else for (const row of chunk as Iterable<NDArray<"float64", 1>>) row.fill(start);
    };
    for (const chunkSize of [1000, "auto", 1_000_000] as const) {
      const reference = array(a) as NDArray<"float64">;
      serial.forEachChunkSync(reference, scale, { chunkSize });
      for (const pool of teams) {
        expect(digest(await pool.map(a, (x) => x / 3, { chunkSize }))).toBe(mapped);
        const own = array(a) as NDArray<"float64">;
        await pool.forEachChunk(own, scale, { chunkSize });
        expect(digest(own)).toBe(digest(reference));
      }
    }
    expect(digest(await teams[1]!.map(a, (x) => x / 3, { chunkSize: 7 }))).toBe(mapped);
  });
});

describe("map of several operands", () => {
  it("broadcasts, mixes dtypes and passes params last", async () => {
    const x = arange(5, { dtype: "int32" });
    const y = array([[1], [2], [3]]);
    for (const pool of pools) {
      const r = await pool.map([x, y], (p, q, { k }) => p * q + k, { params: { k: 0.5 }, dtype: "float64" });
      expect(r.toArray()).toEqual([1, 2, 3].map((q) => [0, 1, 2, 3, 4].map((p) => p * q + 0.5)));
    }
  });

  it("behaves as if an overlapping input had been copied", async () => {
    for (const pool of pools) {
      const a = arange(1000);
      await pool.map(a.slice(":-1"), (x) => x, { out: a.slice("1:"), chunkSize: 10 });
      expect(a.toArray()).toEqual([0, ...Array.from({ length: 999 }, (_, i) => i)]);
    }
  });

  it("takes broadcast views as inputs", async () => {
    const row = arange(40).broadcastTo([30, 40]);
    for (const pool of pools) {
      const r = await pool.map(row, (x) => x + 1, { chunkSize: 13 });
      expect(r.slice(29).toArray()).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    }
  });

  it("writes a transposed result in place", () => {
    for (const pool of pools) {
      const a = arange(12).reshape([3, 4]);
      pool.mapSync([a.T, arange(3)], (x, y) => x * 10 + y, { out: a.T, chunkSize: 2 });
      expect(a.toArray()).toEqual([0, 1, 2].map((r) => [0, 1, 2, 3].map((c) => (r * 4 + c) * 10 + r)));
    }
  });

  it("stores what the function gives, as the typed array of the dtype does", async () => {
    const a = array([300.7, -1.5, Number.NaN]);
    for (const pool of pools) {
      expect((await pool.map(a, (x) => x, { dtype: "uint8" })).toArray()).toEqual([44, 255, 0]);
      if (!areProcesses || pool.workers === 0) {
        expect((await pool.map(a, (x) => x, { dtype: "uint8_clamped" })).toArray()).toEqual([255, 0, 0]);
      }
      expect((await pool.map(a, (x) => x > 0, { dtype: "bool" })).toArray()).toEqual([true, false, false]);
    }
  });
});

describe("forEachChunk and reduce", () => {
  const shapes = [[7], [64, 3], [1, 1000], [2, 500], [5, 4, 3]];
  it.each(shapes.map((shape) => [shape]))("see every row of shape %s once", async (shape) => {
    for (const pool of pools) {
      for (const chunkSize of [1, 7, "auto"] as const) {
        const a = zeros(shape) as NDArray<"float64">;
        await pool.forEachChunk(
          a,
          (chunk) => {
            for (const i of Array.from({ length: chunk.size }, (_, k) => k)) chunk.put([i], chunk.flatten().get(i) + 1);
          },
          { chunkSize },
        );
        expect(new Set([a.toArray()].flat(9))).toEqual(new Set([1]));
      }
    }
  });

  it("cuts along chunkAxis, also of views that are not contiguous", async () => {
    for (const pool of pools) {
      const a = arange(60).reshape([3, 4, 5]);
      await pool.forEachChunk(
        a,
        (chunk, { start, end }) => {
          if (chunk.shape[1] !== end - start) throw new Error(`rows ${chunk.shape}`);
          chunk.fill(start);
        },
        { chunkAxis: 1, chunkSize: 1 },
      );
      expect(a.slice(0, null, 0).toArray()).toEqual([[0, 0, 0, 0, 0]]);
      expect(a.slice(2, [], 4).toArray()).toEqual([0, 1, 2, 3]);
    }
  });

  it("reduces to the same bits with any number of workers, for one chunkSize", async () => {
    const a = array(await serial.map(arange(10_007), (x) => Math.sin(x)));
    const sum = {
      init: () => 0,
      chunk: (acc: number, c: { flat: ArrayLike<number> }) => {
        for (let i = 0; i < c.flat.length; i++) acc += c.flat[i]!;
        return acc;
      },
      combine: (x: number, y: number) => x + y,
    };
    for (const chunkSize of [1, 7, 1000, "auto"] as const) {
      const expected = serial.reduceSync(a, sum, { chunkSize });
      for (const pool of teams) {
        expect(await pool.reduce(a, sum, { chunkSize })).toBe(expected);
        expect(pool.reduceSync(a, sum, { chunkSize })).toBe(expected);
      }
    }
  });

  it("keeps the order of chunks in values that are no numbers", async () => {
    for (const pool of pools) {
      const starts = await pool.reduce(
        arange(100),
        {
          init: (p: { tag: string }) => [p.tag],
          chunk: (acc: string[], _c, info) => [...acc, `${info.start}`],
          combine: (x, y) => [...x, ...y],
        },
        { chunkSize: 30, params: { tag: "c" } },
      );
      expect(starts).toEqual(["c", "0", "c", "30", "c", "60", "c", "90"]);
    }
  });

  it("gives init of an empty array, and undefined where a reducer gives it", async () => {
    for (const pool of pools) {
      expect(await pool.reduce(zeros(0), { init: () => "none", chunk: () => "some", combine: (x) => x })).toBe("none");
      expect(
        await pool.reduce(
          zeros(9),
          { init: () => undefined, chunk: () => undefined, combine: () => undefined },
          { chunkSize: 4 },
        ),
      ).toBe(undefined);
    }
  });

  it("adds halo rows that are really there", async () => {
    const src = arange(20);
    for (const pool of pools) {
      const dst = zeros(20);
      await pool.forEachChunk(
        { src, dst },
        ({ src, dst }, { before, after, start, end }) => {
          if (src.size !== end - start + before + after) throw new Error("halo");
          for (let i = 0; i < dst.size; i++) {
            dst.flat[i] = src.flat[Math.max(0, i + before - 1)]! + src.flat[Math.min(src.size - 1, i + before + 1)]!;
          }
        },
        { halo: { src: 1 }, chunkSize: 3 },
      );
      expect(dst.toArray()).toEqual(Array.from({ length: 20 }, (_, i) => Math.max(0, i - 1) + Math.min(19, i + 1)));
    }
  });

  it("says where each chunk lies", async () => {
    for (const pool of pools) {
      const seen = await pool.reduce(
        zeros(10),
        {
          init: () => [] as number[][],
          chunk: (_acc, _c, { index, count, start, end, worker, aborted }) => [
            [index, count, start, end, Number(aborted), Math.min(worker, 0)],
          ],
          combine: (x, y) => [...x, ...y],
        },
        { chunkSize: 4 },
      );
      expect(seen).toEqual([
        [0, 3, 0, 4, 0, 0],
        [1, 3, 4, 8, 0, 0],
        [2, 3, 8, 10, 0, 0],
      ]);
    }
  });
});

it("results of unions type-check and run", async () => {
  const a: AnyNDArray = zeros(3);
  if (a.dtype === "float64") expect((await serial.map(a, (x) => x + 1)).toArray()).toEqual([1, 1, 1]);
});
