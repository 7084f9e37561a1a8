/**
 * The part of the WebAssembly API that is used here. (TypeScript declares it only in its DOM library, whose other
 * globals do not exist in Node.)
 */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: boolean });
    readonly buffer: ArrayBufferLike;
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, (...args: (number | bigint)[]) => unknown>;
  }
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}
