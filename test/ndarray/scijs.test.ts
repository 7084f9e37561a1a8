/** Packages of the scijs family work on our arrays as they are. */
import cwise from "cwise";
import fft from "ndarray-fft";
import gemm from "ndarray-gemm";
import ops from "ndarray-ops";
import { arange, matmul, sum, zeros } from "shared-ndarray";
import { expect, it } from "vitest";

it("ndarray-ops", () => {
  const a = arange(12).reshape([3, 4]);
  ops.addseq(a.T as never, 10);
  ops.mulseq(a.slice("::2, ::-1") as never, 2);
  expect(a.toArray()).toEqual([
    [20, 22, 24, 26],
    [14, 15, 16, 17],
    [36, 38, 40, 42],
  ]);
  expect(ops.sum(a as never)).toBe(sum(a));
});

it("cwise", () => {
  const saxpy = cwise({
    args: ["array", "array", "scalar"],
    // biome-ignore lint/complexity/useArrowFunction: cwise parses ES5
    body: function (y, x, k) {
      y += k * x;
    },
  });
  const [x, y] = [arange(6).reshape([2, 3]), zeros([2, 3])];
  saxpy(y, x.slice("::-1"), 2);
  expect(y.toArray()).toEqual([
    [6, 8, 10],
    [0, 2, 4],
  ]);
});

it("ndarray-gemm", () => {
  const [a, b, c] = [arange(6).reshape([2, 3]), arange(12).reshape([3, 4]), zeros([2, 4])];
  gemm(c, a, b);
  expect(c.toArray()).toEqual(matmul(a, b).toArray());
});

it("ndarray-fft", () => {
  const [real, imaginary] = [arange(8), zeros([8])];
  fft(1, real, imaginary);
  expect(real.get(0)).toBe(28);
  fft(-1, real, imaginary);
  for (let i = 0; i < 8; i++) expect(real.get(i)).toBeCloseTo(i, 12);
});
