/** A user's function of elements made into a program, if it can be; else the reason. Remembered by source, dtypes and kinds of parameters. */
import { type DType, isBigInt } from "../base/dtype.js";
import { hasSimd } from "../ir/support.js";
import { analyse } from "../wire/capture.js";
import { type AnyFunction, type FunctionRef, resolveFunction } from "../wire/functions.js";
import { evaluate } from "./evaluate.js";
import { isFloat32Value, type Kind, NotCompiled, type ParamUse } from "./expression.js";
import { lower } from "./lower.js";
import { parseFunction } from "./parse.js";
import type { Numbers, Program } from "./program.js";

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

/** Programs by source, dtypes and options; of one function several, for parameters of several kinds. */
const programs = new Map<string, { readonly program: Program; readonly uses: readonly ParamUse[] }[]>();
/** Why functions are not compiled: by the same key and the kind of `params`. Being out of date costs time, no truth. */
const reasons = new Map<string, string>();
const MAX_KNOWN = 1000;

/** The program, or why there is none. */
export function compileFunction(request: CompileRequest): Compiled {
  const { fn, dtypes, target, params, fastMath } = request;
  const key = [fn.kind, fn.key, dtypes, target, typeof params, fastMath].join("|");
  const variants = programs.get(key) ?? [];
  const found = variants.find(({ uses }) => uses.every((use) => isAsBefore(use, params)));
  if (found) return found;
  const kind = `${key}|${outline(params)}`;
  const reason = reasons.get(kind);
  if (reason !== undefined) return { reason };
  if (programs.size + reasons.size >= MAX_KNOWN) {
    programs.clear();
    reasons.clear();
  }
  const compiled = tryCompile(request, `${key}|${variants.length}`);
  if ("reason" in compiled) reasons.set(kind, compiled.reason);
  else programs.set(key, [...variants, compiled]);
  return compiled;
}

/** Whether a program made for other parameters serves for these. */
function isAsBefore({ path, kind, isFloat32 }: ParamUse, params: unknown): boolean {
  const value = leafAt(params, path);
  return typeof value === kind && (typeof value !== "number" || isFloat32Value(value) === isFloat32);
}

/** The names and kinds at the top of `params`. */
const outline = (params: unknown): string =>
  typeof params === "object" && params !== null
    ? Object.entries(params)
        .slice(0, 32)
        .map(([name, value]) => `${name}:${typeof value}`)
        .join()
    : typeof params;

function tryCompile({ fn, dtypes, target, params, fastMath }: CompileRequest, key: string): Compiled {
  try {
    if (!hasSimd) throw new NotCompiled("this engine has no WebAssembly SIMD");
    const kinds = dtypes.map((dtype): Kind => (dtype === "bool" ? "boolean" : isBigInt(dtype) ? "bigint" : "number"));
    const { result, params: uses } = parseFunction(sourceOf(fn, kinds, params), kinds, params);
    const lowered = lower(result, uses, dtypes, target, fastMath);
    return { program: { key, dtypes: [target, ...dtypes], ...lowered }, uses };
  } catch (e) {
    if (e instanceof NotCompiled) return { reason: e.message };
    throw e;
  }
}

/** @throws {NotCompiled} of a function that uses what its module has */
function sourceOf(fn: FunctionRef, kinds: readonly Kind[], params: unknown): string {
  if (fn.kind === "source") return fn.key;
  const own = resolveFunction(fn) as AnyFunction;
  const analysis = analyse(Function.prototype.toString.call(own), new Set());
  if (!analysis) throw new NotCompiled("it has no source");
  if (analysis.captured !== undefined) throw new NotCompiled(`it uses \`${analysis.captured}\` of its module`);
  assertGlobal(own, madeAlone(analysis.expression), kinds, params);
  return analysis.expression;
}

/** The function without its module. @throws {NotCompiled} where code may not be generated */
function madeAlone(expression: string): AnyFunction {
  try {
    return evaluate([], `"use strict"; return ${expression};`)() as AnyFunction;
  } catch (e) {
    if (e instanceof EvalError) throw new NotCompiled("it cannot be checked where code may not be generated");
    throw e;
  }
}

const PROBES: Record<Kind, readonly unknown[]> = {
  number: [Number.NaN, 0, -0, 0.5, -1.5, 2, 5, -7, 100.25, 1e10, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  boolean: [true, false],
  bigint: [0n, 1n, -3n, 12345678901234567n],
};

/** A module may have a `Math` of its own, which the source does not tell: the function must do what its source does by itself. */
function assertGlobal(own: AnyFunction, alone: AnyFunction, kinds: readonly Kind[], params: unknown): void {
  const rest = params === undefined ? [] : [params];
  for (let i = 0; i < 24; i++) {
    const args = kinds.map((kind, k) => PROBES[kind][((i * (k + 1) + (k * i) / 12) % PROBES[kind].length) | 0]);
    const [found, expected] = [own, alone].map((fn) => attempt(() => fn(...args, ...rest)));
    if (!Object.is(found, expected)) throw new NotCompiled("its module gives a global name another meaning");
  }
}

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** What stands at a path of plain data. */
const leafAt = (params: unknown, path: readonly string[]): unknown =>
  path.reduce((at: unknown, name) => {
    const own = typeof at === "object" && at !== null ? Object.getOwnPropertyDescriptor(at, name) : undefined;
    return own?.value;
  }, params);

/** The numbers that a program takes from `params`. */
export function numbersFrom(uses: readonly ParamUse[], params: unknown): Numbers {
  return uses.map(({ path, kind }) => {
    const value = leafAt(params, path);
    return kind === "bigint" ? (value as bigint) : Number(value);
  });
}
