/** Packing for matrix products: how a factor is brought into the order in which the product's inner loop reads it. */
import { Code, I32 } from "./encode.js";
import { type LaneType, laneBytes } from "./node.js";
import { V128_STORE } from "./opcodes.js";

// Scalar instructions. Elements are copied as bits, so integers serve for all lane types.
const [I32_LOAD, I64_LOAD, I32_STORE, I64_STORE] = [0x28, 0x29, 0x36, 0x37] as const;
const [I32_CONST, I64_CONST] = [0x41, 0x42] as const;
const [EQUAL, GREATER, GREATER_OR_EQUAL, AND] = [0x46, 0x4a, 0x4e, 0x71] as const;
const [ADD, MULTIPLY] = [0x6a, 0x6c] as const;
const V128_LOAD = 0;

/** The parameters of the function that packs a factor, all of them i32. Addresses and steps are in bytes. */
export const PACK_PARAMS = 6;

/**
 * The body of `pack(to, from, count, depth, step, along)`: `count` rows of the left factor, `step` apart, or columns of
 * the right one, become panels of `panel` of them. Within a panel, the elements that one step of the inner axis needs
 * are adjacent; along the inner axis, which has `depth` elements, those of `from` are `along` apart. What is missing in
 * the last panel is zero, because what was there before could be denormal numbers, which take the processor a hundred
 * times as long.
 */
export function packBody(type: LaneType, panel: number): Code {
  const [to, from, count, depth, step, along] = [0, 1, 2, 3, 4, 5] as const;
  const code = new Code(PACK_PARAMS);
  const bytes = laneBytes(type);
  const [left, row, element] = [code.local(I32), code.local(I32), code.local(I32)];
  const [load, store] = bytes === 8 ? [I64_LOAD, I64_STORE] : [I32_LOAD, I32_STORE];
  /** Repeats what copies `panel` elements from `row`, for each step of the inner axis. */
  const forEachStep = (copy: () => void) => {
    code.get(depth).set(left).get(from).set(row);
    code.while(
      () => code.get(left),
      () => {
        copy();
        code
          .advance(to, panel * bytes)
          .advance(row, { local: along })
          .advance(left, -1);
      },
    );
  };
  const copyVectors = () => {
    for (let offset = 0; offset < panel * bytes; offset += 16) {
      code.get(to).get(row);
      code.simd(V128_LOAD, ...code.address(0, offset)).simd(V128_STORE, ...code.address(0, offset));
    }
  };
  const copyElements = () => {
    code.get(row).set(element);
    for (let i = 0; i < panel; i++) {
      code.get(count).i32(i).emit(GREATER);
      code.ifElse(
        () => {
          code.get(to).get(element);
          code.emit(load, ...code.address(0, 0)).emit(store, ...code.address(0, i * bytes));
        },
        () => {
          code.get(to).emit(bytes === 8 ? I64_CONST : I32_CONST, 0);
          code.emit(store, ...code.address(0, i * bytes));
        },
      );
      code.advance(element, { local: step });
    }
  };
  code.while(
    () => code.get(count).i32(0).emit(GREATER),
    () => {
      code.get(step).i32(bytes).emit(EQUAL).get(count).i32(panel).emit(GREATER_OR_EQUAL).emit(AND);
      code.ifElse(
        () => forEachStep(copyVectors),
        () => forEachStep(copyElements),
      );
      code.get(from).get(step).i32(panel).emit(MULTIPLY).emit(ADD).set(from).advance(count, -panel);
    },
  );
  return code;
}
