/** A slow, obvious reference of views: an array is a list of its elements in C order, and every view is a new list. */
export interface Listed {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export const listed = (shape: readonly number[]): Listed => ({
  shape,
  values: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});

type Range = readonly [(number | null)?, (number | null)?, (number | null)?];
export type Item = number | null | Range;

/** Rows of the first axis, as lists. */
function rows({ shape, values }: Listed): Listed[] {
  const [length, ...rest] = shape as readonly [number, ...number[]];
  const size = values.length / Math.max(1, length);
  return Array.from({ length }, (_, i) => ({ shape: rest, values: values.slice(i * size, (i + 1) * size) }));
}

/** Python's range of a slice, by trying every index. */
function picked([start, stop, step]: Range, length: number): number[] {
  const by = step ?? 1;
  const from = (given: number | null | undefined, fallback: number) =>
    given == null ? fallback : given < 0 ? given + length : given;
  const first = from(start, by > 0 ? 0 : length - 1);
  const end = from(stop, by > 0 ? length : -1);
  const found: number[] = [];
  // Start far outside on the near side, so that clipping needs no rule of its own.
  for (let i = first; by > 0 ? i < Math.min(end, length) : i > Math.max(end, -1); i += by) {
    if (i >= 0 && i < length) found.push(i);
    else if (by > 0 ? i < 0 : i >= length) i += (by > 0 ? 0 - i : length - 1 - i) - by;
  }
  return found;
}

export function sliced(a: Listed, items: readonly Item[]): Listed {
  const [item, ...rest] = items;
  if (item === undefined) return a;
  if (item === null) {
    const inner = sliced(a, rest);
    return { shape: [1, ...inner.shape], values: inner.values };
  }
  const all = rows(a);
  if (typeof item === "number") return sliced(all[item < 0 ? item + all.length : item]!, rest);
  const chosen = picked(item, all.length).map((i) => sliced(all[i]!, rest));
  const inner =
    chosen[0]?.shape ?? sliced({ shape: a.shape.slice(1), values: listed(a.shape.slice(1)).values }, rest).shape;
  return { shape: [chosen.length, ...inner], values: chosen.flatMap((one) => one.values) };
}
