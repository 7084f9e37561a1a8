// The rows of linear algebra. Matrices that must be regular or positive definite are made so on both sides.

/** Calls `row` for each, as in rows.mjs. */
export function linalgRows(nd, row) {
  const { linalg, tidy } = nd;
  const regular = (x, side) => nd.add(x, nd.multiply(nd.eye(side), side));
  const symmetric = (x) => nd.add(x, x.T);
  /** Disposes of the arrays in an object. */
  const given = (result) => {
    for (const one of Object.values(result)) if (one instanceof nd.NDArray) one.close();
  };
  const square = (name, ours, numpy, more) => row(name, { of: "square", fresh: ours, numpy, ...more });
  const [few, fewer] = [{ largest: 1e6 }, { largest: 1e4 }];
  const np = "(x + side * np.eye(side))";
  for (const name of ["inv", "det", "slogdet"]) {
    square(
      `linalg.${name}`,
      ({ x, side }) => {
        const made = tidy(() => linalg[name](regular(x, side)));
        return name === "slogdet" ? undefined : made;
      },
      `np.linalg.${name}${np}`,
      few,
    );
  }
  square(
    "linalg.solve",
    ({ x, y, side }) => tidy(() => linalg.solve(regular(x, side), y)),
    `np.linalg.solve(${np}, y)`,
    few,
  );
  square("linalg.lu", ({ x, side }) => tidy(() => given(linalg.lu(regular(x, side)))), `np.linalg.det${np}`, few);
  square(
    "linalg.cholesky",
    ({ x, side }) => tidy(() => linalg.cholesky(nd.add(symmetric(x), nd.multiply(nd.eye(side), 2 * side)))),
    "np.linalg.cholesky(x + x.T + 2 * side * np.eye(side))",
    few,
  );
  square("linalg.qr", ({ x }) => given(linalg.qr(x)), "np.linalg.qr(x)", few);
  square("linalg.svd", ({ x }) => given(linalg.svd(x)), "np.linalg.svd(x)", fewer);
  square("linalg.eigh", ({ x }) => tidy(() => given(linalg.eigh(symmetric(x)))), "np.linalg.eigh(x + x.T)", fewer);
  square("linalg.eig", ({ x }) => given(linalg.eig(x)), "np.linalg.eig(x)", fewer);
  for (const [name, numpy] of [
    ["svdvals", "svdvals(x)"],
    ["eigvalsh", "eigvalsh(x)"],
    ["eigvals", "eigvals(x)"],
    ["matrixRank", "matrix_rank(x)"],
    ["cond", "cond(x)"],
    ["pinv", "pinv(x)"],
  ]) {
    square(`linalg.${name}`, ({ x }) => linalg[name](x), `np.linalg.${numpy}`, fewer);
  }
  square("linalg.lstsq", ({ x, y }) => given(linalg.lstsq(x, y)), "np.linalg.lstsq(x, y)", fewer);
  square("linalg.expm", ({ x }) => linalg.expm(x), "np.linalg.matrix_power(x, 16)", fewer);
  square("linalg.matrixPower", ({ x }) => linalg.matrixPower(x, 3), "np.linalg.matrix_power(x, 3)", few);
  square("linalg.multiDot", ({ x, y }) => linalg.multiDot([x, y, x]), "np.linalg.multi_dot([x, y, x])", few);
  square("linalg.matrixNorm", ({ x }) => linalg.matrixNorm(x, { ord: 1 }), "np.linalg.matrix_norm(x, ord=1)");
  row("linalg.vectorNorm", {
    fresh: ({ x }) => linalg.vectorNorm(x, { ord: 1 }),
    numpy: "np.linalg.vector_norm(x, ord=1)",
  });
  square("linalg.norm", ({ x }) => linalg.norm(x, { axis: 1 }), "np.linalg.norm(x, axis=1)");
  square("linalg.diagonal", ({ x }) => linalg.diagonal(x), "np.linalg.diagonal(x)", { isView: true });
  for (const name of ["trace", "linalg.trace"]) {
    const trace = name === "trace" ? nd.trace : linalg.trace;
    square(name, ({ x }) => trace(x), `np.${name}(x)`, { isView: true });
  }
  square("tensordot", ({ x, y }) => nd.tensordot(x, y, { axes: 1 }), "np.tensordot(x, y, 1)", few);
  square("inner", ({ x, y }) => nd.inner(x, y), "np.inner(x, y)", few);
  square("outer", ({ line }) => nd.outer(line, line), "np.outer(line, line)");
  square("kron", ({ line }) => nd.kron(line, line), "np.kron(line, line)");
  square("einsum", ({ x, y }) => nd.einsum("ij,jk->ik", x, y), 'np.einsum("ij,jk->ik", x, y, optimize=True)', few);
  row("cross", {
    of: "square",
    fresh: ({ x, y }) => nd.cross(x.slice(":", ":3"), y.slice(":", ":3")),
    numpy: "np.cross(x[:, :3], y[:, :3])",
  });
  row("vdot", { fresh: ({ x, y }) => nd.vdot(x, y), numpy: "np.vdot(x, y)" });
}
