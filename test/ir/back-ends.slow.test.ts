/**
 * Compares the two back ends of the IR for every element-wise function and dtype, with operands in every kind of place,
 * and checks the modules with two independent readers of WebAssembly.
 */
import binaryen from "binaryen";
import { beforeAll, describe, expect, it } from "vitest";
import wabtInit from "wabt";
import { type DType, dtypeNames } from "../../src/base/dtype.js";
import type { Program } from "../../src/compile/program.js";
import { elementwise, elementwiseNames } from "../../src/functions/elementwise.js";
import { checkUfunc } from "../../src/functions/prepare.js";
import { storedLane } from "../../src/ir/elements.js";
import { matmulModule } from "../../src/ir/matmul-kernel.js";
import { loopSource } from "../../src/ir/script.js";
import { compile, type StepKind } from "../../src/ir/wasm.js";
import { bindLoop } from "../../src/loops/bound.js";
import { type LoopPlan, planNative, stepKinds } from "../../src/loops/loop.js";
import { SharedMemory } from "../../src/memory/shared-memory.js";
import type { Strided } from "../../src/ndarray/elements.js";
import { NDArray, stridedOf } from "../../src/ndarray/ndarray.js";
import { fillRandom, randomNumbers } from "../compile/random-functions.mjs";

const ROOM = 1 << 16;
const SHAPE = [9, 23];
const random = randomNumbers(7);
const memory = new SharedMemory(4 * ROOM);

/** A function's program for operands of one dtype, if it takes them; the operands in one block. */
function prepared(name: string, dtype: DType): { program: Program; operands: Strided[] } | undefined {
  const spec = elementwise(name);
  const inputs = Array.from({ length: spec.nin }, (_, i) =>
    NDArray.view(memory, SHAPE, {
      dtype: i === 0 && spec.rule === "choice" ? "bool" : dtype,
      byteOffset: (i + 1) * ROOM,
    }),
  );
  for (const input of inputs) fillRandom(input.reshape([input.size]), random);
  const operands = name === "clip" ? [inputs[0], 0, 3] : inputs;
  try {
    const { program, inputs: arrays, dtype: target } = checkUfunc(spec, operands);
    const out = NDArray.view(memory, SHAPE, { dtype: target });
    return { program, operands: [out, ...arrays].map(stridedOf) };
  } catch {
    return undefined;
  }
}

const pieces = elementwiseNames.flatMap((name) => dtypeNames.map((dtype) => [name, dtype] as const));

describe("modules", () => {
  let wabt: Awaited<ReturnType<typeof wabtInit>>;
  beforeAll(async () => {
    wabt = await wabtInit();
  });
  const isValid = (bytes: Uint8Array<ArrayBuffer>, isMulti: boolean) => {
    const features = { simd: true, threads: true, bulk_memory: true, multi_memory: isMulti };
    const module = wabt.readWasm(bytes, features as never);
    (module.validate as (features: object) => void).call(module, features);
    const read = binaryen.readBinary(bytes);
    read.setFeatures(binaryen.Features.All);
    const isSound = read.validate() === 1;
    read.dispose();
    module.destroy();
    return isSound;
  };

  it.each(elementwiseNames)("of %s are valid, for all dtypes and kinds of steps", (name) => {
    let checked = 0;
    for (const dtype of dtypeNames) {
      const piece = prepared(name, dtype);
      if (!piece) continue;
      const { program } = piece;
      for (const kinds of [
        ["run", "run", "run", "run"],
        ["step", "step", "same", "run"],
        ["run", "same", "step", "step"],
      ] as StepKind[][]) {
        const isMulti = kinds[0] === "step";
        const slots = program.dtypes.map((one, i) => ({
          type: storedLane(one),
          kind: kinds[i]!,
          memory: isMulti ? i : 0,
        }));
        expect(isValid(compile({ slots, params: program.params, result: program.result }), isMulti)).toBe(true);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(0);
  });

  it("of matrix products are valid", () => {
    for (const lane of ["f64", "f32", "i32", "i64"] as const) expect(isValid(matmulModule(lane), false)).toBe(true);
  });
});

/** The elements as bits; of NaN, whose payload nobody promises, one. */
function bytesOf({ elements, view }: Strided): unknown[] {
  const { raw, dtype } = elements;
  const isHalfNaN = (bits: number) => dtype === "float16" && (bits & 0x7fff) > 0x7c00;
  return Array.from({ length: view.size }, (_, i) => {
    const [row, column] = [Math.floor(i / view.shape[1]!), i % view.shape[1]!];
    const element = raw[view.offset + row * view.strides[0]! + column * view.strides[1]!]!;
    return isHalfNaN(element) ? 0x7e00 : element;
  });
}

describe("native, staged and generated loops", () => {
  it.each(pieces)("store the same: %s of %s", (name, dtype) => {
    const piece = prepared(name, dtype);
    if (!piece) return; // the function does not take such elements
    const { program, operands } = piece;
    const numbers = program.params.map((type) => (type.endsWith("64") && type[0] !== "f" ? 3n : 3));
    const layouts: ((one: Strided) => Strided)[] = [
      (one) => one,
      ({ elements, view }) => ({
        elements,
        view: { ...view, shape: SHAPE.toReversed(), strides: view.strides.toReversed() } as never,
      }),
    ];
    for (const lay of layouts) {
      const laid = operands.map((one, i) => (i === 1 ? lay(one) : lay === layouts[0] ? one : lay(one)));
      const source = loopSource({ kinds: stepKinds(laid), params: program.params.length, result: program.result });
      const module = new WebAssembly.Module(
        compile({
          slots: program.dtypes.map((one) => ({ type: storedLane(one), kind: "run", memory: 0 })),
          params: program.params,
          result: program.result,
        }),
      );
      const none = laid.map(() => -1);
      const plans: LoopPlan[] = [
        planNative(program, laid)!,
        { way: "script", source, module: undefined, memories: none, readsResult: false },
        { way: "staged", source: undefined, module, memories: none, readsResult: false },
      ];
      const results = plans.map((plan) => {
        const loop = bindLoop(plan, laid, numbers);
        loop.begin();
        loop.run(0, 100);
        loop.run(100, loop.size);
        return bytesOf(laid[0]!);
      });
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
    }
  });
});
