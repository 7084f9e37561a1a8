/** What type tests, examples and programs import as `shared-ndarray`: this package, as it is built. */
export * from "../../dist/index.js";
