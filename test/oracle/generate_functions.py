"""Cases for the functions of arrays, as NumPy computes them: dtype x layout x function x axis.

Writes function-cases.json.gz: the input arrays, by name; and for each case the function, its operands (an array with slices, or a
number), its options, and what NumPy gave: dtype, shape and bytes, or "error".

    python3 generate_functions.py
"""
import base64
import gzip
import itertools
import json
import os
import random
import warnings

import numpy as np

warnings.filterwarnings("ignore")
np.seterr(all="ignore")
random.seed(20261121)
rng = np.random.default_rng(20261121)

DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64"]
FLOATS = ["float16", "float32", "float64"]
SHAPE = (4, 6)


def values(dtype, kind):
    """24 elements: ordinary ones, or those at the edges."""
    n = SHAPE[0] * SHAPE[1]
    if dtype == "bool":
        return rng.integers(0, 2, n).astype(bool)
    if dtype in FLOATS:
        if kind == "small":
            return (rng.integers(-40, 40, n) / 8).astype(dtype)
        if kind == "unit":
            return rng.uniform(-1, 1, n).astype(dtype)
        edges = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, np.nan, np.inf, -np.inf, 3.0, -7.0, 10.0, 0.1]
        info = np.finfo(dtype)
        edges += [info.max, info.min, info.tiny, info.smallest_subnormal, 100.5, -100.25, 1e-3, 6.0]
        return np.array(edges).astype(dtype)
    info = np.iinfo(dtype)
    if kind == "small" or kind == "unit":
        return rng.integers(max(info.min, -9), 10, n).astype(dtype)
    edges = [info.min, info.max, 0, 1, 2, 3, info.max - 1, info.min + 1, 5, 7, 8, 9]
    return np.array(edges + [random.randint(info.min, info.max) for _ in range(12)], dtype=dtype)


inputs = {f"{dtype}-{kind}": values(dtype, kind).reshape(SHAPE) for dtype in DTYPES for kind in ("small", "unit", "edge")}
inputs["mask"] = rng.integers(0, 2, 24).astype(bool).reshape(SHAPE)
LAYOUTS = ["", "T", "::-1, ::2", "1:3", ":, 2", "::2, ::-1"]


def lay(a, layout):
    return a.T if layout == "T" else a if layout == "" else eval(f"a[{layout}]")


cases = []


def operand(o):
    return lay(inputs[o[0]], o[1]) if isinstance(o, tuple) else o


def expected(compute):
    try:
        r = np.asarray(compute())
    except (TypeError, ValueError, OverflowError):
        return "error"
    if r.dtype.name not in DTYPES:
        return None
    return {"d": r.dtype.name, "s": list(r.shape), "b": base64.b64encode(np.ascontiguousarray(r).tobytes()).decode()}


def case(name, operands, options, compute):
    e = expected(compute)
    if e is not None:
        cases.append({"f": name, "x": [list(o) if isinstance(o, tuple) else o for o in operands], "o": options, "e": e})


UNARY = {
    "abs": "absolute", "negative": "negative", "sign": "sign", "square": "square", "sqrt": "sqrt", "reciprocal": "reciprocal",
    "exp": "exp", "expm1": "expm1", "log": "log", "log1p": "log1p", "log2": "log2", "log10": "log10", "cbrt": "cbrt",
    "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "floor": "floor", "ceil": "ceil", "trunc": "trunc", "round": "round", "isnan": "isnan", "isinf": "isinf",
    "isfinite": "isfinite", "signbit": "signbit", "logicalNot": "logical_not", "bitwiseInvert": "invert",
}
BINARY = {
    "add": "add", "subtract": "subtract", "multiply": "multiply", "divide": "divide", "floorDivide": "floor_divide",
    "remainder": "remainder", "pow": "power", "atan2": "arctan2", "hypot": "hypot", "copysign": "copysign",
    "nextafter": "nextafter", "logaddexp": "logaddexp", "minimum": "minimum", "maximum": "maximum", "equal": "equal",
    "notEqual": "not_equal", "less": "less", "lessEqual": "less_equal", "greater": "greater", "greaterEqual": "greater_equal",
    "logicalAnd": "logical_and", "logicalOr": "logical_or", "logicalXor": "logical_xor", "bitwiseAnd": "bitwise_and",
    "bitwiseOr": "bitwise_or", "bitwiseXor": "bitwise_xor", "bitwiseLeftShift": "left_shift", "bitwiseRightShift": "right_shift",
}
# round of bools is float16 in NumPy and int8 here: np.rint's loop and np.round's differ.
SKIP = {("round", "bool")}

