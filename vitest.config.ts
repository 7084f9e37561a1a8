import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Tests that run threads import the built package, because Node 20 workers cannot load TypeScript; pure parts import src.
export default defineConfig({
  resolve: { alias: { "shared-ndarray": fileURLToPath(new URL("dist/index.js", import.meta.url)) } },
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "all", include: ["test/**/*.test.ts"], exclude: ["test/system/**"], sequence: { groupOrder: 0 } },
      },
      {
        // What dead processes leave, the next process sweeps: nothing else may start there meanwhile.
        extends: true,
        test: { name: "system", include: ["test/system/*.test.ts"], maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
      {
        // The tests of the pool once more, with workers that are processes.
        extends: true,
        resolve: {
          alias: { "shared-ndarray": fileURLToPath(new URL("test/fixtures/process-pool.ts", import.meta.url)) },
        },
        test: {
          name: "processes",
          include: ["test/parallel/{pool,failure,equal}.test.ts"],
          env: { POOL_ISOLATION: "process" },
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
