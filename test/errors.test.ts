/** The classes of errors. */
import { expect, it } from "vitest";
import * as errors from "../src/base/errors.js";

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
