// docs/support.md as a text: the verdicts and how they were come by.

import { CONSTANTS_HERE, DTYPES_HERE } from "./numpy.mjs";
import { MODULES } from "./numpy-names.mjs";
import { arrayApi, countsOf, numpy } from "./verdicts.mjs";

const quoted = (names) => names.map((name) => `\`${name}\``).join(", ");
const code = (text) => (text.includes("|") ? `<code>${text.replaceAll("|", "&#124;")}</code>` : `\`${text}\``);

/** A table of Markdown with columns of equal width. */
function table(head, rows) {
  const widths = head.map((title, i) => Math.max(...[title, ...rows.map((row) => row[i])].map((cell) => cell.length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Prose with lines of at most 118 characters: lists are indented by two. */
function wrapped(text) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1).length + word.length + 1 > 118) lines.push(word);
    else lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines.join("\n");
}

const total = ({ yes, partly, no }) => yes + partly + no;
const counted = (title, counts) => [title, total(counts), counts.yes, counts.partly, counts.no].map(String);

/** A group of the array API: a table of what is here, one row for each example, and a sentence on what is not. */
function section({ group, names }) {
  const rows = names.flatMap(({ name, verdict, note, examples }) =>
    examples.map(({ here, gives }, i) =>
      i === 0
        ? [code(name), note === "" ? verdict : `${verdict}: ${note}`, code(here), code(gives)]
        : ["", "", code(here), code(gives)],
    ),
  );
  const absent = new Map();
  for (const { name, verdict, note } of names)
    if (verdict === "no") absent.set(note, [...(absent.get(note) ?? []), name]);
  const sentences = [...absent].map(([why, those]) => wrapped(`No (${why}): ${quoted(those)}.`));
  const parts = rows.length > 0 ? [table(["name", "here", "example", "gives"], rows), ...sentences] : sentences;
  return `### ${group}\n\n${parts.join("\n\n")}`;
}

const lists = (title, groups) =>
  table(
    [title, "NumPy's names"],
    groups.map(([what, those]) => [what, quoted(those)]),
  );

/** The whole document, for the package `nd`. */
export function documentOf(nd) {
  const groups = arrayApi(nd);
  const functions = numpy(nd);
  const [yes, partly, no] = ["yes", "partly", "no"].map((verdict) =>
    functions.filter((one) => one.verdict === verdict),
  );
  const sameName = ({ name, here }) => name.replaceAll("_", "").toLowerCase() === here.toLowerCase();
  const reasons = new Map();
  for (const { name, note } of no) reasons.set(note, [...(reasons.get(note) ?? []), name]);
  return `# What of NumPy is here

${wrapped("`npm run support` writes this file. It looks for each name in the package and runs each example, and a test checks that the file is up to date and that NumPy gives the same. [Coming from NumPy](coming-from-numpy.md) has the same work on both sides, and says what differs, and why.")}

${table(
  ["names", "all", "yes", "partly", "no"],
  [
    counted("array API 2025.12", countsOf(groups.flatMap(({ names }) => names))),
    counted("NumPy's main namespace, functions", countsOf(functions)),
  ],
)}

## The array API

${wrapped("The [Python array API standard](https://data-apis.org/array-api/2025.12/), version 2025.12, has 174 names. A name counts if its example, with the standard's options, gives what NumPy gives; it counts in part if a call of the standard's does not work yet, and the table says which. This holds for real dtypes: complex ones are planned. No function has `device`, because there is one memory. In JavaScript 5 and 5.0 are the same, so numbers without a dtype make float64 arrays, where the standard makes arrays of integers. Positions and counts are int32.")}

${wrapped('In the examples `a` is `arange(6, { dtype: "int32" }).reshape([2, 3])`, `b` is `array([10, 20, 30])`, `c` is `arange(12).reshape([2, 2, 3])`, `f` is `array([-1.5, 0.25, 2.5])`, `i` is `array([-7, 7], { dtype: "int8" })`, `s` is `array([-Infinity, -0, NaN])` and `t` is `array([true, false, true])`. Results are written by `arrayRepr`, which shows the dtype if it is not float64, int64 or bool.')}

${groups.map(section).join("\n\n")}

## NumPy's main namespace

${wrapped('These are the public names of NumPy 2.4.6. They are found by name, without examples; "partly" means that an option of NumPy\'s was tried and does not work. `order`, `subok` and `like` are not counted, because new arrays are in C order and have one class, nor is `casting`, which is planned.')}

### The same name

${wrapped(`${quoted(yes.filter(sameName).map(({ here }) => here))}.`)}

### Another name

${table(
  ["NumPy", "here"],
  yes.filter((one) => !sameName(one)).map(({ name, here }) => [code(name), code(here)]),
)}

### In part

${table(
  ["NumPy", "here", "what differs"],
  partly.map(({ name, here, note }) => [code(name), code(here), note]),
)}

### Not here

${[...reasons].map(([why, names]) => wrapped(`- ${why}: ${quoted(names)}`).replaceAll("\n", "\n  ")).join("\n")}

### dtypes, constants and modules

${lists("here", Object.entries(DTYPES_HERE))}

${lists("here", Object.entries(CONSTANTS_HERE))}

${wrapped(`Modules are not counted: ${quoted(MODULES)}. Of these, \`linalg\`, \`fft\` and \`random\` are planned.`)}
`;
}
