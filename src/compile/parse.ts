/**
 * The source of a function of elements as an expression: its statements are executed symbolically, both ways where they branch.
 * What lies outside of the subset is refused with a reason, and runs as JavaScript.
 */
import { type Node, parse as parseSource } from "acorn";
import { type Expr, type ExprOp, isFloat32Value, type Kind, NotCompiled, type ParamUse } from "./expression.js";

interface AstNode extends Node {
  readonly [key: string]: unknown;
}
/** A local name: a value, or a part of `params` by its path. */
type Binding = Expr | ParamPath;
interface ParamPath {
  readonly path: readonly string[];
}
type Scope = Map<string, Binding>;

export interface Parsed {
  readonly result: Expr;
  /** Numbers of `params`, in the order of the "param" expressions. */
  readonly params: readonly ParamUse[];
}

/** Expressions beyond this are left to JavaScript: compiling them would take longer than it saves. */
const MAX_NODES = 2000;

/**
 * @param source an expression that is the function @param kinds what each operand's elements are @param params the call's
 * @throws {NotCompiled}
 */
export function parseFunction(source: string, kinds: readonly Kind[], params: unknown): Parsed {
  const program = parseSource(`(${source})`, { ecmaVersion: "latest", sourceType: "script" }) as unknown as {
    body: [{ expression: AstNode }];
  };
  return new Parser(params).parse(program.body[0].expression, kinds);
}

const COMPARE: Record<string, ExprOp> = { "<": "lt", "<=": "le", ">": "gt", ">=": "ge" };
const EQUAL: Record<string, ExprOp> = { "==": "eq", "===": "eq", "!=": "ne", "!==": "ne" };
const ARITHMETIC: Record<string, ExprOp> = { "+": "add", "-": "sub", "*": "mul", "/": "div" };
const BITWISE: Record<string, ExprOp> = {
  "&": "bitAnd",
  "|": "bitOr",
  "^": "bitXor",
  "<<": "shl",
  ">>": "shr",
  ">>>": "ushr",
};
const MATH_CONSTANTS = new Set(["E", "LN10", "LN2", "LOG10E", "LOG2E", "PI", "SQRT1_2", "SQRT2"]);
/** Functions of `Math` by how many arguments they take; -1: any number from one on. */
const MATH_ARITY: Record<string, number> = {
  ...{ abs: 1, ceil: 1, floor: 1, fround: 1, round: 1, sign: 1, sqrt: 1, trunc: 1, imul: 2, max: -1, min: -1 },
  ...{ acos: 1, acosh: 1, asin: 1, asinh: 1, atan: 1, atanh: 1, atan2: 2, cbrt: 1, cos: 1, cosh: 1, exp: 1, expm1: 1 },
  ...{ hypot: 2, log: 1, log10: 1, log1p: 1, log2: 1, pow: 2, sin: 1, sinh: 1, tan: 1, tanh: 1 },
};
const GLOBAL_NUMBERS: Record<string, number> = { Infinity: Number.POSITIVE_INFINITY, NaN: Number.NaN };

const make = (op: ExprOp, kind: Kind, args: readonly Expr[], value?: Expr["value"]): Expr =>
  value === undefined ? { op, kind, args } : { op, kind, args, value };
const literal = (value: number | bigint | boolean): Expr => make("const", typeof value as Kind, [], value);
const isPath = (binding: Binding): binding is ParamPath => "path" in binding;

class Parser {
  readonly #given: unknown;
  readonly #params: ParamUse[] = [];
  /** All names that the function declares anywhere: those are no globals. */
  #declared: ReadonlySet<string> = new Set();
  readonly #constants = new Set<string>();
  #nodes = 0;

  constructor(params: unknown) {
    this.#given = params;
  }

