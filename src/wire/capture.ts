/**
 * Finds what a function uses from outside itself. An inline function is sent as source, so a captured variable would be
 * missing in the worker. It is found here, before anything starts.
 */
import { parse } from "acorn";
import { isErrorNamed } from "../base/builtins.js";
import { type Form, formOf } from "./form.js";
import { type AstNode, childrenOf, isFunction, isNode } from "./syntax-tree.js";

/**
 * The globals of every worker, as far as this runtime has them. Any other name that a function does not declare is
 * captured.
 */
const GLOBALS = new Set(
  `undefined NaN Infinity globalThis global isNaN isFinite parseInt parseFloat encodeURI encodeURIComponent
  decodeURI decodeURIComponent escape unescape eval Object Function Array String Boolean Number BigInt Symbol Math
  Date RegExp JSON Map Set WeakMap WeakSet WeakRef FinalizationRegistry Promise Proxy Reflect Iterator Intl Error
  AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError
  DisposableStack AsyncDisposableStack ArrayBuffer SharedArrayBuffer DataView Atomics Int8Array Uint8Array
  Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array
  Float32Array Float64Array WebAssembly console performance process Buffer setTimeout clearTimeout setInterval
  clearInterval setImmediate clearImmediate queueMicrotask structuredClone AbortController AbortSignal Event
  EventTarget CustomEvent DOMException MessageChannel MessagePort MessageEvent BroadcastChannel TextEncoder
  TextDecoder TextEncoderStream TextDecoderStream CompressionStream DecompressionStream ReadableStream
  WritableStream TransformStream URL URLSearchParams Blob File fetch Headers Request Response FormData WebSocket
  crypto Crypto CryptoKey SubtleCrypto PerformanceObserver PerformanceEntry atob btoa navigator`
    .split(/\s+/)
    .filter((name) => name in globalThis),
);
/** Names that code asks `typeof` of, to find out where it runs. */
const ENVIRONMENTS = new Set(["window", "document", "self", "Deno", "Bun", "require", "module", "importScripts"]);

type Scope = Set<string>;

/**
 * Reads the source of a function.
 *
 * @param supplied names that the function will have besides the globals
 * @returns `undefined` if the text is not a function
 */
export function analyse(source: string, supplied: ReadonlySet<string>): Analysis | undefined {
  for (const [expression, functionIn] of formsOf(source)) {
    try {
      // In strict mode, because the function will be made again in strict mode.
      const program = parse(`"use strict"; ${expression}`, { ecmaVersion: "latest", sourceType: "script" });
      const { expression: root } = (program as unknown as { body: [unknown, { expression: AstNode }] }).body[1];
      const fn = functionIn(root);
      return fn && { expression, ...captureOf(root, fn, supplied), form: formOf(fn) };
    } catch (e) {
      if (!isErrorNamed("SyntaxError", e)) throw e;
      if (/import\.meta/.test(e.message)) return { expression, captured: "import.meta", use: "read", form: undefined };
    }
  }
  return undefined;
}

/** The ways to evaluate the text of a function, each with the place of the function in what is then parsed. */
function formsOf(source: string): [expression: string, functionIn: (root: AstNode) => AstNode | undefined][] {
  return [
    [`(${source})`, (root) => (isFunction(root) ? root : undefined)],
    // A method, `chunk(acc, c) { … }`, is not an expression by itself, but can be put into an object. A getter would
    // run.
    [`((methods) => methods[Reflect.ownKeys(methods)[0]])({ ${source} })`, methodIn],
  ];
}

function methodIn(call: AstNode): AstNode | undefined {
  const [property, more] = (call.arguments as [AstNode]).flatMap((object) => object.properties as AstNode[]);
  const value = property?.value as AstNode | undefined;
  return property?.kind === "init" && !more && value && isFunction(value) ? value : undefined;
}

/**
 * What a function does with a name. If it is `called` anywhere, it seems to be a function or a class. If only its
 * `methods` are called, it may be data or a module.
 */
export type Use = "called" | "methods" | "read";

export interface Analysis {
  /** An expression whose value is the function. */
  readonly expression: string;
  /** The first name that the function captures. */
  readonly captured: string | undefined;
  readonly use: Use;
  /** What its parameters and its body look like; `undefined` if it could not be parsed as a function. */
  readonly form: Form | undefined;
}

/** What surrounds a node. */
interface Context {
  readonly scopes: readonly Scope[];
  /**
   * Whether `this` belongs to a function inside. In `fn` itself it does not, because the receiver of `fn` is not sent.
   */
  readonly hasThis: boolean;
}

