// Which names of the array API and of NumPy are here: yes, partly (what is lacking), no (why). Examples are run for it.

import { ARRAY_API, PLANNED, REFUSED } from "./array-api.mjs";
import { CREATION, DTYPES, MANIPULATION } from "./examples/arrays.mjs";
import { LINEAR_ALGEBRA, SELECTING, SETS, STATISTICS } from "./examples/elements.mjs";
import { ELEMENTWISE } from "./examples/elementwise.mjs";
import { FOURIER_TRANSFORMS } from "./examples/fft.mjs";
import { LACKING } from "./examples/lacking.mjs";
import { LINALG } from "./examples/linalg.mjs";
import { NUMPY } from "./examples/numpy.mjs";
import { CALLED, REFUSED as NOT_FROM_NUMPY, NOT_YET } from "./numpy.mjs";
import { LACKING as LACKING_OF_NUMPY } from "./numpy-lacking.mjs";
import { FUNCTIONS } from "./numpy-names.mjs";
import { resultOf } from "./operands.mjs";

const example = ([name, standard, here, gives, lacks]) => ({ name, standard, here, gives, lacks });
/** Examples of the array API's names, each with the standard's call, ours, and what both give. */
export const EXAMPLES = [
  CREATION,
  DTYPES,
  MANIPULATION,
  ELEMENTWISE,
  SELECTING,
  SETS,
  STATISTICS,
  LINEAR_ALGEBRA,
  LINALG,
  FOURIER_TRANSFORMS,
]
  .flat()
  .map(example);
/** Calls of the standard that do not work here yet, and what is lacking for them. */
export const LACKING_EXAMPLES = LACKING.map(example);

/** Examples of NumPy's names, with NumPy's call as the standard. */
export const NUMPY_EXAMPLES = NUMPY.map(example);

/** A verdict is "partly" with anything lacking. */
const present = (name, lacks, rest) =>
  lacks.length === 0
    ? { name, verdict: "yes", note: "", ...rest }
    : { name, verdict: "partly", note: lacks.join("; "), ...rest };

const holdsIn =
  (nd) =>
  ({ here, gives }) =>
    resultOf(nd, here) === gives;
const failed = (name, { here }) => ({ name, verdict: "no", note: `\`${here}\` gives something else`, examples: [] });

/** The names of the array API with their verdicts, by group. A name counts only if each of its examples holds. */
export function arrayApi(nd) {
  const holds = holdsIn(nd);
  const judged = (name) => {
    const examples = EXAMPLES.filter((one) => one.name === name);
    const failing = examples.find((one) => !holds(one));
    if (failing) return failed(name, failing);
    if (examples.length === 0) return { name, verdict: "no", note: REFUSED[name] ?? PLANNED, examples };
    const lacking = LACKING_EXAMPLES.filter((one) => one.name === name && !holds(one));
    return present(
      name,
      lacking.map((one) => one.lacks),
      { examples },
    );
  };
  return Object.entries(ARRAY_API).map(([group, names]) => ({ group, names: names.map(judged) }));
}

const key = (name) => name.replaceAll("_", "").toLowerCase();

/** Whether a name of NumPy's is ours but for case and `_`. */
export const isSameName = ({ name, here }) => key(name) === key(here);

const works = (nd, expression) => !/^(?:\w*Error\b.*|undefined|false)/.test(resultOf(nd, expression));
/** The functions of NumPy's main namespace with their verdicts, and with what does the same here. */
export function numpy(nd) {
  const holds = holdsIn(nd);
  const names = new Map(Object.keys(nd).map((name) => [key(name), name]));
  const reasons = new Map(Object.entries(NOT_FROM_NUMPY).flatMap(([why, those]) => those.map((name) => [name, why])));
  return FUNCTIONS.map((name) => {
    const called = Object.hasOwn(CALLED, name) ? CALLED[name] : undefined;
    const here = called === undefined ? names.get(key(name)) : works(nd, called) && called;
    if (!here) return { name, verdict: "no", note: reasons.get(name) ?? NOT_YET };
    const examples = NUMPY_EXAMPLES.filter((one) => one.name === name);
    const failing = examples.find((one) => !holds(one));
    if (failing) return failed(name, failing);
    const lacking = LACKING_OF_NUMPY.filter(([of, expression]) => of === name && !works(nd, expression));
    return present(
      name,
      lacking.map(([, , lacks]) => lacks),
      { here, examples },
    );
  });
}

/** How many names are here, in part, and not. */
export function countsOf(judged) {
  const of = (verdict) => judged.filter((one) => one.verdict === verdict).length;
  return { yes: of("yes"), partly: of("partly"), no: of("no") };
}
