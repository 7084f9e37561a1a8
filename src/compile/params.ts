/** The numbers that a function takes from `params`: which ones it uses, and their values in a call. */
import { type Expr, isFloat32Value, type Kind, NotCompiled, type ParamUse, type Scalar } from "./expression.js";
import { make } from "./operators.js";

/** The value at a path of plain data, or undefined. Only own data properties are read, so no code of the user runs. */
export const valueAt = (params: unknown, path: readonly string[]): unknown =>
  path.reduce((at: unknown, name) => {
    const own = typeof at === "object" && at !== null ? Object.getOwnPropertyDescriptor(at, name) : undefined;
    return own?.value;
  }, params);

export const isScalar = (value: unknown): value is Scalar =>
  typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";

/** Collects the numbers of one call's `params` that a function reads. */
export class ParamReader {
  readonly #given: unknown;
  /** In the order of the "param" expressions that refer to them. */
  readonly uses: ParamUse[] = [];

  constructor(given: unknown) {
    this.#given = given;
  }

  /** Whether the call passes `params` at all. */
  get isGiven(): boolean {
    return this.#given !== undefined;
  }

  /** Whether a number, bigint or boolean stands at the path. */
  isScalar(path: readonly string[]): boolean {
    return isScalar(valueAt(this.#given, path));
  }

  /**
   * The value at the path, as an expression.
   *
   * @throws {NotCompiled} If it is not a number, bigint or boolean.
   */
  use(path: readonly string[]): Expr {
    const value = valueAt(this.#given, path);
    if (!isScalar(value)) {
      const name = `params${path.map((key) => `.${key}`).join("")}`;
      throw new NotCompiled(`it uses \`${name}\`, which is not a number`);
    }
    const kind = typeof value as Kind;
    const known = this.uses.findIndex((use) => use.path.join("\0") === path.join("\0"));
    const isFloat32 = typeof value === "number" && isFloat32Value(value);
    const index = known >= 0 ? known : this.uses.push({ path, kind, isFloat32 }) - 1;
    return make("param", kind, [], index);
  }
}
