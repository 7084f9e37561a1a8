// The declarations of a package are one file, but the bundler leaves `declare module "../ndarray/ndarray.js" { … }` in it
// as it is in `src/functions/method-types.ts`, and there is no such module for users. Here its contents take its place: the
// interfaces merge with the classes and interfaces of the same name in the same file. Runs after each build.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../dist/index.d.ts", import.meta.url);
const bundled = readFileSync(path, "utf8");
const merged = bundled.replace(/^declare module "\.[^"]*" \{\n([\s\S]*?)^\}\n/gm, (_, body) =>
  body.replace(/^ {4}/gm, ""),
);
if (merged === bundled) throw new Error("Expected an augmentation in dist/index.d.ts, found none");
writeFileSync(path, merged);
