// The rows of random numbers.

/** Calls `row` for each, as in rows.mjs. NumPy draws from Philox too. */
export function randomRows(nd, row) {
  const dense = { layouts: ["contiguous"] };
  const rng = nd.random.defaultRng(1);
  const theirs = (call) => `np.random.Generator(np.random.Philox(1)).${call}`;
  row("uniform", { ...dense, fresh: ({ n }) => nd.uniform(n, { seed: 1 }), numpy: theirs("random(n)") });
  row("normal", { ...dense, fresh: ({ n }) => nd.normal(n, { seed: 1 }), numpy: theirs("standard_normal(n)") });
  row("random.defaultRng, and integers", {
    ...dense,
    fresh: ({ n }) => rng.integers(0, 1000, { shape: n }),
    numpy: theirs("integers(0, 1000, n)"),
  });
}
