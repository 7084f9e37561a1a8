// docs/support.md as a text: template.md with the verdicts.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONSTANTS_HERE, DTYPES_HERE, REFUSED } from "./numpy.mjs";
import { MODULES } from "./numpy-names.mjs";
import { arrayApi, countsOf, isSameName, numpy } from "./verdicts.mjs";

const template = readFileSync(join(import.meta.dirname, "template.md"), "utf8");
const COLUMNS = 120;

const code = (text) => `\`${text}\``;
const quoted = (names) => names.map(code).join(", ");

/** A table of Markdown with columns of equal width. */
function table(head, rows) {
  const widths = head.map((title, i) =>
    Math.max(3, ...[title, ...rows.map((row) => row[i])].map((cell) => cell.length)),
  );
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Prose in lines that are not too long; all but the first are indented. */
function wrapped(text, indent = "") {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)}${lines.at(-1).trim() === "" ? "" : " "}${word}`;
    if (longer.length > COLUMNS) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = longer;
  }
  return lines.join("\n");
}

/** Names by the reason why they are not here: first the reasons given, in their order. */
function byReason(judged, given = []) {
  const reasons = new Map(given.map((why) => [why, []]));
  for (const { name, verdict, note } of judged) {
    if (verdict === "no") reasons.set(note, [...(reasons.get(note) ?? []), name]);
  }
  return [...reasons].filter(([, names]) => names.length > 0);
}

/** A group of the array API: a table with a row for each example, and a sentence on what is not here. */
function section({ group, names }) {
  const rows = names.flatMap(({ name, verdict, note, examples }) =>
    examples.map(({ here, gives }, i) => [
      ...(i === 0 ? [code(name), note === "" ? verdict : `${verdict}: ${note}`] : ["", ""]),
      ...[here, gives].map(code),
    ]),
  );
  const absent = byReason(names).map(([why, those]) => wrapped(`No (${why}): ${quoted(those)}.`));
  const parts = rows.length > 0 ? [table(["name", "here", "example", "gives"], rows), ...absent] : absent;
  return [`### ${group}`, ...parts].join("\n\n");
}

const counted = (names, { yes, partly, no }) => [names, ...[yes + partly + no, yes, partly, no].map(String)];
const listed = (what, groups) =>
  table(
    [what, "NumPy's names"],
    Object.entries(groups).map(([here, names]) => [here, quoted(names)]),
  );

/** What is here of NumPy's modules, and what is to come. */
function modulesOf(nd) {
  const [here, planned] = [true, false].map((is) => ["fft", "linalg", "random"].filter((name) => name in nd === is));
  const parts = [
    [here, "are namespaces here", "is a namespace here"],
    [planned, "are planned", "is planned"],
  ];
  const said = parts.filter(([names]) => names.length > 0);
  return said.map(([names, many, one]) => `${quoted(names)} ${names.length > 1 ? many : one}.`).join(" ");
}

/** The whole document, for the package `nd`. */
export function documentOf(nd) {
  const groups = arrayApi(nd);
  const functions = numpy(nd);
  const yes = functions.filter((one) => one.verdict === "yes");
  const partly = functions.filter((one) => one.verdict === "partly");
  const parts = {
    counts: table(
      ["names", "all", "yes", "partly", "no"],
      [
        counted("array API 2025.12", countsOf(groups.flatMap(({ names }) => names))),
        counted("NumPy's main namespace, without dtypes and constants", countsOf(functions)),
      ],
    ),
    arrayApi: groups.map(section).join("\n\n"),
    sameName: wrapped(`${quoted(yes.filter(isSameName).map(({ here }) => here))}.`),
    otherName: table(
      ["NumPy", "here", "example", "gives"],
      yes
        .filter((one) => !isSameName(one))
        .map(({ name, here, examples: [one] }) => [
          code(name),
          code(here),
          ...(one ? [code(one.here), code(one.gives)] : ["", ""]),
        ]),
    ),
    inPart: table(
      ["NumPy", "here", "what differs"],
      partly.map(({ name, here, note }) => [code(name), code(here), note]),
    ),
    notHere: byReason(functions, Object.keys(REFUSED))
      .map(([why, names]) => wrapped(`- ${why}: ${quoted(names)}`, "  "))
      .join("\n"),
    dtypes: listed("dtype here", DTYPES_HERE),
    constants: listed("constant here", CONSTANTS_HERE),
    modules: wrapped(`Modules are not counted: ${quoted(MODULES)}. ${modulesOf(nd)}`),
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_, part) => parts[part]);
}
