/** The three functions that the tests call; the package has no types of its own. */
declare module "ndarray-ops" {
  type View = { data: unknown; shape: number[]; stride: number[]; offset: number };
  const ops: {
    muls(target: View, source: View, factor: number): void;
    assign(target: View, source: View): void;
    sum(source: View): number;
  };
  export default ops;
}
