/** Single owners of dangerous things, the public names and their documentation, the package itself. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as publicApi from "shared-ndarray";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { exportsOf, lastOf } from "../fixtures/exports.js";
import { code, files, root } from "./source.js";

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
    ["spawn", /\bspawn\((?!count)/, ["system/process.ts"]],
    ["koffi", /\bloadKoffi\b/, ["platform/interface.ts", "platform/node.ts", "system/libc.ts", "system/libuv.ts"]],
    ["/dev/shm", /"\/dev\/shm/, ["system/own-files.ts"]],
    [
      "generated code",
      /\bnew Function\(|\beval\(/,
      ["base/evaluating.ts", "compile/evaluate.ts", "loops/js.ts", "ndarray/typed-loops.ts", "wire/functions.ts"],
    ],
  ];
  it.each(owners)("%s", (_, pattern, allowed) => {
    expect(files.filter((file) => !file.startsWith("cli/") && pattern.test(code(file))).sort()).toEqual(allowed);
  });
});

describe("the public interface", () => {
  it("has these names", () => {
    expect(
      exportsOf(publicApi)
        .map(([name]) => name)
        .sort(),
    ).toMatchSnapshot();
  });

  it("says these names itself: no function or class was renamed by the bundler", () => {
    const renamed = exportsOf(publicApi).filter(
      ([name, value]) => typeof value === "function" && value.name !== lastOf(name),
    );
    expect(renamed.map(([name, value]) => `${name} is named ${(value as () => void).name}`)).toEqual([]);
  });

  it("is documented, every name and every member", () => {
    const program = ts.createProgram([join(root, "dist/index.d.ts")], {
      lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
      types: [],
      skipLibCheck: true,
    });
    const checker = program.getTypeChecker();
    const module = checker.getSymbolAtLocation(program.getSourceFile(join(root, "dist/index.d.ts"))!)!;
    const resolved = (symbol: ts.Symbol) =>
      symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const membersOf = (namespace: ts.Symbol) => checker.getExportsOfModule(namespace).map(resolved);
    const documented = (symbol: ts.Symbol) =>
      ts.displayPartsToString(symbol.getDocumentationComment(checker)) !== "" ||
      symbol.getJsDocTags(checker).length > 0;
    const missing: string[] = [];
    const names = checker.getExportsOfModule(module).map((exported) => resolved(exported));
    for (const one of [...names]) if (one.flags & ts.SymbolFlags.Module) names.push(...membersOf(one));
    for (const symbol of names) {
      if (symbol.flags & ts.SymbolFlags.Module) continue;
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
  it("ships the build, the license and the changelog", () => {
    expect(json.files).toEqual(["dist", "LICENSE", "CHANGELOG.md"]);
    expect(readdirSync(root)).toEqual(expect.arrayContaining(json.files));
    expect(readFileSync(join(root, "CHANGELOG.md"), "utf8")).toContain(`## [${json.version}]`);
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
