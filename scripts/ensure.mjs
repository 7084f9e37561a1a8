// Makes a fresh clone ready to run: installs if node_modules is missing or older than the lock file, and builds if
// dist is older than src. It runs before `npm start` and `npm test`, when nothing may be installed yet: it has no
// dependencies.
import { execSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modified = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const newest = (folder) =>
  Math.max(...readdirSync(join(root, folder), { recursive: true }).map((file) => modified(join(folder, String(file)))));
const run = (command) => execSync(command, { cwd: root, stdio: ["ignore", 2, 2] });

// npm writes this file when an installation is complete, so an interrupted installation is repeated.
if (modified("node_modules/.package-lock.json") < modified("package-lock.json")) run("npm ci --no-audit --no-fund");
const sources = Math.max(newest("src"), modified("tsup.config.ts"), modified("package.json"));
if (modified("dist/index.d.ts") < sources) run("npm run --silent build -- --silent");
