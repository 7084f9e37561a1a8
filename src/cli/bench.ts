/** `bench`: measures a parallel square for each chunk size on this machine. Prints a table and writes a plot as SVG. */
import { availableParallelism } from "node:os";
import { full, Pool, type TuneReport } from "../index.js";
import { replaceFileSync } from "../system/replace-file.js";
import type { JsonOption } from "./options.js";
import { printJson } from "./output.js";
import { logLogPlot } from "./plot.js";
import { progressBar } from "./progress.js";
import { chunkTable } from "./table.js";

const ELEMENT_BYTES = 8;
/** Smallest chunk size in elements: 1 KiB. */
const SMALLEST = 128;
const CALLS_PER_SIZE = 9;

interface Options extends JsonOption {
  readonly elements: number;
  readonly workers?: number;
  readonly plot: string | false;
}

export async function bench({ elements, workers, plot, json }: Options): Promise<void> {
  await using pool = new Pool(workers === undefined ? {} : { workers });
  await pool.ready();
  const report = await measure(pool, elements);
  const where = `a team of ${pool.workers} on ${availableParallelism()} cores, Node ${process.versions.node}`;
  const about = `x => x * x, ${elements} float64 in place, ${where}`;
  if (plot) replaceFileSync(plot, [new TextEncoder().encode(chart(report, about))]);
  if (json) {
    printJson({ elements, workers: pool.workers, node: process.versions.node, ...report, plot: plot || undefined });
    return;
  }
  console.log(about);
  console.log(chunkTable(report));
  if (plot) console.log(`\nplot written to ${plot}`);
}

async function measure(pool: Pool, elements: number): Promise<TuneReport> {
  const a = full(elements, 1.0000001);
  const sizes = [elements];
  for (let size = SMALLEST; size < elements; size *= 4) sizes.unshift(size);
  const bar = progressBar("measuring", "calls");
  const total = 1 + CALLS_PER_SIZE * sizes.length;
  let done = 0;
  try {
    return await pool.tune(
      elements,
      async (chunkSize) => {
        await pool.map(a, (x) => x * x, { out: a, chunkSize });
        bar.update({ done: ++done, total });
      },
      { sizes },
    );
  } finally {
    bar.stop();
  }
}

function chart({ rows, auto }: TuneReport, subtitle: string): string {
  const points = rows.map(({ chunkSize, ms }) => ({ x: chunkSize * ELEMENT_BYTES, y: ms, mark: chunkSize === auto }));
  return logLogPlot({
    title: "Time by chunk size",
    subtitle,
    xLabel: "chunk (ringed: automatic)",
    yLabel: "ms",
    series: [{ label: "pool.map", points }],
  });
}
