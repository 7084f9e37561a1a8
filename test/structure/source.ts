/** The project's files as the structure tests see them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const src = join(root, "src");

/** Every file below a folder of the project, as a path inside that folder. */
export const filesIn = (folder: string): string[] => readdirSync(join(root, folder), { recursive: true }).map(String);

const markdownIn = (folder: string) =>
  filesIn(folder)
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file));
/** The documents of the project, as paths inside it. */
export const documents = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md"],
  ...["docs", "src"].flatMap(markdownIn),
];

/** The TypeScript files of src/, as paths inside it. */
export const files = filesIn("src").filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));
export const text = (file: string) => readFileSync(join(src, file), "utf8");
/** A file's code without comments and template texts. */
export const code = (file: string) =>
  text(file)
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/`[^`]*`/g, "``")
    .replace(/\/\/.*$/gm, "");
