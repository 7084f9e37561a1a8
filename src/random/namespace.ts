/** The names of `random`: the namespace of the root, and the subpath `shared-ndarray/random`. */
export type { ChoiceOptions, PermutedOptions } from "./arranging.js";
export { defaultRng, Generator } from "./generator.js";
export type { IntegersDType, IntegersOptions } from "./integers.js";
export { Philox, type PhiloxState, type Seed } from "./philox.js";
export type { CountDType, CountOptions, FloatOptions, Parameter, Sample, SampleOptions } from "./samples.js";
export { type Entropy, SeedSequence, type SeedSequenceOptions } from "./seed-sequence.js";
