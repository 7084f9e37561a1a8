/** The part of WebAssembly's API used here. (TypeScript has it only in the DOM library, whose other globals Node lacks.) */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: boolean });
    readonly buffer: ArrayBufferLike;
  }
}
