/** The structure that DESIGN.md and STYLE.md promise: layers, no cycle, single owners, public names, the package itself. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as publicApi from "shared-ndarray";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const src = join(root, "src");
const files = readdirSync(src, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));
const text = (file: string) => readFileSync(join(src, file), "utf8");
const parsed = new Map(
  files.map((file) => [file, ts.createSourceFile(file, text(file), ts.ScriptTarget.Latest, true)]),
);

/** What a file imports of the project, and whether for more than types. */
function importsOf(file: string): { to: string; isValue: boolean }[] {
  return parsed
    .get(file)!
    .statements.filter((s) => ts.isImportDeclaration(s) || ts.isExportDeclaration(s))
    .flatMap((statement) => {
      const from =
        statement.moduleSpecifier && ts.isStringLiteral(statement.moduleSpecifier)
          ? statement.moduleSpecifier.text
          : "";
      if (!from.startsWith(".")) return [];
      const to = relative(src, join(src, dirname(file), from)).replace(/\.js$/, ".ts");
      if (ts.isExportDeclaration(statement)) return [{ to, isValue: !statement.isTypeOnly }];
      const clause = statement.importClause;
      const names =
        clause?.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : undefined;
      const isType = clause?.isTypeOnly || (names && !clause?.name && names.every((name) => name.isTypeOnly));
      return [{ to, isValue: !isType }];
    });
}

/** A file without comments and texts. */
const code = (file: string) =>
  text(file)
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/`[^`]*`/g, "``")
    .replace(/\/\/.*$/gm, "");

/** From the lowest up. A folder may import from itself and from those before it. */
const LAYERS = [
  "base",
  "platform",
  "wire",
  "system",
  "memory/blocks",
  "memory/words",
  "memory/keeper",
  "memory/machine",
  "memory/names",
  "memory",
  "things",
  "sync",
  "values",
  "channels",
  "managers",
  "ndarray",
  "ir",
  "math",
  "compile",
  "loops",
  "calls",
  "functions",
  "parallel",
  "processes",
  "entries",
  "cli",
];
const layer = (file: string) => LAYERS.indexOf(dirname(file).replace(/^(parallel|calls)\/.*/, "$1"));

describe("layers", () => {
  it("a file imports only from its own folder and those above", () => {
    for (const file of files.filter((one) => one !== "index.ts" && layer(one) < LAYERS.indexOf("cli"))) {
      expect(layer(file), `${file} lies in no known folder`).toBeGreaterThanOrEqual(0);
      for (const { to } of importsOf(file)) expect(layer(to), `${file} imports ${to}`).toBeLessThanOrEqual(layer(file));
    }
  });

  it("only the commands use the barrel", () => {
    for (const file of files) {
      if (importsOf(file).some(({ to }) => to === "index.ts")) expect(dirname(file)).toBe("cli");
    }
  });

  it("no cycle of values", () => {
    const whole = new Set<string>();
    const visit = (file: string, path: string[]): void => {
      expect(path, [...path, file].join(" → ")).not.toContain(file);
      if (whole.has(file)) return;
      for (const { to, isValue } of importsOf(file)) if (isValue) visit(to, [...path, file]);
      whole.add(file);
    };
    for (const file of files) visit(file, []);
  });
});

describe("single owners", () => {
  const owners: [string, RegExp, string[]][] = [
    ["Atomics", /\bAtomics\s*[.[]/, ["memory/words/atomics.ts"]],
    ["new Worker", /\bnew Worker\(/, ["platform/node.ts"]],
    [
      "shared buffers",
      /\bnew (SharedArrayBuffer|WebAssembly\.Memory)\(/,
      ["memory/blocks/heap.ts", "memory/blocks/mapping.ts", "memory/words/atomics.ts"],
    ],
    ["node: imports", /from "node:/, ["platform/node.ts"]],
    ["spawn", /\bspawn\(/, ["system/process.ts"]],
    ["koffi", /\bloadKoffi\b/, ["platform/interface.ts", "platform/node.ts", "system/libc.ts"]],
    ["/dev/shm", /"\/dev\/shm/, ["system/files.ts"]],
    ["generated code", /\bnew Function\(/, ["compile/evaluate.ts", "loops/js.ts", "wire/functions.ts"]],
  ];
  it.each(owners)("%s", (_, pattern, allowed) => {
    expect(files.filter((file) => !file.startsWith("cli/") && pattern.test(code(file))).sort()).toEqual(allowed);
  });
});

describe("files", () => {
  it("say in their first line what they are for", () => {
    for (const file of files) expect(text(file), file).toMatch(/^(#!.*\n)?\/\*\*/);
  });
  it("have no `any` and no suppressed types", () => {
    const pattern = /(?<!\.\.\.args): any\b|as any\b|@ts-(ignore|expect-error)/; // functions of any parameters have one place
    const found = files.filter((file) => pattern.test(code(file)));
    expect(found).toEqual([]);
  });
});

describe("the public interface", () => {
  it("has these names", () => {
    expect(Object.keys(publicApi).sort()).toMatchSnapshot();
  });

  it("is documented, every name and every member", () => {
    const program = ts.createProgram([join(root, "dist/index.d.ts")], {
      lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
      types: [],
      skipLibCheck: true,
    });
    const checker = program.getTypeChecker();
    const module = checker.getSymbolAtLocation(program.getSourceFile(join(root, "dist/index.d.ts"))!)!;
    const documented = (symbol: ts.Symbol) =>
      ts.displayPartsToString(symbol.getDocumentationComment(checker)) !== "" ||
      symbol.getJsDocTags(checker).length > 0;
    const missing: string[] = [];
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const isErrorType = symbol.name.endsWith("Error") && !(symbol.flags & ts.SymbolFlags.Value);
      if (!documented(symbol) && !isErrorType) missing.push(symbol.name);
    }
    expect(missing).toEqual([]);
  });
});

describe("package.json", () => {
  const json = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  it("has the dependencies that the design names, pinned, and no others", () => {
    expect(Object.keys(json.dependencies)).toEqual(["acorn", "cli-progress", "commander", "msgpackr", "ndarray"]);
    expect(Object.keys(json.optionalDependencies)).toEqual(["koffi"]);
    for (const version of Object.values({
      ...json.dependencies,
      ...json.optionalDependencies,
      ...json.devDependencies,
    }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });
  it("exports what is built, types first", () => {
    for (const [path, target] of Object.entries(json.exports as Record<string, Record<string, string> | string>)) {
      if (typeof target === "string") continue;
      expect(Object.keys(target), path).toEqual(["types", "default"]);
      for (const file of Object.values(target))
        expect(readdirSync(join(root, "dist"))).toContain(file.replace("./dist/", ""));
    }
  });
});
