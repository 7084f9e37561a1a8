/** The programs in docs/examples run as they stand, and print what they say. */
import { describe, expect, it } from "vitest";
import { example } from "../fixtures/example.js";

/** Those that give names: a second run would find what a first one has left. */
const NAMING = ["06", "29", "30", "32", "36"];

describe("examples, those with names twice in a row, leaving nothing behind", () => {
  const printed: [string, RegExp][] = [
    ["01", /^before: 0\nafter: 12\.5\n$/],
    ["02", /^\d+ of 10: /],
    ["03", /^start: 20\nend: 27\.5\n$/],
    ["04", /^15\n$/],
    ["05", /^locked: 200000 of 200000\nraw: \d+ \(.*\)\n$/],
    ["06", /^scores: .* = \d+\ntrue\n$/],
    ["07", /^(Process-[123] ended with 0\n){3}9\n$/],
    ["08", /^without a lock: \d+ \(.*\)\nwith a lock: 100\n$/],
    ["09", /^\+= \d+ of 200000\n\{ 'external lock': 200000, 'own lock': 200000, 'add\(1\)': 200000 \}\n$/],
    ["10", /^expected: 100 actual: 100\nsuccess\n$/],
    [
      "11",
      /^type .*\n(.+\n){28}300 in a uint8: 44 · in a clamped one: 255\n0\.1000000014\d+\nExpected `type` .* got "z"\n$/,
    ],
    ["12", /^0 4\n$/],
    ["13", /^stopped after at least 50 steps: true · polled: true\n$/],
    ["14", /^crows: 3 parrots: 5\n$/],
    ["15", /^\[ 5, 5, 5 \]\n$/],
    ["16", /^\[ 10, 11, 12, 13, 14 \]\n$/],
    ["17", /^\[ 1, 2, 3, 4, 5 \]\n\[\n? +(0,?\s+){10}\]\n$/],
    ["18", /^\[ 10, 10, 10, 10, 10 \]\n$/],
    ["19", /^\[ 2, 4, 6 \]\n$/],
    ["20", /^got 0\ngot 1\ngot 2\ngot 3\ngot 4\ndone\n$/],
    ["21", /^\[ \[ 1, 1 \], \[ 2, 4 \], \[ 3, 9 \], \[ 4, 16 \], \[ 5, 25 \] \]\n$/],
    ["22", /^(\{ step: (\d), value: \2 \}\n){5}5\n$/],
    ["23", /^hello\n\[ 1, 2, 3 \]\n$/],
    ["24", /^pong 0\npong 1\npong 2\ntrue\n$/],
    ["25", /^written \[ 1, 2, 99 \]\n$/],
    ["26", /^\[ 0, 1, 2, 3, 4 \]\n$/],
    ["27", /^\{ key_0: 0, key_1: 1, key_2: 4, key_3: 9, key_4: 16 \}\n$/],
    ["28", /^\{ x: 11, names: \[ 'crow', 'parrot' \] \}\n$/],
    ["29", /^(.* µs each\n){4}20000 20000\n$/],
    ["34", /^[\s\S]*'value'[\s\S]*'manager'[\s\S]*two that talk: a pipe/],
    ["30", /^\[ 2, 4, 6, 8, 10 \]\n$/],
    ["31", /^by hand: .*\npool\.map: .*\ntrue\n$/],
    [
      "32",
      /^\[ 'by-hand: 80128 bytes' \]\n\[ 'grid: 928 bytes', 'scratch: 1024 bytes' \]\n\[\]\n\[ \[ 'clean-up', '152 B', 'int16', '\[3, 4\]' \] \]\n\[\]\n$/,
    ],
    ["36", /^\[ 0, 1\.5, 3, 4\.5, 6 \]\n\[ 11n, 20n, 30n \]\n61\n$/],
    ["33", /^( +\d+ +[\d.]+ #+.*\n)+$/],
    ["35", /^true\n$/],
  ];
  it.each(printed)("%s", (number, output) => {
    for (let i = NAMING.includes(number) ? 0 : 1; i < 2; i++) {
      const { status, stdout, stderr } = example(number);
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(output);
    }
    if (number === "33") expect(example(number).stdout).toContain("<- auto");
  });
});