  parse(fn: AstNode, kinds: readonly Kind[]): Parsed {
    if (fn.type !== "ArrowFunctionExpression" && fn.type !== "FunctionExpression") throw refuse("a method");
    if (fn.async || fn.generator) throw refuse("an async or generator function");
    this.#declared = declaredIn(fn);
    const scope: Scope = new Map();
    for (const [i, param] of (fn.params as AstNode[]).entries()) {
      if (i < kinds.length) {
        if (param.type !== "Identifier") throw refuse("a parameter that is no plain name");
        scope.set(String(param.name), make("element", kinds[i]!, [], i));
      } else if (i === kinds.length && this.#given !== undefined) this.#bindParams(param, [], scope);
      else throw refuse("a parameter that map does not pass");
    }
    const body = fn.body as AstNode;
    const result = body.type === "BlockStatement" ? this.#run(body.body as AstNode[], scope) : this.#value(body, scope);
    if (!result) throw new NotCompiled("it can end without returning a value");
    return { result, params: this.#params };
  }

  /** `params` by name, or taken apart into its fields. */
  #bindParams(pattern: AstNode, path: readonly string[], scope: Scope): void {
    if (pattern.type === "Identifier") {
      scope.set(String(pattern.name), { path });
      return;
    }
    if (pattern.type !== "ObjectPattern") throw refuse("a parameter that is no plain name");
    for (const property of pattern.properties as AstNode[]) {
      const key = property.key as AstNode | undefined;
      if (property.type !== "Property" || property.computed || key?.type !== "Identifier") throw refuse("a pattern");
      this.#bindParams(property.value as AstNode, [...path, String(key.name)], scope);
    }
  }

  // ── Statements ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** What the statements return; undefined if they end without. */
  #run(statements: readonly AstNode[], scope: Scope): Expr | undefined {
    const [first, ...others] = statements;
    if (!first) return undefined;
    switch (first.type) {
      case "EmptyStatement":
        break;
      case "ReturnStatement":
        if (!first.argument) return undefined;
        return this.#value(first.argument as AstNode, scope);
      case "VariableDeclaration":
        this.#declare(first, scope);
        break;
      case "ExpressionStatement":
        this.#assign(first.expression as AstNode, scope);
        break;
      case "BlockStatement":
        if (declares(first)) throw refuse("a declaration in an inner block");
        return this.#run([...(first.body as AstNode[]), ...others], scope);
      case "IfStatement":
        return this.#branch(first, others, scope);
      default:
        throw refuse(WORDS[first.type] ?? first.type);
    }
    return this.#run(others, scope);
  }

