"""Writes printing-cases.json.gz: what NumPy prints for generated arrays and options. See PROVENANCE.md."""
import base64
import gzip
import json
import os
import random
import struct

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
FLOATS = {"float64": np.float64, "float32": np.float32, "float16": np.float16}
INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
DTYPES = [*FLOATS, *FLOATS, *INTEGERS, "bool"]
BITS = {"float64": ("<Q", "<f8", 64), "float32": ("<I", "<f4", 32), "float16": ("<H", "<f2", 16)}
SPECIAL = [float("nan"), float("inf"), -float("inf"), 0.0, -0.0]
rng = random.Random(20261130)
cases = []


def anything(dtype):
    """A float of any bits."""
    form, name, bits = BITS[dtype]
    return float(np.frombuffer(struct.pack(form, rng.getrandbits(bits)), name)[0])


def floats(dtype):
    """A function that makes numbers of one sort."""
    power = rng.uniform(0, 12)
    return rng.choice([
        lambda: rng.randint(-9, 9),
        lambda: rng.randint(0, 2000) / rng.choice([1, 2, 4, 8, 512, 1024]),
        lambda: rng.uniform(-1, 1),
        lambda: rng.uniform(-1, 1) * 10**power,
        lambda: rng.uniform(0, 1) * 10**-power,
        lambda: 10 ** rng.uniform(-power, power),
        lambda: 2.0 ** rng.randint(-30, 40),
        lambda: float(f"{rng.randint(1, 9999)}e{rng.randint(-9, 9)}"),
        lambda: rng.choice([0.1, 0.3, 1e23, 9.5, 99.5, 0.0001, 1000.0, 1e8, 99999999.0, 1e16, 1e-5, 5e-9, 2.0**-9]),
        lambda: anything(dtype),
        lambda: rng.choice([*SPECIAL, 1.5, -2.25]),
        lambda: rng.choice(SPECIAL[:3]),
        lambda: rng.choice([0.0, -0.0]),
    ])


def values(dtype, size):
    if dtype == "bool":
        return [rng.random() < 0.5 for _ in range(size)]
    if dtype in FLOATS:
        make, odd = floats(dtype), rng.choice([0, 0, 0.2])
        made = [rng.choice(SPECIAL) if rng.random() < odd else make() for _ in range(size if size < 200 else 12)]
        return [made[i % len(made)] for i in range(size)]
    info = np.iinfo(dtype)
    low, high = rng.choice([(0, 9), (-99, 99), (0, 255), (-(10**6), 10**6), (info.min, info.max)])
    low, high = max(low, int(info.min)), min(high, int(info.max))
    ends = [int(info.min), int(info.max)] if rng.random() < 0.15 else []
    made = [rng.choice(ends) if ends and rng.random() < 0.3 else rng.randint(low, high) for _ in range(size)]
    return made if size < 200 else [made[i % 12] for i in range(size)]


SMALL = [[], [1], [2], [3], [7], [12], [30], [75], [2, 3], [3, 1], [1, 1], [5, 20], [2, 2, 2], [2, 1, 3, 2], [0], [0, 3], [2, 0], [1, 30]]
LARGE = [[999], [1000], [1001], [1200], [3, 500], [40, 26], [500, 3], [10, 10, 11], [2, 3, 200], [7, 7, 7, 4], [1001, 1]]


def given(large=False, dtype=None, shape=None):
    """An array in some layout, and how to make it again: its bytes in C order, a slice of them, and a shape."""
    dtype = dtype or rng.choice(DTYPES)
    shape = shape if shape is not None else rng.choice(LARGE if large else SMALL)
    layout = rng.choice(["plain", "plain", "T", "::2", "::-1", "..., ::-2", "broadcast"]) if shape else "plain"
    base = list(shape)
    if layout == "T":
        base = base[::-1]
    elif layout == "::2":
        base[0] *= 2
    elif layout == "..., ::-2":
        base[-1] *= 2
    elif layout == "broadcast":
        base = base[1:]
    with np.errstate(all="ignore"):
        flat = np.array(values(dtype, int(np.prod(base))), dtype=dtype)
    array = flat.reshape(base)
    data = base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode()
    shown = {
        "plain": lambda: array, "T": lambda: array.T, "::2": lambda: array[::2], "::-1": lambda: array[::-1],
        "..., ::-2": lambda: array[..., ::-2], "broadcast": lambda: np.broadcast_to(array, shape),
    }[layout]()
    assert list(shown.shape) == list(shape), (layout, shape)
    return shown, {"d": dtype, "s": base, "l": layout, "t": list(shape), "b": data}


FORMATTERS = {
    "tag": lambda x: f"<{int(x)}>",
    "kind": lambda x: "T" if x else "F",
    "nothing": lambda x: "#",
    "lines": lambda x: f"/{int(x) % 7}\n\\___",
    "wide": lambda x: "é" * (int(x) % 5 + 1),
    "astral": lambda x: "𝛑" * (int(x) % 3 + 1),
}


