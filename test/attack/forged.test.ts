/**
 * Bytes that something else has written into a channel, handles that nobody has made, and damaged headers: each ends
 * with an error that names what was expected, and never with one of the decoder's own.
 */
import { fromHandle, Lock, Queue, SharedMemory, toHandle, Value, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { freshName, SYSTEM } from "../system/fixtures.js";

/** Numbers that are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % below;
  };
}

/** The bytes of the largest message, and of the message that is replaced. */
const CAPACITY = 1024;
const BYTES = 120;
/** A queue, and a way to replace the bytes of its next message. */
function forgeable() {
  const name = freshName();
  const queue = new Queue({ name, ...SYSTEM, byteCapacity: CAPACITY, maxSize: 4 });
  const { buf } = SharedMemory.attach(name, SYSTEM);
  const words = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  const marker = new Uint8Array(BYTES).map((_, i) => (i * 7 + 13) & 255);
  /** Puts a message, and returns the place of its bytes. It may begin anywhere, but not continue at the beginning. */
  const place = () => {
    queue.putSync(marker, { timeoutMs: 10_000 });
    for (let at = 8; at + BYTES <= buf.length; at += 4) {
      if (words.getInt32(at - 4, true) !== BYTES) continue;
      if (marker.every((byte, i) => buf[at + i] === byte)) return at;
    }
    return undefined;
  };
  const forge = (tag: number, bytes: Uint8Array, length = bytes.length) => {
    let at = place();
    for (let tries = 0; at === undefined && tries < 4; tries++) {
      queue.getSync({ timeoutMs: 10_000 });
      at = place();
    }
    if (at === undefined) throw new Error("Expected the message to be found in the block");
    buf.set(bytes, at);
    words.setUint8(at - 8, tag);
    words.setInt32(at - 4, length, true);
  };
  return { queue, forge };
}

/** What a queue gives, or the error that it throws. All errors say what was expected. */
function got(queue: Queue<unknown>): unknown {
  try {
    return queue.tryGet();
  } catch (e) {
    const { message, code } = e as Error & { code?: string };
    expect(message).toMatch(/^Expected /);
    return code;
  }
}

const TAGS = [0, 1, 2, 3, 4, 5, 6, 9, 14, 18, 19, 77, 255];
/** Buffers, bytes and views of them: any bytes are such a message. */
const OF_ANY_BYTES = [5, 6, 18];

describe("Forged messages", () => {
  it.each(TAGS)("of kind %i, of random bytes: an error that says so, or a message", (tag) => {
    const { queue, forge } = forgeable();
    const next = numbers(tag + 1);
    let refused = 0;
    for (let i = 0; i < 1500; i++) {
      const bytes = new Uint8Array(BYTES - next(8)).map(() => next(256)); // as long as the place of the message
      if (tag > 0 && tag < 4 && next(2) === 0) bytes.set([0xff, 0x0f].slice(0, bytes.length)); // as a clone begins
      forge(tag, bytes);
      if (got(queue) === "FORMAT") refused++;
      if (i % 50 === 0) {
        queue.putSync({ well: i }, { timeoutMs: 10_000 });
        expect(queue.getSync({ timeoutMs: 10_000 })).toEqual({ well: i });
      }
    }
    if (!OF_ANY_BYTES.includes(tag)) expect(refused).toBeGreaterThan(0);
    queue.unlink();
  });

  it.each([
    ["a list of 2^32 - 1 items", 0, [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ["a record of 2^32 - 1 fields", 0, [0xdf, 0xff, 0xff, 0xff, 0xff]],
    ["a text of 4 GiB", 0, [0xdb, 0xff, 0xff, 0xff, 0xff]],
    ["a reference to nothing", 0, [0xd6, 0x70, 0, 0, 0, 9]],
    ["lists in lists", 0, new Array(BYTES).fill(0x91)],
    ["a number of three bytes", 4, [1, 2, 3]],
    ["a number of nine bytes", 4, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ["float64 of seven bytes", 5 + 9, [1, 2, 3, 4, 5, 6, 7]],
    ["an array of an unknown type", 40, [1]],
    ["a clone of a host object", 1, [0xff, 0x0f, 0x5c]],
    ["a dense list of 2^32 - 1 items", 1, [0xff, 0x0f, 0x41, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    ["nothing at all", 1, []],
  ])("%s: FORMAT", (_, tag, bytes) => {
    const { queue, forge } = forgeable();
    forge(tag, Uint8Array.from(bytes));
    expect(got(queue)).toBe("FORMAT");
    queue.unlink();
  });

  it.each([CAPACITY + 1, 2 ** 31 - 1, -1, -(2 ** 31)])("of a length of %i bytes: FORMAT", (length) => {
    const { queue, forge } = forgeable();
    forge(1, new Uint8Array(8), length);
    expect(got(queue)).toBe("FORMAT");
    queue.unlink();
  });
});

describe("Forged handles", () => {
  const handles = () => {
    const things = [new Lock(), new Value("int32"), new Queue(), new SharedMemory(8), zeros([2])];
    return [...things.map((thing) => toHandle(thing) as object), toHandle(new Error("an error") as never) as object];
  };
  it("with the handle of anything in any place: an error that says what was expected", () => {
    for (const handle of handles()) {
      for (const key of Object.keys(handle)) {
        for (const other of [...handles(), null, 1, "x", {}, [], { kind: "Error" }, new Uint8Array(3)]) {
          try {
            fromHandle({ ...handle, [key]: other } as never);
          } catch (e) {
            expect((e as Error).message).toMatch(/^Expected /);
          }
        }
      }
    }
  });
});

describe("A damaged header", () => {
  it.each([
    ["control characters", [5, 1, 2, 3, 4, 5]],
    ["a path", [6, ...Buffer.from("../etc")]],
    ["a byte beyond ASCII", [2, 0xff, 0xfe]],
    ["a length beyond the field", [255, ...Buffer.from("x".repeat(31))]],
  ])("with %s as the name of its lock: FORMAT", (_, bytes) => {
    const name = freshName();
    const value = new Value("int32", 1, { name, ...SYSTEM });
    SharedMemory.attach(name, SYSTEM).buf.set(bytes, 32);
    let code: unknown;
    try {
      Value.attach(name, "int32", SYSTEM);
    } catch (e) {
      code = (e as { code?: string }).code;
    }
    value.unlink();
    expect(code).toBe("FORMAT");
  });
});