  #branch({ test, consequent, alternate }: AstNode, others: readonly AstNode[], scope: Scope): Expr | undefined {
    const condition = this.#truth(test as AstNode, scope);
    const ways = [consequent, alternate].map((way) => (way ? [way as AstNode] : []));
    if (ways.flat().some(returns)) {
      const [yes, no] = ways.map((way) => this.#run([...way, ...others], new Map(scope)));
      if (!yes || !no) throw new NotCompiled("it can end without returning a value");
      return this.#choose(condition, yes, no);
    }
    const [yes, no] = ways.map((way) => {
      const inner = new Map(scope);
      this.#run(way, inner);
      return inner;
    });
    for (const [name, before] of scope) {
      const [a, b] = [yes!.get(name)!, no!.get(name)!];
      if (a === before && b === before) continue;
      if (isPath(a) || isPath(b)) throw refuse("a choice between parts of `params`");
      scope.set(name, this.#choose(condition, a, b));
    }
    return this.#run(others, scope);
  }

  #declare({ kind, declarations }: AstNode, scope: Scope): void {
    if (kind === "var") throw new NotCompiled("it declares with `var`");
    for (const { id, init } of declarations as AstNode[]) {
      const target = id as AstNode;
      if (target.type !== "Identifier" || !init) throw refuse("a declaration that is no plain name with a value");
      const name = String(target.name);
      if (kind === "const") this.#constants.add(name);
      scope.set(name, this.#binding(init as AstNode, scope));
    }
  }

  #assign(expression: AstNode, scope: Scope): void {
    const { type, operator, left, right, argument } = expression as AstNode & {
      left: AstNode;
      right: AstNode;
      argument: AstNode;
    };
    const target = type === "AssignmentExpression" ? left : type === "UpdateExpression" ? argument : undefined;
    if (target?.type !== "Identifier" || !scope.has(String(target.name))) throw refuse(WORDS[type] ?? type);
    const name = String(target.name);
    if (this.#constants.has(name)) throw refuse("an assignment to a constant, which throws");
    if (type === "UpdateExpression") {
      const old = this.#value(target, scope);
      scope.set(
        name,
        this.#arithmetic(operator === "++" ? "add" : "sub", old, old.kind === "bigint" ? literal(1n) : literal(1)),
      );
    } else if (operator === "=") scope.set(name, this.#binding(right, scope));
    else scope.set(name, this.#operate(String(operator).slice(0, -1), target, right, scope));
  }

  // ── Expressions ──────────────────────────────────────────────────────────────────────────────────────────────────

  #binding(node: AstNode, scope: Scope): Binding {
    const path = this.#pathOf(node, scope);
    return path && !isLeaf(this.#at(path)) ? { path } : this.#value(node, scope);
  }

  #value(node: AstNode, scope: Scope): Expr {
    if (++this.#nodes > MAX_NODES) throw new NotCompiled("it is too long");
    const path = this.#pathOf(node, scope);
    if (path) return this.#param(path);
    const inner = (key: string) => this.#value(node[key] as AstNode, scope);
    switch (node.type) {
      case "Literal":
        return literalOf(node);
      case "Identifier":
        return this.#name(node, scope);
      case "ParenthesizedExpression":
        return inner("expression");
      case "UnaryExpression":
        return this.#unary(node, scope);
      case "BinaryExpression":
        return this.#operate(String(node.operator), node.left as AstNode, node.right as AstNode, scope);
      case "LogicalExpression":
        return this.#logical(node, inner("left"), inner("right"));
      case "ConditionalExpression":
        return this.#choose(this.#truth(node.test as AstNode, scope), inner("consequent"), inner("alternate"));
      case "MemberExpression":
        return this.#constant(node);
      case "CallExpression":
        return this.#call(node, scope);
      default:
        throw refuse(WORDS[node.type] ?? node.type);
    }
  }

  #name(node: AstNode, scope: Scope): Expr {
    const name = String(node.name);
    const bound = scope.get(name);
    if (bound && !isPath(bound)) return bound;
    const number = GLOBAL_NUMBERS[name];
    if (number !== undefined && !this.#declared.has(name)) return literal(number);
    throw new NotCompiled(`it uses \`${name}\``);
  }

  /** `params.a.b[0]` as a path, if that is what it is. */
  #pathOf(node: AstNode, scope: Scope): readonly string[] | undefined {
    if (node.type === "Identifier") {
      const bound = scope.get(String(node.name));
      return bound && isPath(bound) ? bound.path : undefined;
    }
    if (node.type !== "MemberExpression" || node.optional) return undefined;
    const path = this.#pathOf(node.object as AstNode, scope);
    if (!path) return undefined;
    const property = node.property as AstNode;
    if (!node.computed) return [...path, String(property.name)];
    if (property.type !== "Literal") throw refuse("an index of `params` that is no literal");
    return [...path, String(property.value)];
  }

  #at(path: readonly string[]): unknown {
    return path.reduce((value: unknown, key) => {
      const own = typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key) : undefined;
      return own?.value;
    }, this.#given);
  }

  #param(path: readonly string[]): Expr {
    const value = this.#at(path);
    if (!isLeaf(value))
      throw new NotCompiled(`it uses \`params${path.map((key) => `.${key}`).join("")}\`, which is no number`);
    const known = this.#params.findIndex((use) => use.path.join("\0") === path.join("\0"));
    const kind = typeof value as Kind;
    const isFloat32 = typeof value === "number" && isFloat32Value(value);
    const index = known >= 0 ? known : this.#params.push({ path, kind, isFloat32 }) - 1;
    return make("param", kind, [], index);
  }

  #unary(node: AstNode, scope: Scope): Expr {
    const argument = node.argument as AstNode;
    if (node.operator === "!") return make("not", "boolean", [this.#truth(argument, scope)]);
    const value = this.#value(argument, scope);
    switch (node.operator) {
      case "-":
        return value.kind === "bigint" ? make("neg", "bigint", [value]) : make("neg", "number", [asNumber(value)]);
      case "+":
        if (value.kind === "bigint") throw refuse("`+` of a bigint, which throws");
        return asNumber(value);
      case "~":
        return value.kind === "bigint"
          ? make("bitNot", "bigint", [value])
          : make("bitNot", "number", [asNumber(value)]);
      default:
        throw refuse(`\`${node.operator}\``);
    }
  }

  #operate(operator: string, left: AstNode, right: AstNode, scope: Scope): Expr {
    const [a, b] = [this.#value(left, scope), this.#value(right, scope)];
    if (operator in COMPARE) {
      if (a.kind === "bigint" && b.kind === "bigint") return make(COMPARE[operator]!, "boolean", [a, b]);
      if (a.kind === "bigint" || b.kind === "bigint") throw refuse("a comparison of a bigint with a number");
      return make(COMPARE[operator]!, "boolean", [asNumber(a), asNumber(b)]);
    }
    if (operator in EQUAL) {
      if (a.kind !== b.kind) throw refuse("a comparison of values of two kinds");
      return make(EQUAL[operator]!, "boolean", [asNumber(a), asNumber(b)]);
    }
    if (operator in ARITHMETIC) return this.#arithmetic(ARITHMETIC[operator]!, a, b);
    if (operator in BITWISE) return this.#bitwise(BITWISE[operator]!, a, b);
    if (operator === "**") return this.#power(a, b);
    if (operator === "%" && a.kind !== "bigint" && b.kind !== "bigint")
      return make("math", "number", [asNumber(a), asNumber(b)], "%");
    throw refuse(`\`${operator}\``);
  }

  #arithmetic(op: ExprOp, a: Expr, b: Expr): Expr {
    if (a.kind === "bigint" && b.kind === "bigint") {
      if (op === "div") throw new NotCompiled("it divides bigints");
      return make(op, "bigint", [a, b]);
    }
    if (a.kind === "bigint" || b.kind === "bigint") throw new NotCompiled("it mixes bigints and numbers, which throws");
    return make(op, "number", [asNumber(a), asNumber(b)]);
  }

