#!/usr/bin/env node
/** `npx shared-ndarray`: the commands, their options and their errors. What they do is in the files beside this one. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { bench } from "./bench.js";
import { list, prune, remove } from "./blocks.js";
import { doctor } from "./doctor.js";
import { info, peek } from "./inspect.js";
import { count, JSON_OPTION } from "./options.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const examples = (...lines: string[]) =>
  `\nExamples:\n${lines.map((line) => `  $ npx shared-ndarray ${line}`).join("\n")}`;

const program = new Command("shared-ndarray")
  .description("Arrays in named shared memory: what there is on this machine, and how well it works")
  .version(version)
  .showHelpAfterError()
  .exitOverride((e) => {
    throw e.exitCode === 0 ? e : Object.assign(e, { exitCode: 2 });
  })
  .addHelpText("after", examples("ls", "peek prices '-5:'", "doctor"))
  .addHelpText("after", "\nExit codes: 0 done, 1 failed (not found, say), 2 wrong use.");

program
  .command("ls")
  .description("lists the blocks of system scope: name, size, dtype, shape, owner")
  .option("-a, --all", "other programs' files too: NumPy's, Python's")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("ls", "ls --all", "ls --json | jq '.[].name'"))
  .action(list);

program
  .command("info")
  .description("tells all that is known of a block")
  .argument("<name>")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("info prices", "info prices --json"))
  .action(info);

program
  .command("peek")
  .description("prints an array, or a slice of it; of other blocks the first bytes")
  .argument("<name>")
  .argument("[slice]", "as in NumPy: '1:-1, ::2'. Write -- before one that begins with a minus")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("peek prices", "peek grid '0, ::2'", "peek -- prices '-5:'", "peek prices :10 --json"))
  .action(peek);

program
  .command("rm")
  .description("frees names, whoever owns them; who has a block open goes on")
  .argument("<names...>")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("rm prices", "rm prices volumes"))
  .action(remove);

program
  .command("prune")
  .description("removes what processes left that were killed; never a live one's")
  .option("-n, --dry-run", "tells, and removes nothing")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("prune --dry-run", "prune"))
  .action(prune);

program
  .command("bench")
  .description("measures a parallel square by chunk size: a table, and a plot as SVG")
  .option("--elements <n>", "of float64", count(1), 1_000_000)
  .option("--workers <n>", "threads of the pool (default: all cores)", count(0))
  .option("--plot <file>", "where to write the plot", "chunk-sizes.svg")
  .option("--no-plot", "write none")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("bench", "bench --elements 10000000 --plot ten-million.svg", "bench --no-plot --json"))
  .action(bench);

program
  .command("doctor")
  .description("tries what works on this machine, and says why not")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("doctor", "doctor --json"))
  .action(doctor);

process.stdout.on("error", (e: NodeJS.ErrnoException) => {
  if (e.code !== "EPIPE") throw e;
  process.exit(0); // whoever read it has seen enough
});

try {
  await program.parseAsync();
} catch (e) {
  const { exitCode, code } = e as { exitCode?: number; code?: string };
  if (!code?.startsWith("commander.")) process.stderr.write(`shared-ndarray: ${(e as Error).message.split("\n")[0]}\n`);
  process.exitCode = exitCode ?? 1;
}
