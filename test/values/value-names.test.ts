/** Values by name and by handle: types, locks and damaged blocks. */
import {
  fromHandle,
  Lock,
  RawValue,
  RLock,
  SharedArray,
  SharedMemory,
  toHandle,
  Value,
  type ValueType,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { codeOf, thrownBy } from "../fixtures/thrown.js";

describe("names and handles", () => {
  it("attach, waitFor and handles give the same memory; a wrong type is an error, and its handle closed", async () => {
    using v = new Value("d", 2.5, { name: "the-value" });
    const again = Value.attach("the-value", "float64");
    again.value += 1;
    expect([v.value, again.owner, again.lock instanceof RLock]).toEqual([3.5, false, true]);
    expect((await Value.waitFor("the-value", "d")).value).toBe(3.5);
    expect(Value.waitForSync("the-value", "d").value).toBe(3.5);
    expect(RawValue.attach("the-value", "d")).toBeInstanceOf(Value);
    const received = fromHandle(structuredClone(toHandle(v)));
    received.updateSync((x) => x + 1);
    expect(v.value).toBe(4.5);
    const guard = v.lock.acquireSync();
    expect([received.lock.locked, fromHandle(structuredClone(toHandle(v.lock))).locked]).toEqual([true, true]);
    guard.release();
    const threads = () => SharedMemory.list().find((one) => one.name === "the-value")!.threads;
    for (const type of ["int32", "e", "int64"] as ValueType[]) {
      expect(codeOf(() => Value.attach("the-value", type))).toBe("DTYPE");
    }
    expect(codeOf(() => SharedArray.attach("the-value", "d"))).toBe("FORMAT");
    expect(threads()).toBe(1);
    using _raw = new RawValue("i", 0, { name: "raw-value" });
    expect(codeOf(() => Value.attach("raw-value", "i"))).toBe("FORMAT");
    const { lock } = v;
    v.close();
    expect(codeOf(() => lock.tryAcquire())).toBe("CLOSED"); // its own lock is closed with it
    for (const use of [() => v.value, () => (v.value = 1), () => v.add(1), () => v.updateSync((x) => x)]) {
      expect(codeOf(use)).toBe("CLOSED");
    }
  });

  it("a shared lock must have a name where the value has one; another block of that name is not taken for it", () => {
    expect(thrownBy(() => new Value("i", 0, { name: "lonely", lock: new Lock() }))).toBeInstanceOf(TypeError);
    expect(codeOf(() => SharedMemory.attach("lonely"))).toBe("NAME_NOT_FOUND");
    using v = new Value("i", 0, { name: "with-lock", lock: new Lock({ name: "its-lock" }) });
    const again = Value.attach("with-lock", "i");
    const guard = v.lock.acquireSync();
    expect([again.lock.name, again.lock.locked]).toEqual(["its-lock", true]);
    guard.release();
    again.close();
    v.lock.unlink();
    expect(codeOf(() => Value.attach("with-lock", "i"))).toBe("NAME_NOT_FOUND");
    using _other = new Lock({ name: "its-lock" });
    const error = thrownBy(() => Value.attach("with-lock", "i"));
    expect([error.code, error.message]).toEqual(["NAME_NOT_FOUND", expect.stringContaining("another block")]);
    const threads = Object.fromEntries(SharedMemory.list().map((one) => [one.name, one.threads]));
    expect(threads).toMatchObject({ "with-lock": 1, "its-lock": 1 });
    v.lock.close();
    expect(codeOf(() => v.updateSync((x) => x))).toBe("CLOSED");
  });

  it("a damaged block is a format error", () => {
    using _ = new RawValue("int32", 0, { name: "damaged" });
    const words = SharedMemory.attach("damaged").as("int32");
    const at = words.findIndex((word, i) => i >= 18 && word === "int32".length);
    for (const bad of [-1, 1, 2 ** 30]) {
      words[at] = bad;
      expect(codeOf(() => RawValue.attach("damaged", "int32"))).toBe("FORMAT");
    }
  });
});
