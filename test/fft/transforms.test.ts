/** What holds for all transforms: inverses, energy, `out`, read-only operands, views, and errors. */
import type * as nd from "shared-ndarray";
import {
  abs,
  array,
  broadcastTo,
  DTypeError,
  fft,
  LayoutError,
  max,
  type NDArray,
  ShapeError,
  square,
  subtract,
  sum,
  tidy,
  zeros,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { floatsOf, operand } from "./cases.js";

const LENGTHS = [1, 2, 3, 7, 8, 60, 61, 97, 128, 331, 1000, 1009, 2310, 4096, 10_007, 65_536, 100_003];
/** The largest absolute value of a difference; NaN if one is. */
const apart = (a: nd.AnyNDArray, b: nd.AnyNDArray): number =>
  tidy(() => Number(max(abs(subtract(a as never, b as never) as never) as never)));

describe("inverses and energy", () => {
  it.each(LENGTHS)("of length %i", (n) => {
    const c = operand([n], "complex128") as NDArray<"complex128", 1>;
    const r = operand([n], "float64") as NDArray<"float64", 1>;
    for (const norm of ["backward", "ortho", "forward"] as const) {
      expect(apart(fft.ifft(fft.fft(c, { norm }), { norm }), c)).toBeLessThan(1e-13);
      expect(apart(fft.irfft(fft.rfft(r, { norm }), { n, norm }), r)).toBeLessThan(1e-13);
      const hermitian = fft.ihfft(fft.hfft(fft.rfft(r), { n, norm }), { norm });
      expect(apart(hermitian, fft.rfft(r)) / max(abs(fft.rfft(r)))).toBeLessThan(1e-14);
    }
    // Parseval
    const energy = (a: NDArray<"complex128", 1>) => sum(square(abs(a)));
    expect(energy(fft.fft(c, { norm: "ortho" })) / energy(c)).toBeCloseTo(1, 12);
    // The first half of the complex transform of a real signal is the real one.
    expect(apart(fft.rfft(r), fft.fft(r).slice([0, Math.floor(n / 2) + 1]) as never)).toBeLessThan(1e-14 * 8 * n);
  });

  it("several axes there and back", () => {
    for (const shape of [
      [5, 8],
      [16, 9, 10],
      [1, 7, 1, 6],
    ]) {
      const c = operand(shape, "complex128") as NDArray<"complex128">;
      const r = operand(shape, "float64") as NDArray<"float64">;
      expect(apart(fft.ifftn(fft.fftn(c)), c)).toBeLessThan(1e-13);
      expect(apart(fft.ifft2(fft.fft2(c)), c)).toBeLessThan(1e-13);
      for (const again of [fft.irfftn(fft.rfftn(r), { s: shape }), fft.irfft2(fft.rfft2(r), { s: shape.slice(-2) })]) {
        expect(apart(again, r)).toBeLessThan(1e-13);
      }
    }
  });
});

describe("operands and results", () => {
  const bits = (a: unknown) => floatsOf(a as never);

  it("the bits do not depend on the layout", () => {
    for (const n of [12, 300, 1024]) {
      const block = operand([n, 11], "complex128") as NDArray<"complex128", 2>;
      const turned = block.T.copy();
      const columns = fft.fft(block, { axis: 0 });
      expect(bits(fft.fft(turned).T)).toEqual(bits(columns));
      expect(bits(fft.fft(block.T).T)).toEqual(bits(columns));
      for (let j = 0; j < 11; j++) {
        expect(bits(columns.slice(":", j))).toEqual(bits(fft.fft(block.slice(":", j).copy())));
      }
    }
  });

  it("lists and typed arrays", () => {
    expect(fft.fft([1, 2, 3, 4]).toArray()).toEqual([
      { re: 10, im: 0 },
      { re: -2, im: 2 },
      { re: -2, im: 0 },
      { re: -2, im: -2 },
    ]);
    expect(fft.rfft(Float32Array.of(1, 2, 3, 4)).dtype).toBe("complex64");
    expect(fft.fft(Int16Array.of(1, 2)).dtype).toBe("complex128");
    expect(fft.irfft([1, { re: 0, im: 1 }, 0]).toArray()).toEqual([0.25, -0.25, 0.25, 0.75]);
  });

  it("read-only operands, which stay as they are", () => {
    const a = operand([600], "complex128") as NDArray<"complex128", 1>;
    const before = bits(a);
    const readonly = broadcastTo(a, [2, 600]);
    expect(bits(fft.fft(readonly).slice(1))).toEqual(bits(fft.fft(a)));
    expect(bits(fft.ifftn(readonly, { axes: [1] }).slice(0))).toEqual(bits(fft.ifft(a)));
    expect(bits(a)).toEqual(before);
  });

  it("out of any layout and precision, and over the operand", () => {
    for (const n of [6, 300, 331, 4096]) {
      const a = operand([3, n], "complex128") as NDArray<"complex128", 2>;
      const wanted = bits(fft.fft(a));
      const wide = zeros([3, 2 * n], { dtype: "complex128" });
      const out = wide.slice(":", "::2") as NDArray<"complex128", 2>;
      expect(fft.fft(a, { out })).toBe(out);
      expect(bits(out)).toEqual(wanted);
      const narrow = zeros([3, n], { dtype: "complex64" });
      fft.fft(a, { out: narrow });
      expect(bits(narrow)).toEqual(wanted.map(Math.fround));
      const inverse = bits(fft.ifft(a, { axis: 0 }));
      const own = a.copy();
      fft.ifft(own, { axis: 0, out: own });
      expect(bits(own)).toEqual(inverse);
      const all = bits(fft.fftn(a));
      const again = a.copy();
      fft.fftn(again, { out: again });
      expect(bits(again)).toEqual(all);
      fft.fft(a, { out: a });
      expect(bits(a)).toEqual(wanted);
    }
    const real = zeros([4]);
    expect(fft.irfft([4, 0, 0], { out: real })).toBe(real);
    expect(real.toArray()).toEqual([1, 1, 1, 1]);
  });

  it("no axes and no elements", () => {
    expect(fft.fftn(array(3)).item()).toEqual({ re: 3, im: 0 });
    expect(fft.fftn(array([1, 2]), { axes: [] }).dtype).toBe("complex128");
    expect(fft.fft(zeros([0, 3])).shape).toEqual([0, 3]);
    expect(fft.rfft(zeros([0]), { n: 4 }).toArray()).toEqual([0, 0, 0].map(() => ({ re: 0, im: 0 })));
    expect(fft.fft(zeros([3, 0]), { axis: 0 }).shape).toEqual([3, 0]);
  });

  it("plans and work arrays of other lengths in between change nothing", () => {
    const wanted = tidy(() => LENGTHS.map((n) => bits(fft.fft(operand([n], "complex128"))).slice(0, 40)));
    const again = tidy(() =>
      LENGTHS.toReversed()
        .map((n) => bits(fft.fft(operand([n], "complex128"))).slice(0, 40))
        .reverse(),
    );
    expect(again).toEqual(wanted);
  });
});

describe("errors name the value", () => {
  const a = zeros([2, 3]);
  const fixed = broadcastTo(zeros([3], { dtype: "complex128" }), [2, 3]);
  const cases: [string, () => unknown, new (...args: never[]) => Error, RegExp][] = [
    ["an axis", () => fft.fft(a, { axis: 2 }), RangeError, /`axis`.*\[-2, 2\), got 2/],
    ["an axis of nothing", () => fft.fft(array(1)), RangeError, /`axis`/],
    ["n = 0", () => fft.fft(a, { n: 0 }), RangeError, /`n`.*got 0/],
    ["n = 1.5", () => fft.rfft(a, { n: 1.5 }), RangeError, /`n`.*got 1.5/],
    ["n as text", () => fft.ifft(a, { n: "4" as never }), TypeError, /`n`.*got "4"/],
    ["a huge n", () => fft.fft(a, { n: 2 ** 40 }), RangeError, /`n`.*1099511627776/],
    ["no elements", () => fft.fft(zeros([2, 0])), ShapeError, /1 to .* along axis 1, got 0/],
    ["one element", () => fft.irfft([1]), ShapeError, /2 to .* along axis 0, got 1/],
    ["norm", () => fft.fft(a, { norm: "both" as never }), TypeError, /`norm`.*"ortho".*got "both"/],
    ["complex elements", () => fft.rfft(zeros([2], { dtype: "complex64" })), DTypeError, /rfft.*complex64/],
    ["complex elements of ihfft", () => fft.ihfft([{ re: 1, im: 1 }]), DTypeError, /ihfft.*complex128/],
    ["s", () => fft.fftn(a, { s: [2, 0] }), RangeError, /`s\[1\]`.*got 0/],
    ["s = -2", () => fft.fftn(a, { s: [2, -2] }), RangeError, /`s\[1\]`.*got -2/],
    ["s as a number", () => fft.fftn(a, { s: 4 as never }), TypeError, /`s`.*got 4/],
    ["too many lengths", () => fft.fftn(a, { s: [2, 2], axes: [0] }), ShapeError, /`s`.*1 axes.*\[2, 2\]/],
    ["axes as a number", () => fft.fftn(a, { axes: 0 as never }), TypeError, /`axes`.*got 0/],
    ["an axis of several", () => fft.fftn(a, { axes: [0, 5] }), RangeError, /`axes`.*got 5/],
    ["too few axes", () => fft.fft2(zeros([3])), RangeError, /`axes`.*got -2/],
    ["no axis of a real transform", () => fft.rfftn(a, { axes: [] }), RangeError, /`axes`.*1 axis/],
    ["out of another shape", () => fft.fft(a, { out: zeros([2, 4], { dtype: "complex128" }) }), ShapeError, /`out`/],
    ["real out", () => fft.fft(a, { out: zeros([2, 3]) }), DTypeError, /`out`.*complex128.*float64/],
    ["out that cannot be written to", () => fft.fft(a, { out: fixed as never }), LayoutError, /`out`.*read-only/],
    ["a number", () => fft.fft(3 as never), TypeError, /`a`.*got 3/],
    ["n of frequencies", () => fft.fftfreq(0), RangeError, /`n`.*got 0/],
    ["d of frequencies", () => fft.rfftfreq(4, { d: 0 }), RangeError, /`d`.*got 0/],
    ["their dtype", () => fft.fftfreq(4, { dtype: "int32" as never }), DTypeError, /float.*int32/],
    ["axes of a shift", () => fft.fftshift(a, { axes: 2 }), RangeError, /`axes`.*got 2/],
  ];
  it.each(cases)("%s", (_, call, Class, message) => {
    expect(call).toThrow(Class);
    expect(call).toThrow(message);
  });
});
