/** A user's function of elements made into a program, if it can be; else the reason. Remembered by source, dtypes and kinds of parameters. */
import { type DType, isBigInt } from "../dtype.js";
import { hasSimd } from "../ir/support.js";
import type { Numbers } from "./bound.js";
import { analyse } from "./capture.js";
import { type Kind, NotCompiled, type ParamUse } from "./expression.js";
import { type AnyFunction, type FunctionRef, resolveFunction } from "./functions.js";
import type { Program } from "./loop.js";
import { lower } from "./lower.js";
import { parseFunction } from "./parse.js";

/** What is known of a call when its function is compiled. */
export interface CompileRequest {
  readonly fn: FunctionRef;
  readonly dtypes: readonly DType[];
  /** Of the result. */
  readonly target: DType;
  readonly params: unknown;
  /** Whether functions may be compiled whose last bit differs between engines. */
  readonly fastMath: boolean;
}
type Compiled = { readonly program: Program; readonly uses: readonly ParamUse[] } | { readonly reason: string };

const known = new Map<string, Compiled>();
const MAX_KNOWN = 1000;

/** The program, or why there is none. */
export function compileFunction(request: CompileRequest): Compiled {
  const { fn, dtypes, target, params, fastMath } = request;
  const key = [fn.kind, fn.key, dtypes, target, signature(params), fastMath].join("|");
  const found = known.get(key) ?? compiled(request, key);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, found);
  return found;
}

function compiled({ fn, dtypes, target, params, fastMath }: CompileRequest, key: string): Compiled {
  try {
    if (!hasSimd) throw new NotCompiled("this engine has no WebAssembly SIMD");
    const kinds = dtypes.map((dtype): Kind => (dtype === "bool" ? "boolean" : isBigInt(dtype) ? "bigint" : "number"));
    const { result, params: uses } = parseFunction(sourceOf(fn), kinds, params);
    const lowered = lower(result, uses, dtypes, target, fastMath);
    return { program: { key, dtypes: [target, ...dtypes], ...lowered }, uses };
  } catch (e) {
    if (e instanceof NotCompiled) return { reason: e.message };
    throw e;
  }
}

/** @throws {NotCompiled} of a function that uses what its module has */
function sourceOf(fn: FunctionRef): string {
  if (fn.kind === "source") return fn.key;
  const analysis = analyse(Function.prototype.toString.call(resolveFunction(fn) as AnyFunction), new Set());
  if (!analysis) throw new NotCompiled("it has no source");
  if (analysis.captured !== undefined) throw new NotCompiled(`it uses \`${analysis.captured}\` of its module`);
  return analysis.expression;
}

/** The kinds of all numbers in `params`, but not their values: for those a program need not be made anew. */
function signature(params: unknown, depth = 0): string {
  if (typeof params === "number") return Math.fround(params) === params ? "f" : "d";
  if (typeof params !== "object" || params === null || depth > 4) return (typeof params)[0]!;
  if (ArrayBuffer.isView(params)) return "v";
  const entries = Object.entries(params);
  if (entries.length > 64) return "o";
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${signature(value, depth + 1)}`)}}`;
}

/** The numbers that a program takes from `params`. */
export function numbersFrom(uses: readonly ParamUse[], params: unknown): Numbers {
  return uses.map(({ path, kind }) => {
    const value = path.reduce((at: unknown, name) => (at as Record<string, unknown>)[name], params);
    return kind === "bigint" ? (value as bigint) : Number(value);
  });
}
