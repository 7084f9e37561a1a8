/** What the design's type tests import: this package, as it is built. */
export * from "../../dist/index.js";
