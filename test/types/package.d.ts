/** What the design's type tests import: this package, and what is still to come. */
export * from "../../dist/index.js";
export * from "./coming.js";
