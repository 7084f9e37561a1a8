/**
 * Options that a function does not know are refused by every function. The list of functions and of their options is
 * that of the declarations, so a new function without an entry here fails the test.
 */
import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as api from "shared-ndarray";
import {
  add,
  array,
  Barrier,
  Condition,
  concat,
  isSharedError,
  JoinableQueue,
  Lock,
  type Lock as LockType,
  Manager,
  NDArray,
  Pool,
  Process,
  pipe,
  Queue,
  RawValue,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedEvent,
  SharedMemory,
  sort,
  stack,
  sum,
  Value,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { functionsOf, lastOf } from "./fixtures/exports.js";
import { publicOptions } from "./fixtures/public-options.js";

type Call = (options: never) => unknown;
const pool = new Pool({ workers: 0 });
const [a, mask] = [zeros([2, 2]), zeros([2, 2], { dtype: "bool" })];
const [lock, condition, event] = [new Lock(), new Condition(), new SharedEvent()];
const [queue, jobs, value] = [new Queue<number>(), new JoinableQueue<number>(), new Value("int32")];
const [near, far] = pipe<number>();
const file = join(tmpdir(), "shared-ndarray-nothing.npy");
const npz = emptyNpz(join(tmpdir(), `shared-ndarray-${process.pid}.npz`));
const unwritable = join(tmpdir(), "shared-ndarray-missing", "a");
const rng = api.random.defaultRng(1);
const kernel = () => {};
const reducer = { init: () => 0, chunk: (n: number) => n, combine: (n: number) => n };
const underLock = (act: () => unknown) => {
  using _ = condition.acquireSync();
  return act();
};
const found = (Class: unknown, ...type: unknown[]): Record<"attach" | "waitFor" | "waitForSync", Call> => {
  const { attach, waitFor, waitForSync } = Class as Record<string, (...args: unknown[]) => unknown>;
  return {
    attach: (options) => attach!.call(Class, "none", ...type, options),
    waitFor: (options) => waitFor!.call(Class, "none", ...type, options),
    waitForSync: (options) => waitForSync!.call(Class, "none", ...type, options),
  };
};

/** An open archive without arrays, whose file is gone. */
function emptyNpz(path: string): api.NpzFile {
  api.savezSync(path, {});
  const opened = api.loadNpzSync(path);
  rmSync(path);
  return opened;
}

/** By function, calls with these options. If there are several, the function takes the options of all of them. */
const calls: Record<string, Call | Call[]> = {
  "new Barrier": (o) => new Barrier(2, o),
  "Barrier#wait": (o) => new Barrier(1).wait(o),
  "Barrier#waitSync": (o) => new Barrier(1).waitSync(o),
  "new Semaphore": (o) => new Semaphore(1, o),
  "new BoundedSemaphore": (o) => new api.BoundedSemaphore(1, o),
  "Semaphore#acquire": (o) => new Semaphore().acquire(o),
  "Semaphore#acquireSync": (o) => new Semaphore().acquireSync(o),
  "new Condition": (o) => new Condition(undefined, o),
  "Condition#acquire": (o) => condition.acquire(o),
  "Condition#acquireSync": (o) => condition.acquireSync(o),
  "Condition#wait": (o) => underLock(() => condition.wait(o)),
  "Condition#waitSync": (o) => underLock(() => condition.waitSync(o)),
  "Condition#waitUntil": (o) => underLock(() => condition.waitUntil(() => true, o)),
  "Condition#waitUntilSync": (o) => underLock(() => condition.waitUntilSync(() => true, o)),
  "new Lock": (o) => new Lock(o),
  "new RLock": (o) => new api.RLock(o),
  "Lock#acquire": (o) => lock.acquire(o),
  "Lock#acquireSync": (o) => (lock as LockType).acquireSync(o),
  "new SharedEvent": (o) => new SharedEvent(o),
  "SharedEvent#wait": (o) => event.wait(o),
  "SharedEvent#waitSync": (o) => event.waitSync(o),
  "new Queue": (o) => new Queue(o),
  "new JoinableQueue": (o) => new JoinableQueue(o),
  "Queue#put": (o) => queue.put(1, o),
  "Queue#putSync": (o) => queue.putSync(1, o),
  "Queue#get": (o) => queue.get(o),
  "Queue#getSync": (o) => queue.getSync(o),
  "JoinableQueue#join": (o) => jobs.join(o),
  "JoinableQueue#joinSync": (o) => jobs.joinSync(o),
  "Sender#put": (o) => near.put(1, o),
  "Sender#putSync": (o) => near.putSync(1, o),
  "Receiver#get": (o) => far.get(o),
  "Receiver#getSync": (o) => far.getSync(o),
  pipe: (o) => pipe(o),
  "new Manager": (o) => new Manager(o),
  "new Process": (o) => new Process(() => {}, [], o),
  "Process#join": (o) => new Process(() => {}).join(o),
  "Process#joinSync": (o) => new Process(() => {}).joinSync(o),
  "new RawValue": (o) => new RawValue("int32", 0, o),
  "new Value": (o) => new Value("int32", 0, o),
  "Value#update": (o) => value.update((x) => x, o),
  "Value#updateSync": (o) => value.updateSync((x) => x, o),
  "new SharedArray": (o) => new SharedArray("int32", 2, o),
  "new ShareableList": (o) => new ShareableList([1], o),
  "new SharedMemory": (o) => new SharedMemory(8, o),
  "SharedMemory.list": (o) => SharedMemory.list(o),
  ...methods("SharedMemory", found(SharedMemory)),
  ...methods("FoundByName", found(Lock)),
  ...methods("Queue", found(Queue)),
  ...methods("JoinableQueue", found(JoinableQueue)),
  ...methods("ShareableList", found(ShareableList)),
  ...methods("RawValue", found(RawValue, "int32")),
  ...methods("ValueClass", found(Value, "int32")),
  ...methods("SharedArray", found(SharedArray, "int32")),
  ...methods("NDArray", found(NDArray)),
  "NDArray.view": (o) => NDArray.view(new SharedMemory(64), [2], o),
  "WritableArray#fill": (o) => a.fill(1, o),
  "WritableArray#assign": [(o) => a.assign(a, o), (o) => a.assign(1, o)],
  "NDArray#take": (o) => a.take([0], o),
  "NDArray#compress": (o) => a.compress(mask, o),
  "NDArray#copy": (o) => a.copy(o),
  "ReadonlyNDArray#copy": (o) => a.copy(o),
  "NDArray#astype": (o) => a.astype("int8", o),
  "ReadonlyNDArray#astype": (o) => a.astype("int8", o),
  zeros: (o) => zeros(2, o),
  ones: (o) => api.ones(2, o),
  empty: (o) => api.empty(2, o),
  full: (o) => api.full(2, 1, o),
  eye: (o) => api.eye(2, o),
  arange: [(o) => api.arange(2, o), (o) => api.arange(0, 2, 1, o)],
  linspace: (o) => api.linspace(0, 1, 3, o),
  zerosLike: (o) => api.zerosLike(a, o),
  onesLike: (o) => api.onesLike(a, o),
  emptyLike: (o) => api.emptyLike(a, o),
  array: [(o) => array([1], o), (o) => array(new Int8Array(1), o), (o) => array(a, o)],
  load: (o) => api.load(file, o),
  loadRecords: (o) => api.loadRecords(file, o),
  loadRecordsSync: (o) => api.loadRecordsSync(file, o),
  records: (o) => api.records(1, { x: "int8" }, o),
  recordsFrom: (o) => api.recordsFrom([{ x: 1 }], { x: "int8" }, o),
  recordsFromArrays: (o) => api.recordsFromArrays({ x: [1] }, o),
  loadSync: (o) => api.loadSync(file, o),
  memmap: (o) => api.memmap(file, o),
  fromBuffer: (o) => api.fromBuffer(new Uint8Array(16), o),
  fromIter: (o) => api.fromIter([1, 2], o),
  fromfile: (o) => api.fromfile(file, o),
  fromfileSync: (o) => api.fromfileSync(file, o),
  tofile: (o) => api.tofile(unwritable, a, o),
  tofileSync: (o) => api.tofileSync(unwritable, a, o),
  loadtxt: (o) => api.loadtxt(file, o),
  loadtxtSync: (o) => api.loadtxtSync(file, o),
  genfromtxt: (o) => api.genfromtxt(file, o),
  genfromtxtSync: (o) => api.genfromtxtSync(file, o),
  savetxt: (o) => api.savetxt(unwritable, a, o),
  savetxtSync: (o) => api.savetxtSync(unwritable, a, o),
  "NpzFile#get": (o) => npz.get("a", o),
  "NpzFile#getSync": (o) => npz.getSync("a", o),
  concat: (o) => concat([a, a], o),
  vstack: (o) => api.vstack([a, a], o),
  hstack: (o) => api.hstack([a, a], o),
  dstack: (o) => api.dstack([a, a], o),
  columnStack: (o) => api.columnStack([a, a], o),
  flip: (o) => api.flip(a, o),
  rot90: (o) => api.rot90(a, o),
  squeeze: (o) => api.squeeze(a, o),
  expandDims: (o) => api.expandDims(a, o),
  reshape: (o) => api.reshape(a, [4], o),
  split: (o) => api.split(a, 2, o),
  arraySplit: (o) => api.arraySplit(a, 2, o),
  unstack: (o) => api.unstack(a, o),
  repeat: (o) => api.repeat(a, 2, o),
  pad: (o) => api.pad(a, 1, o),
  roll: (o) => api.roll(a, 1, o),
  diag: (o) => api.diag(a, o),
  tril: (o) => api.tril(a, o),
  triu: (o) => api.triu(a, o),
  meshgrid: (o) => api.meshgrid([zeros(2)], o),
  takeAlongAxis: (o) => api.takeAlongAxis(a, zeros([2, 2], { dtype: "int32" }), o),
  diff: (o) => api.diff(a, o),
  normal: (o) => api.normal(2, o),
  uniform: (o) => api.uniform(2, o),
  "new random.SeedSequence": (o) => new api.random.SeedSequence(1, o),
  "SeedSequence#generateState": (o) => new api.random.SeedSequence(1).generateState(1, o),
  "UniformGenerator#random": (o) => rng.random(2, o),
  "UniformGenerator#integers": (o) => rng.integers(0, 2, o),
  "UniformGenerator#uniform": (o) => rng.uniform(0, 1, o),
  "UniformGenerator#shuffle": (o) => rng.shuffle(zeros(2), o),
  "UniformGenerator#permutation": (o) => rng.permutation(zeros(2), o),
  "UniformGenerator#permuted": (o) => rng.permuted(zeros(2), o),
  "UniformGenerator#choice": (o) => rng.choice(2, o),
  "Generator#standardNormal": (o) => rng.standardNormal(2, o),
  "Generator#standardExponential": (o) => rng.standardExponential(2, o),
  "Generator#normal": (o) => rng.normal(0, 1, o),
  "Generator#lognormal": (o) => rng.lognormal(0, 1, o),
  "Generator#laplace": (o) => rng.laplace(0, 1, o),
  "Generator#gumbel": (o) => rng.gumbel(0, 1, o),
  "Generator#logistic": (o) => rng.logistic(0, 1, o),
  "Generator#exponential": (o) => rng.exponential(1, o),
  "Generator#rayleigh": (o) => rng.rayleigh(1, o),
  "Generator#weibull": (o) => rng.weibull(1, o),
  "Generator#pareto": (o) => rng.pareto(1, o),
  "Generator#power": (o) => rng.power(1, o),
  "Generator#standardGamma": (o) => rng.standardGamma(1, o),
  "Generator#chisquare": (o) => rng.chisquare(1, o),
  "Generator#standardT": (o) => rng.standardT(1, o),
  "Generator#poisson": (o) => rng.poisson(1, o),
  "Generator#gamma": (o) => rng.gamma(1, 1, o),
  "Generator#beta": (o) => rng.beta(1, 1, o),
  "Generator#f": (o) => rng.f(1, 1, o),
  "Generator#standardCauchy": (o) => rng.standardCauchy(o),
  "Generator#triangular": (o) => rng.triangular(0, 1, 2, o),
  "Generator#binomial": (o) => rng.binomial(1, 0.5, o),
  "Generator#negativeBinomial": (o) => rng.negativeBinomial(1, 0.5, o),
  "Generator#geometric": (o) => rng.geometric(0.5, o),
  "Generator#multinomial": (o) => rng.multinomial(1, [1], o),
  "Generator#dirichlet": (o) => rng.dirichlet([1], o),
  "Generator#multivariateNormal": (o) => rng.multivariateNormal([0], [[1]], o),
  "fft.fft": (o) => api.fft.fft([1, 2], o),
  "fft.ifft": (o) => api.fft.ifft([1, 2], o),
  "fft.rfft": (o) => api.fft.rfft([1, 2], o),
  "fft.irfft": (o) => api.fft.irfft([1, 2], o),
  "fft.hfft": (o) => api.fft.hfft([1, 2], o),
  "fft.ihfft": (o) => api.fft.ihfft([1, 2], o),
  "fft.fft2": (o) => api.fft.fft2(a, o),
  "fft.ifft2": (o) => api.fft.ifft2(a, o),
  "fft.rfft2": (o) => api.fft.rfft2(a, o),
  "fft.irfft2": (o) => api.fft.irfft2(a, o),
  "fft.fftn": (o) => api.fft.fftn(a, o),
  "fft.ifftn": (o) => api.fft.ifftn(a, o),
  "fft.rfftn": (o) => api.fft.rfftn(a, o),
  "fft.irfftn": (o) => api.fft.irfftn(a, o),
  "fft.fftshift": (o) => api.fft.fftshift(a, o),
  "fft.ifftshift": (o) => api.fft.ifftshift(a, o),
  "fft.fftfreq": (o) => api.fft.fftfreq(4, o),
  "fft.rfftfreq": (o) => api.fft.rfftfreq(4, o),
  tensordot: (o) => api.tensordot(a, a, o),
  outer: (o) => api.outer(a, a, o),
  cross: (o) => api.cross(zeros(3), zeros(3), o),
  trace: (o) => api.trace(a, o),
  "linalg.diagonal": (o) => api.linalg.diagonal(a, o),
  "linalg.trace": (o) => api.linalg.trace(a, o),
  "linalg.cholesky": (o) => api.linalg.cholesky(api.eye(2), o),
  "linalg.eigh": (o) => api.linalg.eigh(a, o),
  "linalg.eigvalsh": (o) => api.linalg.eigvalsh(a, o),
  "linalg.qr": (o) => api.linalg.qr(a, o),
  "linalg.svd": (o) => api.linalg.svd(a, o),
  "linalg.matrixRank": (o) => api.linalg.matrixRank(a, o),
  "linalg.pinv": (o) => api.linalg.pinv(a, o),
  "linalg.cond": (o) => api.linalg.cond(api.eye(2), o),
  "linalg.lstsq": (o) => api.linalg.lstsq(a, a, o),
  "linalg.norm": (o) => api.linalg.norm(a, o),
  "linalg.vectorNorm": (o) => api.linalg.vectorNorm(a, o),
  "linalg.matrixNorm": (o) => api.linalg.matrixNorm(a, o),
  select: (o) => api.select([mask], [a], o),
  choose: (o) => api.choose(zeros(2, { dtype: "int32" }), [1], o),
  putAlongAxis: (o) => api.putAlongAxis(zeros([2, 2]), zeros([2, 2], { dtype: "int32" }), 1, o),
  fillDiagonal: (o) => api.fillDiagonal(zeros([2, 2]), 1, o),
  append: (o) => api.append(a, a, o),
  insert: (o) => api.insert(a, 0, 1, o),
  deleteAt: (o) => api.deleteAt(a, 0, o),
  trimZeros: (o) => api.trimZeros(a, o),
  indices: (o) => api.indices([2], o),
  diagIndices: (o) => api.diagIndices(2, o),
  trilIndices: (o) => api.trilIndices(2, o),
  triuIndices: (o) => api.triuIndices(2, o),
  mgrid: (o) => api.mgrid("0:2", o),
  ogrid: (o) => api.ogrid("0:2", o),
  tri: (o) => api.tri(2, o),
  diagflat: (o) => api.diagflat(a, o),
  slidingWindowView: (o) => api.slidingWindowView(zeros([3]), 2, o),
  fromFunction: (o) => api.fromFunction((i) => i, 2, o),
  logspace: (o) => api.logspace(0, 1, 3, o),
  geomspace: (o) => api.geomspace(1, 10, 3, o),
  array2string: (o) => api.array2string(a, o),
  arrayRepr: (o) => api.arrayRepr(a, o),
  arrayStr: (o) => api.arrayStr(a, o),
  setPrintOptions: (o) => api.setPrintOptions(o),
  printOptions: (o) => api.printOptions(o, () => {}),
  formatFloatPositional: (o) => api.formatFloatPositional(1, o),
  formatFloatScientific: (o) => api.formatFloatScientific(1, o),
  canCast: (o) => api.canCast("int8", "int16", o),
  fullLike: (o) => api.fullLike(a, 1, o),
  identity: (o) => api.identity(2, o),
  asarray: (o) => api.asarray([1], o),
  stack: (o) => api.stack([a, a], o),
  allclose: (o) => api.allclose(a, a, o),
  arrayEqual: (o) => api.arrayEqual(a, a, o),
  nanToNum: (o) => api.nanToNum(a, o),
  isclose: (o) => api.isclose(a, a, o),
  sort: (o) => sort(a, o),
  argsort: (o) => api.argsort(a, o),
  searchsorted: (o) => api.searchsorted(zeros(2), a, o),
  cumulativeSum: (o) => api.cumulativeSum(a, o),
  cumulativeProd: (o) => api.cumulativeProd(a, o),
  matmul: (o) => api.matmul(a, a, o),
  vecdot: (o) => api.vecdot(a, a, o),
  explain: (o) => api.explain((x) => x, ["float64"], o),
  map: (o) => api.map(a, (x) => x, o),
  ...statistics(),
  "Manager#close": (o) => new Manager().close(o),
  "new Pool": (o) => new Pool(o),
  "Pool#map": [(o) => pool.map(a, (x) => x, o), (o) => pool.map([a, a], add, o), (o) => pool.map(a, sort, o)],
  "Pool#mapSync": [
    (o) => pool.mapSync(a, (x) => x, o),
    (o) => pool.mapSync([a, a], add, o),
    (o) => pool.mapSync(a, sort, o),
  ],
  "Pool#forEachChunk": (o) => pool.forEachChunk(a, kernel, o),
  "Pool#forEachChunkSync": (o) => pool.forEachChunkSync(a, kernel, o),
  "Pool#reduce": [(o) => pool.reduce(a, reducer, o), (o) => pool.reduce(a, sum, o)],
  "Pool#reduceSync": [(o) => pool.reduceSync(a, reducer, o), (o) => pool.reduceSync(a, sum, o)],
  "Pool#run": (o) => pool.run(() => {}, [], o),
  "Pool#starmap": (o) => pool.starmap(() => {}, [], o),
  "Pool#broadcast": (o) => pool.broadcast(() => {}, [], o),
  "Pool#tune": (o) => pool.tune(1, async () => {}, o),
  "Pool#close": (o) => pool.close(o),
};
/** Set functions and statistics. */
function statistics(): Record<string, Call> {
  const line = zeros(4);
  return {
    unique: (o) => api.unique(a, o),
    isin: (o) => api.isin(a, [1], o),
    intersect1d: (o) => api.intersect1d(a, a, o),
    setdiff1d: (o) => api.setdiff1d(a, a, o),
    setxor1d: (o) => api.setxor1d(a, a, o),
    lexsort: (o) => api.lexsort([line], o),
    partition: (o) => api.partition(a, 0, o),
    argpartition: (o) => api.argpartition(a, 0, o),
    median: (o) => api.median(a, o),
    nanmedian: (o) => api.nanmedian(a, o),
    quantile: (o) => api.quantile(a, 0.5, o),
    percentile: (o) => api.percentile(a, 50, o),
    nanquantile: (o) => api.nanquantile(a, 0.5, o),
    nanpercentile: (o) => api.nanpercentile(a, 50, o),
    ptp: (o) => api.ptp(a, o),
    average: (o) => api.average(a, o),
    cov: (o) => api.cov(a, o),
    corrcoef: (o) => api.corrcoef(a, o),
    histogram: (o) => api.histogram(line, o),
    histogramBinEdges: (o) => api.histogramBinEdges(line, o),
    histogram2d: (o) => api.histogram2d(line, line, o),
    histogramdd: (o) => api.histogramdd(a, o),
    bincount: (o) => api.bincount([1, 2], o),
    digitize: (o) => api.digitize(a, [1, 2], o),
    interp: (o) => api.interp(a, [1, 2], [1, 2], o),
    gradient: (o) => api.gradient(line, o),
    ediff1d: (o) => api.ediff1d(a, o),
    trapezoid: (o) => api.trapezoid(a, o),
    unwrap: (o) => api.unwrap(a, o),
    convolve: (o) => api.convolve(line, line, o),
    correlate: (o) => api.correlate(line, line, o),
    nansum: (o) => api.nansum(a, o),
    nanprod: (o) => api.nanprod(a, o),
    nanmean: (o) => api.nanmean(a, o),
    nanvar: (o) => api.nanvar(a, o),
    nanstd: (o) => api.nanstd(a, o),
    nanmin: (o) => api.nanmin(a, o),
    nanmax: (o) => api.nanmax(a, o),
    nanargmin: (o) => api.nanargmin(a, o),
    nanargmax: (o) => api.nanargmax(a, o),
    nancumsum: (o) => api.nancumsum(a, o),
    nancumprod: (o) => api.nancumprod(a, o),
  };
}
function methods(Class: string, those: Record<string, Call>): Record<string, Call> {
  return Object.fromEntries(Object.entries(those).map(([method, call]) => [`${Class}.${method}`, call]));
}
for (const [name, fn] of functionsOf(api)) {
  const { nin, reduction } = fn as { nin?: number; reduction?: boolean };
  if (nin !== undefined) calls[name] = (o) => fn(...[mask, a, a].slice(3 - nin), o);
  if (reduction) calls[name] = (o) => fn(a, o);
  const member = Reflect.get(a, name) as ((options: unknown) => unknown) | undefined;
  if (reduction || name.startsWith("cumulative"))
    if (member) calls[`ComputingMembers#${name}`] = (o) => member.call(a, o);
}
calls["BinaryMethods#reduce"] = (o) => add.reduce(a, o);
calls["BinaryMethods#accumulate"] = [(o) => add.accumulate(a, o), (o) => api.maximum.accumulate(a, o)];
calls["BinaryMethods#reduceat"] = (o) => add.reduceat(a, [0], o);
calls["BinaryMethods#outer"] = (o) => add.outer(a, a, o);
calls.divmod = (o) => api.divmod(a, a, o);
calls.modf = (o) => api.modf(a, o);
calls.frexp = (o) => api.frexp(a, o);
calls.clip = (o) => api.clip(a, 0, 1, o);
calls["WritableArray#put"] = (o) => a.put([0], 1, o);

/** Calls without options: all functions of the package that are no methods, and methods where one might expect some. */
const withoutOptions: Record<string, Call> = {
  inner: (o) => (api.inner as Loose)(a, a, o),
  kron: (o) => (api.kron as Loose)(a, a, o),
  vdot: (o) => (api.vdot as Loose)(a, a, o),
  "linalg.solve": (o) => (api.linalg.solve as Loose)(api.eye(2), a, o),
  "linalg.inv": (o) => (api.linalg.inv as Loose)(api.eye(2), o),
  "linalg.det": (o) => (api.linalg.det as Loose)(a, o),
  "linalg.slogdet": (o) => (api.linalg.slogdet as Loose)(a, o),
  "linalg.lu": (o) => (api.linalg.lu as Loose)(a, o),
  "linalg.svdvals": (o) => (api.linalg.svdvals as Loose)(a, o),
  "linalg.eig": (o) => (api.linalg.eig as Loose)(a, o),
  "linalg.eigvals": (o) => (api.linalg.eigvals as Loose)(a, o),
  "linalg.expm": (o) => (api.linalg.expm as Loose)(a, o),
  "linalg.matrixPower": (o) => (api.linalg.matrixPower as Loose)(a, 2, o),
  "linalg.multiDot": (o) => (api.linalg.multiDot as Loose)([a, a], o),
  tidy: (o) => (api.tidy as Loose)(() => {}, o),
  tidyAsync: (o) => (api.tidyAsync as Loose)(async () => {}, o),
  dot: (o) => (api.dot as Loose)(zeros(2), zeros(2), o),
  rawArray: (o) => (api.rawArray as Loose)("int32", 3, o),
  uniqueValues: (o) => (api.uniqueValues as Loose)(a, o),
  uniqueCounts: (o) => (api.uniqueCounts as Loose)(a, o),
  uniqueInverse: (o) => (api.uniqueInverse as Loose)(a, o),
  uniqueAll: (o) => (api.uniqueAll as Loose)(a, o),
  union1d: (o) => (api.union1d as Loose)(a, a, o),
  poly: (o) => (api.poly as Loose)(zeros(2), o),
  polyval: (o) => (api.polyval as Loose)(zeros(2), a, o),
  polyadd: (o) => (api.polyadd as Loose)(zeros(2), zeros(2), o),
  polymul: (o) => (api.polymul as Loose)(zeros(2), zeros(2), o),
  save: (o) => (api.save as Loose)(file, a, o),
  saveSync: (o) => (api.saveSync as Loose)(file, a, o),
  extract: (o) => (api.extract as Loose)(mask, a, o),
  putmask: (o) => (api.putmask as Loose)(a, mask, 1, o),
  place: (o) => (api.place as Loose)(a, mask, 1, o),
  resize: (o) => (api.resize as Loose)(a, 2, o),
  block: (o) => (api.block as Loose)([a], o),
  hsplit: (o) => (api.hsplit as Loose)(a, 1, o),
  vsplit: (o) => (api.vsplit as Loose)(a, 1, o),
  dsplit: (o) => (api.dsplit as Loose)(zeros([1, 1, 1]), 1, o),
  ndindex: (o) => (api.ndindex as Loose)([2], o),
  ndenumerate: (o) => (api.ndenumerate as Loose)(a, o),
  savez: (o) => (api.savez as Loose)(file, { a }, o),
  savezSync: (o) => (api.savezSync as Loose)(file, { a }, o),
  savezCompressed: (o) => (api.savezCompressed as Loose)(file, { a }, o),
  savezCompressedSync: (o) => (api.savezCompressedSync as Loose)(file, { a }, o),
  loadNpz: (o) => (api.loadNpz as Loose)(file, o),
  loadNpzSync: (o) => (api.loadNpzSync as Loose)(file, o),
  permuteDims: (o) => (api.permuteDims as Loose)(a, [1, 0], o),
  matrixTranspose: (o) => (api.matrixTranspose as Loose)(a, o),
  asReadonly: (o) => (api.asReadonly as Loose)(a, o),
  showConfig: (o) => (api.showConfig as Loose)(o),
  real: (o) => (api.real as Loose)(a, o),
  imag: (o) => (api.imag as Loose)(a, o),
  moveaxis: (o) => (api.moveaxis as Loose)(a, 0, 1, o),
  broadcastTo: (o) => (api.broadcastTo as Loose)(a, [2, 2], o),
  tile: (o) => (api.tile as Loose)(a, 2, o),
  atleast1d: (o) => (api.atleast1d as Loose)(a, o),
  atleast2d: (o) => (api.atleast2d as Loose)(a, o),
  atleast3d: (o) => (api.atleast3d as Loose)(a, o),
  nonzero: (o) => (api.nonzero as Loose)(a, o),
  flatnonzero: (o) => (api.flatnonzero as Loose)(a, o),
  argwhere: (o) => (api.argwhere as Loose)(a, o),
  unravelIndex: (o) => (api.unravelIndex as Loose)(1, [2, 2], o),
  ravelMultiIndex: (o) => (api.ravelMultiIndex as Loose)([0, 1], [2, 2], o),
  getPrintOptions: (o) => (api.getPrintOptions as Loose)(o),
  promoteTypes: (o) => (api.promoteTypes as Loose)("int8", "int16", o),
  isdtype: (o) => (api.isdtype as Loose)("int8", "integral", o),
  finfo: (o) => (api.finfo as Loose)("float32", o),
  iinfo: (o) => (api.iinfo as Loose)("int8", o),
  struct: (o) => (api.struct as Loose)({ x: "int8" }, o),
  toHandle: (o) => (api.toHandle as Loose)(a, o),
  SharedMemoryManager: (o) => Reflect.construct(api.SharedMemoryManager, [o]),
  fromArrow: (o) => (api.fromArrow as Loose)({ data: [] }, o),
  toArrow: (o) => (api.toArrow as Loose)(zeros(2), {}, o),
  toTypedArray: (o) => (a.toTypedArray as Loose).call(a, o),
  toArray: (o) => (a.toArray as Loose).call(a, o),
  wrap: (o) => (NDArray.wrap as Loose)(new Float64Array(1), o),
};
/** What is sent, what users write as tasks, the guard for errors, and functions of any number of arguments. */
const NO_CALLS = [
  ...["fromHandle", "toWire", "fromWire", "isSharedError", "defineKernel", "defineReducer", "defineTask"],
  ...["broadcastArrays", "broadcastShapes", "resultType", "ix_", "einsum", "random.defaultRng"],
];
type Loose = (...args: unknown[]) => unknown;

const { listed, without } = publicOptions();
const thrownBy = async (call: Call, options: unknown): Promise<Error | undefined> => {
  try {
    await call(options as never);
  } catch (e) {
    return e as Error;
  }
  return undefined;
};
const callsOf = (name: string): Call[] => [calls[name]!].flat();

afterAll(() => pool.close());
afterAll(() => npz.close());

it("every public function that takes options has an entry in this file, and no other", () => {
  expect(listed.size).toBeGreaterThan(150);
  expect(Object.keys(calls).sort()).toEqual([...listed.keys()].sort());
});

describe("an unknown option is refused, with all that there are", () => {
  it.each([...listed])("%s", async (name, options) => {
    const named = new Set<string>();
    for (const call of callsOf(name)) {
      const error = await thrownBy(call, { zzz: 1 });
      expect(error).toBeInstanceOf(TypeError);
      const [, , known] = /^Unknown option `zzz` of (.+); its options are (.+)$/.exec(error!.message) ?? [];
      expect(known, error!.message).toBeDefined();
      for (const option of known!.split(", ")) named.add(option);
    }
    expect([...named].sort()).toEqual(options.map((option) => option.name).sort());
  });
});

describe("options of a function that has none are refused", () => {
  it("the list is complete", () => {
    expect([...Object.keys(withoutOptions), ...NO_CALLS]).toEqual(expect.arrayContaining(without));
    expect(without.length).toBeGreaterThan(10);
  });
  it.each(Object.entries(withoutOptions))("%s", async (name, call) => {
    expect((await thrownBy(call, { zzz: 1 }))?.message).toBe(`Unknown option \`zzz\` of ${lastOf(name)}; it has none`);
    expect((await thrownBy(call, a))?.message).toContain(
      `Expected no further argument for ${lastOf(name)}, got an object`,
    );
    expect(existsSync(file)).toBe(false);
  });
  it("of a manager's objects", async () => {
    await using manager = new Manager();
    const [dict, list, cell] = [manager.dict<number>(), manager.list<unknown>([1]), manager.value(1)];
    const wrong = { timeoutMs: 5 } as never;
    const none = (method: string) => `Unknown option \`timeoutMs\` of ${method}; it has none`;
    await expect((dict.get as Loose).call(dict, "a", wrong)).rejects.toThrow(none("get"));
    expect(() => (dict.setSync as Loose).call(dict, "a", 1, wrong)).toThrow(none("set"));
    await expect((list.toArray as Loose).call(list, wrong)).rejects.toThrow(none("toArray"));
    await expect((cell.get as Loose).call(cell, wrong)).rejects.toThrow(none("get"));
    expect(await list.push(wrong, wrong)).toBe(3);
  });
  it("but not an index, so that they can be given to map", () => {
    expect([a, a].map(api.toHandle)).toHaveLength(2);
    expect([api.rawArray("float64", 2)].map(NDArray.wrap as Loose)).toEqual([zeros(2)]);
  });
});

describe("options that are no object are refused", () => {
  it.each([...listed.keys()])("%s", async (name) => {
    for (const call of callsOf(name)) {
      for (const options of [null, Symbol("s"), [a], a, new (class Mine {})()]) {
        const error = await thrownBy(call, options);
        expect(error?.message).toMatch(/^Expected the options of .+ to be a plain object, got .+ \(write \{ .+ \}\)$/);
        expect(error).toBeInstanceOf(TypeError);
      }
    }
  });

  it("but those of another realm, or without a prototype, are objects", async () => {
    const { runInNewContext } = await import("node:vm");
    expect(zeros(2, runInNewContext("({ dtype: 'int8' })")).dtype).toBe("int8");
    expect(zeros(2, Object.assign(Object.create(null), { dtype: "int8" })).dtype).toBe("int8");
  });
});

it("every option may be undefined, also under exactOptionalPropertyTypes", () => {
  const strict = [...listed].flatMap(([name, options]) =>
    options.filter((option) => !option.mayBeUndefined).map((option) => `${name}: ${option.name}`),
  );
  expect(strict).toEqual([]);
});

/** `params` may be anything. */
it("null is no value of an option", async () => {
  const taken: string[] = [];
  for (const [name, options] of listed) {
    for (const { name: option } of options.filter((one) => one.name !== "params")) {
      const errors = await Promise.all(callsOf(name).map((call) => thrownBy(call, { [option]: null })));
      if (errors.includes(undefined)) taken.push(`${name}: ${option}`);
    }
  }
  // which flattens, or takes all axes, as in NumPy
  expect(taken.sort()).toEqual(["BinaryMethods#reduce: axis", "argsort: axis", "concat: axis", "sort: axis"]);
});
it("what is no boolean is refused", async () => {
  for (const idempotent of ["no", 1, {}]) {
    const message = /^Expected `idempotent` to be a boolean, got /;
    await expect(pool.map(a, (x) => x, { idempotent } as never)).rejects.toThrow(message);
    expect(() => pool.forEachChunkSync(a, kernel, { idempotent } as never)).toThrow(message);
  }
});

/** Any number may be an element. */
const ELEMENTS = new Set([
  "value",
  "default",
  "initial",
  "fillingValues",
  "prepend",
  "append",
  "nan",
  "posinf",
  "neginf",
  ...["left", "right", "spacing", "toBegin", "toEnd", "dx", "discont"],
]);
/** Of these options, some of the values below are right. */
const REAL = new Set([
  ...["rtol", "atol", "correction", "base", "d", "mean", "std", "low", "high", "p", "period", "ord", "tol"],
]);
describe("a number that cannot be right is refused", () => {
  const numbers = [...listed].flatMap(([name, options]) =>
    options.flatMap((option) => (option.isNumber && !ELEMENTS.has(option.name) ? [[name, option.name] as const] : [])),
  );
  it.each(numbers)("%s: %s", async (name, option) => {
    const values = REAL.has(option) ? [Number.NaN, "3"] : [Number.NaN, "3", -1e300];
    const whole = REAL.has(option) || option.endsWith("Ms") ? [] : [1.5, 1e300, Number.POSITIVE_INFINITY];
    for (const value of [...values, ...whole]) {
      const errors = await Promise.all(callsOf(name).map((call) => thrownBy(call, { [option]: value })));
      const own = errors.filter((error) => !/^Unknown option/.test(error?.message ?? ""));
      expect(own.length).toBeGreaterThan(0);
      for (const error of own) {
        if (isSharedError(error, "BOUNDS")) continue; // it names the bytes
        expect(error?.message, `${value}`).toContain(`\`${option}\``);
        expect(error?.message).not.toMatch(/^Unknown/);
        expect(error instanceof RangeError || error instanceof TypeError).toBe(true);
      }
    }
  });
});

describe("the message", () => {
  it.each<[string, Call, unknown, string]>([
    ["another spelling", calls["Pool#map"] as never, { chunksize: 1 }, "`chunksize` of map; did you mean `chunkSize`?"],
    ["Python's word", calls["new Pool"] as Call, { processes: 2 }, "did you mean `workers`?"],
    ["NumPy's word", calls.std as Call, { ddof: 1 }, "did you mean `correction`?"],
    ["a part of the name", calls["Pool#run"] as Call, { timeout: 5 }, "`timeout` of run; did you mean `timeoutMs`?"],
    ["a letter too few", calls["new Pool"] as Call, { worker: 2 }, "did you mean `workers`?"],
    ["letters exchanged", calls.zeros as Call, { dtpye: "int8" }, "did you mean `dtype`?"],
    ["a similar word", calls.zeros as Call, { type: "int8" }, "did you mean `dtype`?"],
    ["snake case", calls["NDArray.view"] as Call, { byte_offset: 8 }, "did you mean `byteOffset`?"],
    ["half of the name", calls["NDArray.view"] as Call, { offset: 8 }, "did you mean `byteOffset`?"],
    ["nothing like it", calls.zeros as Call, { fortran: true }, "`fortran` of zeros; its options are dtype,"],
    ["a number without braces", calls["new Pool"] as Call, 4, "got 4 (write { workers: 4 })"],
    ["a dtype without braces", calls.zeros as Call, "float32", 'got "float32" (write { dtype: "float32" })'],
    ["a name without braces", calls["new Lock"] as Call, "log", 'got "log" (write { name: "log" })'],
    ["a time without braces", calls["Queue#get"] as Call, 100, "got 100 (write { timeoutMs: 100 })"],
    ["an axis without braces", calls.concat as Call, 1, "got 1 (write { axis: 1 })"],
    ["an array that was meant as out", calls.matmul as Call, a, "(write { out: … })"],
  ])("%s", async (_, call, options, text) => {
    expect((await thrownBy([call].flat()[0]!, options))?.message).toContain(text);
  });
});

it("options that another function of the same kind would take are refused too", async () => {
  await expect(pool.map(a, (x) => x, { where: mask } as never)).rejects.toThrow("Unknown option `where` of map");
  await expect(pool.map([a, a], add, { axis: 0 } as never)).rejects.toThrow("Unknown option `axis` of map with add");
  expect(() => sum(a, { correction: 1 })).toThrow("Expected no `correction` for sum");
  expect(() => array([[1, 2]], { shape: [2] } as never)).toThrow("Expected no `shape`");
  expect(() => stack([a, a], { axis: null } as never)).toThrow("`axis`");
});

it("array casts to the dtype that is asked for, from any source, as astype does", () => {
  const floats = new Float64Array([1.9, -1, 300, Number.NaN]);
  for (const dtype of ["int8", "uint8", "int64", "bool", "float16", "uint8_clamped", "float32"] as const) {
    const expected = array(floats).astype(dtype).toArray();
    expect(array(floats, { dtype }).toArray()).toEqual(expected);
    expect(array(array(floats), { dtype }).toArray()).toEqual(expected);
    expect(array(floats, { dtype, shape: [2, 2] }).dtype).toBe(dtype);
  }
  expect(array(new BigInt64Array([-1n]), { dtype: "uint8" }).toArray()).toEqual([255]);
  expect(array(new Uint8Array([2]), { dtype: "bool" }).toArray()).toEqual([true]);
});

describe("options are read from the object that is given, not from what it inherits", () => {
  const root = new URL("..", import.meta.url).pathname;
  /** What the package itself read of these names in what all objects inherit, while `act` ran. */
  async function inherited(names: readonly string[], act: () => Promise<unknown>): Promise<string[]> {
    const read = new Set<string>();
    for (const name of names) {
      Object.defineProperty(Object.prototype, name, {
        configurable: true,
        get() {
          const [, , reader] = new Error(name).stack!.split("\n");
          const [, place] = reader?.match(/\/(?:dist|src)\/([^:)]+:\d+)/) ?? [];
          if (reader?.includes(root) && place && !reader.includes("node_modules")) read.add(`${name} in ${place}`);
          return undefined;
        },
        set(value: unknown) {
          Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
        },
      });
    }
    try {
      await act();
    } finally {
      for (const name of names) Reflect.deleteProperty(Object.prototype, name);
    }
    return [...read];
  }
  it.each([...listed])("%s", async (name, options) => {
    const names = options.map((option) => option.name);
    const given: object[] = names.includes("timeoutMs") ? [{ timeoutMs: 1 }] : [{}];
    for (const call of callsOf(name)) {
      for (const one of given) expect(await inherited(names, () => thrownBy(call, one))).toEqual([]);
    }
  });
});
