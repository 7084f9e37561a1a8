"""Cases for element-wise functions and their methods, as NumPy computes them: function x dtypes x layout x options.

Writes ufunc-cases.json.gz: the input arrays, by name; and for each case the function or its method, its operands (an array with
slices, a list or a number), its options, and what NumPy gave: dtype, shape and bytes, a list of these, or the class of the error.

    python3 generate_ufuncs.py
"""
import base64
import gzip
import json
import os
import random
import re
import warnings

import numpy as np

warnings.filterwarnings("ignore")
np.seterr(all="ignore")
random.seed(20261130)
rng = np.random.default_rng(20261130)

FLOATS = ["float16", "float32", "float64"]
DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", *FLOATS]
SHAPE = (4, 6)


def values(dtype, kind):
    """24 elements: ordinary ones, counts, or those at the edges."""
    n = SHAPE[0] * SHAPE[1]
    if dtype == "bool":
        return rng.integers(0, 2, n).astype(bool)
    if kind == "count":
        return rng.integers(0, 4, n).astype(dtype)
    if dtype in FLOATS:
        if kind == "small":
            return (rng.integers(-40, 40, n) / 8).astype(dtype)
        info = np.finfo(dtype)
        edges = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, np.nan, np.inf, -np.inf, 3.0, -7.0, 10.0, 0.1]
        edges += [info.max, info.min, info.tiny, info.smallest_subnormal, 100.5, -100.25, 1e-3, 6.0]
        return np.array(edges).astype(dtype)
    info = np.iinfo(dtype)
    if kind == "small":
        return rng.integers(max(info.min, -9), 10, n).astype(dtype)
    edges = [info.min, info.max, 0, 1, 2, 3, info.max - 1, info.min + 1, 5, 7, 8, 9]
    return np.array(edges + [random.randint(info.min, info.max) for _ in range(12)], dtype=dtype)


inputs = {f"{d}-{kind}": values(d, kind).reshape(SHAPE) for d in DTYPES for kind in ("small", "count", "edge")}
inputs["mask"] = rng.integers(0, 2, 24).astype(bool).reshape(SHAPE)
LAYOUTS = ["", "T", "::-1, ::2", "1:3", "::2, ::-1"]


def lay(a, layout):
    return a.T if layout == "T" else a if layout == "" else eval(f"a[{layout}]")


def given(operand):
    return lay(inputs[operand[0]], operand[1]) if isinstance(operand, tuple) else operand


def stored(r):
    r = np.asarray(r)
    return {"d": r.dtype.name, "s": list(r.shape), "b": base64.b64encode(np.ascontiguousarray(r).tobytes()).decode()}


cases = []


def case(name, operands, options, compute):
    try:
        r = compute(*map(given, operands))
        e = {"list": [stored(one) for one in r]} if isinstance(r, tuple) else stored(r)
    except (TypeError, ValueError, IndexError) as error:
        e = {"error": "TypeError" if isinstance(error, TypeError) else "IndexError" if isinstance(error, IndexError) else "ValueError"}
    cases.append({"f": name, "x": [list(o) if isinstance(o, tuple) else o for o in operands], "o": options, "e": e})


# Element-wise functions.
for name, f in {"exp2": np.exp2, "sinc": np.sinc, "spacing": np.spacing, "bitwiseCount": np.bitwise_count}.items():
    for dtype in DTYPES:
        for kind in ("small", "count", "edge"):
            for layout in random.sample(LAYOUTS, 2):
                case(name, [(f"{dtype}-{kind}", layout)], {}, f)
for name, f in {"modf": np.modf, "frexp": np.frexp}.items():
    for dtype in DTYPES:
        for kind in ("small", "edge"):
            case(name, [(f"{dtype}-{kind}", random.choice(LAYOUTS))], {}, f)
BINARY = {
    "fmod": np.fmod, "logaddexp2": np.logaddexp2, "floatPower": np.float_power, "gcd": np.gcd, "lcm": np.lcm,
    "ldexp": np.ldexp, "divmod": np.divmod,
}
for name, f in BINARY.items():
    for a in DTYPES:
        for b in DTYPES:
            for kind in ("small", "edge") if a == b else (random.choice(["small", "edge"]),):
                layout = random.choice(LAYOUTS)
                case(name, [(f"{a}-{kind}", layout), (f"{b}-{kind}", layout)], {}, f)
        for number in (3, -2):
            if a.startswith("u") and number < 0:
                continue
            if a != "bool":
                case(name, [(f"{a}-small", ""), number], {}, f)

# Methods of all functions of two operands.
UFUNCS = {
    name: getattr(np, {"pow": "power", "atan2": "arctan2"}.get(name, re.sub("[A-Z]", lambda m: f"_{m[0].lower()}", name)))
    for name in (
        "add subtract multiply divide floorDivide remainder fmod pow floatPower atan2 hypot copysign nextafter logaddexp logaddexp2 "
        "heaviside fmin fmax minimum maximum equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalXor "
        "bitwiseAnd bitwiseOr bitwiseXor bitwiseLeftShift bitwiseRightShift gcd lcm"
    ).split()
}
# Their values grow or depend on undefined behaviour with others, so they take counts only.
COUNTS = {"pow", "floatPower", "bitwiseLeftShift", "bitwiseRightShift"}
# NumPy 2.4.6 loses steps of these along a contiguous axis: np.power.reduce([3.0, 2, 1, 2]) is 9.0. The function is called for
# each step instead. float16 is not rounded after each division, either.
BY_STEPS = {"pow", "floatPower", "atan2", "divide"}