  #bitwise(op: ExprOp, a: Expr, b: Expr): Expr {
    const isShift = op === "shl" || op === "shr" || op === "ushr";
    if (a.kind === "bigint" && b.kind === "bigint" && !isShift) return make(op, "bigint", [a, b]);
    if (a.kind === "bigint" || b.kind === "bigint") throw refuse("a shift of a bigint, or one with a number");
    if (isShift && b.op !== "const") throw refuse("a shift by a count that is no literal");
    return make(op, "number", [asNumber(a), asNumber(b)]);
  }

  /** The square is a product, on every engine; other powers differ between engines. */
  #power(a: Expr, b: Expr): Expr {
    if (a.kind === "bigint" || b.kind === "bigint") throw new NotCompiled("it takes a power of a bigint");
    const base = asNumber(a);
    if (b.op === "const" && b.value === 2) return make("mul", "number", [base, base]);
    return make("math", "number", [base, asNumber(b)], "pow");
  }

  #logical(node: AstNode, a: Expr, b: Expr): Expr {
    if (node.operator === "??") return a; // no value here is null or undefined
    if (a.kind !== b.kind) throw refuse("a choice between values of two kinds");
    if (a.kind === "boolean") return make(node.operator === "&&" ? "and" : "or", "boolean", [a, b]);
    const [yes, no] = node.operator === "&&" ? [b, a] : [a, b];
    return this.#choose(make("truth", "boolean", [a]), yes, no);
  }

  #choose(condition: Expr, a: Expr, b: Expr): Expr {
    if (a.kind !== b.kind) throw new NotCompiled("it chooses between values of two kinds");
    return make("select", a.kind, [condition, a, b]);
  }

  /** The value as a condition: `a && b` of any kinds is one. */
  #truth(node: AstNode, scope: Scope): Expr {
    if (node.type === "LogicalExpression" && node.operator !== "??") {
      const [a, b] = [this.#truth(node.left as AstNode, scope), this.#truth(node.right as AstNode, scope)];
      return make(node.operator === "&&" ? "and" : "or", "boolean", [a, b]);
    }
    const value = this.#value(node, scope);
    return value.kind === "boolean" ? value : make("truth", "boolean", [value]);
  }

  /** `Math.abs` as ["Math", "abs"], if the object is a global. */
  #globalMember(node: AstNode): [object: string, name: string] {
    const object = node.object as AstNode | undefined;
    const property = node.property as AstNode | undefined;
    const isPlain = node.type === "MemberExpression" && !node.computed && object?.type === "Identifier";
    if (!isPlain || this.#declared.has(String(object.name))) return ["", ""];
    return [String(object.name), String(property?.name)];
  }

  /** `Math.PI` and the like. */
  #constant(node: AstNode): Expr {
    const [object, name] = this.#globalMember(node);
    if (object === "Math" && MATH_CONSTANTS.has(name)) return literal(Math[name as "PI"]);
    const value = object === "Number" ? (Number as unknown as Record<string, unknown>)[name] : undefined;
    if (typeof value === "number") return literal(value);
    throw refuse("a property");
  }

  #call(node: AstNode, scope: Scope): Expr {
    const callee = node.callee as AstNode;
    const args = (node.arguments as AstNode[]).map((arg) => this.#value(arg, scope));
    const isGlobal = callee.type === "Identifier" && !this.#declared.has(String(callee.name));
    const [object, name] = isGlobal ? ["Number", String(callee.name)] : this.#globalMember(callee);
    if (args.some(({ kind }) => kind === "bigint")) throw refuse("a function of a bigint");
    const [first] = args;
    if (object === "Math") return this.#math(name, args.map(asNumber));
    if (object === "Number" && first && args.length === 1) {
      const x = asNumber(first);
      if (!isGlobal && first.kind === "boolean") throw refuse("a question of Number about a boolean");
      if (name === "isNaN") return make("ne", "boolean", [x, x]);
      if (name === "isFinite") {
        const size = make("math", "number", [x], "abs");
        return make("lt", "boolean", [size, literal(Number.POSITIVE_INFINITY)]);
      }
      if (isGlobal && name === "Number") return x;
      if (isGlobal && name === "Boolean") return first.kind === "boolean" ? first : make("truth", "boolean", [first]);
    }
    throw refuse("a call of a function other than those of Math");
  }

  #math(name: string, args: readonly Expr[]): Expr {
    const arity = MATH_ARITY[name];
    if (arity === undefined) throw refuse(`Math.${name}`);
    if (arity >= 0 ? args.length !== arity : args.length === 0)
      throw refuse(`Math.${name} of ${args.length} arguments`);
    if (name === "pow") return this.#power(args[0]!, args[1]!);
    if (arity < 0) return args.reduce((a, b) => make("math", "number", [a, b], name));
    return make("math", "number", args, name);
  }
}

