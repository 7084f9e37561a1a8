/** Messages with shared things in them: what is packed, what each thing learns about its message, and what is refused. */
import { beforeEach, describe, expect, it } from "vitest";
import { forbidSending } from "../../src/wire/contents.js";
import { settle } from "../../src/wire/departures.js";
import { pack, sent, unpack } from "../../src/wire/pack.js";
import { fromHandle, registerHandleKind, toHandle } from "../../src/wire/registry.js";

const log: string[] = [];
beforeEach(() => log.splice(0));

/** A thing that notes what becomes of it, and may have another one inside. */
class Parcel {
  constructor(
    readonly id: string,
    readonly inner?: Parcel,
    readonly isBroken = false,
  ) {}
}
registerHandleKind<Parcel>(
  "Parcel",
  (value) => value instanceof Parcel,
  ({ id, inner, isBroken }, handleOf) => {
    const handle = { id, inner: inner && handleOf(inner) };
    if (isBroken) throw new Error("broken");
    return handle;
  },
  ({ id, inner }) => new Parcel(id as string, inner as Parcel | undefined),
  {
    depart: ({ id }) => ({
      sent: () => log.push(`${id} sent`),
      cancelled: () => log.push(`${id} cancelled`),
      lost: () => log.push(`${id} lost`),
      givenOut: () => log.push(`${id} given out`),
    }),
    isHandedOver: true,
    canHaveScope: true,
  },
);

describe("a message", () => {
  it("without shared things is sent as it is", () => {
    const value = { a: [1, 2] };
    expect(pack(value, "message")).toEqual({ value, shared: false });
    expect(pack(value, "message").value).toBe(value);
  });

  it("reports to all of its things what became of it, to those inside others too", () => {
    const packed = pack([new Parcel("a", new Parcel("b")), { c: new Parcel("c") }], "message");
    expect(log).toEqual([]);
    settle(packed, "sent");
    expect(log).toEqual(["b sent", "a sent", "c sent"]);
    settle(packed, "lost");
    expect(log.slice(3)).toEqual(["b lost", "a lost", "c lost"]);
    settle(packed, "lost");
    expect(log).toHaveLength(6);
  });

  it("that cannot be packed to its end cancels what it has packed", () => {
    const value = [new Parcel("a"), new Parcel("b", new Parcel("c"), true)];
    expect(() => pack(value, "message")).toThrow("broken");
    expect(log).toEqual(["a cancelled", "c cancelled"]);
  });

  it("that is packed while another one is being packed has departures of its own", () => {
    const value = {
      first: new Parcel("outer"),
      get second() {
        settle(pack([new Parcel("inner")], "message"), "sent");
        return 2;
      },
    };
    const packed = pack(value, "message");
    expect(new Set(log)).toEqual(new Set(["inner sent"]));
    settle(packed, "cancelled");
    expect(log.at(-1)).toBe("outer cancelled");
  });

  it("keeps a record that looks like a handle, and what is in it leaves with the message", () => {
    const value = { "shared-ndarray": 1, kind: "Parcel", parcel: new Parcel("a") };
    const packed = pack(value, "message");
    expect(unpack({ ...packed, value: structuredClone(packed.value) })).toEqual(value);
    settle(packed, "cancelled");
    expect(log).toEqual(["a cancelled"]);
  });
});

describe("a handle made by toHandle", () => {
  it("counts as sent and given out at once", () => {
    const handle = toHandle(new Parcel("a", new Parcel("b")));
    expect(log).toEqual(["b sent", "b given out", "a sent", "a given out"]);
    expect(fromHandle(structuredClone(handle))).toMatchObject({ id: "a" });
  });

  it("is refused for what is not a shared thing", () => {
    expect(() => toHandle({})).toThrow(/Expected a shared thing/);
    expect(() => fromHandle({ "shared-ndarray": 1, kind: "unknown" } as never)).toThrow(/Expected a handle/);
  });
});

describe("refused, with its path", () => {
  it.each([
    ["a function", { a: [() => {}] }, {}, /`message\.a\[0\]`/],
    ["a promise", [Promise.resolve()], {}, /`message\[0\]`/],
    ["a thing of process scope for another process", [new Parcel("a")], { toProcesses: true }, /scope: "system"/],
    [
      "a thing of one thread for several",
      { a: new Parcel("a") },
      { toMany: true },
      /`message\.a`.*one thread at a time/,
    ],
    ["deep nesting", [[[[1]]]], { maxDepth: 2 }, /`message`/],
  ])("%s", (_, value, limits, message) => {
    expect(() => pack(value, "message", limits)).toThrow(message);
    expect(() => pack(value, "message", limits)).toThrow(expect.objectContaining({ code: "NOT_SENDABLE" }));
  });

  it("an object of a forbidden class, and what only the clone itself refuses", () => {
    class OfOneThread {}
    forbidSending(OfOneThread);
    expect(() => pack({ a: new OfOneThread() }, "message")).toThrow(/`message\.a`/);
    expect(() => sent([new Parcel("a"), new MessageChannel().port1], "message")).toThrow(/`message`/);
    expect(log).toEqual(["a cancelled"]);
  });
});
