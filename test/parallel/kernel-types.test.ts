/** What the compiler says about a kernel that does not fit its call: one error about the kernel, not about overloads. */
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const CALLS = {
  map: "pool.map(a, (x, y, z) => x)",
  "map, blocking": "pool.mapSync(a, (x, y, z) => x)",
  "map to other elements": "pool.map(a, (x) => x, { out: ids })",
  "map of too few operands": "pool.map([a, a], sqrt)",
  forEachChunk: "pool.forEachChunk(a, (rows, info, params, more) => {})",
  reduce: "pool.reduce(a, { init: () => 0, chunk: (acc, rows, info, params, more) => 0, combine: () => 0 })",
  "reduce by an element-wise function": "pool.reduce(a, sqrt)",
};
const OVERLOADS = 2769;
const IMPLICIT_ANY = 7006;

/** The codes of the errors in each call, without those about parameters that get no type. */
function errorsOf(calls: readonly string[]): number[][] {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const file = `${root}test/types/kernels-in-memory.ts`;
  const head = 'import { type NDArray, type Pool, sqrt } from "shared-ndarray";';
  const arrays = 'declare const a: NDArray<"float64", 2>; declare const ids: NDArray<"int64", 2>;';
  const source = [`${head} ${arrays} declare const pool: Pool;`, ...calls].join("\n");
  const { config } = ts.readConfigFile(`${root}tsconfig.types.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...others) =>
    name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : getSourceFile(name, ...others);
  const program = ts.createProgram([file], { ...options, skipLibCheck: true }, host);
  const parsed = program.getSourceFile(file)!;
  const found: number[][] = calls.map(() => []);
  for (const { code, start } of program.getSemanticDiagnostics(parsed)) {
    if (code !== IMPLICIT_ANY) found[parsed.getLineAndCharacterOfPosition(start!).line - 1]!.push(code);
  }
  return found;
}

describe("a kernel that does not fit", () => {
  it("is one error, and not one about overloads", () => {
    for (const [i, codes] of errorsOf(Object.values(CALLS)).entries()) {
      expect(codes, Object.keys(CALLS)[i]).toHaveLength(1);
      expect(codes, Object.keys(CALLS)[i]).not.toContain(OVERLOADS);
    }
  });
});