const isLeaf = (value: unknown): value is number | bigint | boolean =>
  typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
const asNumber = (value: Expr): Expr => (value.kind === "boolean" ? make("number", "number", [value]) : value);

function literalOf(node: AstNode): Expr {
  if (typeof node.bigint === "string") return literal(BigInt(node.bigint));
  if (isLeaf(node.value)) return literal(node.value);
  throw refuse(node.value === null ? "null" : `a ${typeof node.value}`);
}

/** The names that a function declares: itself, its parameters, variables and functions, wherever they stand. */
function declaredIn(node: unknown, names = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const one of node) declaredIn(one, names);
  if (typeof node !== "object" || node === null || Array.isArray(node)) return names;
  const { type, id, params } = node as AstNode;
  const patterns = [id, ...(Array.isArray(params) ? params : [])].filter((one) => one !== undefined && one !== null);
  if (/Function|VariableDeclarator|Class/.test(String(type))) for (const one of patterns) identifiersIn(one, names);
  for (const child of Object.values(node)) declaredIn(child, names);
  return names;
}

/** All identifiers of a pattern: some are no declarations, but none is left out. */
function identifiersIn(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) for (const one of node) identifiersIn(one, names);
  if (typeof node !== "object" || node === null) return;
  const { type, name } = node as AstNode;
  if (type === "Identifier") names.add(String(name));
  for (const child of Object.values(node)) identifiersIn(child, names);
}

/** Whether a return stands anywhere inside. */
function returns(node: AstNode): boolean {
  if (node.type === "ReturnStatement") return true;
  if (node.type === "BlockStatement") return (node.body as AstNode[]).some(returns);
  if (node.type !== "IfStatement") return false;
  return returns(node.consequent as AstNode) || (node.alternate ? returns(node.alternate as AstNode) : false);
}
const declares = ({ body }: AstNode): boolean => (body as AstNode[]).some(({ type }) => type === "VariableDeclaration");

const WORDS: Record<string, string> = {
  ForStatement: "a loop",
  ForOfStatement: "a loop",
  ForInStatement: "a loop",
  WhileStatement: "a loop",
  DoWhileStatement: "a loop",
  SwitchStatement: "a switch",
  ThrowStatement: "a throw",
  TryStatement: "a try",
  TemplateLiteral: "a text",
  ObjectExpression: "an object",
  ArrayExpression: "an array",
  ArrowFunctionExpression: "an inner function",
  FunctionExpression: "an inner function",
  FunctionDeclaration: "an inner function",
  AssignmentExpression: "an assignment to something else than a local name",
  UpdateExpression: "an assignment inside of an expression",
  SequenceExpression: "a comma",
  ThisExpression: "`this`",
  NewExpression: "`new`",
  ChainExpression: "`?.`",
};

const refuse = (what: string): NotCompiled => new NotCompiled(`it has ${what}`);
