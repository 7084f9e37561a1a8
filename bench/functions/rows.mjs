// What `bench:functions` measures: a row for every function and every method of arrays, and the same work in NumPy. A
// name that is in none of these tables fails a test (test/structure/bench.test.ts).

import { fftRows } from "./fft.mjs";
import { linalgRows } from "./linalg.mjs";
import { randomRows } from "./random.mjs";

/** Functions and methods that are not measured here, and why. */
export const UNMEASURED = {
  ...Object.fromEntries(
    [
      ...["save", "saveSync", "load", "loadSync", "memmap"],
      ...[
        "savez",
        "savezSync",
        "savezCompressed",
        "savezCompressedSync",
        "loadNpz",
        "loadNpzSync",
        "loadRecords",
        "loadRecordsSync",
      ],
      ...["loadtxt", "loadtxtSync", "genfromtxt", "genfromtxtSync", "savetxt", "savetxtSync"],
      ...["fromfile", "fromfileSync", "tofile", "tofileSync"],
    ].map((name) => [name, "it takes as long as the disk does"]),
  ),
  ...Object.fromEntries(
    [
      "array2string",
      "arrayRepr",
      "arrayStr",
      "formatFloatPositional",
      "formatFloatScientific",
      "toString",
      "toJSON",
      "item",
      "lo",
      "hi",
      "step",
      "pick",
      "index",
      "toNdarray",
    ].map((name) => [name, "for people to read, or for packages around scijs, and not for large arrays"]),
  ),
  close: "measured by `dispose`",
  unlink: "names are measured by bench:names",
  explain: "it computes nothing",
  real: "a view of complex elements, as `view` is",
  imag: "a view of complex elements, as `view` is",
  ...Object.fromEntries(
    [
      ...["promoteTypes", "resultType", "canCast", "isdtype", "finfo", "iinfo", "broadcastShapes"],
      "ravelMultiIndex",
    ].map((name) => [name, "it is about dtypes or shapes, not about elements"]),
  ),
  setPrintOptions: "it computes nothing",
  getPrintOptions: "it computes nothing",
  showConfig: "it computes nothing",
  printOptions: "it computes nothing",
  fromBuffer: "it shows shared bytes, or copies them as `array` does",
  recordsFrom: "it takes as long as JavaScript takes to read the objects",
  recordsFromArrays: "a copy of each array, as `assign` is",
  fromArrow: "it shows shared bytes, or copies them as `array` does",
  toArrow: "it computes nothing",
  fromIter: "it takes as long as the iterable does",
  toTypedArray: "a copy, as `copy` is",
  tidy: "it computes nothing",
  tidyAsync: "it computes nothing",
  dispose: "part of every row with a fresh result",
};

const ALL = ["float64", "float32", "int32", "uint8", "bool", "int64"];
const NUMBERS = ["float64", "float32", "int32", "uint8", "int64"];
const MAIN = ["float64"];
const LAYOUTS = ["contiguous", "strided"];

