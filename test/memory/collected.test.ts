/** Arrays that were operands or results are collected: no cache of calls holds them. */
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const PROGRAM = `
import { add, cumulativeSum, map, matmul, multiply, ones, sort, sum, zeros } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
const left = new Set();
const registry = new FinalizationRegistry((name) => left.delete(name));
const watched = (name, array) => {
  left.add(name);
  registry.register(array, name);
  return array;
};
const N = 300_000;
(() => {
  add(watched("add", ones(N)), watched("add 2", ones(N)));
  sum(watched("sum", ones(N, { dtype: "float32" })));
  sum(watched("small sum", ones(10, { dtype: "int32" })));
  multiply(watched("multiply", ones(N)), 2, { out: watched("out", zeros(N)) });
  sort(watched("sort", ones(N)));
  cumulativeSum(watched("cumulativeSum", ones(N)));
  matmul(watched("matmul", ones([300, 300])), ones([300, 300]));
  map(watched("map", ones(N)), (x) => x + 1);
  watched("copy", ones(N)).copy();
})();
for (let round = 0; round < 50 && left.size > 0; round++) {
  globalThis.gc();
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log(JSON.stringify([...left]));
`;

it("by the collector, after the first call of each kind too", () => {
  const { stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", PROGRAM], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual([]);
});

/** Each memory takes some 10 GiB of address space, of which a process has 128 TiB. */
const DROPPED = `
import { zeros } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
import { readFileSync } from "node:fs";
for (let i = 0; i < 2000; i++) {
  zeros(8200);
  if (i % 100 === 99) globalThis.gc();
}
const [, kib] = /VmSize:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"));
console.log(Number(kib) / 2 ** 20);
`;

it.skipIf(process.platform !== "linux")("in a loop that never awaits too: their address space comes back", () => {
  const { stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", DROPPED], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(Number(stdout)).toBeLessThan(5000); // GiB; 2000 memories would take 20,000
});
