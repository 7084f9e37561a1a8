/** Standardizes the columns of a table: mean 0, standard deviation 1. The steps are NumPy's functions, on a pool. */
import {
  allclose,
  arange,
  divide,
  load,
  mean,
  ones,
  Pool,
  save,
  square,
  std,
  subtract,
  sum,
  zeros,
} from "shared-ndarray";

const table = square(arange(6_000)).reshape([2_000, 3]);
await using pool = new Pool({ workers: 2 });
const centre = await pool.reduce(table, mean, { axis: 0 });
const spread = await pool.reduce(table, std, { axis: 0 });
await pool.map([table, centre], subtract, { out: table });
await pool.map([table, spread], divide, { out: table });
console.log(allclose(mean(table, { axis: 0 }), zeros(3), { atol: 1e-12 }), allclose(std(table, { axis: 0 }), ones(3)));

await save("standardized.npy", table);
const again = await load("standardized.npy");
console.log(again.dtype, again.shape, sum(again) === sum(table));
