/** docs/errors.md lists every error: its code, class, built-in class and fields, as the source has them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as errors from "../../src/base/errors.js";
import { parsed } from "./modules.js";
import { root } from "./source.js";

const page = readFileSync(join(root, "docs/errors.md"), "utf8");
const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| `(\w+)`, (\w+) +\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)].map(
  ([, code, name, builtIn, fields, cause, cure]) => ({
    code: code!,
    name: name!,
    builtIn: builtIn!,
    fields: [...fields!.matchAll(/`(\w+)`/g)].map(([, field]) => field!),
    cause: cause!,
    cure: cure!,
  }),
);

/** The fields of each code, from the interface `ErrorFields`. */
const fieldsByCode = new Map<string, string[]>();
ts.forEachChild(parsed("base/errors.ts"), (node) => {
  if (!ts.isInterfaceDeclaration(node) || node.name.text !== "ErrorFields") return;
  for (const member of node.members) {
    if (!ts.isPropertySignature(member) || !member.type || !ts.isTypeLiteralNode(member.type)) continue;
    fieldsByCode.set(
      member.name.getText(),
      member.type.members.map((field) => field.name!.getText()),
    );
  }
});
const classes = errors as unknown as Record<string, new (message: string, fields: object) => Error & { code: string }>;

it("no field has the name of what every error has", () => {
  const fields = [...fieldsByCode.values()].flat();
  expect(fields.filter((field) => ["name", "message", "stack", "cause", "code"].includes(field))).toEqual([]);
});

describe("docs/errors.md", () => {
  it("has each code once, and no other", () => {
    expect(fieldsByCode.size).toBeGreaterThan(25);
    expect(rows.map(({ code }) => code).sort()).toEqual([...fieldsByCode.keys()].sort());
  });

  it.each(rows.map((row) => [row.code, row] as const))("%s", (code, { name, builtIn, fields, cause, cure }) => {
    const error = new classes[name]!("message", {});
    expect(error.code).toBe(code);
    expect(Object.getPrototypeOf(Object.getPrototypeOf(error)).constructor.name).toBe(builtIn);
    expect(fields).toEqual(fieldsByCode.get(code));
    expect([cause, cure].every((text) => text.length > 10)).toBe(true);
  });
});
