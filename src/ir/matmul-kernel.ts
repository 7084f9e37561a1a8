/**
 * The inner loop of a matrix product as a WebAssembly module. Four rows by two vectors of the result stay in registers.
 */
import { Code, encodeModule, I32, V128 } from "./encode.js";
import { type LaneType, laneBytes } from "./node.js";
import { LOAD_SPLAT, simdOpcode, V128_STORE } from "./opcodes.js";

/** The number of rows of the result that one call computes. */
export const KERNEL_ROWS = 4;
const VECTORS = 2;
/** The number of columns of the result that one call computes. */
export const kernelColumns = (type: LaneType): number => (VECTORS * 16) / laneBytes(type);

/**
 * A module that exports `run(depth, a, b, c, rowStep)`. All arguments are i32: a count, then addresses and a distance
 * in bytes. It computes c[i][j] += Σ a[k][i]·b[k][j] for `depth` values of k. Both factors are packed: for each k,
 * `KERNEL_ROWS` elements of a and `kernelColumns` elements of b are adjacent. Each element is summed in the order of k.
 */
export function matmulModule(type: LaneType): Uint8Array<ArrayBuffer> {
  const [depth, a, b, c, rowStep] = [0, 1, 2, 3, 4] as const;
  const params = [I32, I32, I32, I32, I32];
  const code = new Code(params.length);
  const bytes = laneBytes(type);
  const sums = Array.from({ length: KERNEL_ROWS }, () => Array.from({ length: VECTORS }, () => code.local(V128)));
  const columns = Array.from({ length: VECTORS }, () => code.local(V128));
  const factor = code.local(V128);
  const load = (v: number) => code.simd(0, ...code.address(0, 16 * v));
  code.while(
    () => code.get(depth),
    () => {
      for (const [v, column] of columns.entries()) {
        code.get(b);
        load(v).set(column);
      }
      for (const [i, row] of sums.entries()) {
        code
          .get(a)
          .simd(LOAD_SPLAT[bytes]!, ...code.address(0, i * bytes))
          .set(factor);
        for (const [v, sum] of row.entries()) {
          code
            .get(sum)
            .get(factor)
            .get(columns[v]!)
            .simd(simdOpcode("mul", type))
            .simd(simdOpcode("add", type))
            .set(sum);
        }
      }
      code
        .advance(a, KERNEL_ROWS * bytes)
        .advance(b, VECTORS * 16)
        .advance(depth, -1);
    },
  );
  for (const row of sums) {
    for (const [v, sum] of row.entries()) {
      code.get(c).get(c);
      load(v)
        .get(sum)
        .simd(simdOpcode("add", type))
        .simd(V128_STORE, ...code.address(0, 16 * v));
    }
    code.advance(c, { local: rowStep });
  }
  return encodeModule({ memories: ["0"], imports: [], functions: [{ name: "run", params, results: [], code }] });
}
