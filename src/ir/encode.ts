/**
 * Encodes WebAssembly modules: numbers, sections, and the instructions of a function body. It knows nothing about
 * kernels; `wasm.ts` and the kernels that are written by hand use it.
 */

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;

/** An unsigned integer as LEB128. */
export function uleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
}

/** A signed integer as LEB128. */
function sleb(value: number | bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; ) {
    const low = Number(rest & 127n);
    rest >>= 7n;
    const isLast = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
    bytes.push(isLast ? low : low | 128);
    if (isLast) return bytes;
  }
}

const list = (items: readonly (readonly number[])[]): number[] => [...uleb(items.length), ...items.flat()];
const text = (value: string): number[] => {
  const bytes = [...new TextEncoder().encode(value)];
  return [...uleb(bytes.length), ...bytes];
};
const section = (id: number, items: readonly (readonly number[])[]): number[] => {
  if (items.length === 0) return [];
  const body = list(items);
  return [id, ...uleb(body.length), ...body];
};

interface FunctionType {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

export interface ModuleParts {
  /** The names of the shared memories to import from module "memory". */
  readonly memories: readonly string[];
  /** The functions to import from module "fn". Their numbers come before those of `functions`. */
  readonly imports: readonly ({ readonly name: string } & FunctionType)[];
  /** The functions of the module, each exported under its name. */
  readonly functions: readonly ({ readonly name: string; readonly code: Code } & FunctionType)[];
}

/** Encodes a module. */
export function encodeModule({ memories, imports, functions }: ModuleParts): Uint8Array<ArrayBuffer> {
  const all = [...imports, ...functions];
  const types = all.map(({ params, results }) => [
    0x60,
    ...list(params.map((t) => [t])),
    ...list(results.map((t) => [t])),
  ]);
  const SHARED_WITH_MAX = 3;
  const imported = [
    ...memories.map((name) => [...text("memory"), ...text(name), 2, SHARED_WITH_MAX, ...uleb(0), ...uleb(65536)]),
    ...imports.map(({ name }, i) => [...text("fn"), ...text(name), 0, ...uleb(i)]),
  ];
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, imported),
    ...section(
      3,
      functions.map((_, i) => uleb(imports.length + i)),
    ),
    ...section(
      7,
      functions.map(({ name }, i) => [...text(name), 0, ...uleb(imports.length + i)]),
    ),
    ...section(
      10,
      functions.map(({ code, params }) => {
        const body = code.finish(params.length);
        return [...uleb(body.length), ...body];
      }),
    ),
  ]);
}

/** A function body under construction. Instructions are appended in order; locals are declared on request. */
export class Code {
  readonly #first: number[] = [];
  readonly #bytes: number[] = [];
  readonly #locals: number[] = [];
  readonly #params: number;

  constructor(params: number) {
    this.#params = params;
  }

  /** Declares a local of this type and returns its number. */
  local(type: number): number {
    return this.#params + this.#locals.push(type) - 1;
  }
  emit(...bytes: readonly number[]): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }
  /** A local that an instruction sets before all others. Engines leave a vector constant in the loop that uses it. */
  before(type: number, ...bytes: readonly number[]): number {
    const local = this.local(type);
    this.#first.push(...bytes, 0x21, ...uleb(local));
    return local;
  }
  get(local: number): this {
    return this.emit(0x20, ...uleb(local));
  }
  set(local: number): this {
    return this.emit(0x21, ...uleb(local));
  }
  tee(local: number): this {
    return this.emit(0x22, ...uleb(local));
  }
  i32(value: number): this {
    return this.emit(0x41, ...sleb(value));
  }
  /** A constant of 4 or 8 bytes. It may be given without its sign. */
  constant(bytes: 4 | 8, value: bigint): this {
    return this.emit(bytes === 4 ? 0x41 : 0x42, ...sleb(BigInt.asIntN(8 * bytes, value)));
  }
  /** Appends a vector instruction, with its prefix. */
  simd(opcode: number, ...immediate: readonly number[]): this {
    return this.emit(0xfd, ...uleb(opcode), ...immediate);
  }
  call(fn: number): this {
    return this.emit(0x10, ...uleb(fn));
  }
  /** `local += amount`, where the amount is a constant or another local. */
  advance(local: number, amount: number | { readonly local: number }): this {
    this.get(local);
    if (typeof amount === "number") this.i32(amount);
    else this.get(amount.local);
    return this.emit(0x6a).set(local);
  }
  /** Repeats `body` while `condition` leaves a nonzero i32 on the stack. */
  while(condition: () => void, body: () => void): this {
    this.emit(0x02, 0x40, 0x03, 0x40);
    condition();
    this.emit(0x45, 0x0d, 1); // i32.eqz, br_if out
    body();
    return this.emit(0x0c, 0, 0x0b, 0x0b);
  }
  /** Runs `body` if the i32 on the stack is not 0. */
  if(body: () => void): this {
    this.emit(0x04, 0x40);
    body();
    return this.emit(0x0b);
  }
  /** Runs `body` if the i32 on the stack is not 0, otherwise `other`. */
  ifElse(body: () => void, other: () => void): this {
    this.emit(0x04, 0x40);
    body();
    this.emit(0x05);
    other();
    return this.emit(0x0b);
  }
  /** The immediate of a load or store. Alignment is only a hint, and 0 promises nothing. */
  address(memory: number, offset: number): number[] {
    return memory === 0 ? [0, ...uleb(offset)] : [0x40, ...uleb(memory), ...uleb(offset)];
  }

  finish(params: number): number[] {
    if (params !== this.#params) throw new Error("internal: a function body with the wrong number of parameters");
    const locals = this.#locals.map((type) => [1, type]);
    return [...list(locals), ...this.#first, ...this.#bytes, 0x0b];
  }
}