for name, numpy_name in UNARY.items():
    f = getattr(np, numpy_name)
    for dtype in DTYPES:
        if (name, dtype) in SKIP:
            continue
        # 1 / 0 of integers is undefined in C: NumPy gives what the processor does.
        kinds = ["small", "unit"] if name == "reciprocal" and dtype not in FLOATS else ["edge", "small", "unit"]
        for kind in kinds:
            key = f"{dtype}-{kind}"
            if name == "reciprocal" and dtype not in FLOATS and (inputs[key] == 0).any():
                continue
            layout = random.choice(LAYOUTS)
            case(name, [(key, layout)], {}, lambda: f(lay(inputs[key], layout)))

pairs = [(a, a) for a in DTYPES] + [(a, b) for a, b in itertools.product(DTYPES, DTYPES) if a != b]
for name, numpy_name in BINARY.items():
    f = getattr(np, numpy_name)
    for a, b in pairs[:12] + random.sample(pairs[12:], 50):
        kind = random.choice(["edge", "small"])
        second = "small" if name in ("pow", "bitwiseLeftShift", "bitwiseRightShift") else random.choice([kind, "small"])
        x, y = f"{a}-{kind}", f"{b}-{second}"
        la, lb = random.choice([("", ""), ("T", "T"), ("::-1, ::2", "::-1, ::2"), ("", "1"), ("", ":, 2:3"), ("1:2", ""), (":, ::-1", "")])
        integer = a not in FLOATS and b not in FLOATS
        if name in ("floorDivide", "remainder") and integer and "int" in a + b:
            pass  # NumPy and this package both give 0 for a division by zero
        case(name, [(x, la), (y, lb)], {}, lambda: f(lay(inputs[x], la), lay(inputs[y], lb)))
    for a in FLOATS + ["int16", "uint8", "int32"]:
        for scalar in (2, 3) if a not in FLOATS else (2, 0.5, -1.25):
            case(name, [(f"{a}-small", ""), scalar], {}, lambda: f(inputs[f"{a}-small"], scalar))
            case(name, [scalar, (f"{a}-small", "T")], {}, lambda: f(scalar, inputs[f"{a}-small"].T))
    # out, where, dtype
    for a, b in random.sample(pairs, 8):
        x, y = f"{a}-small", f"{b}-small"
        def masked(dtype=None):
            r = f(inputs[x], inputs[y])
            out = np.zeros(r.shape, r.dtype)
            return f(inputs[x], inputs[y], out=out, where=inputs["mask"])
        case(name, [(x, ""), (y, "")], {"where": ["mask", ""]}, masked)
    for a in ("int8", "float32", "float64"):
        for dtype in ("int32", "float32", "float64"):
            case(name, [(f"{a}-small", ""), (f"{a}-unit", "")], {"dtype": dtype}, lambda: f(inputs[f"{a}-small"], inputs[f"{a}-unit"], dtype=dtype))