class BySteps:
    """The methods of a function, by its calls."""

    def __init__(self, u):
        self.u, self.outer, self.at = u, u.outer, u.at

    def accumulate(self, a, axis=0, dtype=None):
        self.u.accumulate(a, axis=axis, dtype=dtype)  # which may refuse it
        rows = list(np.moveaxis(a.astype(self.u.reduce(a[:1], dtype=dtype).dtype), axis, 0))
        for i in range(1, len(rows)):
            rows[i] = self.u(rows[i - 1], rows[i])
        return np.moveaxis(np.array(rows), 0, axis)

    def reduce(self, a, axis=0, dtype=None, keepdims=False, **options):
        r = self.u.reduce(a, axis=axis, dtype=dtype, keepdims=keepdims, **options)
        axis = axis[0] if isinstance(axis, tuple) else axis
        if "where" in options:
            rows = np.moveaxis(a.astype(r.dtype), axis, 0)
            r = np.full_like(rows[0], options["initial"])
            for row, on in zip(rows, np.moveaxis(options["where"], axis, 0)):
                self.u(r, row, out=r, where=on)
            return r
        if "initial" in options:
            a = np.insert(a.astype(r.dtype), 0, options["initial"], axis=axis)
        return self.accumulate(a, axis, dtype).take([-1] if keepdims else -1, axis=axis)

    def reduceat(self, a, indices, axis=0):
        self.u.reduceat(a, indices, axis=axis)
        rows = np.moveaxis(a, axis, 0)
        ends = [*indices[1:], len(rows)]
        return np.moveaxis(np.array([self.reduce(rows[i : max(i + 1, j)]) for i, j in zip(indices, ends)]), 0, axis)


kind_of = lambda name: "count" if name in COUNTS else random.choice(["small", "count"])

for name, u in UFUNCS.items():
    u = BySteps(u) if name in BY_STEPS else u
    for dtype in DTYPES:
        key = f"{dtype}-{kind_of(name)}"
        for axis in (0, 1, None):
            options = {} if axis == 0 else {"axis": axis}
            case(f"{name}.reduce", [(key, random.choice(LAYOUTS))], options, lambda a: u.reduce(a, axis=axis))
        case(f"{name}.reduce", [(key, "")], {"axis": [1], "keepdims": True}, lambda a: u.reduce(a, axis=(1,), keepdims=True))
        case(f"{name}.reduce", [(key, "1, :0")], {}, u.reduce)
        case(f"{name}.reduce", [(key, "")], {"initial": 1}, lambda a: u.reduce(a, initial=1))
        case(f"{name}.reduce", [(key, "")], {"axis": 1, "where": ["mask", ""]}, lambda a: u.reduce(a, axis=1, where=inputs["mask"]))
        case(
            f"{name}.reduce", [(key, "")], {"initial": 1, "where": ["mask", ""]},
            lambda a: u.reduce(a, initial=1, where=inputs["mask"]),
        )
        for axis in (0, 1):
            options = {"axis": 1} if axis else {}
            case(f"{name}.accumulate", [(key, random.choice(LAYOUTS))], options, lambda a: u.accumulate(a, axis=axis))
        case(f"{name}.reduceat", [(key, "")], {"indices": [0, 2, 1, 3]}, lambda a: u.reduceat(a, [0, 2, 1, 3]))
        case(f"{name}.reduceat", [(key, "T")], {"axis": 1, "indices": [3, 0]}, lambda a: u.reduceat(a, [3, 0], axis=1))
        other = random.choice(DTYPES)
        case(f"{name}.outer", [(key, "1"), (f"{other}-count", ":2")], {}, u.outer)

        def updated(a, b, indices):
            a = a.copy()
            # NumPy casts results of any kind to that of the array, which is refused here.
            if not np.can_cast(UFUNCS[name](a[:1], b[:1]).dtype, a.dtype, "same_kind"):
                raise TypeError
            u.at(a, indices, b)
            return a

        indices = [1, 0, 1, 3, 1, -1]
        case(f"{name}.at", [(key, ":, 2"), (f"{dtype}-count", "1")], {"indices": indices}, lambda a, b: updated(a, b, indices))
        case(f"{name}.at", [(key, ""), (f"{other}-count", "0")], {"indices": [2, 2, 0]}, lambda a, b: updated(a, b, [2, 2, 0]))
    for dtype in ("int8", "float32", "float64"):
        case(f"{name}.reduce", [("int8-count", "")], {"dtype": dtype}, lambda a: u.reduce(a, dtype=dtype))
        case(f"{name}.accumulate", [("uint8-count", "")], {"dtype": dtype}, lambda a: u.accumulate(a, dtype=dtype))
    case(f"{name}.reduce", [("float64-small", "")], {"axis": [0, 1]}, lambda a: u.reduce(a, axis=(0, 1)))
    kept = "bool-small" if UFUNCS[name](1, 1).dtype == bool else "uint8-small"
    case(f"{name}.reduce", [(kept, "")], {"axis": 2}, lambda a: u.reduce(a, axis=2))
    case(f"{name}.reduceat", [(kept, "")], {"indices": [4]}, lambda a: u.reduceat(a, [4]))

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ufunc-cases.json.gz")
data = {"inputs": {name: stored(a) for name, a in inputs.items()}, "cases": cases}
with open(path, "wb") as file:
    file.write(gzip.compress(json.dumps(data, separators=(",", ":")).encode(), 9, mtime=0))
print(len(cases), "cases,", os.path.getsize(path), "bytes")
