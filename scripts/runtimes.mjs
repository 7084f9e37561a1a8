// Runs the whole test suite on Node 20, 22, 24 and 26, or on the versions given: `npm run test:runtimes [-- 24]`. The
// installed Node is used for its own version; npm provides the others.
import { execFileSync, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const wanted = process.argv.slice(2);
let failed = 0;
execFileSync(process.execPath, [join(root, "scripts/ensure.mjs")], { stdio: "inherit" });

for (const version of wanted.length > 0 ? wanted : ["20", "22", "24", "26"]) {
  const isOwn = process.versions.node.startsWith(`${version}.`);
  const [command, ...args] = isOwn ? [process.execPath] : ["npx", "-y", "-p", `node@${version}`, "--", "node"];
  const { status, stdout, stderr } = spawnSync(command, [...args, vitest, "run", "--reporter=dot"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  const summary = /Tests\s+(.*)/.exec(stdout)?.[1] ?? "no report";
  console.log(`Node ${version}: ${status === 0 ? "passed" : "FAILED"}: ${summary}`);
  if (status !== 0) {
    failed++;
    console.log(
      (stdout + stderr)
        .split("\n")
        .filter((line) => /FAIL|Error:|expected/.test(line))
        .slice(0, 30)
        .join("\n"),
    );
  }
}
process.exitCode = failed === 0 ? 0 : 1;
