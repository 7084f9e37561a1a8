/**
 * Every exported function and every method, called with complex arrays: it does what NumPy does, or throws. What gives
 * a value is either in the cases of the oracle or named here, so a function that loses imaginary parts is found.
 */
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as nd from "shared-ndarray";
import { NDArray } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { functionsOf } from "../fixtures/exports.js";
import { casesOf } from "../oracle/calls.js";

const byOracle = new Set(casesOf("complex-cases.json.gz").map((one) => one.fn));
/** Functions that give a value, and what tests that. */
const TESTED = new Set(
  [
    // test/complex/storage.test.ts
    "array asarray full fullLike zeros zerosLike empty emptyLike ones onesLike eye identity tri indices fromBuffer",
    "fromIter save saveSync tofile tofileSync resultType finfo array2string arrayRepr arrayStr ndenumerate toHandle",
    // test/complex/functions.test.ts
    "allclose arrayEqual dot norm",
    // test/linalg/products.test.ts
    // test/fft/numpy.test.ts
    "fft.fft fft.ifft fft.irfft fft.hfft fft.fft2 fft.ifft2 fft.irfft2 fft.fftn fft.ifftn fft.irfftn fft.fftshift",
    "fft.ifftshift",
    "linalg.diagonal linalg.trace trace einsum linalg.matrixPower linalg.multiDot linalg.vectorNorm linalg.matrixNorm linalg.norm",
    // test/linalg/oracle.test.ts
    "tensordot inner outer kron cross vdot",
    // test/functions/numpy-options.test.ts
    "nanToNum",
    // test/statistics/oracle.test.ts
    "uniqueValues uniqueCounts uniqueInverse uniqueAll unique isin union1d intersect1d setdiff1d setxor1d",
    "partition argpartition lexsort ptp average cov corrcoef convolve correlate gradient ediff1d trapezoid",
    "nansum nanprod nanmean nanvar nanstd nancumsum nancumprod poly polyadd polymul polyval",
    // no elements are computed
    "asReadonly showConfig records getPrintOptions isSharedError ndindex unravelIndex toWire random.defaultRng",
  ].flatMap((line) => line.split(" ")),
);
/** Functions that give a value for the real arrays and numbers of these calls, and refuse complex ones. */
const REAL = new Set(["linspace"]);

const a = () =>
  nd.array([
    [
      { re: 1, im: 2 },
      { re: 0, im: -1 },
    ],
    [3, { re: 0, im: 0 }],
  ]);
const mask = nd.array([
  [true, false],
  [true, true],
]);
const positions = nd.array([
  [0, 1],
  [1, 0],
]);
const places = positions.astype("int32");
const dtype = { dtype: "complex128" };
const path = join(tmpdir(), `walk-${process.pid}.bin`);
afterAll(() => rmSync(path, { force: true }));
const calls = (): unknown[][] => [
  ...[[a()], [a(), a()], [a(), 1], [1, a()], [2, a()], [a(), 2], [a(), [0]], [a(), mask], [mask, a()], [a(), places]],
  ...[
    [mask, a(), a()],
    [a(), mask, a()],
    [a(), a(), a()],
    [a(), 0, 1],
    [a(), places, 0],
    [[a(), a()]],
    [[mask], [a()]],
  ],
  ...[["complex128"], [[2, 2], dtype], [3, dtype], [0, 3, 4, dtype], [1, 2, 3, dtype], [new Float64Array(4), dtype]],
  ...[
    [places, [a(), a()]],
    [path, a()],
  ],
];

describe("complex arrays", () => {
  const functions = Object.fromEntries(functionsOf(nd));
  const names = Object.keys(functions).filter((name) => !byOracle.has(name));
  it.each(names)("%s does what NumPy does, or throws", async (name) => {
    const given: unknown[] = [];
    for (const args of calls()) {
      try {
        const value = functions[name]!(...args);
        if (value instanceof Promise) await value;
        given.push(value);
      } catch (e) {
        expect(String(e)).not.toContain("internal");
        expect(e instanceof RangeError || e instanceof Error).toBe(true);
      }
    }
    if (given.some((value) => value !== undefined) && !REAL.has(name)) expect([...TESTED]).toContain(name);
  });

  it.each(
    names.concat([...byOracle]).filter((name) => typeof functions[name] === "function" && "nin" in functions[name]),
  )("the methods of %s refuse them, apart from outer", (name) => {
    const fn = functions[name] as unknown as Record<string, (...args: unknown[]) => unknown>;
    const vector = a().ravel();
    const position = nd.array([0], { dtype: "int32" });
    for (const method of ["reduce", "accumulate", "reduceat", "at"]) {
      if (!(method in fn)) continue;
      expect(
        () => fn[method]!(vector, ...(method === "at" || method === "reduceat" ? [position] : [])),
        method,
      ).toThrow(nd.DTypeError);
    }
  });

  it("methods do what NumPy does, or throw", () => {
    const members = new Set<string>();
    for (let from = NDArray.prototype as object; from !== Object.prototype; from = Object.getPrototypeOf(from)) {
      for (const name of Object.getOwnPropertyNames(from)) members.add(name);
    }
    const looking = "constructor dtype shape ndim size length itemsize nbytes strides contiguous memory byteOffset";
    const tested = "flat get item toArray toTypedArray toString toJSON data set fill assign put take compress slice";
    const views = "T transpose reshape ravel squeeze expandDims diagonal flip swapaxes moveaxis broadcastTo view copy";
    const more =
      "flatten astype lo hi step pick offset stride order dimension index name scope owner closed close unlink";
    const computed =
      "sum prod mean std variance any all countNonzero min max argmin argmax cumulativeSum cumulativeProd";
    const known = [computed, looking, tested, views, more].flatMap((line) => line.split(" "));
    for (const name of members) {
      if (known.includes(name)) continue;
      const member = (a() as unknown as Record<string, () => unknown>)[name]!;
      expect(() => member.call(a()), name).toThrow(nd.DTypeError);
    }
  });
});
