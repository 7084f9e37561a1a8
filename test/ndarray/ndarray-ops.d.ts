/** What the tests call of packages that have no types of their own. */
declare module "ndarray-ops" {
  type View = { data: unknown; shape: number[]; stride: number[]; offset: number };
  const ops: {
    muls(target: View, source: View, factor: number): void;
    assign(target: View, source: View): void;
    sum(source: View): number;
    addseq(target: View, amount: number): void;
    mulseq(target: View, factor: number): void;
  };
  export default ops;
}
declare module "cwise" {
  export default function cwise(options: {
    args: string[];
    body: (y: number, x: number, k: number) => void;
  }): (...args: unknown[]) => void;
}
declare module "ndarray-gemm" {
  export default function gemm(c: unknown, a: unknown, b: unknown): void;
}
declare module "ndarray-fft" {
  export default function fft(direction: 1 | -1, real: unknown, imaginary: unknown): void;
}
