/** Arrays of every dtype, made here and opened by NumPy, and the other way round. */
import { execFileSync } from "node:child_process";
import { arange, array, type DType, NDArray, SharedMemory } from "shared-ndarray";
import { afterEach, describe, expect, it } from "vitest";
import { freshName, hasNumPy, leftovers, NOTES_GO_LATER, SYSTEM } from "./fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));
const python = (code: string, ...args: string[]) =>
  execFileSync("python3", ["-c", `import sys, numpy as np\n${code}`, ...args], { encoding: "utf8" }).trim();

describe.skipIf(!hasNumPy)("arrays (needs python3 with NumPy)", () => {
  const dtypes = [
    "bool",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float16",
    "float32",
    "float64",
  ];
  it.each(dtypes as DType[])("of %s have the same bytes in both languages", (dtype) => {
    const name = freshName();
    const isLong = dtype === "int64" || dtype === "uint64";
    const items = dtype === "bool" ? [[true, false]] : isLong ? [[1n, 100n]] : [[1, 100]];
    using a = array(items as number[][], { dtype, name, ...SYSTEM });
    expect(
      python(`a = np.load(sys.argv[1], mmap_mode="r+"); print(a.dtype, a.tolist()); a[0, 0] = 0`, a.memory.path!),
    ).toBe(
      `${dtype} ${dtype === "bool" ? "[[True, False]]" : dtype.startsWith("float") ? "[[1.0, 100.0]]" : "[[1, 100]]"}`,
    );
    expect(Number(a.get(0, 0))).toBe(0);
    const other = freshName();
    python(
      `b = np.lib.format.open_memmap("/dev/shm/" + sys.argv[1], mode="w+", dtype=sys.argv[2], shape=(2, 2), fortran_order=True); b[:] = [[0, 1], [1, 0]]`,
      other,
      dtype,
    );
    using b = NDArray.attach(other, { ...SYSTEM, dtype, ndim: 2 });
    expect([b.shape, (b.toArray() as unknown[][]).map((row) => row.map(Number))]).toEqual([
      [2, 2],
      [
        [0, 1],
        [1, 0],
      ],
    ]);
    b.unlink();
  });

  it("in big-endian files are refused with a clear error", () => {
    const name = freshName();
    python(`np.lib.format.open_memmap("/dev/shm/" + sys.argv[1], mode="w+", dtype=">f4", shape=(3,))`, name);
    expect(() => NDArray.attach(name, SYSTEM)).toThrow(/little-endian/);
    SharedMemory.attach(name, SYSTEM).unlink();
  });

  it("uint8_clamped has no .npy type: it is refused, and nothing is created", () => {
    expect(() => arange(3, { dtype: "uint8_clamped", name: freshName(), ...SYSTEM })).toThrow(/uint8_clamped/);
  });
});
