/**
 * Compiles a user's function of elements to a program, or says why it cannot. Both answers are cached by source, dtypes
 * and the kinds of the numbers in `params`.
 */
import { type DType, isBigInt } from "../base/dtype.js";
import { mayEvaluate } from "../base/evaluating.js";
import { hasSimd } from "../ir/support.js";
import { analyse } from "../wire/capture.js";
import { type AnyFunction, type FunctionRef, resolveFunction } from "../wire/functions.js";
import { evaluate } from "./evaluate.js";
import { isFloat32Value, type Kind, NotCompiled, type ParamUse } from "./expression.js";
import { lower } from "./lower.js";
import { valueAt } from "./params.js";
import { parseFunction } from "./parse.js";
import type { Numbers, Program } from "./program.js";

/** What the compiler knows about a call. */
export interface CompileRequest {
  readonly fn: FunctionRef;
  readonly dtypes: readonly DType[];
  /** The dtype of the result. */
  readonly target: DType;
  readonly params: unknown;
  /** Whether to compile functions, such as `Math.sin`, whose last bit differs between engines. */
  readonly fastMath: boolean;
}
type Compiled = { readonly program: Program; readonly uses: readonly ParamUse[] } | { readonly reason: string };

/** Programs by source, dtypes and options. A function has one for each combination of kinds of its parameters. */
const programs = new Map<string, { readonly program: Program; readonly uses: readonly ParamUse[] }[]>();
/**
 * Why functions are not compiled, by the same key plus the kinds in `params`. A stale entry costs speed, not
 * correctness.
 */
const reasons = new Map<string, string>();
const MAX_KNOWN = 1000;

/** Returns the program, or the reason why there is none. */
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

/** Whether a program compiled for one call's number also fits this call's number. */
function isAsBefore({ path, kind, isFloat32 }: ParamUse, params: unknown): boolean {
  const value = valueAt(params, path);
  return typeof value === kind && (typeof value !== "number" || isFloat32Value(value) === isFloat32);
}

/** The names and kinds of the top-level fields of `params`. */
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

/**
 * The source of the function as an expression.
 *
 * @throws {NotCompiled} If the function uses variables of its module.
 */
function sourceOf(fn: FunctionRef, kinds: readonly Kind[], params: unknown): string {
  if (fn.kind === "source") return fn.key;
  const own = resolveFunction(fn) as AnyFunction;
  const analysis = analyse(Function.prototype.toString.call(own), new Set());
  if (!analysis) throw new NotCompiled("it has no source");
  if (analysis.captured !== undefined) throw new NotCompiled(`it uses \`${analysis.captured}\` of its module`);
  assertGlobal(own, madeAlone(analysis.expression), kinds, params);
  return analysis.expression;
}

/**
 * The function evaluated again, outside its module.
 *
 * @throws {NotCompiled} If a content security policy forbids generated code.
 */
function madeAlone(expression: string): AnyFunction {
  if (!mayEvaluate()) throw new NotCompiled("it cannot be checked, because generated code is forbidden here");
  return evaluate([], `"use strict"; return ${expression};`)() as AnyFunction;
}

const PROBES: Record<Kind, readonly unknown[]> = {
  number: [Number.NaN, 0, -0, 0.5, -1.5, 2, 5, -7, 100.25, 1e10, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  boolean: [true, false],
  bigint: [0n, 1n, -3n, 12345678901234567n],
};

/**
 * Checks that the function computes what its source computes outside its module. The source alone does not show whether
 * the module has a `Math` of its own.
 *
 * @throws {NotCompiled} If the results differ for one of the probes.
 */
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

/** The values of the numbers that a program takes from `params`. */
export function numbersFrom(uses: readonly ParamUse[], params: unknown): Numbers {
  return uses.map(({ path, kind }) => {
    const value = valueAt(params, path);
    return kind === "bigint" ? (value as bigint) : Number(value);
  });
}
