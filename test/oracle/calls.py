"""What the generators of calls share: operands in all layouts, and what NumPy makes of a call with them."""
import gzip
import json
import os
import random

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
DTYPES = ["float64", "float32", "float16", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool"]
rng = random.Random(20261130)


class Given:
    """An operand: an array of small numbers in some layout, and how to make it again."""

    def __init__(self, shape, dtype, layout, special=False):
        wide = {"plain": shape, "turned": shape[::-1], "stepped": shape[:-1] + [2 * n for n in shape[-1:]], "backward": shape}
        base = wide[layout]
        size = int(np.prod(base))
        unsigned = dtype.startswith("u")
        if dtype == "bool":
            values = [rng.random() < 0.5 for _ in range(size)]
        elif dtype.startswith("complex"):
            parts = [0, 0, 1, -1, 2.5, -0.25, 7] + [float("nan"), float("inf"), -0.0] * special
            values = [complex(rng.choice(parts), rng.choice(parts)) for _ in range(size)]
        elif dtype.startswith("float"):
            values = [rng.choice([0, 0, 1, -1, 2.5, -0.25, 7]) for _ in range(size)]
            if special:
                values = [rng.choice([v, float("nan"), float("inf"), -float("inf"), -0.0]) for v in values]
        else:
            values = [rng.choice([0, 0, 1, 2, 5, 9 if unsigned else -3]) for _ in range(size)]
        array = np.array(values, dtype=dtype).reshape(base)
        self.array = {"plain": lambda: array, "turned": lambda: array.T, "stepped": lambda: array[..., ::2], "backward": lambda: np.flip(array)}[layout]()
        self.json = {"base": base, "values": plain(values), "dtype": dtype, "layout": layout}


def plain(values):
    """Values as JSON has them. Of complex ones the parts, in turn."""
    out = []
    for v in [part for v in values for part in ([v.real, v.imag] if isinstance(v, complex) else [v])]:
        odd = isinstance(v, float) and (v != v or v in (float("inf"), float("-inf")) or (v == 0 and np.signbit(v)))
        out.append(str(v) if odd else v)
    return out


def given(shape=None, dtype=None, special=False):
    shape = [rng.randint(0 if rng.random() < 0.15 else 1, 4) for _ in range(rng.randint(1, 3))] if shape is None else shape
    layout = rng.choice(["plain", "plain", "turned", "stepped", "backward"]) if shape else "plain"
    return Given(list(shape), dtype or rng.choice(DTYPES), layout, special)


def axis_of(a, extra=0):
    rank = a.array.ndim + extra
    return rng.randint(-rank, rank - 1) if rank else 0


def some_axes(rank):
    axes = rng.sample(range(rank), rng.randint(1, rank))
    return [axis - rank if rng.random() < 0.3 else axis for axis in axes]


cases = []


def result_of(value, operands, as_int32):
    if isinstance(value, (list, tuple)):
        return {"list": [result_of(one, operands, as_int32) for one in value]}
    array = np.asarray(value)
    shares = any(array.size and np.shares_memory(array, one.array) for one in operands)
    dtype = "int32" if as_int32 else str(array.dtype)
    return {"shape": list(array.shape), "dtype": dtype, "values": plain(array.ravel().tolist()), "shares": bool(shares)}


def case(fn, operands, args, options, run, as_int32=False, many=False):
    """`args` may hold operands; `many` gives them as one list."""
    shown = [a.json if isinstance(a, Given) else a for a in args]
    if many:
        shown = [{"operands": [one.json for one in operands]}, *args]
    with np.errstate(all="ignore"):
        try:
            result = result_of(run(), operands, as_int32)
        except (ValueError, IndexError, TypeError, np.exceptions.AxisError) as e:
            result = {"error": type(e).__name__}
    cases.append({"fn": fn, "args": shown, "options": options, "result": result})


def save(name):
    with gzip.GzipFile(os.path.join(HERE, name), "wb", mtime=0) as file:
        file.write(json.dumps(cases, separators=(",", ":")).encode())
    print(len(cases))
