/** Every transform against NumPy's: lengths, shapes, axes, lengths of transforms, norms, dtypes and layouts. */
import type * as nd from "shared-ndarray";
import { fft } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { errorOf, floatsOf, frequencies, operand, shifts, type Transform, transforms } from "./cases.js";

/** The largest error as a part of the largest element. NumPy transforms floats of 32 bits in 32 bits. */ const MOST: Record<
  string,
  number
> = {
  complex64: 1e-6,
  float32: 1e-6,
  float16: 2e-3,
  complex128: 4e-15,
  float64: 4e-15,
};

function failureOf({ fn, shape, dtype, layout, options, error, result }: Transform): string | undefined {
  const call = fft[fn] as unknown as (a: unknown, options: object) => nd.AnyNDArray;
  const a = operand(shape, dtype, layout);
  let got: nd.AnyNDArray;
  try {
    got = call(a, options);
  } catch (e) {
    const isOurs = e instanceof RangeError || e instanceof TypeError;
    return error && isOurs ? undefined : `${e} instead of ${error ?? "a result"}`;
  }
  if (!result) return `no ${error}`;
  if (String(got.shape) !== String(result.shape)) return `shape [${got.shape}] instead of [${result.shape}]`;
  if (got.dtype !== result.dtype) return `${got.dtype} instead of ${result.dtype}`;
  const wrong = errorOf(got, result);
  got.close();
  // NumPy rounds the factor of "forward" and "ortho" to the dtype of the operand.
  return wrong <= MOST[dtype === "float16" ? dtype : result.dtype]! ? undefined : `an error of ${wrong}`;
}
const failures = (cases: readonly Transform[]): string[] =>
  cases.flatMap((one) => {
    const { result: _, ...call } = one;
    const failure = failureOf(one);
    return failure === undefined ? [] : [`${JSON.stringify(call)}: ${failure}`];
  });

describe("as NumPy", () => {
  const isLong = ({ shape, layout, options }: Transform) =>
    shape.length === 1 && layout === "plain" && Object.keys(options).every((name) => name === "n");
  const [plain, others] = [transforms.filter(isLong), transforms.filter((one) => !isLong(one))];
  it("has as many cases as there should be", () => {
    expect([plain.length >= 6 * 168, others.length >= 14 * 100]).toEqual([true, true]);
  });
  it.each(["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])("%s of any length", (fn) => {
    expect(failures(plain.filter((one) => one.fn === fn))).toEqual([]);
  });
  it.each([...new Set(transforms.map(({ fn }) => fn))])("%s with all options, dtypes and layouts", (fn) => {
    expect(failures(others.filter((one) => one.fn === fn))).toEqual([]);
  });
});

describe("frequencies and shifts", () => {
  it("fftfreq and rfftfreq have NumPy's bits", () => {
    const wrong = frequencies.filter(({ fn, n, d, values }) => String(floatsOf(fft[fn](n, { d }))) !== String(values));
    expect(frequencies.length).toBeGreaterThan(70);
    expect(wrong).toEqual([]);
    expect(fft.fftfreq(4).toArray()).toEqual(fft.fftfreq(4, { d: 1 }).toArray());
  });
  it("fftshift and ifftshift", () => {
    const wrong = shifts.filter(({ fn, shape, options, values }) => {
      const got = fft[fn](operand(shape, "int32"), options) as ReturnType<typeof operand>;
      return String(floatsOf(got)) !== String(values) || got.dtype !== "int32" || String(got.shape) !== String(shape);
    });
    expect(shifts.length).toBeGreaterThan(70);
    expect(wrong).toEqual([]);
  });
});
