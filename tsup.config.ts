import { defineConfig } from "tsup";

// All entries are built into dist/ itself. So `new URL("./worker.js", import.meta.url)` is right in any shared chunk.
export default defineConfig({
  entry: {
    index: "src/index.ts",
    linalg: "src/linalg/namespace.ts",
    fft: "src/fft/namespace.ts",
    random: "src/random/namespace.ts",
    worker: "src/entries/worker.ts",
    "worker-process": "src/entries/worker-process.ts",
    keeper: "src/entries/keeper.ts",
    child: "src/entries/child.ts",
    "child-process": "src/entries/child-process.ts",
    manager: "src/entries/manager.ts",
    square: "src/cli/square.ts",
    cli: "src/cli/main.ts",
    plot: "src/cli/plot.ts",
  },
  format: ["esm"],
  target: "node20",
  platform: "node",
  removeNodeProtocol: false,
  // Fake timers of users' tests must not stop what the package waits for.
  inject: ["src/platform/kept-globals.ts"],
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: { entry: { index: "src/index.ts", worker: "src/entries/worker.ts" } },
});
