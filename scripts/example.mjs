// Compiles a TypeScript program for Node 20 and runs it: `npm run example -- docs/examples/30-attach-by-name.ts`, or just
// `30`. The output goes to .examples/, which git ignores. There, `shared-ndarray` is this package.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Compiles the program at `path`, and returns the path of the result. */
export function compile(path) {
  const target = join(root, ".examples", `${basename(path, ".ts")}.mjs`);
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, ts.transpileModule(readFileSync(path, "utf8"), { compilerOptions, fileName: path }).outputText);
  return target;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const examples = join(root, "docs/examples");
  const [wanted = "", ...args] = process.argv.slice(2);
  const known = readdirSync(examples).find((file) => file.startsWith(`${wanted}-`));
  if (!known && !wanted.endsWith(".ts")) {
    console.error(
      `Expected an example's number or a .ts file, got ${JSON.stringify(wanted)}: ${readdirSync(examples).join(", ")}`,
    );
    process.exit(1);
  }
  const program = compile(known ? join(examples, known) : resolve(wanted));
  spawn(process.execPath, [program, ...args], { stdio: "inherit" }).on("exit", (code) => process.exit(code ?? 1));
}
