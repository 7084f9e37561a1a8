// The declarations of a package are one file, but the bundler leaves `declare module "../ndarray/ndarray.js" { … }` in it
// as it is in `src/functions/method-types.ts`, and there is no such module for users. Here its contents take its place: the
// interfaces merge with the classes and interfaces of the same name in the same file. The functions and types of namespaces
// get back their comments, and each namespace gets a file of its own, for `shared-ndarray/linalg`. Runs after each build.
import { readFileSync, writeFileSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
const path = new URL("index.d.ts", dist);
const bundled = readFileSync(path, "utf8");
const merged = bundled.replace(/^declare module "\.[^"]*" \{\n([\s\S]*?)^\}\n/gm, (_, body) =>
  body.replace(/^ {4}/gm, ""),
);
if (merged === bundled) throw new Error("Expected an augmentation in dist/index.d.ts, found none");

/** The comments right before declarations, by name: of a function with several signatures, the first. */
const comments = new Map();
for (const [, comment, name] of merged.matchAll(
  /^(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)(?:declare \w+|interface|type) ([\w$]+)/gm,
)) {
  if (!comments.has(name)) comments.set(name, comment);
}
const documented = merged.replace(
  /^(?:declare const namespace[\w$]*: typeof |type namespace[\w$]*(?:<.*>)? = )([\w$]+).*;/gm,
  (line, name) => `${comments.get(name) ?? ""}${line}`,
);
writeFileSync(path, documented);

for (const [, local, listed] of documented.matchAll(
  /^declare namespace (namespace[\w$]*) \{\n {2}export \{ (.*) \};/gm,
)) {
  const [, name] = documented.match(new RegExp(`[{ ]${local.replace("$", "\\$")} as (\\w+)[, ]`));
  const names = listed.split(", ").map((one) => one.split(" as ").at(-1).replace("type ", ""));
  // Under a name of its own, because `fft` has a function `fft`.
  const lines = names.map((one) => `export import ${one} = members.${one};\n`);
  writeFileSync(new URL(`${name}.d.ts`, dist), `import { ${name} as members } from "./index.js";\n${lines.join("")}`);
}
