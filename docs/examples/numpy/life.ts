// Conway's game of life on 1000 × 1000 cells: neighbours are counted as a sum of eight shifted views.
import { add, equal, logicalAnd, logicalOr, sum, tidy, zeros } from "shared-ndarray";

const [size, steps] = [1000, 100];
const inner = size - 2; // the cells at the edge stay dead
using cells = zeros([size, size], { dtype: "uint8" });
const glider = [
  [0, 1, 0],
  [0, 0, 1],
  [1, 1, 1],
];
cells.slice("10:13, 10:13").assign(glider);
cells.slice("500, 400:600").assign(1);
using count = zeros([inner, inner], { dtype: "uint8" });

for (let step = 0; step < steps; step++) {
  tidy(() => {
    count.fill(0);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        if (i !== 1 || j !== 1) add(count, cells.slice([i, i + inner], [j, j + inner]), { out: count });
      }
    }
    const alive = cells.slice("1:-1, 1:-1");
    alive.assign(logicalOr(equal(count, 3), logicalAnd(equal(count, 2), alive)));
  });
}
console.log(`${sum(cells)} cells are alive after ${steps} steps`);
for (const row of cells.slice("34:39, 34:39").toArray()) console.log(row.map((cell) => (cell ? "#" : ".")).join(""));
