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
  const target = join(root, ".examples", `${basename(dirname(resolve(path)))}-${basename(path, ".ts")}.mjs`);
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, ts.transpileModule(readFileSync(path, "utf8"), { compilerOptions, fileName: path }).outputText);
  return target;
}

const examples = join(root, "docs/examples");

/** The path of the example of that number, or of any program by its path. */
export function find(wanted) {
  const known = readdirSync(examples).find((file) => file.startsWith(`${wanted}-`));
  if (known) return join(examples, known);
  if (wanted.endsWith(".ts")) return resolve(wanted);
  const all = readdirSync(examples).join(", ");
  throw new RangeError(`Expected an example's number or a .ts file, got ${JSON.stringify(wanted)}: ${all}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [wanted = "", ...args] = process.argv.slice(2);
  try {
    const program = compile(find(wanted));
    spawn(process.execPath, [program, ...args], { stdio: "inherit" }).on("exit", (code) => process.exit(code ?? 1));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
