#!/usr/bin/env node
/** `npx shared-ndarray`: the commands, their options and their errors. The other files here do what the commands do. */
import { Command } from "commander";
import { version } from "../base/version.js";
import { bench } from "./bench.js";
import { list, prune, remove } from "./blocks.js";
import { doctor } from "./doctor.js";
import { info, peek } from "./inspect.js";
import { count, JSON_OPTION } from "./options.js";

const examples = (...lines: string[]) =>
  `\nExamples:\n${lines.map((line) => `  $ npx shared-ndarray ${line}`).join("\n")}`;

const program = new Command("shared-ndarray")
  .description("Arrays in named shared memory: shows those on this machine, and checks how well they work")
  .version(version)
  .showHelpAfterError()
  .exitOverride((e) => {
    throw e.exitCode === 0 ? e : Object.assign(e, { exitCode: 2 });
  })
  .addHelpText("after", examples("ls", "peek prices '-5:'", "doctor"))
  .addHelpText("after", "\nExit codes: 0 done, 1 failed (for example, not found), 2 wrong use.");

program
  .command("ls")
  .description("lists the blocks of system scope: name, size, dtype, shape, owner")
  .option("-a, --all", "other programs' files too: NumPy's, Python's")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("ls", "ls --all", "ls --json | jq '.[].name'"))
  .action(list);

program
  .command("info")
  .description("shows everything that is known about a block")
  .argument("<name>")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("info prices", "info prices --json"))
  .action(info);

program
  .command("peek")
  .description("prints an array or a slice of it; for other blocks, the first bytes")
  .argument("<name>")
  .argument("[slice]", "as in NumPy: '1:-1, ::2'. Write -- before one that begins with a minus")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("peek prices", "peek grid '0, ::2'", "peek -- prices '-5:'", "peek prices :10 --json"))
  .action(peek);

program
  .command("rm")
  .description("frees names, even those of other processes; open blocks stay usable")
  .argument("<names...>")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("rm prices", "rm prices volumes"))
  .action(remove);

program
  .command("prune")
  .description("removes the blocks of processes that were killed, never those of live ones")
  .option("-n, --dry-run", "only lists them")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("prune --dry-run", "prune"))
  .action(prune);

program
  .command("bench")
  .description("measures a parallel square for each chunk size; prints a table, writes a plot as SVG")
  .option("--elements <n>", "number of float64 elements", count(1), 1_000_000)
  .option("--workers <n>", "threads of the pool (default: all cores)", count(0))
  .option("--plot <file>", "where to write the plot", "chunk-sizes.svg")
  .option("--no-plot", "write no plot")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("bench", "bench --elements 10000000 --plot ten-million.svg", "bench --no-plot --json"))
  .action(bench);

program
  .command("doctor")
  .description("checks which features work on this machine, and says why not")
  .option(...JSON_OPTION)
  .addHelpText("after", examples("doctor", "doctor --json"))
  .action(doctor);

process.stdout.on("error", (e: NodeJS.ErrnoException) => {
  if (e.code !== "EPIPE") throw e;
  process.exit(0); // the reader, such as `head`, has closed the pipe
});

try {
  await program.parseAsync();
} catch (e) {
  const { exitCode, code } = e as { exitCode?: number; code?: string };
  if (!code?.startsWith("commander.")) process.stderr.write(`shared-ndarray: ${(e as Error).message.split("\n")[0]}\n`);
  process.exitCode = exitCode ?? 1;
}
