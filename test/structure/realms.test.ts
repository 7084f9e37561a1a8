/** `instanceof` knows the built-in classes of its own realm only, so src/ asks base/builtins.ts instead. */
import ts from "typescript";
import { expect, it } from "vitest";
import { parsed } from "./modules.js";
import { files } from "./source.js";

/** Names of classes, such as `Map` and `WebAssembly.Memory`, that the runtime defines. */
const isBuiltin = (name: string) =>
  name.startsWith("WebAssembly.") || (/^[A-Z]/.test(name) && typeof Reflect.get(globalThis, name) === "function");

/** The places in a source where the right side of `instanceof` is a built-in class. */
function found(source: ts.SourceFile): string[] {
  const places: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const right = node.right.getText();
      if (isBuiltin(right)) places.push(`${source.fileName}:${line} instanceof ${right}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return places;
}

it("no `instanceof` of a built-in class in src/", () => {
  // A port comes from node:worker_threads, of which there is one in all realms.
  const allowed = /^platform\/node\.ts:\d+ instanceof MessagePort$/;
  const places = files.flatMap((file) => found(parsed(file)).map((place) => place.replace(/^.*src\//, "")));
  expect(places.filter((place) => !allowed.test(place))).toEqual([]);
});

it("would be found (a text with two)", () => {
  const text = "x instanceof Map;\ny instanceof NDArray;\nif (!(z instanceof WebAssembly.Memory)) f();";
  expect(found(ts.createSourceFile("a.ts", text, ts.ScriptTarget.Latest, true))).toEqual([
    "a.ts:1 instanceof Map",
    "a.ts:3 instanceof WebAssembly.Memory",
  ]);
});
