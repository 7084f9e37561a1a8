/** Checks the arguments of transforms and carries them out: one step for each axis. */
import { noComplex } from "../base/complex.js";
import { type DType, isComplex, partOf } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, expectOneOf, show } from "../base/expect.js";
import { isData } from "../ndarray/asarray.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { resultIn } from "../ndarray/out.js";
import { expectAxis, sameShape } from "../ndarray/shape.js";
import { blankStrided } from "../ndarray/storage.js";
import { cView } from "../ndarray/view.js";
import { type Arena, withArena } from "./arena.js";
import { type Kind, type KindName, kindOf } from "./kinds.js";
import { transformLines } from "./lines.js";

/** The longest transform: the work arrays of a longer one would have more elements than a typed array can have. */
const LONGEST = 2 ** 30;

/** A transform along one axis, whose longer side has n elements. */
interface Step {
  readonly name: KindName;
  readonly axis: number;
  readonly n: number;
}

/** Calls `use` with the argument as an array. One that is made of a list or a typed array is closed afterwards. */
export function withSignal<T>(value: unknown, fn: string, use: (array: AnyArray) => T): T {
  const array = arrayOfData(value, "a", fn);
  try {
    return use(array);
  } finally {
    if (isData(value)) array.close();
  }
}

/** A transform along one axis. */
export function transform(name: KindName, value: unknown, options: object | undefined): unknown {
  const given = expectKnown<Given>(options, ["n", "axis", "norm", "out"], name);
  return withSignal(value, name, (array) => {
    const source = stridedOf(array);
    const axis = expectAxis(given.axis === undefined ? -1 : given.axis, source.view.shape);
    const step = { name, axis, n: expectLength(name, given.n, "n", source, axis) };
    return carryOut(name, source, [step], given);
  });
}

/** The direction of the transforms of several axes, and whether their result or their source is real. */
export type ManyName = "fft" | "ifft" | "rfft" | "irfft";

/**
 * Transforms along several axes. The real side of a real transform is the last of them.
 *
 * @param usual the axes if none are named
 */
export function transformMany(
  fn: string,
  name: ManyName,
  value: unknown,
  options: object | undefined,
  usual?: readonly number[],
): unknown {
  const given = expectKnown<GivenMany>(options, ["s", "axes", "norm", "out"], fn);
  return withSignal(value, fn, (array) => {
    const source = stridedOf(array);
    const isReal = name === "rfft" || name === "irfft";
    const [axes, lengths] = expectPlaces(given, source.view.shape, usual);
    if (axes.length === 0 && isReal) {
      throw new RangeError(`Expected \`axes\` to name at least 1 axis for ${fn}, got []`);
    }
    const steps = axes.map((axis, i): Step => {
      const isLast = i === axes.length - 1;
      const own = isReal && !isLast ? (name === "rfft" ? "fft" : "ifft") : name;
      const length = lengths?.[i] === -1 ? source.view.shape[axis] : lengths?.[i];
      return { name: own, axis, n: expectLength(own, length, `s[${i}]`, source, axis) };
    });
    // As in NumPy: the last axis comes first, but the real side of an inverse transform is made in the end.
    return carryOut(fn, source, name === "irfft" ? steps : steps.reverse(), given);
  });
}

interface Given {
  readonly n?: unknown;
  readonly axis?: unknown;
  readonly norm?: unknown;
  readonly out?: unknown;
}
interface GivenMany {
  readonly s?: unknown;
  readonly axes?: unknown;
  readonly norm?: unknown;
  readonly out?: unknown;
}

function expectPlaces(
  { s, axes: given }: GivenMany,
  shape: readonly number[],
  usual: readonly number[] | undefined,
): [axes: number[], lengths: number[] | undefined] {
  const lengths = s === undefined ? undefined : expectList("s", s);
  lengths?.forEach((length, i) => {
    if (length !== -1) expectInteger(`s[${i}]`, length, 1, LONGEST + 1);
  });
  const last = lengths ? lengths.map((_, i) => i - lengths.length) : shape.map((_, i) => i);
  const axes = given === undefined ? (usual ?? last) : expectList("axes", given);
  if (lengths && lengths.length !== axes.length) {
    const message = `Expected \`s\` to have a length for each of ${axes.length} axes, got ${show(lengths)}`;
    throw new ShapeError(message, { shape: lengths, expected: axes });
  }
  return [axes.map((axis) => expectAxis(axis, shape, "axes")), lengths];
}

