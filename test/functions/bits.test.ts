/** The same bits on every runtime: digests of what functions give, kept beside; `npm run test:runtimes` runs this on Node 20 to 26. */
import { createHash } from "node:crypto";
import * as nd from "shared-ndarray";
import { arange, type NDArray, Pool } from "shared-ndarray";
import { afterAll, expect, it } from "vitest";

const pool = new Pool({ workers: 2 });
afterAll(() => pool.close());

/** The elements' bytes; of NaN, whose payload differs between engines, one. */
function digest(value: unknown): string {
  const list = typeof value === "number" ? [value] : (value as NDArray<"float64">).flatten().toArray();
  return createHash("sha256")
    .update(list.map((x) => (Object.is(x, -0) ? "-0" : String(x))).join())
    .digest("hex")
    .slice(0, 16);
}

const N = 20_000;
const unit = nd.divide(nd.add(arange(N), 0.5), N) as NDArray<"float64">;
const wide = nd.multiply(nd.subtract(unit, 0.5), 700) as NDArray<"float64">;
const functions = nd as unknown as Record<string, (...args: unknown[]) => unknown>;
const names =
  "exp expm1 log log1p log2 log10 cbrt sin cos tan asin acos atan sinh cosh tanh asinh atanh sqrt reciprocal".split(
    " ",
  );

it.each(names)("%s", (name) => {
  const over = ["asin", "acos", "atanh"].includes(name) ? nd.subtract(nd.multiply(unit, 2), 1) : wide;
  expect(digest(functions[name]!(over))).toMatchSnapshot();
  expect(digest(functions[name]!((over as NDArray<"float64">).astype("float32")))).toMatchSnapshot();
});
it.each("pow atan2 hypot logaddexp remainder floorDivide nextafter".split(" "))("%s", (name) => {
  expect(digest(functions[name]!(unit, nd.multiply(wide, 0.1)))).toMatchSnapshot();
});
it.each("sum prod mean std variance min max norm".split(" "))("%s", (name) => {
  const square = wide.reshape([100, 200]);
  expect([undefined, 0, 1].map((axis) => digest(functions[name]!(square, { axis })))).toMatchSnapshot();
});
it("matmul and compiled functions", async () => {
  const square = wide.reshape([100, 200]);
  expect(digest(nd.matmul(square, square.T))).toMatchSnapshot();
  expect(digest(await pool.map(wide, (x) => Math.sqrt(Math.abs(x)) * 1.1 + (x % 3) / 7))).toMatchSnapshot();
  const fast = { fastMath: true };
  expect(digest(await pool.map(wide, (x) => Math.sin(x) * Math.exp(x / 700) + x ** 3, fast))).toMatchSnapshot();
});
