/**
 * Matrix products as a WebAssembly module. Both factors are packed, and then four rows by two vectors of the result at
 * a time are summed in registers. One call computes a block of one matrix, or many small matrices.
 */
import { Code, encodeModule, I32, V128 } from "./encode.js";
import { PACK_PARAMS, packBody } from "./matmul-pack.js";
import { type LaneType, laneBytes } from "./node.js";
import { LOAD_SPLAT, simdOpcode, V128_STORE } from "./opcodes.js";

/** The rows of the result that are summed at a time. They are also those of a panel of the left factor. */
export const KERNEL_ROWS = 4;
const VECTORS = 2;
const ROW_BYTES = 16 * VECTORS;
/** The columns of the result that are summed at a time, and those of a panel of the right factor. */
export const kernelColumns = (type: LaneType): number => ROW_BYTES / laneBytes(type);

/** The parameters of `run`, in this order, all of them i32. Addresses and distances are in bytes. */
const RUN_PARAMS = [
  ...(["matrices", "rows", "columns", "depth"] as const),
  ...(["a", "aMatrix", "aRow", "aStep"] as const), // aStep: along the inner axis
  ...(["b", "bMatrix", "bColumn", "bStep"] as const), // bStep: along the inner axis
  ...(["c", "cMatrix", "cRow"] as const),
  ...(["panelsA", "panelsB"] as const), // where the packed factors belong
  ...(["packsB", "adds"] as const), // whether b must still be packed, and whether to add to what c has
];

const [PACK_A, PACK_B, SUM] = [0, 1, 2] as const;
const [ADD, MULTIPLY, GREATER] = [0x6a, 0x6c, 0x4a] as const;

/**
 * A module that exports `run`, whose parameters are `RUN_PARAMS`. It computes c = a·b, or adds that to c, for each of
 * some matrices that are the same distance apart. Each element is summed in the order of the inner axis.
 *
 * Whole registers are stored, so rows of c are written up to a multiple of `kernelColumns`, and their number up to one
 * of `KERNEL_ROWS`. Nevertheless `cRow` may be as short as a row if nothing is added: the panel of the last columns is
 * computed first, rows downwards, and so what it writes too far is the beginning of a row that is written later.
 */
export function matmulModule(type: LaneType): Uint8Array<ArrayBuffer> {
  const i32s = (count: number) => new Array<number>(count).fill(I32);
  const width = kernelColumns(type);
  return encodeModule({
    memories: ["0"],
    imports: [],
    functions: [
      { name: "packA", params: i32s(PACK_PARAMS), results: [], code: packBody(type, KERNEL_ROWS) },
      { name: "packB", params: i32s(PACK_PARAMS), results: [], code: packBody(type, width) },
      { name: "sum", params: i32s(SUM_PARAMS), results: [], code: sumBody(type) },
      { name: "run", params: i32s(RUN_PARAMS.length), results: [], code: runBody(type) },
    ],
  });
}

function runBody(type: LaneType): Code {
  const code = new Code(RUN_PARAMS.length);
  const at = Object.fromEntries(RUN_PARAMS.map((name, i) => [name, i])) as Record<(typeof RUN_PARAMS)[number], number>;
  const bytes = laneBytes(type);
  const width = kernelColumns(type);
  const [panelA, panelB, panels, column, row, left, target] = Array.from({ length: 7 }, () => code.local(I32)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  /** `local += depth · size`: to the next panel, or if `size` is negative to the one before. */
  const passPanel = (local: number, size: number) =>
    code.get(local).get(at.depth).i32(size).emit(MULTIPLY).emit(ADD).set(local);
  const pack = (fn: number, ...args: readonly number[]) => {
    for (const arg of args) code.get(arg);
    code.call(fn);
  };
  const forEachRowPanel = () => {
    code.get(at.panelsA).set(panelA).get(column).set(target).get(at.rows).set(row);
    code.while(
      () => code.get(row).i32(0).emit(GREATER),
      () => {
        for (const arg of [at.depth, panelA, panelB, target, at.cRow, at.adds]) code.get(arg);
        code.call(SUM).advance(row, -KERNEL_ROWS);
        passPanel(panelA, KERNEL_ROWS * bytes);
        code.get(target).get(at.cRow).i32(KERNEL_ROWS).emit(MULTIPLY).emit(ADD).set(target);
      },
    );
  };
  code.while(
    () => code.get(at.matrices),
    () => {
      pack(PACK_A, at.panelsA, at.a, at.rows, at.depth, at.aRow, at.aStep);
      code.get(at.packsB).if(() => pack(PACK_B, at.panelsB, at.b, at.columns, at.depth, at.bColumn, at.bStep));
      // From behind the last panel of columns back to the first one.
      code.get(at.columns).set(left).get(at.panelsB).set(panelB).get(at.c).set(column);
      code.while(
        () => code.get(left).i32(0).emit(GREATER),
        () => {
          passPanel(panelB, ROW_BYTES);
          code.advance(column, ROW_BYTES).advance(panels, 1).advance(left, -width);
        },
      );
      code.while(
        () => code.get(panels),
        () => {
          passPanel(panelB, -ROW_BYTES);
          code.advance(column, -ROW_BYTES).advance(panels, -1);
          forEachRowPanel();
        },
      );
      code.advance(at.a, { local: at.aMatrix }).advance(at.b, { local: at.bMatrix });
      code.advance(at.c, { local: at.cMatrix }).advance(at.matrices, -1);
    },
  );
  return code;
}

const SUM_PARAMS = 6;

/**
 * The body of `sum(depth, a, b, c, cRow, adds)`, the inner loop: c[i][j] = Σ a[k][i]·b[k][j] for `depth` values of k,
 * or c[i][j] + that. a and b are panels.
 */
function sumBody(type: LaneType): Code {
  const [depth, a, b, c, cRow, adds] = [0, 1, 2, 3, 4, 5] as const;
  const code = new Code(SUM_PARAMS);
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
        .advance(b, ROW_BYTES)
        .advance(depth, -1);
    },
  );
  const storeRows = (isAdded: boolean) => {
    for (const row of sums) {
      for (const [v, sum] of row.entries()) {
        code.get(c);
        if (isAdded) {
          code.get(c);
          load(v).get(sum).simd(simdOpcode("add", type));
        } else {
          code.get(sum);
        }
        code.simd(V128_STORE, ...code.address(0, 16 * v));
      }
      code.advance(c, { local: cRow });
    }
  };
  code.get(adds).ifElse(
    () => storeRows(true),
    () => storeRows(false),
  );
  return code;
}
