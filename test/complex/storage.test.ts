/** Complex arrays as elements: made, read, written, cast, viewed, saved and sent. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as nd from "shared-ndarray";
import { array, NDArray, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";

const i = { re: 0, im: 1 };
const c = (re: number, im: number) => ({ re, im });

describe("elements", () => {
  it("are { re, im }", () => {
    const a = array([1, i, c(2, -3)]);
    expect(a.dtype).toBe("complex128");
    expect(a.get(2)).toEqual(c(2, -3));
    expect(a.toArray()).toEqual([c(1, 0), c(0, 1), c(2, -3)]);
    expect(JSON.stringify(a)).toBe('[{"re":1,"im":0},{"re":0,"im":1},{"re":2,"im":-3}]');
    expect([a.itemsize, a.nbytes, a.strides]).toEqual([16, 48, [16]]);
    expect([...a]).toEqual(a.toArray());
    expect(array(i).item()).toEqual(i);
    expect([...nd.ndenumerate(a)][1]).toEqual([[1], i]);
  });
  it("are in memory as NumPy stores them", () => {
    const a = array([[c(1, 2)], [c(3, 4)]], { dtype: "complex64" });
    expect(a.flat).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(a.slice(1).flat).toEqual(Float32Array.of(3, 4));
    expect(a.toTypedArray()).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(a.slice("::-1").toTypedArray()).toEqual(Float32Array.of(3, 4, 1, 2));
    expect(a.data).toEqual(Float32Array.of(1, 2, 3, 4));
  });
  it("are written as numbers, booleans and { re, im }", () => {
    const a = zeros(4, { dtype: "complex128" });
    a.set(0, 5);
    a.set(1, 1);
    a.set(2, c(1, -0));
    expect(a.toArray()).toEqual([c(5, 0), c(1, 0), c(1, -0), c(0, 0)]);
    a.fill(i);
    expect(a.toArray()).toEqual([i, i, i, i]);
    a.assign([1, c(2, 2)], { at: array([0, 3], { dtype: "int32" }) });
    a.assign(c(9, 9), { at: array([false, true, false, false]) });
    expect(a.toArray()).toEqual([c(1, 0), c(9, 9), i, c(2, 2)]);
    a.put([0, 1], array([c(7, 7), 8]));
    a.fill(0, { where: array([false, false, true, false]) });
    expect(a.toArray()).toEqual([c(7, 7), c(8, 0), c(0, 0), c(2, 2)]);
    a.assign(array([1, 2, 3, 4]), { where: array([true, false, false, true]) });
    expect(a.toArray()).toEqual([c(1, 0), c(8, 0), c(0, 0), c(4, 0)]);
  });
  it("are refused where they do not fit", () => {
    const real = zeros(2);
    expect(() => real.set(0, i as never)).toThrow(nd.DTypeError);
    expect(() => real.fill(i as never)).toThrow(nd.DTypeError);
    expect(() => real.assign(array([i, i]))).toThrow(/casts to float64 within its kind, got complex128/);
    expect(() => array([i], { dtype: "float64" })).toThrow(nd.DTypeError);
    expect(() => array([i, 1n] as never)).toThrow(nd.DTypeError);
    expect(() => array([{ re: 1 }] as never)).toThrow(nd.DTypeError);
    expect(() => array([{ re: 1, im: "1" }] as never)).toThrow(nd.DTypeError);
    expect(() => zeros(1, { dtype: "complex128" }).set(0, 1n as never)).toThrow(nd.DTypeError);
    expect(() => array([i]).toNdarray()).toThrow(nd.DTypeError);
  });
  it("are cast as NumPy casts them", () => {
    const a = array([c(1.5, 2), c(0, 3), 0]);
    expect(a.astype("float64").toArray()).toEqual([1.5, 0, 0]);
    expect(a.astype("int32").toArray()).toEqual([1, 0, 0]);
    expect(a.astype("bool").toArray()).toEqual([true, true, false]);
    expect(a.astype("complex64").toArray()).toEqual(a.toArray());
    expect(array([1n, -2n]).astype("complex128").toArray()).toEqual([c(1, 0), c(-2, 0)]);
    expect(array([true, false]).astype("complex64").toArray()).toEqual([c(1, 0), c(0, 0)]);
    expect(array(Float32Array.of(1, 2), { dtype: "complex128" }).toArray()).toEqual([c(1, 0), c(2, 0)]);
    const out = zeros(3, { dtype: "complex64" });
    expect(a.copy({ out }).toArray()).toEqual(a.toArray());
  });
});

describe("arrays", () => {
  it("are made by all functions that make arrays", () => {
    const of = { dtype: "complex128" } as const;
    const one = c(1, 0);
    expect(nd.ones(2, of).toArray()).toEqual([one, one]);
    expect(nd.full(2, i, of).toArray()).toEqual([i, i]);
    expect(nd.fullLike(zeros(1, of), i).toArray()).toEqual([i]);
    expect(nd.onesLike(zeros(1, of)).toArray()).toEqual([one]);
    expect(nd.zerosLike(nd.ones(1, of)).toArray()).toEqual([c(0, 0)]);
    expect(nd.emptyLike(nd.ones(1, of)).dtype).toBe("complex128");
    expect(nd.empty(1, of).dtype).toBe("complex128");
    expect(nd.eye(2, of).toArray()).toEqual([
      [one, c(0, 0)],
      [c(0, 0), one],
    ]);
    expect(nd.identity(1, of).toArray()).toEqual([[one]]);
    expect(nd.tri(2, of).toArray()).toEqual([
      [one, c(0, 0)],
      [one, one],
    ]);
    expect(nd.indices([2], of).toArray()).toEqual([[c(0, 0), one]]);
    expect(nd.fromIter([1, i], of).toArray()).toEqual([one, i]);
    expect(nd.fromFunction((k) => c(k, -k), [2], of).toArray()).toEqual([c(0, -0), c(1, -1)]);
    const bytes = new Uint8Array(Float64Array.of(1, 0, 0, 1).buffer);
    expect(nd.fromBuffer(bytes, of).toArray()).toEqual([one, i]);
    expect(nd.asarray([i]).dtype).toBe("complex128");
  });
  it("are views of their memory as floats, and back", () => {
    const a = array([c(1, 2), c(3, 4)]);
    const parts = a.view("float64");
    expect(parts.toArray()).toEqual([1, 2, 3, 4]);
    parts.set(1, 9);
    expect(a.get(0)).toEqual(c(1, 9));
    expect(parts.view("complex128").memory).toBe(a.memory);
    expect(NDArray.view(a.memory, [1], { dtype: "complex128", byteOffset: a.byteOffset + 16 }).get(0)).toEqual(c(3, 4));
  });
  it("are a dtype of their own", () => {
    expect(zeros(1, { dtype: "c16" as "complex128" }).dtype).toBe("complex128");
    expect(zeros(1, { dtype: "<c8" as "complex64" }).dtype).toBe("complex64");
    expect(nd.resultType("complex64", 1.5)).toBe("complex64");
    expect(nd.resultType("complex64", "int32")).toBe("complex128");
    expect(nd.finfo("complex64")).toEqual(nd.finfo("float32"));
    expect(() => nd.iinfo("complex64" as never)).toThrow(nd.DTypeError);
  });
  it("are saved and loaded, also as a big-endian file", () => {
    const folder = mkdtempSync(join(tmpdir(), "complex-"));
    try {
      const a = array([[c(1, 2)], [c(-0, Number.NaN)]]);
      nd.saveSync(join(folder, "a.npy"), a.T);
      expect(nd.loadSync(join(folder, "a.npy")).toArray()).toEqual(a.T.toArray());
      expect(nd.memmap(join(folder, "a.npy")).dtype).toBe("complex128");
      nd.tofileSync(join(folder, "a.bin"), a);
      expect(nd.fromfileSync(join(folder, "a.bin"), { dtype: "complex128" }).toArray()).toEqual(a.flatten().toArray());
      nd.savezSync(join(folder, "a.npz"), { a });
      using opened = nd.loadNpzSync(join(folder, "a.npz"));
      expect(opened.getSync("a").toArray()).toEqual(a.toArray());
      expect(() => nd.tofileSync(join(folder, "b.txt"), a, { sep: " " })).toThrow(nd.DTypeError);
      expect(() => nd.savetxtSync(join(folder, "c.txt"), a)).toThrow(nd.DTypeError);
      expect(existsSync(join(folder, "c.txt"))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  it("have names, handles and copies in other threads", () => {
    using a = nd.full([2], i, { dtype: "complex128", name: "complex-storage" });
    using b = NDArray.attach("complex-storage", { dtype: "complex128", ndim: 1 });
    expect(b.toArray()).toEqual([i, i]);
    using d = nd.fromHandle(nd.toHandle(a.slice("1:"))) as NDArray<"complex128", 1>;
    d.set(0, 4);
    expect(a.toArray()).toEqual([i, c(4, 0)]);
  });
  it("are printed with formatters", () => {
    const formatter = { complexfloat: ({ re, im }: nd.Complex) => `${re}|${im}` };
    expect(nd.array2string(array([c(1, 2), i]), { formatter })).toBe("[1|2 0|1]");
  });
});

it("shared values refuse complex types", () => {
  expect(() => new nd.Value("complex128" as never, 1 as never)).toThrow(nd.DTypeError);
  expect(() => new nd.SharedArray("complex64" as never, 2)).toThrow(nd.DTypeError);
});
