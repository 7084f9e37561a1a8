/** Realistic programs, run as a user would run them; what they print or write is checked. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import { compile } from "../../scripts/example.mjs";
import { example } from "../fixtures/example.js";

const program = (name: string) => join(import.meta.dirname, `${name}.ts`);
const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("programs that print their result", () => {
  const printed: Record<string, string> = {
    histogram: "[ 20000, 20000, 20000, 20000, 20000 ]\n",
    jobs: "63 jobs, at most two at once: true\n",
    meeting: "[ 'no 0', 'no 1', 'no 2' ]\n",
    standardize: "true true\nfloat64 [ 2000, 3 ] true\n",
  };
  it.each(Object.entries(printed))("%s", (name, stdout) => {
    expect(example(program(name), { cwd: folder })).toEqual({ status: 0, stdout, stderr: "" });
  });
  it("no program is without a test", () => {
    const programs = readdirSync(import.meta.dirname).filter(
      (file) => file.endsWith(".ts") && !file.includes(".test."),
    );
    const tested = [...Object.keys(printed), "blur", "mandelbrot"].map((name) => `${name}.ts`);
    expect(programs.sort()).toEqual(tested.sort());
  });
});

describe("blur", () => {
  /** One byte of the blurred picture, computed in the plainest way. */
  const blurredByte = (pixels: Buffer, width: number, height: number, row: number, column: number, colour: number) => {
    const found: number[] = [];
    for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++)
      for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++)
        found.push(pixels[(y * width + x) * 3 + colour]!);
    return Math.trunc(found.reduce((sum, byte) => sum + byte) / found.length);
  };
  it.each([
    ["a picture of one chunk", 64, 48],
    ["a picture of many chunks", 1280, 720],
    ["a single row", 17, 1],
  ])("%s: every byte is the mean of its neighbourhood", (_, width, height) => {
    const pixels = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i * i * 7 + (i >> 5)) % 256));
    writeFileSync(join(folder, "in.rgb"), pixels);
    const args = [String(width), String(height)];
    expect(example(program("blur"), { cwd: folder, args })).toEqual({ status: 0, stdout: "", stderr: "" });
    const expected = Buffer.from(
      Array.from({ length: pixels.length }, (_, i) => {
        const pixel = Math.floor(i / 3);
        return blurredByte(pixels, width, height, Math.floor(pixel / width), pixel % width, i % 3);
      }),
    );
    expect(readFileSync(join(folder, "out.rgb")).equals(expected)).toBe(true);
  });
});

describe("mandelbrot", () => {
  it("draws the set, and ends its progress at 100 %", () => {
    const { status, stdout, stderr } = example(program("mandelbrot"));
    expect([status, stderr.endsWith("\r100 %")]).toEqual([0, true]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBe(10);
    lines.forEach((line, i) => {
      const im = -1 + (2 * 40 * i) / 399;
      const expected = Array.from({ length: 50 }, (_, j) => {
        const re = -2 + (3 * 12 * j) / 599;
        let [x, y, n] = [0, 0, 0];
        for (; n < 500 && x * x + y * y <= 4; n++) [x, y] = [x * x - y * y + re, 2 * x * y + im];
        return n === 500 ? "#" : ".";
      });
      expect(line).toBe(expected.join(""));
    });
  });

  it("stops on Ctrl-C", async () => {
    const child = spawn(process.execPath, [compile(program("mandelbrot")), "1000000"]);
    const printed = text(child.stdout);
    await once(child.stderr, "data"); // the call has begun, and shows its progress
    child.kill("SIGINT");
    await once(child, "exit");
    expect(await printed).toBe("stopped\n");
  });
});
