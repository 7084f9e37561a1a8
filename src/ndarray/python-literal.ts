/**
 * Reads a Python literal, which is what the header of a `.npy` file is: dicts, tuples, lists, strings, integers, True,
 * False and None. Pure, and linear in the length of the text. `npy.ts` uses it.
 * https://docs.python.org/3/library/ast.html#ast.literal_eval
 */

/** What a Python literal can be. A tuple has a class of its own, because a list is another value. */
export type Literal = string | number | boolean | null | Tuple | readonly Literal[] | ReadonlyMap<Literal, Literal>;

/** A tuple of Python. */
export class Tuple {
  readonly items: readonly Literal[];

  constructor(items: readonly Literal[]) {
    this.items = items;
  }
}

/** A text that is no Python literal, or uses more of Python than headers do. */
export class LiteralError extends SyntaxError {
  /** Where the reader stopped, as an index of the text. */
  readonly position: number;

  constructor(position: number, expected: string) {
    super(expected);
    this.position = position;
  }
}

/** The deepest nesting that is read, far below what the stack allows. No header nests deeper than its fields. */
const MAX_DEPTH = 64;

/**
 * The value of a text that is one literal. Of equal keys in a dict the last one counts, as in Python.
 *
 * @throws {LiteralError} If the text is anything else.
 */
export function parseLiteral(text: string): Literal {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

const SPACE = /[ \t\n\r\f]*/y;
const INTEGER = /(?:[1-9]\d*|0+)(?![\w.])/y;
/** Python 2 wrote long integers with an L. */
const LONG = /(?:[1-9]\d*|0+)L(?![\w.])/y;
const WORD = /True|False|None/y;
const STRING = /[uU]?(["'])/y;
const PLAIN = { '"': /[^"\\\n]*/y, "'": /[^'\\\n]*/y };
const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|([\\'"nrt]))/y;
const CONTROLS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
const WORDS: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Literal {
    this.#take(SPACE);
    if (depth > MAX_DEPTH) return this.#fail(`at most ${MAX_DEPTH} levels`);
    if (this.#skip("{")) return this.#dict(depth);
    if (this.#skip("[")) return this.#items("]", depth).items;
    if (this.#skip("(")) {
      const { items, hasComma } = this.#items(")", depth);
      return items.length === 1 && !hasComma ? items[0]! : new Tuple(items);
    }
    const quote = this.#take(STRING)?.[1];
    if (quote !== undefined) return this.#string(quote as keyof typeof PLAIN);
    const digits = (this.#take(INTEGER) ?? this.#take(LONG))?.[0];
    if (digits !== undefined) return Number.parseInt(digits, 10);
    const word = this.#take(WORD)?.[0];
    if (word !== undefined) return WORDS[word]!;
    return this.#fail("a string, an integer, True, False, None, a tuple, a list or a dict");
  }

  end(): void {
    this.#take(SPACE);
    if (this.#at < this.#text.length) this.#fail("the end");
  }

  #dict(depth: number): ReadonlyMap<Literal, Literal> {
    const entries = new Map<Literal, Literal>();
    while (!this.#closes("}")) {
      const key = this.value(depth + 1);
      this.#expect(":");
      entries.set(key, this.value(depth + 1));
      if (this.#separates("}") === "end") break;
    }
    return entries;
  }

  #items(close: string, depth: number): { items: Literal[]; hasComma: boolean } {
    const items: Literal[] = [];
    let hasComma = false;
    while (!this.#closes(close)) {
      items.push(this.value(depth + 1));
      if (this.#separates(close) === "end") break;
      hasComma = true;
    }
    return { items, hasComma };
  }

  /** After an item there is a comma, which may be the last one, or the end. */
  #separates(close: string): "comma" | "end" {
    if (this.#closes(close)) return "end";
    if (this.#skip(",")) return "comma";
    return this.#fail(`"," or "${close}"`);
  }

  #string(quote: keyof typeof PLAIN): string {
    const parts: string[] = [];
    for (;;) {
      parts.push(this.#take(PLAIN[quote])![0]);
      if (this.#skip(quote)) return parts.join("");
      const [, byte, unit, char] = this.#take(ESCAPE) ?? this.#fail(`the end of the string (${quote})`);
      if (char !== undefined) parts.push(CONTROLS[char] ?? char);
      else parts.push(String.fromCharCode(Number.parseInt((byte ?? unit)!, 16)));
    }
  }

  #closes(close: string): boolean {
    this.#take(SPACE);
    return this.#skip(close);
  }

  #expect(char: string): void {
    if (!this.#closes(char)) this.#fail(`"${char}"`);
  }

  #skip(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  /** What a sticky pattern matches here, which is then behind the reader; `undefined` if it matches nothing. */
  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }

  #fail(expected: string): never {
    throw new LiteralError(this.#at, expected);
  }
}
