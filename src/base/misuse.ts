/**
 * JavaScript's operators and brackets, which know nothing of shared things: `a * 2` would be NaN, `a + b` joined text,
 * `a[0]` undefined, and `a[0] = 5` a property that nobody reads. They throw instead, and so do writes to getters.
 */
import { show } from "./expect.js";

/**
 * The text of a thing, for `` `${thing}` `` and `String(thing)`.
 *
 * @param hint what JavaScript wants, as it calls `Symbol.toPrimitive`
 * @param what the thing, for the message
 * @throws {TypeError} If an operator wants a number, or either: `+` does, and so does `==`.
 */
export function textOnly(hint: string, thing: object, what: string, cure: string): string {
  if (hint === "string") return thing.toString();
  const asText = hint === "default" ? "; as text: String(x) or a template" : "";
  throw new TypeError(`Expected numbers or text next to an operator, got ${what} (${cure}${asText})`);
}

/**
 * Makes getters say what to do instead of writing to them.
 *
 * @param of the things, for the message, such as "an NDArray"
 * @param cures what to do instead, by the name of the getter
 */
export function refuseAssignments(
  Class: { readonly prototype: object },
  of: string,
  cures: Readonly<Record<string, string>>,
): void {
  for (const [key, cure] of Object.entries(cures)) {
    Object.defineProperty(Class.prototype, key, {
      ...Object.getOwnPropertyDescriptor(Class.prototype, key),
      set(value: unknown) {
        throw new TypeError(`Expected \`${key}\` of ${of} to be only read, got ${show(value)} (${cure})`);
      },
    });
  }
}

/**
 * Makes a class refuse elements in brackets, and new properties: they would stay in this thread, while the user expects
 * them to be shared. Members of the class are found before this is asked.
 *
 * @param of the things, for the message, such as "an NDArray"
 * @param cure how elements are read and written
 * @param isOurs whether a thing takes no properties. If the user has extended the class, it may have some.
 */
export function refuseIndices(
  Class: { readonly prototype: object },
  of: string,
  cure: string,
  isOurs: (thing: object) => boolean,
): void {
  const above = Object.create(Object.getPrototypeOf(Class.prototype));
  const refuse = (key: string | symbol) => {
    if (typeof key === "string" && /^-?\d+$/.test(key)) {
      throw new TypeError(`Expected an element of ${of} to be read and written by ${cure}, got [${key}]`);
    }
  };
  const guard: ProxyHandler<object> = {
    get(target, key, receiver) {
      refuse(key);
      return Reflect.get(target, key, receiver);
    },
    set(target, key, value, receiver) {
      refuse(key);
      if (typeof key === "string" && isOurs(receiver)) {
        throw new TypeError(`Expected no new property of ${of}, got ${show(key)} (use ${cure})`);
      }
      if (Reflect.set(target, key, value, receiver)) return true;
      throw new TypeError(`Expected no new property of ${of}, got ${String(key)}`);
    },
  };
  Object.setPrototypeOf(Class.prototype, new Proxy(above, guard));
}
