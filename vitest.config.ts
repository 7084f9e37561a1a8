import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Tests that run threads import the built package, because Node 20 workers cannot load TypeScript; pure parts import src.
export default defineConfig({
  resolve: { alias: { "shared-ndarray": fileURLToPath(new URL("dist/index.js", import.meta.url)) } },
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
