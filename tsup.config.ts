import { defineConfig } from "tsup";

// All entries lie flat in dist/, so that `new URL("./worker.js", import.meta.url)` holds from any shared chunk.
export default defineConfig({
  entry: {
    index: "src/index.ts",
    worker: "src/parallel/worker.ts",
    "worker-process": "src/parallel/worker-process.ts",
    keeper: "src/memory/keeper.ts",
    child: "src/processes/child.ts",
    "child-process": "src/processes/child-process.ts",
    manager: "src/managers/server.ts",
    square: "src/cli/square.ts",
    cli: "src/cli/main.ts",
    plot: "src/cli/plot.ts",
  },
  format: ["esm"],
  target: "node20",
  platform: "node",
  removeNodeProtocol: false,
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: { entry: { index: "src/index.ts", worker: "src/parallel/worker.ts" } },
});
