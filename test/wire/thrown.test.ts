/** Errors across threads: class, code, properties, cause and stack survive; no error prevents that it is sent. */

import { deserialize, serialize } from "node:v8";
import vm from "node:vm";
import { describe, expect, it } from "vitest";
import * as errors from "../../src/base/errors.js";
import { fromWire, toWire } from "../../src/wire/thrown.js";
import { hostile } from "../fixtures/hostile.mjs";

const cross = (thrown: unknown) => fromWire(structuredClone(toWire(thrown)));

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

  it("need not be an error", () => {
    expect(cross("text")).toBe("text");
    expect(cross(undefined)).toBe(undefined);
    expect(cross({ a: 1 })).toEqual({ a: 1 });
    expect(cross(Symbol("s"))).toBe("Symbol(s)");
  });

  it("keeps what it refers to: causes in a circle, errors in several places, only once each", () => {
    const [first, second] = [new Error("first"), new TypeError("second")];
    first.cause = second;
    second.cause = first;
    const all = new AggregateError([first, second, 5], "all", { cause: second });
    const got = cross(all) as AggregateError;
    expect(got.constructor).toBe(AggregateError);
    const [gotFirst, gotSecond, five] = got.errors;
    expect([gotFirst.message, gotSecond.message, five]).toEqual(["first", "second", 5]);
    expect([gotFirst.cause, gotSecond.cause, got.cause]).toEqual([gotSecond, gotFirst, gotSecond]);
    expect(got.cause).toBe(gotSecond);
    const own = new Error("own");
    own.cause = own;
    const gotOwn = cross(own) as Error;
    expect(gotOwn.cause).toBe(gotOwn);
  });

  it("keeps a long chain of causes, and errors as own properties", () => {
    let chain = new Error("0");
    for (let i = 1; i <= 500; i++) chain = new Error(`${i}`, { cause: chain });
    let depth = 0;
    for (let e = cross(chain) as Error | undefined; e; e = e.cause as Error | undefined) depth++;
    expect(depth).toBe(501);
    const got = cross(Object.assign(new Error("m"), { inner: new RangeError("r"), all: [new TypeError("t")] }));
    expect(got).toMatchObject({ inner: expect.any(RangeError), all: [expect.any(TypeError)] });
  });

  it("keeps own properties that are not enumerable, as they are", () => {
    const got = cross(Object.defineProperty(new Error("m"), "hidden", { value: 7 })) as Error & { hidden: number };
    expect([got.hidden, Object.keys(got), Object.hasOwn(got, "cause")]).toEqual([7, [], false]);
    expect(Object.hasOwn(cross(new Error("m", { cause: undefined })) as Error, "cause")).toBe(true);
  });

  it("is a DOMException of the same name and code", () => {
    const sent = new DOMException("gone", "NotFoundError");
    const got = cross(sent) as DOMException;
    expect(got.constructor).toBe(DOMException);
    expect([got.name, got.message, got.code, got.stack]).toEqual(["NotFoundError", "gone", 8, sent.stack]);
  });

  it("is a SuppressedError with both errors, where there are such", () => {
    const { SuppressedError: Native } = globalThis as {
      SuppressedError?: new (e: Error, s: Error, m: string) => Error;
    };
    const parts = [new Error("cleanup failed"), new TypeError("body failed")] as const;
    const name = "SuppressedError";
    const sent = Native
      ? new Native(...parts, "both")
      : Object.assign(new Error("both"), { name, error: parts[0], suppressed: parts[1] }); // as compilers make it
    const got = cross(sent) as Error & { error: Error; suppressed: Error };
    expect(got.constructor).toBe(Native ?? Error);
    expect([got.name, got.message, got.error.message]).toEqual([name, "both", "cleanup failed"]);
    expect(got.suppressed).toBeInstanceOf(TypeError);
  });

  it("may be of another realm", () => {
    const got = cross(
      vm.runInNewContext("Object.assign(new RangeError('m', { cause: new TypeError('c') }), { x: 1 })"),
    );
    expect(got).toBeInstanceOf(RangeError);
    expect(got).toMatchObject({ message: "m", x: 1, cause: expect.any(TypeError) });
  });
});

describe("to encode what was thrown never throws", () => {
  it.each(Object.keys(hostile))("%s", (what) => {
    expect(() => fromWire(structuredClone(toWire(hostile[what]!())))).not.toThrow();
    expect(() => fromWire(deserialize(serialize(toWire(hostile[what]!(), true))))).not.toThrow();
  });

  it("keeps the message and the class of an error that cannot show the rest", () => {
    for (const key of ["stack", "cause", "extra", "name"]) {
      const got = cross(hostile[`error whose ${key} is: getter that throws`]!()) as Error;
      expect([got.constructor, got.message, got.stack?.split("\n")[0]]).toEqual([RangeError, "why", "RangeError: why"]);
    }
    const got = cross(hostile["error whose message is: getter that throws"]!());
    expect(got).toMatchObject({ message: "(its message could not be read)" });
  });
});
