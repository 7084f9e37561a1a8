/** `pad`: an array with a border around it. */
import { type DType, expectElement, type Scalar, type StoredOf } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, expectOneOf, show } from "../base/expect.js";
import { copy, fill } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import type { Positions } from "../ndarray/gather.js";
import { type ArrayOf, arrayOf, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { withRoom } from "../ndarray/positions.js";
import { slabs } from "../ndarray/select.js";
import { expectShape } from "../ndarray/shape.js";
import { compactCopy, withCompact, writtenStrided } from "../ndarray/storage.js";
import { slice } from "../ndarray/view.js";

/** What a border holds: a value, the nearest element, the array reflected without or with its edge, or repeated. */
export type PadMode = "constant" | "edge" | "reflect" | "symmetric" | "wrap";
const MODES: readonly PadMode[] = ["constant", "edge", "reflect", "symmetric", "wrap"];
/** The width of a border: everywhere, before and after each axis, or a pair for each axis. A single pair is for all. */
export type PadWidth = number | readonly number[] | readonly (readonly number[])[];

/** What a border holds. */
export interface PadOptions<D extends DType> {
  /** By default `"constant"`. */
  readonly mode?: PadMode | undefined;
  /** The value of a constant border; by default 0. */
  readonly value?: StoredOf<D> | number | undefined;
}

/**
 * A copy with a border. After `np.pad`.
 *
 * @param width how many elements: everywhere, `[before, after]` for all axes, or such a pair for each axis
 * @example pad(array([1, 2]), 1).toArray() // [0, 1, 2, 0]
 * @example pad(image, [[1, 1], [0, 2]], { mode: "edge" })
 * @throws {ShapeError} If there are not as many pairs as axes, or an axis without elements would be continued.
 * @throws {DTypeError} If `value` cannot be an element, as in `full`.
 */
export function pad<D extends DType, R extends number>(
  a: ReadonlyNDArray<D, R>,
  width: PadWidth,
  options?: PadOptions<D>,
): ArrayOf<D, R> {
  const { mode: given = "constant", value = 0 } = expectKnown(options, ["mode", "value"], "pad");
  const mode = expectOneOf("mode", given, MODES);
  const source = stridedOf(a);
  const { shape } = source.view;
  const widths = expectWidths(width, shape);
  expectShape(shape.map((n, axis) => n + widths[axis]![0] + widths[axis]![1]));
  if (mode === "constant") {
    return arrayOf(surrounded(source, widths, expectElement(value, source.elements.dtype))) as never;
  }
  const empty = shape.findIndex((n, axis) => n === 0 && widths[axis]![0] + widths[axis]![1] > 0);
  if (empty >= 0) {
    const message = `Expected axes with elements to continue, got axis ${empty} of shape ${show(shape)}`;
    throw new ShapeError(`${message} (mode "constant" needs none)`, { shape, expected: shape.with(empty, 1) });
  }
  return arrayOf(continued(source, widths, mode)) as never;
}

type Widths = readonly (readonly [before: number, after: number])[];

function expectWidths(width: unknown, shape: readonly number[]): Widths {
  const one = (value: unknown, what: string) => expectInteger(what, value, 0, Number.POSITIVE_INFINITY);
  const pair = (value: unknown, what: string): [number, number] => {
    if (typeof value === "number") return [one(value, what), value];
    if (Array.isArray(value) && value.length === 1) return pair(value[0], `${what}[0]`);
    if (Array.isArray(value) && value.length === 2) return [one(value[0], `${what}[0]`), one(value[1], `${what}[1]`)];
    throw new TypeError(`Expected \`${what}\` to be a number or [before, after], got ${show(value)}`);
  };
  if (Array.isArray(width) && width.length === 0 && shape.length === 0) return [];
  if (!Array.isArray(width) || !width.some(Array.isArray) || width.length === 1) {
    const all = pair(width, "width");
    return shape.map(() => all);
  }
  if (width.length === shape.length) return width.map((value, axis) => pair(value, `width[${axis}]`));
  const message = `Expected \`width\` to have a pair for each of ${shape.length} axes, got ${width.length}`;
  throw new ShapeError(message, { shape, expected: shape });
}

function surrounded(source: Strided, widths: Widths, value: Scalar): Strided {
  const { shape } = source.view;
  const padded = shape.map((n, axis) => n + widths[axis]![0] + widths[axis]![1]);
  return writtenStrided(padded, source.elements.dtype, undefined, (target) => {
    fill(target, value);
    const inside = widths.map(([before], axis): [number, number] => [before, before + shape[axis]!]);
    copy({ elements: target.elements, view: slice(target.view, inside) }, source);
  });
}

/** Axis by axis, slabs at the positions that continue it. */
function continued(source: Strided, widths: Widths, mode: PadMode): Strided {
  let result = source;
  for (const [axis, [before, after]] of widths.entries()) {
    if (before + after === 0) continue;
    const { shape } = result.view;
    const n = shape[axis]!;
    const last = result;
    try {
      result = withRoom(before + n + after, n, (positions) => {
        writeContinued(positions, before, n, mode);
        const made = shape.with(axis, positions.length);
        return withCompact(last, (own) => slabs([last], own, axis, positions, made, undefined));
      });
    } finally {
      if (last !== source) last.elements.memory.close();
    }
  }
  return result === source ? compactCopy(source) : result;
}

/** The positions from -before on, brought back into [0, n). A reflection without its edge begins again after 2n - 2. */
function writeContinued(positions: Positions, before: number, n: number, mode: PadMode): void {
  const period = mode === "wrap" ? n : mode === "symmetric" ? 2 * n : Math.max(1, 2 * n - 2);
  for (let i = 0; i < positions.length; i++) {
    const at = i - before;
    if (mode === "edge") {
      positions[i] = Math.min(n - 1, Math.max(0, at));
      continue;
    }
    const inPeriod = ((at % period) + period) % period;
    const back = mode === "symmetric" ? period - 1 - inPeriod : period - inPeriod;
    positions[i] = inPeriod < n ? inPeriod : back;
  }
}