def options_of(dtype):
    o = {}
    pick = lambda p: rng.random() < p
    if pick(0.35): o["precision"] = rng.choice([0, 1, 2, 3, 4, 8, 12, 17, 30])
    if pick(0.25): o["threshold"] = rng.choice([0, 5, 10, 99, 1000, 5000])
    if pick(0.25): o["edgeitems"] = rng.choice([1, 1, 2, 4, 5, 20])
    if pick(0.3): o["linewidth"] = rng.choice([0, 1, 10, 20, 40, 60, 76, 100, 200, 10000])
    if pick(0.25): o["suppress"] = pick(0.8)
    if pick(0.3): o["floatmode"] = rng.choice(["fixed", "unique", "maxprec", "maxprec_equal"])
    if pick(0.25): o["sign"] = rng.choice(["-", "+", " "])
    if pick(0.12): o["nanstr"] = rng.choice(["NaN", "", "not a number", "-", "𝛑𝛑𝛑𝛑𝛑"])
    if pick(0.12): o["infstr"] = rng.choice(["Infinity", "∞", "oo"])
    if pick(0.08):
        kinds = ["all", "bool", "int", "float"]
        names = ["kind", "nothing"] if dtype in FLOATS else list(FORMATTERS)
        o["formatter"] = {kind: rng.choice(names) for kind in rng.sample(kinds, rng.randint(1, 2))}
    return o


def numpys(o):
    return {k: {kind: FORMATTERS[name] for kind, name in v.items()} if k == "formatter" else v for k, v in o.items()}


def case(fn, array, o, text):
    cases.append({"f": fn, "x": array, "o": o, "e": text})


def arrays(count, large, options):
    for i in range(count):
        x, shown = given(large)
        o = options_of(shown["d"]) if options else {}
        fn = rng.choice(["toString", "arrayStr", "arrayRepr", "arrayRepr", "array2string", "array2string", "array2string"])
        with np.errstate(all="ignore"), np.printoptions(**numpys(o)):
            if fn != "array2string":
                case(fn, shown, o, np.array_repr(x) if fn == "arrayRepr" else str(x))
                continue
            own = {}
            if options:
                if rng.random() < 0.4: own["separator"] = rng.choice([", ", ",", "", "  ", " | ", ";\t"])
                if rng.random() < 0.2: own["prefix"] = rng.choice(["array(", "x = ", "é:"])
                if rng.random() < 0.2: own["suffix"] = rng.choice([")", ", dtype=float64)"])
            case(fn, shown, {**o, **own}, np.array2string(x, **own))


def widths(count):
    """Lines that just fit, and arrays that are just not summarised."""
    for i in range(count):
        x, shown = given(dtype=rng.choice(["int64", "float64", "bool", "uint8"]), shape=[rng.randint(1, 40)])
        o = {"linewidth": rng.randint(1, 60), "threshold": rng.choice([x.size - 1, x.size, 1000]), "edgeitems": rng.randint(1, 4)}
        if shown["d"] != "float64" and rng.random() < 0.4: o["formatter"] = {"all": rng.choice(list(FORMATTERS))}
        with np.errstate(all="ignore"), np.printoptions(**numpys(o)):
            case("array2string", shown, o, np.array2string(x))
            case("arrayRepr", shown, o, np.array_repr(x))


def numbers(count):
    for i in range(count):
        dtype = rng.choice(list(FLOATS))
        with np.errstate(all="ignore"):
            x = FLOATS[dtype](rng.choice([floats(dtype)(), anything(dtype), rng.choice(SPECIAL)]))
        o = {}
        unique = rng.random() < 0.7
        if not unique or rng.random() < 0.6: o["precision"] = rng.choice([0, 1, 2, 3, 5, 8, 8, 12, 17, 25])
        if not unique: o["unique"] = False
        if rng.random() < 0.4: o["min_digits"] = rng.randint(0, o.get("precision", 20))
        if rng.random() < 0.6: o["trim"] = rng.choice("k.0-")
        if rng.random() < 0.3: o["sign"] = True
        if rng.random() < 0.3: o["pad_left"] = rng.randint(0, 8)
        positional = rng.random() < 0.5
        if positional and rng.random() < 0.3: o["pad_right"] = rng.randint(0, 8)
        if positional and rng.random() < 0.4 and o.get("precision") != 0: o["fractional"] = False
        if not positional and rng.random() < 0.3: o["exp_digits"] = rng.randint(1, 5)
        text = (np.format_float_positional if positional else np.format_float_scientific)(x, **o)
        names = {"min_digits": "minDigits", "pad_left": "padLeft", "pad_right": "padRight", "exp_digits": "expDigits"}
        o = {names.get(k, k): v for k, v in o.items()}
        case("formatFloatPositional" if positional else "formatFloatScientific", struct.pack("<d", float(x)).hex(), {**o, "dtype": dtype}, text)


arrays(700, False, False), arrays(120, True, False), arrays(1500, False, True), arrays(250, True, True), widths(150), numbers(1500)
with gzip.GzipFile(os.path.join(HERE, "printing-cases.json.gz"), "wb", mtime=0) as file:
    file.write(json.dumps(cases, separators=(",", ":"), ensure_ascii=False).encode())
print(len(cases))
