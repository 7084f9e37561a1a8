/** Ten thousand mutated files: each is read right or refused with a typed error, and nothing large is made for it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AnyNDArray,
  arange,
  isSharedError,
  load,
  loadNpz,
  loadNpzSync,
  loadSync,
  saveSync,
  savezCompressedSync,
  savezSync,
  zeros,
} from "shared-ndarray";
import { afterAll, expect, it } from "vitest";

const top = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(top, { recursive: true }));
const folder = join(top, "inside");
mkdirSync(folder);
const path = join(folder, "mutated");

let seed = 20261130;
const random = (n: number) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * n);
};
const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;

const arrays = {
  a: arange(300),
  "b.c": zeros([0, 4], { dtype: "int8" }),
  d: arange(6, { dtype: "float32" }).reshape([2, 3]).T,
};
/** The bytes of the arrays, by which one is recognized. */
const known = new Set(Object.values(arrays).map((a) => textOf(a as AnyNDArray)));
function textOf(a: AnyNDArray): string {
  return JSON.stringify([a.dtype, a.shape, a.toArray()]);
}

const bases = ((): readonly { kind: "npy" | "npz"; bytes: Buffer }[] => {
  const written = (kind: "npy" | "npz", write: () => void) => {
    write();
    return { kind, bytes: readFileSync(path) };
  };
  const versions = [2, 3].map((version) => {
    saveSync(path, arrays.d);
    const one = readFileSync(path);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(one.readUInt16LE(8));
    const bytes = Buffer.concat([one.subarray(0, 6), Buffer.from([version, 0]), length, one.subarray(10)]);
    return { kind: "npy" as const, bytes };
  });
  return [
    written("npy", () => saveSync(path, arrays.a)),
    written("npy", () => saveSync(path, arrays.d)),
    ...versions,
    written("npz", () => savezSync(path, arrays)),
    written("npz", () => savezCompressedSync(path, arrays)),
    written("npz", () => savezCompressedSync(path, { a: arange(20_000) })),
    written("npz", () => savezSync(path, {})),
  ];
})();

const NUMBERS = [0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xffffffff];
const WORDS = ["(", ")", ",", "'", "9", "99999999", "<f8", ">i2", "<c16", "True", "../x", "PK\x01\x02", "PK\x05\x06"];
const mutations: ((bytes: Buffer) => Buffer)[] = [
  (bytes) => {
    if (bytes.length > 0) bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  (bytes) => bytes.subarray(0, random(bytes.length + 1)),
  (bytes) => {
    const at = random(Math.max(1, bytes.length - 8));
    if (bytes.length >= at + 4) bytes.writeUInt32LE(pick(NUMBERS), at);
    return bytes;
  },
  (bytes) => {
    const at = random(Math.max(1, bytes.length - 8));
    if (bytes.length >= at + 8) bytes.writeBigUInt64LE(BigInt(pick(NUMBERS)) << BigInt(random(33)), at);
    return bytes;
  },
  (bytes) => {
    const at = random(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(WORDS), "latin1"), bytes.subarray(at + random(8))]);
  },
  (bytes) => {
    const [from, to] = [random(bytes.length + 1), random(bytes.length + 1)];
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, from + random(100)), bytes.subarray(to)]);
  },
  (bytes) => {
    const at = bytes.indexOf("'<f");
    if (at >= 0) bytes.write(pick(["c8", "i2", "f2", "V4"]), at + 2);
    return bytes;
  },
  (bytes) => {
    const at = bytes.length - 60 + random(60); // in the end records
    if (at >= 0) bytes[at] = random(256);
    return bytes;
  },
];

/** Reads everything in a file. Returns the arrays. */
async function readAll(kind: "npy" | "npz", isSync: boolean): Promise<AnyNDArray[]> {
  if (kind === "npy") return [isSync ? loadSync(path) : await load(path)];
  using all = isSync ? loadNpzSync(path) : await loadNpz(path);
  const found: AnyNDArray[] = [];
  for (const name of all.files) found.push(isSync ? all.getSync(name) : await all.get(name));
  return found;
}

/** The largest array of bytes that anything asks for by its length, while `act` runs. */
async function largestMade(act: () => Promise<void>): Promise<number> {
  let largest = 0;
  const classes = { Uint8Array, ArrayBuffer, SharedArrayBuffer };
  for (const [name, Class] of Object.entries(classes)) {
    const counting: object = new Proxy(Class as new (...args: never[]) => object, {
      construct(target, args: never[], given): object {
        if (typeof args[0] === "number") largest = Math.max(largest, args[0]);
        return Reflect.construct(target, args, given === counting ? target : given) as object;
      },
    });
    Object.assign(globalThis, { [name]: counting });
  }
  try {
    await act();
  } finally {
    Object.assign(globalThis, classes);
  }
  return largest;
}

it("10,000 of them", async () => {
  const wrong: string[] = [];
  const counts = { read: 0, refused: 0 };
  const codes = new Set<string>();
  const before = process.memoryUsage().rss;
  const largest = await largestMade(async () => {
    for (let i = 0; i < 10_000; i++) {
      const { kind, bytes } = pick(bases);
      let file: Buffer = Buffer.from(bytes);
      for (let n = random(3); n >= 0; n--) file = pick(mutations)(file);
      writeFileSync(path, file);
      try {
        for (const a of await readAll(kind, i % 8 !== 0)) {
          const isRight = kind === "npz" ? known.has(textOf(a)) || a.size === 20_000 : a.nbytes <= file.length;
          if (!isRight) wrong.push(`${i}: ${kind} read as ${a.dtype} of shape ${a.shape}`);
          a.close();
        }
        counts.read++;
      } catch (e) {
        counts.refused++;
        if (isSharedError(e)) codes.add(e.code);
        else wrong.push(`${i}: ${kind} threw ${(e as Error)?.stack}`);
      }
    }
  });
  expect(wrong).toEqual([]);
  expect([...codes].sort()).toEqual(["DTYPE", "FORMAT"]);
  expect(counts.read).toBeGreaterThan(500);
  expect(counts.refused).toBeGreaterThan(5000);
  expect(largest).toBeLessThan(2 ** 21); // of what is peeked at; the arrays themselves have 160 KB at most
  expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  expect([readdirSync(top), readdirSync(folder)]).toEqual([["inside"], ["mutated"]]);
});