function captureOf(root: AstNode, fn: AstNode, supplied: ReadonlySet<string>): Omit<Analysis, "expression" | "form"> {
  const captured = firstCaptured(root, fn, supplied);
  return { captured, use: captured === undefined ? "read" : useOf(root, captured) };
}

function useOf(node: AstNode, name: string): Use {
  const { type, callee } = node as AstNode & { callee?: AstNode & { object?: AstNode } };
  const isCall = type === "CallExpression" || type === "NewExpression";
  if (isCall && callee?.name === name) return "called";
  const uses = [...childrenOf(node)].map((child) => useOf(child, name));
  if (uses.includes("called")) return "called";
  return uses.includes("methods") || (isCall && callee?.object?.name === name) ? "methods" : "read";
}

function firstCaptured(root: AstNode, fn: AstNode, supplied: ReadonlySet<string>): string | undefined {
  const visit = (node: AstNode, { scopes, hasThis }: Context): string | undefined => {
    if (node.type === "ThisExpression" && !hasThis) return "this";
    if (node.type === "Identifier") {
      const name = node.name as string;
      const known = GLOBALS.has(name) || supplied.has(name) || scopes.some((scope) => scope.has(name));
      return known ? undefined : name;
    }
    if (node.type === "UnaryExpression" && node.operator === "typeof") {
      const { type, name } = node.argument as AstNode;
      if (type === "Identifier" && ENVIRONMENTS.has(name as string)) return undefined;
    }
    const isOwn = isFunction(node) && node.type !== "ArrowFunctionExpression";
    const isClassPart = node.type === "PropertyDefinition" || node.type === "StaticBlock";
    const inner = { scopes: [...scopes, declaredBy(node)], hasThis: hasThis || (isOwn && node !== fn) || isClassPart };
    for (const child of childrenOf(node)) {
      // The body sees its `var`s; the default values of parameters do not.
      const isBody = (isFunction(node) && child === node.body) || node.type === "StaticBlock";
      const captured = visit(child, isBody ? { ...inner, scopes: [...inner.scopes, varsIn(child)] } : inner);
      if (captured !== undefined) return captured;
    }
    return undefined;
  };
  return visit(root, { scopes: [], hasThis: false });
}

/** The names that a node declares for what is inside it, without `var`. */
function declaredBy(node: AstNode): Scope {
  const names: Scope = new Set();
  if (isFunction(node)) {
    for (const param of node.params as AstNode[]) addPattern(param, names);
    if (node.type !== "ArrowFunctionExpression") names.add("arguments");
  }
  if (isFunction(node) || node.type === "ClassExpression" || node.type === "ClassDeclaration") {
    if (isNode(node.id)) names.add(node.id.name as string);
  }
  if (node.type === "CatchClause" && isNode(node.param)) addPattern(node.param, names);
  const statements =
    node.type === "SwitchStatement"
      ? (node.cases as AstNode[]).flatMap((c) => c.consequent as AstNode[])
      : [node.init, node.left, node.body].flat();
  for (const statement of statements) if (isNode(statement)) addLexical(statement, names);
  return names;
}

/** The names declared with `var`. They belong to the whole function, wherever in it they are declared. */
function varsIn(node: AstNode, names: Scope = new Set()): Scope {
  if (isFunction(node) || node.type === "StaticBlock") return names;
  if (node.type === "VariableDeclaration" && node.kind === "var") addLexical(node, names);
  for (const child of childrenOf(node)) varsIn(child, names);
  return names;
}

function addLexical(node: AstNode, names: Scope): void {
  if (node.type === "VariableDeclaration") {
    for (const declarator of node.declarations as AstNode[]) addPattern(declarator.id as AstNode, names);
  } else if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") {
    names.add((node.id as AstNode).name as string);
  }
}

function addPattern(node: AstNode, names: Scope): void {
  switch (node.type) {
    case "Identifier":
      names.add(node.name as string);
      break;
    case "ObjectPattern":
      for (const property of node.properties as AstNode[])
        addPattern((property.value ?? property.argument) as AstNode, names);
      break;
    case "ArrayPattern":
      for (const element of node.elements as (AstNode | null)[]) if (element) addPattern(element, names);
      break;
    case "AssignmentPattern":
      addPattern(node.left as AstNode, names);
      break;
    case "RestElement":
      addPattern(node.argument as AstNode, names);
      break;
  }
}
