/** The classes of errors. */
import { describe, expect, it } from "vitest";
import * as errors from "../src/base/errors.js";
import { fromWire, toWire } from "../src/wire/thrown.js";

const cross = (thrown: unknown) => fromWire(structuredClone(toWire(thrown)));

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
