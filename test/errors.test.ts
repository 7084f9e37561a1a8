/** Errors across threads: class, code, fields, cause and stack survive. */
import { describe, expect, it } from "vitest";
import * as errors from "../src/base/errors.js";

const cross = (thrown: unknown) => errors.fromWire(structuredClone(errors.toWire(thrown)));

describe("an error that is sent to another thread", () => {
  it("keeps its class, code and fields if it is one of this package", () => {
    const sent = new errors.ShapeError("shapes", { shape: [1], expected: [2] }, { cause: new TypeError("why") });
    const got = cross(sent) as errors.ShapeError;
    expect(got).toBeInstanceOf(errors.ShapeError);
    expect(got).toBeInstanceOf(RangeError);
    expect(got).toMatchObject({
      name: "ShapeError",
      code: "SHAPE",
      shape: [1],
      expected: [2],
      message: "shapes",
      stack: sent.stack,
    });
    expect(got.cause).toBeInstanceOf(TypeError);
    expect(errors.isSharedError(got, "SHAPE")).toBe(true);
  });

  it("keeps a built-in class, its name and its own fields; other classes become the nearest built-in", () => {
    class Mine extends RangeError {
      override name = "Mine";
      detail = { a: 1 };
      unclonable = () => 1;
    }
    const got = cross(new Mine("m")) as Mine;
    expect(got).toBeInstanceOf(RangeError);
    expect(got).toMatchObject({ name: "Mine", message: "m", detail: { a: 1 } });
    expect("unclonable" in got).toBe(false);
    expect(cross(new SyntaxError("s"))).toBeInstanceOf(SyntaxError);
    expect((cross(new AggregateError([new TypeError("a"), 5], "all")) as AggregateError).errors).toEqual([
      expect.any(TypeError),
      5,
    ]);
  });

  it("need not be an error, and may be its own cause", () => {
    expect(cross("text")).toBe("text");
    expect(cross(undefined)).toBe(undefined);
    expect(cross({ a: 1 })).toEqual({ a: 1 });
    expect(cross(Symbol("s"))).toBe("Symbol(s)");
    const loop: Error & { cause?: unknown } = new Error("loop");
    loop.cause = loop;
    expect((cross(loop) as Error).message).toBe("loop");
  });

  it("ends where its chain of causes would repeat; odd errors keep what can be sent", () => {
    const loop = new Error("loop");
    loop.cause = loop;
    expect((cross(loop) as Error).cause).toBeUndefined();
    const all: AggregateError = new AggregateError([], "all");
    all.errors = Array.from({ length: 40 }, (_, i) => new Error(`one ${i}`, { cause: all }));
    const got = cross(all) as AggregateError;
    expect([got.errors.length, got.errors[39].message, got.errors[39].cause]).toEqual([40, "one 39", undefined]);
    expect(cross(Object.assign(new AggregateError([], "none"), { errors: null }))).toMatchObject({ message: "none" });
    const getter = Object.defineProperty(new Error("getter"), "x", {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
    expect(cross(getter)).toMatchObject({ message: "getter" });
  });
});

describe("the name of an error is that of its class", () => {
  const names = Object.entries(errors).filter(([name]) => /(?<!Shared)Error$/.test(name) && name !== "isSharedError");
  it.each(names)("%s, and no field hides what every error has", (name, value) => {
    const Class = value as unknown as new (message: string, fields: object) => Error;
    const error = new Class("m", {});
    const expected = name === "AbortedError" ? "AbortError" : name; // the web's name, which libraries look for
    expect(error.name).toBe(expected);
    expect((cross(error) as Error).name).toBe(expected);
    expect(String(error)).toBe(`${expected}: m`);
  });
  it("also if it is about a name: that is its key", () => {
    const sent = new errors.NameTakenError("taken", { key: "TypeError", scope: "process" });
    for (const error of [sent, cross(sent)]) {
      expect(error).toMatchObject({ name: "NameTakenError", key: "TypeError", code: "NAME_TAKEN", scope: "process" });
      expect(String(error)).toBe("NameTakenError: taken");
    }
  });
});

it("every code has a class of the same name, derived from the built-in that a user would guess", () => {
  const builtin: Record<string, ErrorConstructor> = {
    NoSpaceError: RangeError,
    ClosedError: ReferenceError,
    BoundsError: RangeError,
    ShapeError: RangeError,
    IndexError: RangeError,
    DTypeError: TypeError,
    LayoutError: TypeError,
    NotSharedError: TypeError,
    NotSendableError: TypeError,
    UnsupportedError: TypeError,
    CaptureError: ReferenceError,
    MessageTooLargeError: RangeError,
  };
  for (const [name, value] of Object.entries(errors)) {
    if (!name.endsWith("Error") || name === "SharedError" || name === "isSharedError") continue;
    const Class = value as unknown as new (message: string, fields: object) => Error & { code: string };
    const error = new Class("m", {});
    expect(error, name).toBeInstanceOf(builtin[name] ?? Error);
    expect(error.code.toLowerCase().replaceAll("_", "")).toBe(name.replace(/Error$/, "").toLowerCase());
  }
});
