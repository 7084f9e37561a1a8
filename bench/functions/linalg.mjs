// The rows of linear algebra.

/** Calls `row` for each, as in rows.mjs. */
export function linalgRows(nd, row) {
  row("linalg.diagonal", {
    of: "square",
    fresh: ({ x }) => nd.linalg.diagonal(x),
    numpy: "np.linalg.diagonal(x)",
    isView: true,
  });
}