REDUCTIONS = {
    "sum": np.sum, "prod": np.prod, "min": np.min, "max": np.max, "mean": np.mean, "variance": np.var, "std": np.std,
    "any": np.any, "all": np.all, "argmin": np.argmin, "argmax": np.argmax, "countNonzero": np.count_nonzero,
}
for name, f in REDUCTIONS.items():
    for dtype in DTYPES:
        for axis in (None, 0, 1, -1, [0, 1]):
            if isinstance(axis, list) and name in ("argmin", "argmax"):
                continue
            for keepdims in (False, True) if name not in ("countNonzero",) else (False,):
                if axis is None and keepdims:
                    continue
                kind = "edge" if name in ("min", "max", "any", "all", "argmin", "argmax", "countNonzero") else "unit"
                layout = random.choice(LAYOUTS)
                key = f"{dtype}-{kind}"
                a = lay(inputs[key], layout)
                if axis is not None and a.ndim < 2:
                    layout, a = "", inputs[key]
                options = {} if axis is None else {"axis": axis}
                arguments = {} if axis is None else {"axis": tuple(axis) if isinstance(axis, list) else axis}
                if keepdims:
                    options, arguments = {**options, "keepdims": True}, {**arguments, "keepdims": True}
                case(name, [(key, layout)], options, lambda: f(a, **arguments))
        if name in ("sum", "prod", "mean", "std", "any", "all"):
            key = f"{dtype}-unit"
            case(name, [(key, "")], {"axis": 1, "where": ["mask", ""]}, lambda: f(inputs[key], axis=1, where=inputs["mask"]))
        if name in ("std", "variance"):
            case(name, [(f"{dtype}-unit", "T")], {"axis": 0, "correction": 1}, lambda: f(inputs[f"{dtype}-unit"].T, axis=0, ddof=1))
        if name in ("sum", "prod", "mean"):
            for d in ("float32", "float64"):
                case(name, [(f"{dtype}-unit", "")], {"axis": 0, "dtype": d}, lambda: f(inputs[f"{dtype}-unit"], axis=0, dtype=d))

for dtype in DTYPES:
    for kind in ("edge", "small"):
        key = f"{dtype}-{kind}"
        for axis in (0, 1, -1):
            for layout in ("", "T", "::-1, ::2"):
                a = lay(inputs[key], layout)
                case("sort", [(key, layout)], {"axis": axis}, lambda: np.sort(a, axis=axis))
                case("argsort", [(key, layout)], {"axis": axis}, lambda: np.argsort(a, axis=axis, kind="stable").astype("int32"))
        for side in ("left", "right"):
            case("searchsorted", [(f"sorted-{key}", ""), (key, "T")], {"side": side}, lambda: np.searchsorted(np.sort(inputs[key].ravel()), inputs[key].T, side=side).astype("int32"))
        inputs[f"sorted-{key}"] = np.sort(inputs[key].ravel())
        if kind == "small":
            for layout in ("", "T"):
                for axis in (None, 0, 1):
                    options = {} if axis is None else {"axis": axis}
                    a = lay(inputs[key], layout)
                    case("cumulativeSum", [(key, layout)], options, lambda: np.cumsum(a, axis=axis))
                    if dtype not in FLOATS:
                        case("cumulativeProd", [(key, layout)], options, lambda: np.cumprod(a, axis=axis))
for a, b in pairs[:12] + random.sample(pairs[12:], 40):
    x, y = f"{a}-small", f"{b}-small"
    case("matmul", [(x, ""), (y, "T")], {}, lambda: np.matmul(inputs[x], inputs[y].T))
    case("matmul", [(x, ""), (y, "1")], {}, lambda: np.matmul(inputs[x], inputs[y][1]))
    case("matmul", [(x, ":, 2"), (y, "")], {}, lambda: np.matmul(inputs[x][:, 2], inputs[y]))
    case("where", [("mask", ""), (x, ""), (y, "2")], {}, lambda: np.where(inputs["mask"], inputs[x], inputs[y][2]))
    if a != "bool" and b != "bool":
        case("vecdot", [(x, ""), (y, "")], {}, lambda: np.vecdot(inputs[x], inputs[y]))
for dtype in DTYPES[1:]:
    if dtype in ("int64", "uint64"):
        continue
    for low, high in ((-1, 3), (0, 300)):
        case("clip", [(f"{dtype}-small", "T"), low, high], {}, lambda: np.clip(inputs[f"{dtype}-small"].T, low, high))

random.shuffle(cases)
text = json.dumps(
    {
        "numpy": np.__version__,
        "inputs": {k: {"d": v.dtype.name, "s": list(v.shape), "b": base64.b64encode(np.ascontiguousarray(v).tobytes()).decode()} for k, v in inputs.items()},
        "cases": cases,
    },
    separators=(",", ":"),
    allow_nan=False,
)
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "function-cases.json.gz")
with open(path, "wb") as f:
    f.write(gzip.compress(text.encode(), 9, mtime=0))
print(len(cases), "cases,", os.path.getsize(path), "bytes")
