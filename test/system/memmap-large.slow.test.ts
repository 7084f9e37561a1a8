/** `memmap` of files that are larger than the memory that there is. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arange, saveSync } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { runOther } from "./fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(folder, { recursive: true }));
/** The header of a file of one float64. */
function headerOfOne(): Buffer {
  const path = join(folder, "one.npy");
  saveSync(path, arange(1));
  return readFileSync(path).subarray(0, 128);
}

describe("more elements than memory", () => {
  // A control group that has 200 MiB for all of it: program, workers and page cache.
  const group = "/sys/fs/cgroup/memory/shared-ndarray-test";
  const canLimit = (() => {
    try {
      if (!existsSync(group)) mkdirSync(group);
      writeFileSync(`${group}/memory.limit_in_bytes`, "200M");
      return true;
    } catch {
      return false;
    }
  })();
  afterAll(() => {
    if (canLimit) rmdirSync(group);
  });
  it.runIf(canLimit)("a pool squares 512 MiB in place, with 200 MiB of memory (needs a memory control group)", () => {
    const path = join(folder, "large.npy");
    const n = 2 ** 26;
    const header = headerOfOne().toString("latin1");
    writeFileSync(
      path,
      Buffer.from(
        header.replace(/\(1,\), }( *)\n/, (all) => `${`(${n},), }`.padEnd(all.length - 1)}\n`),
        "latin1",
      ),
    );
    appendFileSync(path, Buffer.alloc(8, 0));
    truncateSync(path, 128 + 8 * n);
    const { stdout, stderr, status } = runOther(
      `const a = nd.memmap(${JSON.stringify(path)}, { dtype: "float64", mode: "r+" });
       const pool = new nd.Pool({ workers: 2 });
       await pool.map(a, (x) => x + 3, { out: a });
       await pool.map(a, (x) => x * x, { out: a });
       console.log(a.size, await pool.reduce(a, nd.sum));
       await pool.close();`,
      ["sh", "-c", `echo $$ > ${group}/cgroup.procs && exec "$0" "$@"`, process.execPath],
    );
    expect([status, stderr, stdout]).toEqual([0, "", `${n} ${9 * n}`]);
    const used = Number(readFileSync(`${group}/memory.max_usage_in_bytes`, "utf8"));
    expect(used).toBeLessThanOrEqual(200 * 2 ** 20);
    rmSync(path);
  });

  it("is not read when it is opened: a sparse GiB costs no memory", () => {
    const path = join(folder, "sparse.npy");
    const n = 2 ** 27;
    const { stdout } = runOther(
      `const fs = await import("node:fs");
       const header = ${JSON.stringify(headerOfOne().toString("latin1"))};
       fs.writeFileSync(${JSON.stringify(path)}, Buffer.from(header.replace(/\\(1,\\), }/, "(${n},), }").slice(0, 127) + "\\n", "latin1"));
       fs.truncateSync(${JSON.stringify(path)}, 128 + 8 * ${n});
       const before = process.memoryUsage.rss();
       const a = nd.memmap(${JSON.stringify(path)}, { dtype: "float64" });
       console.log(a.size, a.get(-1), process.memoryUsage.rss() - before < 100e6);`,
    );
    expect(stdout).toBe(`${n} 0 true`);
    rmSync(path);
  });
});
