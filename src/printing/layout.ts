/** Brackets, lines and gaps: where the words of an array stand. After NumPy's `_formatArray`. */

/** What is between and around the words. */
export interface LayoutSettings {
  readonly linewidth: number;
  readonly separator: string;
  /** Characters before the first bracket, which the next lines are indented by. */
  readonly indent: number;
}

/** What of an axis is shown. */
export interface ShownAxis {
  readonly indices: readonly number[];
  /** How many of the indices are before the gap; undefined if there is none. */
  readonly gap: number | undefined;
}

/** What of each axis is shown: all of it, or its ends. If there are no items at the ends, still the last one. */
export const shownAxes = (shape: readonly number[], isSummary: boolean, edgeitems: number): ShownAxis[] =>
  shape.map((length) => {
    const isCut = isSummary && 2 * edgeitems < length;
    if (!isCut) return { indices: Array.from({ length }, (_, i) => i), gap: undefined };
    const atEnd = Math.max(edgeitems, 1);
    const indices = Array.from({ length: edgeitems + atEnd }, (_, i) =>
      i < edgeitems ? i : length - edgeitems - atEnd + i,
    );
    return { indices, gap: edgeitems };
  });

/** The text of an array whose words come one after the other, in C order. */
export function layOut(axes: readonly ShownAxis[], words: Iterator<string>, settings: LayoutSettings): string {
  const { separator } = settings;
  const visible = separator.trimEnd();
  const level = (axis: number, indent: string, width: number): string => {
    const shown = axes[axis];
    if (!shown) return words.next().value as string;
    if (axis === axes.length - 1) {
      const row = shown.indices.map(() => words.next().value as string);
      const lines = new Lines(indent, width - Math.max(visible.length, 1), separator);
      return `[${lines.of(row, shown.gap)}]`;
    }
    const parts = shown.indices.map(() => level(axis + 1, `${indent} `, width - 1));
    if (shown.gap !== undefined) parts.splice(shown.gap, 0, "...");
    return `[${parts.join(visible + "\n".repeat(axes.length - axis - 1) + indent)}]`;
  };
  return level(0, " ".repeat(settings.indent + 1), settings.linewidth);
}

/** The lines of one row, filled word by word. */
class Lines {
  readonly #indent: string;
  readonly #width: number;
  readonly #separator: string;
  #done = "";
  #line: string;

  constructor(indent: string, width: number, separator: string) {
    this.#indent = indent;
    this.#width = width;
    this.#separator = separator;
    this.#line = indent;
  }

  /** The text without the first indent. */
  of(row: readonly string[], gap: number | undefined): string {
    for (const [i, word] of row.entries()) {
      if (i === gap) {
        this.#add("...");
        this.#line += this.#separator;
      }
      const parts = linesOf(word);
      if (parts.length > 1) this.#addBlock(parts);
      else this.#add(word);
      if (i < row.length - 1) this.#line += this.#separator;
    }
    return (this.#done + this.#line).slice(this.#indent.length);
  }

  #add(word: string): void {
    if (this.#isTooLong(widthOf(word))) this.#break(this.#indent);
    this.#line += word;
  }

  /** Adds a word of several lines, which stay below each other. What follows is on the last of them. */
  #addBlock(parts: readonly string[]): void {
    const width = parts.reduce((most, part) => Math.max(most, widthOf(part)), 0);
    if (this.#isTooLong(width)) this.#break(this.#indent);
    const indent = " ".repeat(widthOf(this.#line));
    for (const [i, part] of parts.entries()) {
      if (i > 0) this.#break(indent);
      this.#line += part;
    }
    this.#line += " ".repeat(width - widthOf(parts.at(-1)!));
  }

  /** A line that has no word yet is not broken: that would not help. */
  #isTooLong(width: number): boolean {
    const length = widthOf(this.#line);
    return length + width > this.#width && length > this.#indent.length;
  }

  #break(indent: string): void {
    this.#done += `${this.#line.trimEnd()}\n`;
    this.#line = indent;
  }
}

/** The lines of a word, as Python's `splitlines` finds them. */
function linesOf(word: string): string[] {
  const parts = word.split(/\r\n|[\n\r\v\f\x85\u2028\u2029]/);
  if (parts.at(-1) === "") parts.pop();
  return parts;
}

/** Characters of a text, as Python counts them. */
export const widthOf = (text: string): number => (/[\ud800-\udfff]/.test(text) ? [...text].length : text.length);
