/** The project's modules as the compiler parses them: what they import, in which groups, and their prose. */
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { src, text } from "./source.js";

const trees = new Map<string, ts.SourceFile>();
/** The syntax tree of a file of src/. */
export function parsed(file: string): ts.SourceFile {
  let tree = trees.get(file);
  if (!tree) trees.set(file, (tree = ts.createSourceFile(file, text(file), ts.ScriptTarget.Latest, true)));
  return tree;
}

export interface Import {
  readonly to: string;
  /** False if only types are imported; such an import is gone after compilation. */
  readonly isValue: boolean;
}

const imports = new Map<string, Import[]>();
/** What a file imports from the project: declarations, re-exports, `import("…")` types and dynamic imports. */
export function importsOf(file: string): Import[] {
  const known = imports.get(file);
  if (known) return known;
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, isValue: boolean) => {
    if (!specifier || !ts.isStringLiteral(specifier) || !specifier.text.startsWith(".")) return;
    found.push({ to: relative(src, join(src, dirname(file), specifier.text)).replace(/\.js$/, ".ts"), isValue });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, !node.isTypeOnly);
    else if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importsValues(node.importClause));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, false);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], true);
    ts.forEachChild(node, visit);
  };
  visit(parsed(file));
  imports.set(file, found);
  return found;
}

/** `import "x"` has no clause and runs the module; a clause of type names alone does not. */
function importsValues(clause: ts.ImportClause | undefined): boolean {
  if (clause?.isTypeOnly) return false;
  const named = clause?.namedBindings;
  const areTypes = named && ts.isNamedImports(named) && named.elements.every((name) => name.isTypeOnly);
  return !(areTypes && !clause.name);
}

/** The groups of files that import each other, directly or not: strongly connected components (Tarjan). */
export function cycles(modules: readonly string[], importsFrom: (file: string) => readonly string[]): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    low.set(file, order.get(file)!);
    open.push(file);
    for (const to of importsFrom(file)) {
      if (!order.has(to)) visit(to);
      if (open.includes(to)) low.set(file, Math.min(low.get(file)!, low.get(to)!));
    }
    if (low.get(file) !== order.get(file)) return;
    const group = open.splice(open.indexOf(file));
    if (group.length > 1) found.push(group.sort());
  };
  for (const file of modules) if (!order.has(file)) visit(file);
  return found;
}

/** A source file with everything blanked but its comments and the texts of its strings; line numbers stay. */
export function prose(file: string): string {
  const source = parsed(file);
  const whole = source.text;
  const kept: (readonly [start: number, end: number])[] = [];
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(whole, node.pos) ?? []) kept.push([pos, end]);
    for (const { pos, end } of ts.getTrailingCommentRanges(whole, node.end) ?? []) kept.push([pos, end]);
    if (ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node)) kept.push([node.getStart(), node.end]);
    for (const child of node.getChildren()) visit(child);
  };
  visit(source);
  const isKept = new Uint8Array(whole.length);
  for (const [start, end] of kept) isKept.fill(1, start, end);
  return whole.replace(/[^\n]/g, (letter, at: number) => (isKept[at] ? letter : " "));
}
