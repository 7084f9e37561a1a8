/** README's line for an installation, and then its first example, in an empty folder. */
import { execSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./source.js";

it("the package can be installed as README says, and its first example runs", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const line = /```sh\n(npm install .*)\n```/.exec(readme)![1]!;
  const first = /```js\n([\s\S]*?)```/.exec(readme)![1]!;
  const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
  try {
    symlinkSync(root, join(folder, "shared-ndarray"));
    const cwd = join(folder, "app");
    mkdirSync(cwd);
    execSync(line, { cwd, stdio: "pipe", env: { ...process.env, npm_config_offline: "true" } });
    writeFileSync(join(cwd, "first.mjs"), first);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["first.mjs"], { cwd, encoding: "utf8" });
    expect([status, stdout, stderr]).toEqual([
      0,
      "[ 999994000009, 999996000004, 999998000001 ]\n249999666666666720\n",
      "",
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