/** NumPy's names where they are not ours in snake case. */
const IN_NUMPY = {
  acos: "arccos",
  acosh: "arccosh",
  asin: "arcsin",
  asinh: "arcsinh",
  atan: "arctan",
  atanh: "arctanh",
  atan2: "arctan2",
  pow: "power",
  bitwiseInvert: "invert",
  bitwiseLeftShift: "left_shift",
  bitwiseRightShift: "right_shift",
  round: "rint",
  cumulativeSum: "cumsum",
  cumulativeProd: "cumprod",
  variance: "var",
  concat: "concatenate",
};
const numpyName = (name) => IN_NUMPY[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * The rows. `fresh` and `out` are our work on one thread: `x`, `y` are operands of one dtype, `m` a mask, `i` positions,
 * `o` a result of an earlier call; `team` is the same work on a pool. `numpy` and `numpyOut` are NumPy's, with the same
 * names. Work that refuses a dtype has no row for it.
 */
export function rowsOf(nd) {
  const rows = [];
  const row = (name, given) => rows.push({ name, dtypes: MAIN, layouts: LAYOUTS, of: "flat", ...given });
  for (const [name, fn] of Object.entries(nd)) {
    if (typeof fn !== "function") continue;
    const np = `np.${numpyName(name)}`;
    if (fn.nin === 1) {
      row(name, {
        dtypes: ALL,
        fresh: ({ x }) => fn(x),
        out: ({ x, o }) => fn(x, { out: o }),
        team: (pool, { x, o }) => pool.mapSync(x, fn, { out: o }),
        numpy: `${np}(x)`,
        numpyOut: `${np}(x, out=o)`,
      });
    } else if (fn.nin === 2) {
      row(name, {
        dtypes: ALL,
        fresh: ({ x, y }) => fn(x, y),
        out: ({ x, y, o }) => fn(x, y, { out: o }),
        team: (pool, { x, y, o }) => pool.mapSync([x, y], fn, { out: o }),
        numpy: `${np}(x, y)`,
        numpyOut: `${np}(x, y, out=o)`,
      });
    } else if (fn.reduction) {
      const plain = name === "norm" ? "np.linalg.norm" : np;
      row(name, {
        dtypes: ALL,
        fresh: ({ x }) => fn(x),
        team: (pool, { x }) => pool.reduceSync(x, fn),
        numpy: `${plain}(x)`,
      });
      for (const axis of [0, 1]) {
        row(`${name}, axis ${axis}`, {
          dtypes: NUMBERS,
          of: "square",
          fresh: ({ x }) => fn(x, { axis }),
          out: ({ x, o }) => fn(x, { axis, out: o }),
          team: (pool, { x, o }) => pool.reduceSync(x, fn, { axis, out: o }),
          numpy: `${plain}(x, axis=${axis})`,
        });
      }
    }
  }
  for (const name of ["subtract", "fmax", "bitwiseXor"]) {
    row(`${name}.reduce`, {
      dtypes: name === "bitwiseXor" ? ["int32"] : MAIN,
      fresh: ({ x }) => nd[name].reduce(x),
      numpy: `np.${numpyName(name)}.reduce(x)`,
    });
  }
  row("maximum.accumulate", { fresh: ({ x }) => nd.maximum.accumulate(x), numpy: "np.maximum.accumulate(x)" });
  for (const name of ["modf", "frexp"]) {
    row(name, { fresh: ({ x }) => disposed(nd[name](x)), numpy: `np.${name}(x)` });
  }
  row("divmod", { dtypes: NUMBERS, fresh: ({ x, y }) => disposed(nd.divmod(x, y)), numpy: "np.divmod(x, y)" });
  row("add, a number", {
    fresh: ({ x }) => nd.add(x, 3),
    out: ({ x, o }) => nd.add(x, 3, { out: o }),
    team: (pool, { x, o }) => pool.mapSync([x, 3], nd.add, { out: o }),
    numpy: "x + 3",
    numpyOut: "np.add(x, 3, out=o)",
  });
  row("where", {
    dtypes: ALL,
    fresh: ({ m, x, y }) => nd.where(m, x, y),
    out: ({ m, x, y, o }) => nd.where(m, x, y, { out: o }),
    team: (pool, { m, x, y, o }) => pool.mapSync([m, x, y], nd.where, { out: o }),
    numpy: "np.where(m, x, y)",
  });
  row("clip", {
    dtypes: NUMBERS,
    fresh: ({ x }) => nd.clip(x, 2, 50),
    out: ({ x, o }) => nd.clip(x, 2, 50, { out: o }),
    team: (pool, { x, o }) => pool.mapSync([x, 2, 50], nd.clip, { out: o }),
    numpy: "np.clip(x, 2, 50)",
    numpyOut: "np.clip(x, 2, 50, out=o)",
  });
  for (const name of ["cumulativeSum", "cumulativeProd"]) {
    row(name, {
      dtypes: NUMBERS,
      fresh: ({ x }) => nd[name](x),
      out: ({ x, o }) => nd[name](x, { out: o }),
      team: (pool, { x, o }) => pool.mapSync(x, nd[name], { out: o }),
      numpy: `np.${numpyName(name)}(x)`,
      numpyOut: `np.${numpyName(name)}(x, out=o)`,
    });
    for (const axis of [0, 1]) {
      row(`${name}, axis ${axis}`, {
        of: "square",
        fresh: ({ x }) => nd[name](x, { axis }),
        numpy: `np.${numpyName(name)}(x, axis=${axis})`,
      });
    }
  }
  for (const name of ["sort", "argsort"]) {
    row(name, {
      dtypes: NUMBERS,
      of: "shuffled",
      fresh: ({ x }) => nd[name](x),
      team: (pool, { x }) => pool.mapSync(x, nd[name]),
      numpy: name === "sort" ? "np.sort(x)" : 'np.argsort(x, kind="stable")',
    });
  }
  row("searchsorted, a tenth as many", {
    dtypes: NUMBERS,
    of: "sorted",
    layouts: ["contiguous"],
    fresh: ({ x, wanted }) => nd.searchsorted(x, wanted),
    numpy: "np.searchsorted(x, wanted)",
  });
  row("map, x * y + 1", {
    fresh: ({ x, y }) => nd.map([x, y], formula),
    out: ({ x, y, o }) => nd.map([x, y], formula, { out: o }),
    team: (pool, { x, y, o }) => pool.mapSync([x, y], formula, { out: o }),
    numpy: "x * y + 1",
    numpyOut: "np.add(np.multiply(x, y, out=o), 1, out=o)",
  });
  row("matmul", {
    dtypes: ["float64", "float32", "int32"],
    of: "square",
    largest: 1e6,
    fresh: ({ x, y }) => nd.matmul(x, y),
    out: ({ x, y, o }) => nd.matmul(x, y, { out: o }),
    team: (pool, { x, y, o }) => pool.mapSync([x, y], nd.matmul, { out: o }),
    numpy: "np.matmul(x, y)",
    numpyOut: "np.matmul(x, y, out=o)",
  });
  row("matmul, a matrix and a vector", {
    dtypes: ["float64", "float32"],
    of: "square",
    fresh: ({ x, line }) => nd.matmul(x, line),
    numpy: "np.matmul(x, line)",
  });
  for (const name of ["dot", "vecdot"]) {
    row(name, {
      dtypes: ["float64", "float32", "int32"],
      fresh: ({ x, y }) => nd[name](x, y),
      ...(name === "dot" && { team: (pool, { x, y }) => pool.reduceSync([x, y], nd.dot) }),
      numpy: "np.dot(x, y)",
    });
  }
  made(nd, row);
  arranged(nd, row);
  statistics(nd, row);
  methods(row);
  linalgRows(nd, row);
  fftRows(nd, row);
  randomRows(nd, row);
  for (const [name, numpy] of [
    ["allclose", "np.allclose(x, y)"],
    ["arrayEqual", "np.array_equal(x, x2)"],
  ]) {
    row(name, { dtypes: ALL, fresh: ({ x, y, x2 }) => nd[name](x, name === "allclose" ? y : x2), numpy });
  }
  return rows;
}

const formula = (x, y) => x * y + 1;

/** Functions that make arrays. */
function made(nd, row) {
  const contiguous = { layouts: ["contiguous"] };
  for (const name of ["zeros", "ones", "empty"]) {
    row(name, {
      ...contiguous,
      dtypes: ALL,
      fresh: ({ n, dtype }) => nd[name](n, { dtype }),
      numpy: `np.${name}(n, d)`,
    });
    const like = `${name}Like`;
    row(like, { ...contiguous, fresh: ({ x }) => nd[like](x), numpy: `np.${name}_like(x)` });
  }
  row("full", { ...contiguous, fresh: ({ n, dtype }) => nd.full(n, 3, { dtype }), numpy: "np.full(n, 3, d)" });
  row("arange", { ...contiguous, fresh: ({ n }) => nd.arange(n), numpy: "np.arange(float(n))" });
  row("linspace", { ...contiguous, fresh: ({ n }) => nd.linspace(0, 1, n), numpy: "np.linspace(0, 1, n)" });
  row("eye", { ...contiguous, fresh: ({ side }) => nd.eye(side), numpy: "np.eye(side)" });
  row("array, of a list", {
    ...contiguous,
    largest: 1e6,
    fresh: ({ list }) => nd.array(list),
    numpy: "np.array(list_)",
  });
  row("array, of a typed array", { ...contiguous, fresh: ({ x }) => nd.array(x.flat), numpy: "np.array(x)" });
  row("concat", { dtypes: ALL, fresh: ({ x, y }) => nd.concat([x, y]), numpy: "np.concatenate([x, y])" });
  row("concat, axis 1", {
    of: "square",
    fresh: ({ x, y }) => nd.concat([x, y], { axis: 1 }),
    numpy: "np.concatenate([x, y], axis=1)",
  });
  row("stack", { dtypes: ALL, fresh: ({ x, y }) => nd.stack([x, y]), numpy: "np.stack([x, y])" });
  row("slidingWindowView", {
    fresh: ({ x }) => nd.slidingWindowView(x, 5),
    numpy: "np.lib.stride_tricks.sliding_window_view(x, 5)",
    isView: true,
  });
}

/** Functions that arrange elements. */
function arranged(nd, row) {
  const square = { of: "square" };
  row("vstack", { fresh: ({ x, y }) => nd.vstack([x, y]), numpy: "np.vstack([x, y])" });
  row("hstack", { ...square, fresh: ({ x, y }) => nd.hstack([x, y]), numpy: "np.hstack([x, y])" });
  row("dstack", { fresh: ({ x, y }) => nd.dstack([x, y]), numpy: "np.dstack([x, y])" });
  row("columnStack", { fresh: ({ x, y }) => nd.columnStack([x, y]), numpy: "np.column_stack([x, y])" });
  row("repeat", { dtypes: ALL, fresh: ({ x }) => nd.repeat(x, 2), numpy: "np.repeat(x, 2)" });
  row("repeat, axis 1", {
    ...square,
    fresh: ({ x }) => nd.repeat(x, 2, { axis: 1 }),
    numpy: "np.repeat(x, 2, axis=1)",
  });
  row("tile", { dtypes: ALL, fresh: ({ x }) => nd.tile(x, 2), numpy: "np.tile(x, 2)" });
  row("roll", { dtypes: ALL, fresh: ({ x }) => nd.roll(x, 3), numpy: "np.roll(x, 3)" });
  row("roll, axis 1", { ...square, fresh: ({ x }) => nd.roll(x, 3, { axis: 1 }), numpy: "np.roll(x, 3, axis=1)" });
  row("pad", { ...square, fresh: ({ x }) => nd.pad(x, 1), numpy: "np.pad(x, 1)" });
  row("pad, reflected", {
    ...square,
    fresh: ({ x }) => nd.pad(x, 1, { mode: "reflect" }),
    numpy: 'np.pad(x, 1, mode="reflect")',
  });
  row("unravelIndex", {
    fresh: ({ i, n }) => disposed(nd.unravelIndex(i, [n, 1])),
    numpy: "np.unravel_index(i, (n, 1))",
  });
  row("tril", { ...square, fresh: ({ x }) => nd.tril(x), numpy: "np.tril(x)" });
  row("triu", { ...square, fresh: ({ x }) => nd.triu(x), numpy: "np.triu(x)" });
  row("diag", { ...square, fresh: ({ line }) => nd.diag(line), numpy: "np.diag(line)" });
  row("meshgrid", {
    ...square,
    fresh: ({ line }) => disposed(nd.meshgrid([line, line])),
    numpy: "np.meshgrid(line, line)",
  });
  row("nonzero", { dtypes: ALL, fresh: ({ x }) => disposed(nd.nonzero(x)), numpy: "np.nonzero(x)" });
  row("nonzero, of a mask", { fresh: ({ m }) => disposed(nd.nonzero(m)), numpy: "np.nonzero(m)" });
  row("flatnonzero", { fresh: ({ x }) => nd.flatnonzero(x), numpy: "np.flatnonzero(x)" });
  row("argwhere", { ...square, fresh: ({ m }) => nd.argwhere(m), numpy: "np.argwhere(m)" });
  row("takeAlongAxis", {
    of: "ordered",
    fresh: ({ x, order }) => nd.takeAlongAxis(x, order, { axis: 1 }),
    numpy: "np.take_along_axis(x, order, 1)",
  });
  row("diff", { dtypes: NUMBERS, fresh: ({ x }) => nd.diff(x), numpy: "np.diff(x)" });
  row("select", {
    fresh: ({ x, y, m }) => nd.select([m], [x], { default: y }),
    numpy: "np.select([m], [x], y)",
  });
  row("choose", { fresh: ({ x, y, m }) => nd.choose(m, [x, y]), numpy: "np.choose(m, [x, y])" });
  row("extract", { fresh: ({ x, m }) => nd.extract(m, x), numpy: "np.extract(m, x)" });
  row("putmask", { out: ({ x, y, m }) => nd.putmask(x, m, y), numpyOut: "np.putmask(x, m, y)" });
  row("place", { out: ({ x, y, m }) => nd.place(x, m, y), numpyOut: "np.place(x, m, y)" });
  row("putAlongAxis", {
    of: "ordered",
    out: ({ x, order }) => nd.putAlongAxis(x, order, 0.5, { axis: 1 }),
    numpyOut: "np.put_along_axis(x, order, 0.5, 1)",
  });
  row("fillDiagonal", {
    ...square,
    out: ({ x }) => nd.fillDiagonal(x, 0.5),
    numpyOut: "np.fill_diagonal(x, 0.5)",
  });
  row("nanToNum", { fresh: ({ x }) => nd.nanToNum(x), numpy: "np.nan_to_num(x)" });
  row("isclose", { fresh: ({ x, y }) => nd.isclose(x, y), numpy: "np.isclose(x, y)" });
  row("sort, descending", {
    of: "shuffled",
    fresh: ({ x }) => nd.sort(x, { descending: true }),
    numpy: "np.sort(x)[::-1].copy()",
  });
  row("append", { fresh: ({ x, y }) => nd.append(x, y), numpy: "np.append(x, y)" });
  row("insert", { fresh: ({ x }) => nd.insert(x, 3, 0.5), numpy: "np.insert(x, 3, 0.5)" });
  row("deleteAt", { fresh: ({ x }) => nd.deleteAt(x, [3, 5]), numpy: "np.delete(x, [3, 5])" });
  row("resize", { fresh: ({ x, n }) => nd.resize(x, 2 * n), numpy: "np.resize(x, 2 * n)" });
  row("block", { ...square, fresh: ({ x, y }) => nd.block([[x, y]]), numpy: "np.block([[x, y]])" });
  row("diagflat", { ...square, fresh: ({ line }) => nd.diagflat(line), numpy: "np.diagflat(line)" });
  row("trimZeros", { fresh: ({ x }) => nd.trimZeros(x), numpy: "np.trim_zeros(x)", isView: true });
  row("ix_", { ...square, fresh: ({ r }) => disposed(nd.ix_(r, r)), numpy: "np.ix_(r, r)" });
  row("indices", {
    ...square,
    layouts: ["contiguous"],
    fresh: ({ side }) => nd.indices([side, side]),
    numpy: "np.indices((side, side))",
  });
  row("tri", { ...square, layouts: ["contiguous"], fresh: ({ side }) => nd.tri(side), numpy: "np.tri(side)" });
  for (const name of ["diagIndices", "trilIndices", "triuIndices"]) {
    row(name, {
      ...square,
      layouts: ["contiguous"],
      fresh: ({ side }) => disposed(nd[name](side)),
      numpy: `np.${numpyName(name)}(side)`,
    });
  }
  row("mgrid", {
    ...square,
    layouts: ["contiguous"],
    fresh: ({ side }) =>
      nd.mgrid([
        [0, side],
        [0, side],
      ]),
    numpy: "np.mgrid[0.0:side, 0.0:side]",
  });
  row("ogrid", {
    ...square,
    layouts: ["contiguous"],
    fresh: ({ side }) =>
      disposed(
        nd.ogrid([
          [0, side],
          [0, side],
        ]),
      ),
    numpy: "np.ogrid[0.0:side, 0.0:side]",
  });
  row("ndindex", {
    largest: 1e4,
    isView: true,
    layouts: ["contiguous"],
    fresh: ({ n }) => [...nd.ndindex([n])],
    numpy: "list(np.ndindex(n))",
  });
  row("ndenumerate", {
    largest: 1e4,
    isView: true,
    fresh: ({ x }) => [...nd.ndenumerate(x)],
    numpy: "list(np.ndenumerate(x))",
  });
  row("logspace", { layouts: ["contiguous"], fresh: ({ n }) => nd.logspace(0, 2, n), numpy: "np.logspace(0, 2, n)" });
  row("geomspace", {
    layouts: ["contiguous"],
    fresh: ({ n }) => nd.geomspace(1, 9, n),
    numpy: "np.geomspace(1, 9, n)",
  });
  row("fromFunction", {
    largest: 1e4,
    layouts: ["contiguous"],
    fresh: ({ n }) => nd.fromFunction((i) => 2 * i, n),
    numpy: "np.fromfunction(lambda i: 2 * i, (n,))",
  });
  row("fullLike", { fresh: ({ x }) => nd.fullLike(x, 3), numpy: "np.full_like(x, 3)" });
  row("records", {
    layouts: ["contiguous"],
    fresh: ({ n }) => nd.records(n, { x: "float64" }).bytes,
    numpy: "np.zeros(n, [('x', 'f8')])",
  });
  row("identity", { layouts: ["contiguous"], fresh: ({ side }) => nd.identity(side), numpy: "np.identity(side)" });
  row("asarray", { fresh: ({ x }) => nd.asarray(x), numpy: "np.asarray(x)", isView: true });
  const view = (name, ours, numpy, of = "square") => row(name, { of, fresh: ours, numpy, isView: true });
  view("permuteDims", ({ x }) => nd.permuteDims(x, [1, 0]), "np.permute_dims(x, (1, 0))");
  view("matrixTranspose", ({ x }) => nd.matrixTranspose(x), "np.matrix_transpose(x)");
  view("asReadonly", ({ x }) => nd.asReadonly(x), "x.view()");
  view("rot90", ({ x }) => nd.rot90(x), "np.rot90(x)");
  view("atleast1d", ({ x }) => nd.atleast1d(x), "np.atleast_1d(x)", "flat");
  view("atleast2d", ({ x }) => nd.atleast2d(x), "np.atleast_2d(x)", "flat");
  view("atleast3d", ({ x }) => nd.atleast3d(x), "np.atleast_3d(x)", "flat");
  view("broadcastArrays", ({ x, line }) => nd.broadcastArrays(x, line), "np.broadcast_arrays(x, line)");
  view("split", ({ x }) => nd.split(x, [1, 2]), "np.split(x, [1, 2])");
  view("arraySplit", ({ x }) => nd.arraySplit(x, 3), "np.array_split(x, 3)");
  for (const name of ["hsplit", "vsplit"]) view(name, ({ x }) => nd[name](x, [1, 2]), `np.${name}(x, [1, 2])`);
  view("dsplit", ({ x }) => nd.dsplit(x.expandDims(2), 1), "np.dsplit(x[:, :, None], 1)");
  row("unstack", { largest: 10, fresh: ({ x }) => nd.unstack(x), numpy: "np.unstack(x)", of: "square", isView: true });
}
/** Set functions and statistics. `all` disposes of all results but the first. */
function statistics(nd, row) {
  const all = (results) => {
    for (const one of Object.values(results).slice(1)) one.close();
    return Object.values(results)[0];
  };
  const MIXED = { dtypes: ["float64", "int32"] };
  row("uniqueValues", { ...MIXED, of: "shuffled", fresh: ({ x }) => nd.uniqueValues(x), numpy: "np.unique_values(x)" });
  for (const name of ["uniqueCounts", "uniqueInverse", "uniqueAll"]) {
    const numpy = `np.${numpyName(name)}(x)`;
    row(name, { ...MIXED, of: "shuffled", fresh: ({ x }) => all(nd[name](x)), numpy });
  }
  row("unique", { ...MIXED, of: "shuffled", fresh: ({ x }) => nd.unique(x), numpy: "np.unique(x)" });
  row("isin", { ...MIXED, fresh: ({ x, wanted }) => nd.isin(x, wanted), numpy: "np.isin(x, wanted)" });
  for (const name of ["union1d", "intersect1d", "setdiff1d", "setxor1d"]) {
    row(name, { ...MIXED, fresh: ({ x, wanted }) => nd[name](x, wanted), numpy: `np.${name}(x, wanted)` });
  }
  row("lexsort", { fresh: ({ x, y }) => nd.lexsort([x, y]), numpy: "np.lexsort((x, y))" });
  row("partition", { ...MIXED, of: "shuffled", fresh: ({ x }) => nd.partition(x, 5), numpy: "np.partition(x, 5)" });
  row("argpartition", { of: "shuffled", fresh: ({ x }) => nd.argpartition(x, 5), numpy: "np.argpartition(x, 5)" });
  for (const name of ["median", "nanmedian"]) {
    row(name, { ...MIXED, of: "shuffled", fresh: ({ x }) => nd[name](x), numpy: `np.${name}(x)` });
  }
  for (const name of ["quantile", "nanquantile"]) {
    row(name, { of: "shuffled", fresh: ({ x }) => nd[name](x, [0.1, 0.9]), numpy: `np.${name}(x, [0.1, 0.9])` });
  }
  for (const name of ["percentile", "nanpercentile"]) {
    row(name, { of: "shuffled", fresh: ({ x }) => nd[name](x, 90), numpy: `np.${name}(x, 90)` });
  }
  row("ptp", { fresh: ({ x }) => nd.ptp(x), numpy: "np.ptp(x)" });
  row("average", { fresh: ({ x, y }) => nd.average(x, { weights: y }), numpy: "np.average(x, weights=y)" });
  row("cov", { fresh: ({ x, y }) => nd.cov(x, { y }), numpy: "np.cov(x, y)" });
  row("corrcoef", { fresh: ({ x, y }) => nd.corrcoef(x, { y }), numpy: "np.corrcoef(x, y)" });
  row("histogram", { ...MIXED, fresh: ({ x }) => all(nd.histogram(x, { bins: 100 })), numpy: "np.histogram(x, 100)" });
  row("histogramBinEdges", {
    fresh: ({ x }) => nd.histogramBinEdges(x, { bins: "auto" }),
    numpy: 'np.histogram_bin_edges(x, "auto")',
  });
  row("histogram2d", {
    fresh: ({ x, y }) => all(nd.histogram2d(x, y, { bins: 10 })),
    numpy: "np.histogram2d(x, y, 10)",
  });
  row("histogramdd", {
    fresh: ({ x, y }) => {
      const [counts, edges] = nd.histogramdd([x, y], { bins: 10 });
      disposed(edges);
      return counts;
    },
    numpy: "np.histogramdd((x, y), 10)",
  });
  row("bincount", { dtypes: ["int32", "uint8"], fresh: ({ x }) => nd.bincount(x), numpy: "np.bincount(x)" });
  row("digitize", { fresh: ({ x, line }) => nd.digitize(x, nd.sort(line)), numpy: "np.digitize(x, np.sort(line))" });
  row("interp", {
    fresh: ({ x }) => nd.interp(x, [0, 0.5, 1], [1, 2, 5]),
    numpy: "np.interp(x, [0, 0.5, 1], [1, 2, 5])",
  });
  row("gradient", { fresh: ({ x }) => nd.gradient(x), numpy: "np.gradient(x)" });
  row("ediff1d", { fresh: ({ x }) => nd.ediff1d(x), numpy: "np.ediff1d(x)" });
  row("trapezoid", { fresh: ({ x }) => nd.trapezoid(x), numpy: "np.trapezoid(x)" });
  row("unwrap", { fresh: ({ x }) => nd.unwrap(x), numpy: "np.unwrap(x)" });
  const weights = [0.25, 0.5, 0.25, 0.5, 0.25];
  for (const name of ["convolve", "correlate"]) {
    row(name, { fresh: ({ x }) => nd[name](x, weights), numpy: `np.${name}(x, ${JSON.stringify(weights)})` });
  }
  const nan = "nansum nanprod nanmean nanvar nanstd nanmin nanmax nanargmin nanargmax nancumsum nancumprod";
  for (const name of nan.split(" ")) row(name, { fresh: ({ x }) => nd[name](x), numpy: `np.${name}(x)` });
  row("polyval", { fresh: ({ x }) => nd.polyval([1, 2, 3], x), numpy: "np.polyval([1, 2, 3], x)" });
  row("polyadd", { fresh: ({ x, y }) => nd.polyadd(x, y), numpy: "np.polyadd(x, y)" });
  row("polymul", { largest: 1e4, fresh: ({ x }) => nd.polymul(x, [1, 2, 3]), numpy: "np.polymul(x, [1, 2, 3])" });
  row("poly", { largest: 10, fresh: ({ x }) => nd.poly(x), numpy: "np.poly(x)" });
}
/** Disposes of several results. */
function disposed(arrays) {
  for (const one of arrays) one.close();
}

/** Methods of arrays that are not also functions. */
function methods(row) {
  row("copy", { dtypes: ALL, fresh: ({ x }) => x.copy(), numpy: "x.copy()" });
  row("copy, transposed", { dtypes: ALL, of: "square", fresh: ({ x }) => x.T.copy(), numpy: 'x.T.copy("C")' });
  row("flatten", { fresh: ({ x }) => x.flatten(), numpy: "x.flatten()" });
  for (const to of ALL) {
    row(`astype ${to}`, { dtypes: ALL, fresh: ({ x }) => x.astype(to), numpy: `x.astype(np.${to})` });
  }
  row("fill", { dtypes: ALL, out: ({ x }) => x.fill(1), numpyOut: "x.fill(1)" });
  row("assign", { dtypes: ALL, out: ({ x, y }) => x.assign(y), numpyOut: "np.copyto(x, y)" });
  row("assign, with a mask", {
    out: ({ x, y, m }) => x.assign(y, { where: m }),
    numpyOut: "np.copyto(x, y, where=m)",
  });
  row("take", { dtypes: ALL, fresh: ({ x, i }) => x.take(i), numpy: "x.take(i)" });
  row("slice, positions", { fresh: ({ x, i }) => x.slice(i), numpy: "x[i]" });
  row("slice, rows and columns", { of: "square", fresh: ({ x, r }) => x.slice(r, r), numpy: "x[r, r]" });
  row("slice, columns", { of: "square", fresh: ({ x, r }) => x.slice("1:", r), numpy: "x[1:, r]" });
  row("slice, a mask", { fresh: ({ x, m }) => x.slice(m), numpy: "x[m]" });
  row("assign, positions", { out: ({ x, i }) => x.assign(0.5, { at: i }), numpyOut: "x.__setitem__(i, 0.5)" });
  row("assign, a mask", { out: ({ x, m }) => x.assign(0.5, { at: m }), numpyOut: "x.__setitem__(m, 0.5)" });
  row("take, rows", { of: "square", fresh: ({ x, r }) => x.take(r, { axis: 0 }), numpy: "x.take(r, axis=0)" });
  row("take, columns", { of: "square", fresh: ({ x, r }) => x.take(r, { axis: 1 }), numpy: "x.take(r, axis=1)" });
  row("put", { dtypes: ALL, out: ({ x, y, i }) => x.put(i, y), numpyOut: "x.put(i, y)" });
  row("compress", { dtypes: ALL, fresh: ({ x, m }) => x.compress(m), numpy: "x[m]" });
  row("compress, rows", {
    of: "square",
    fresh: ({ x, mr }) => x.compress(mr, { axis: 0 }),
    numpy: "x.compress(mr, axis=0)",
  });
  row("get", { fresh: ({ x }) => x.get(7), numpy: "x[7]", isView: true });
  row("set", { out: ({ x }) => x.set(7, 3), numpyOut: "x.__setitem__(7, 3)" });
  row("toArray", { largest: 1e6, fresh: ({ x }) => x.toArray(), numpy: "x.tolist()", isView: true });
  const view = (name, ours, numpy, of = "square") => row(name, { of, fresh: ours, numpy, isView: true });
  view("slice", ({ x }) => x.slice([1, -1]), "x[1:-1]", "flat");
  view("slice, of text", ({ x }) => x.slice("1:, ::2"), "x[1:, ::2]");
  view("view", ({ x }) => x.view("int64"), "x.view(np.int64)", "flat");
  view("T", ({ x }) => x.T, "x.T");
  view("transpose", ({ x }) => x.transpose(1, 0), "x.transpose(1, 0)");
  view("reshape", ({ x }) => x.reshape(-1, 1), "x.reshape(-1, 1)", "contiguous");
  view("ravel", ({ x }) => x.ravel(), "x.ravel()", "contiguous");
  view("squeeze", ({ x }) => x.squeeze(), "x.squeeze()");
  view("expandDims", ({ x }) => x.expandDims(0), "np.expand_dims(x, 0)");
  view("diagonal", ({ x }) => x.diagonal(), "x.diagonal()");
  view("flip", ({ x }) => x.flip(), "np.flip(x)");
  view("swapaxes", ({ x }) => x.swapaxes(0, 1), "x.swapaxes(0, 1)");
  view("moveaxis", ({ x }) => x.moveaxis(0, 1), "np.moveaxis(x, 0, 1)");
  view("broadcastTo", ({ x }) => x.broadcastTo([2, ...x.shape]), "np.broadcast_to(x, (2, *x.shape))");
}
