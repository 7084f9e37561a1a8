/**
 * Blurs a picture: each byte becomes the mean of its 3 × 3 neighbourhood in its own colour channel. A kernel sees
 * one halo row on each side of its chunk, so no row needs a second pass. Usage: blur.ts WIDTH HEIGHT, with `in.rgb`
 * in the current folder.
 */
import { readFile, writeFile } from "node:fs/promises";
import { array, emptyLike, Pool } from "shared-ndarray";

const [width, height] = process.argv.slice(2).map(Number) as [number, number];
const source = array(await readFile("in.rgb"), { shape: [height, width, 3] });
const blurred = emptyLike(source);

await using pool = new Pool();
await pool.forEachChunk(
  { source, blurred },
  ({ source, blurred }, { before }) => {
    const from = source.flat;
    const to = blurred.flat;
    const [rows, columns] = blurred.shape;
    const [available] = source.shape; // rows of this chunk and of the halo that is there
    for (let row = 0; row < rows; row++) {
      const middle = row + before; // the same row in `source`, which may start one row earlier
      const [top, bottom] = [Math.max(middle - 1, 0), Math.min(middle + 1, available - 1)];
      for (let column = 0; column < columns; column++) {
        const [left, right] = [Math.max(column - 1, 0), Math.min(column + 1, columns - 1)];
        const count = (bottom - top + 1) * (right - left + 1);
        for (let colour = 0; colour < 3; colour++) {
          let sum = 0;
          for (let y = top; y <= bottom; y++)
            for (let x = left; x <= right; x++) sum += from[(y * columns + x) * 3 + colour]!;
          to[(row * columns + column) * 3 + colour] = sum / count;
        }
      }
    }
  },
  { halo: { source: 1 } },
);
await writeFile("out.rgb", blurred.flat);
