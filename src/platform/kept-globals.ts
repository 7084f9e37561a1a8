/**
 * The runtime's timers and clock as they are when the package is loaded. Fake timers of test runners replace the
 * globals: then no wait would end, and no pool would start its next call. The build replaces every use of these globals
 * in `src/` by the exports here (`inject` in tsup.config.ts).
 */
const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, queueMicrotask } =
  globalThis;
const clock = globalThis.performance;
const performance = { now: clock.now.bind(clock), timeOrigin: clock.timeOrigin };

export {
  clearImmediate,
  clearInterval,
  clearTimeout,
  performance,
  queueMicrotask,
  setImmediate,
  setInterval,
  setTimeout,
};
