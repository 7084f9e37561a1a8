/**
 * What a function uses from outside itself. An inline function is sent as source, so a captured variable would be missing
 * in the worker: it is found here, before anything starts. Used by `functions.ts` alone.
 */
import { type Node, parse } from "acorn";

/** The names that every worker has. Everything else that a function does not declare itself is captured. */
const GLOBALS = new Set(
  `undefined NaN Infinity globalThis isNaN isFinite parseInt parseFloat encodeURI encodeURIComponent decodeURI
  decodeURIComponent escape unescape eval Object Function Array String Boolean Number BigInt Symbol Math Date RegExp JSON
  Map Set WeakMap WeakSet WeakRef FinalizationRegistry Promise Proxy Reflect Iterator Intl Error AggregateError EvalError
  RangeError ReferenceError SyntaxError TypeError URIError SuppressedError DisposableStack AsyncDisposableStack
  ArrayBuffer SharedArrayBuffer DataView Atomics Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array
  Uint32Array BigInt64Array BigUint64Array Float16Array Float32Array Float64Array WebAssembly console performance process
  Buffer setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate queueMicrotask structuredClone
  AbortController AbortSignal Event EventTarget MessageChannel MessagePort BroadcastChannel TextEncoder TextDecoder URL
  URLSearchParams Blob fetch Headers Request Response FormData WebSocket crypto Crypto atob btoa navigator arguments`.split(
    /\s+/,
  ),
);

interface AstNode extends Node {
  readonly [key: string]: unknown;
}
type Scope = Set<string>;

/** The expression as it can be evaluated, and the first name it captures. `undefined` if the text is no function. */
export function analyse(source: string, supplied: ReadonlySet<string>): Analysis | undefined {
  // A method, `chunk(acc, c) { … }`, is no expression by itself; inside an object it is.
  for (const expression of [`(${source})`, `Object.values({${source}})[0]`]) {
    try {
      const program = parse(expression, { ecmaVersion: "latest", sourceType: "script" }) as unknown as AstNode;
      const fn = findFunction(program);
      if (!fn) return undefined;
      const captured = firstCaptured(program, supplied);
      return { expression, captured, isAsync: fn.async === true, isGenerator: fn.generator === true };
    } catch (e) {
      if (!(e instanceof SyntaxError)) throw e;
      if (/import\.meta/.test(e.message))
        return { expression, captured: "import.meta", isAsync: false, isGenerator: false };
    }
  }
  return undefined;
}

export interface Analysis {
  readonly expression: string;
  readonly captured: string | undefined;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
}

const isFunction = (node: AstNode) =>
  node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression" || node.type === "FunctionDeclaration";

function findFunction(node: AstNode): AstNode | undefined {
  if (isFunction(node)) return node;
  for (const child of childrenOf(node)) {
    const found = findFunction(child);
    if (found) return found;
  }
  return undefined;
}

function* childrenOf(node: AstNode): Generator<AstNode> {
  for (const [key, value] of Object.entries(node)) {
    if (isNameOnly(node, key)) continue;
    for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) yield item;
  }
}

const isNode = (value: unknown): value is AstNode =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

/** Identifiers that are mere names: `.name`, `name:`, labels. */
function isNameOnly({ type, computed }: AstNode, key: string): boolean {
  if (key === "label") return true;
  if (computed === true) return false;
  return (
    (type === "MemberExpression" && key === "property") ||
    ((type === "Property" || type === "MethodDefinition" || type === "PropertyDefinition") && key === "key") ||
    type === "MetaProperty"
  );
}

function firstCaptured(program: AstNode, supplied: ReadonlySet<string>): string | undefined {
  const visit = (node: AstNode, scopes: readonly Scope[]): string | undefined => {
    if (node.type === "Identifier") {
      const name = node.name as string;
      const known = GLOBALS.has(name) || supplied.has(name) || scopes.some((scope) => scope.has(name));
      return known ? undefined : name;
    }
    const own = declaredBy(node);
    const inner = own ? [...scopes, own] : scopes;
    for (const child of childrenOf(node)) {
      const captured = visit(child, inner);
      if (captured !== undefined) return captured;
    }
    return undefined;
  };
  return visit(program, []);
}

/** The names that a node brings into scope for what is inside it. */
function declaredBy(node: AstNode): Scope | undefined {
  const names: Scope = new Set();
  if (isFunction(node)) {
    for (const param of node.params as AstNode[]) addPattern(param, names);
    if (isNode(node.id)) names.add(node.id.name as string);
    addVars(node.body as AstNode, names);
  } else if (node.type === "ClassExpression" || node.type === "ClassDeclaration") {
    if (isNode(node.id)) names.add(node.id.name as string);
  } else if (node.type === "CatchClause") {
    if (isNode(node.param)) addPattern(node.param, names);
  }
  const statements =
    node.type === "SwitchStatement" ? (node.cases as AstNode[]).flatMap((c) => c.consequent as AstNode[]) : node.body;
  for (const statement of [node.init, node.left, ...(Array.isArray(statements) ? statements : [statements])]) {
    if (isNode(statement)) addLexical(statement, names);
  }
  return names.size > 0 ? names : undefined;
}

function addLexical(node: AstNode, names: Scope): void {
  if (node.type === "VariableDeclaration") {
    for (const declarator of node.declarations as AstNode[]) addPattern(declarator.id as AstNode, names);
  } else if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") {
    names.add((node.id as AstNode).name as string);
  }
}

/** `var` belongs to the whole function, wherever it stands. */
function addVars(node: AstNode, names: Scope): void {
  if (isFunction(node)) return;
  if (node.type === "VariableDeclaration" && node.kind === "var") addLexical(node, names);
  for (const child of childrenOf(node)) addVars(child, names);
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
