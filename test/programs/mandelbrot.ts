/**
 * Counts the iterations of each point of the Mandelbrot set with `forEachChunk`, shows the progress, and stops on
 * Ctrl-C. Usage: mandelbrot.ts [LIMIT]
 */
import { isSharedError, Pool, zeros } from "shared-ndarray";

const limit = Number(process.argv[2] ?? 500);
const counts = zeros([400, 600], { dtype: "uint16" });
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

await using pool = new Pool();
try {
  await pool.forEachChunk(
    counts,
    (rows, info, { limit, height }) => {
      const [here, width] = rows.shape;
      const out = rows.flat;
      for (let row = 0; row < here && !info.aborted; row++) {
        const im = -1 + (2 * (info.start + row)) / (height - 1);
        for (let column = 0; column < width; column++) {
          const re = -2 + (3 * column) / (width - 1);
          let [x, y, n] = [0, 0, 0];
          while (n < limit && x * x + y * y <= 4) {
            [x, y] = [x * x - y * y + re, 2 * x * y + im];
            n++;
          }
          out[row * width + column] = n;
        }
      }
    },
    {
      params: { limit, height: counts.shape[0] },
      signal: stop.signal,
      onProgress: ({ done, total }) => process.stderr.write(`\r${Math.round((100 * done) / total)} %`),
    },
  );
  const [height, width] = counts.shape;
  for (let row = 0; row < height; row += 40) {
    let line = "";
    for (let column = 0; column < width; column += 12) line += counts.get(row, column) === limit ? "#" : ".";
    console.log(line);
  }
} catch (e) {
  if (!isSharedError(e, "ABORTED")) throw e;
  console.log("stopped");
}