function expectList(what: string, value: unknown): number[] {
  if (!Array.isArray(value)) throw new TypeError(`Expected \`${what}\` to be an array of integers, got ${show(value)}`);
  return [...value];
}

function expectLength(name: KindName, given: unknown, what: string, source: Strided, axis: number): number {
  if (given !== undefined) return expectInteger(what, given, 1, LONGEST + 1);
  const { shape } = source.view;
  const length = shape[axis]!;
  const isToSignal = name === "irfft" || name === "hfft";
  const n = isToSignal ? 2 * (length - 1) : length;
  if (n >= 1 && n <= LONGEST) return n;
  const range = `${isToSignal ? 2 : 1} to ${LONGEST} elements along axis ${axis}`;
  const message = `Expected ${range}, got ${length} (array of shape ${show(shape)}; give the length of the transform)`;
  throw new ShapeError(message, { shape, expected: shape.with(axis, isToSignal ? 2 : 1) });
}

/** By name, whether the spectrum is what is divided by the length in the direction "backward". */
const IS_INVERSE: Readonly<Record<KindName, boolean>> = {
  fft: false,
  ifft: true,
  rfft: false,
  irfft: true,
  hfft: false,
  ihfft: true,
};

function factorOf(norm: string, { name, n }: Step): number {
  if (norm === "ortho") return 1 / Math.sqrt(n);
  return (norm === "forward") === IS_INVERSE[name] ? 1 : 1 / n;
}

function carryOut(fn: string, source: Strided, steps: readonly Step[], { norm: given, out }: Given): unknown {
  const norm = given === undefined ? "backward" : expectOneOf("norm", given, ["backward", "ortho", "forward"]);
  const { dtype } = source.elements;
  if (steps.some(({ name }) => name === "rfft" || name === "ihfft") && isComplex(dtype)) throw noComplex(fn, dtype);
  const isToSignal = steps.some(({ name }) => name === "irfft" || name === "hfft");
  const isNarrow = dtype === "float16" || dtype === "float32" || dtype === "complex64";
  const spectrum = isNarrow ? "complex64" : "complex128";
  // As in NumPy, float16 comes back as such if no complex step is in between.
  const isHalf = dtype === "float16" && steps.length === 1;
  const result: DType = !isToSignal ? spectrum : isHalf ? dtype : partOf(spectrum);
  const shape = steps.reduce((before, step) => shapeAfter(before, step), source.view.shape);
  const made = resultIn(out, {
    shape,
    dtype: result,
    inputs: [source],
    takesAnyLayout: true,
    write: (target) => {
      const inArena = (to: Strided): void =>
        withArena(Math.max(1, ...steps.map(({ n }) => n)), (arena) => run(arena, source, steps, to, spectrum, norm));
      if (result !== "float16") inArena(target);
      else
        withBlank(shape, "float32", (wide) => {
          inArena(wide);
          copy(target, wide);
        });
    },
  });
  return out ?? arrayOf(made);
}

function shapeAfter(shape: readonly number[], { name, axis, n }: Step): readonly number[] {
  return shape.with(axis, name === "rfft" || name === "ihfft" ? Math.floor(n / 2) + 1 : n);
}

function withBlank(shape: readonly number[], dtype: DType, use: (blank: Strided) => void): void {
  const blank = blankStrided(cView(shape), dtype);
  try {
    use(blank);
  } finally {
    blank.elements.memory.close();
  }
}

/** One step after the other: in the target itself as soon as the shape is the result's, otherwise in new memory. */
function run(
  arena: Arena,
  source: Strided,
  [step, ...rest]: readonly Step[],
  target: Strided,
  spectrum: DType,
  norm: string,
): void {
  if (!step) {
    if (source !== target) copy(target, source);
    return;
  }
  const kind: Kind = kindOf(arena, step.name, step.n);
  const shape = shapeAfter(source.view.shape, step);
  const factor = factorOf(norm, step);
  const isTarget = rest.length === 0 || (sameShape(shape, target.view.shape) && target.elements.dtype === spectrum);
  if (isTarget) {
    transformLines(arena, source, target, step.axis, kind, factor);
    run(arena, target, rest, target, spectrum, norm);
  } else {
    withBlank(shape, spectrum, (between) => {
      transformLines(arena, source, between, step.axis, kind, factor);
      run(arena, between, rest, target, spectrum, norm);
    });
  }
}
