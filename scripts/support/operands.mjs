// The operands of the examples, here and in NumPy, and how their results are written.

/** The public names, and operands `a`, `b`, `c`, `f`, `i`, `s`, `t`, made anew for each example. */
export const scopeOf = (nd) => ({
  ...nd,
  a: nd.arange(6, { dtype: "int32" }).reshape([2, 3]),
  b: nd.array([10, 20, 30]),
  c: nd.arange(12).reshape([2, 2, 3]),
  f: nd.array([-1.5, 0.25, 2.5]),
  i: nd.array([-7, 7], { dtype: "int8" }),
  s: nd.array([Number.NEGATIVE_INFINITY, -0, Number.NaN]),
  t: nd.array([true, false, true]),
});

/** What an expression gives, or the error that it throws. Arrays are written as by `np.array_repr`, with the dtype. */
export function resultOf(nd, expression) {
  const scope = scopeOf(nd);
  const written = (value) => {
    if (value instanceof nd.NDArray) return nd.arrayRepr(value).replace(/\s+/g, " ");
    return Array.isArray(value) ? `[${value.map(written).join(", ")}]` : String(value);
  };
  try {
    return written(new Function(...Object.keys(scope), `return ${expression}`)(...Object.values(scope)));
  } catch (e) {
    return String(e);
  }
}

/** A Python program that prints what each of these expressions gives in NumPy, a line for each, written alike. */
export const numpyProgram = (expressions) => `
import json, re, warnings
import numpy as np, numpy.fft
np.seterr(all="ignore")
warnings.simplefilter("ignore", DeprecationWarning)
def written(value):
    if isinstance(value, np.ndarray): return re.sub(r"\\s+", " ", repr(value))
    if isinstance(value, (tuple, list)): return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, (bool, np.bool_)): return str(bool(value)).lower()
    if isinstance(value, (float, np.floating)): return re.sub(r"\\.0$", "", repr(float(value))).replace("nan", "NaN")
    return str(value)
for expression in json.loads(${JSON.stringify(JSON.stringify(expressions))}):
    operands = {
        "a": np.arange(6, dtype="i4").reshape(2, 3), "b": np.array([10.0, 20, 30]), "f": np.array([-1.5, 0.25, 2.5]),
        "c": np.arange(12.0).reshape(2, 2, 3), "i": np.array([-7, 7], "i1"), "t": np.array([True, False, True]),
        "s": np.array([-np.inf, -0.0, np.nan]),
    }
    print(written(eval(expression, {**vars(np), **operands})))
`;
