import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/**
 * The full lane: stress, comparisons with slow references, programs of many seconds. They rarely fail alone, so only
 * `npm run test:full` runs them, and CI.
 */
const SLOW = "test/**/*.slow.test.ts";
/** Fast tests that start no worker and no process of their own. `npm run test:unit` runs only these, in seconds. */
const UNIT = [
  "test/errors.test.ts",
  "test/calls/*.test.ts",
  "test/loops/paths.test.ts",
  "test/ndarray/*.test.ts",
  "test/printing/text.test.ts",
  "test/structure/{layers,style,errors,readme}.test.ts",
  "test/sync/ring.test.ts",
  "test/wire/thrown.test.ts",
];

// Tests of pure parts import src. Tests with threads import dist, because workers on Node 20 cannot load TypeScript.
export default defineConfig({
  resolve: {
    alias: {
      "shared-ndarray/linalg": fileURLToPath(new URL("dist/linalg.js", import.meta.url)),
      "shared-ndarray/random": fileURLToPath(new URL("dist/random.js", import.meta.url)),
      "shared-ndarray": fileURLToPath(new URL("dist/index.js", import.meta.url)),
    },
  },
  test: {
    pool: "forks",
    maxWorkers: 2,
    // A limit for tests that hang, not for the time that a test takes on a busy machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // The report has a line for each file. Only tests that take longer than this have a line of their own.
    slowTestThreshold: 10_000,
    projects: [
      {
        extends: true,
        test: { name: "unit", include: UNIT, exclude: [SLOW], isolate: false, sequence: { groupOrder: 0 } },
      },
      {
        // Everything else that may run side by side.
        extends: true,
        test: {
          name: "threads",
          include: ["test/**/*.test.ts"],
          exclude: [...UNIT, "test/system/**", "test/attack/**", SLOW],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // These tests check what dead processes leave behind. The next process to start removes it, so they run alone.
        extends: true,
        test: {
          name: "system",
          include: ["test/system/*.test.ts"],
          exclude: [SLOW],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: "slow", include: [SLOW], exclude: ["test/system/**"], sequence: { groupOrder: 0 } },
      },
      {
        // Attacks: other users, namespaces, stopped and killed processes, planted files, forged words. Some need root.
        extends: true,
        test: { name: "attack", include: ["test/attack/*.test.ts"], maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
      {
        extends: true,
        test: {
          name: "slow-system",
          include: ["test/system/*.slow.test.ts"],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The tests of the pool once more, with workers that are processes. A part of the full lane.
        extends: true,
        resolve: {
          alias: { "shared-ndarray": fileURLToPath(new URL("test/fixtures/process-pool.ts", import.meta.url)) },
        },
        test: {
          name: "processes",
          include: ["test/parallel/{pool,failure}.test.ts"],
          env: { POOL_ISOLATION: "process" },
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
