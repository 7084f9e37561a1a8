"""Writes numpy-cases.json: what NumPy answers to generated questions. See PROVENANCE.md."""
import json
import os
import random
import sys

import numpy as np

rng = random.Random(20261120)
HERE = os.path.dirname(os.path.abspath(__file__))


def shape_of(max_rank=4, low=0, high=6):
    return [rng.randint(low, high) for _ in range(rng.randint(1, max_rank))]


def slice_item(n):
    """One index in our notation, and NumPy's object for it."""
    kind = rng.random()
    if kind < 0.25 and n > 0:
        i = rng.randint(-n, n - 1)
        return i, i
    if kind < 0.35:
        return None, None
    part = lambda: rng.choice([None, rng.randint(-n - 2, n + 2)])
    step = rng.choice([None, 1, 2, 3, -1, -2, -3])
    start, stop = part(), part()
    return [start, stop, step], slice(start, stop, step)


def as_text(item):
    if item is None:
        return "newaxis"
    if isinstance(item, list):
        text = ["" if part is None else str(part) for part in item]
        return ":".join(text)
    return str(item)


def slices(count):
    cases = []
    for _ in range(count):
        shape = shape_of()
        a = np.arange(int(np.prod(shape))).reshape(shape)
        spec, index, axis = [], [], 0
        while axis < len(shape) and rng.random() < 0.85:
            item, np_item = slice_item(shape[axis])
            if item is not None:
                axis += 1
            spec.append(item)
            index.append(np_item)
        if rng.random() < 0.2:
            at = rng.randint(0, len(spec))
            # An ellipsis moves what follows to the last axes, so what follows must fit there.
            try:
                a[tuple(index[:at] + [Ellipsis] + index[at:])]
                spec.insert(at, "...")
                index.insert(at, Ellipsis)
            except IndexError:
                pass
        if rng.random() < 0.4:
            spec = [", ".join(item if item == "..." else as_text(item) for item in spec)] if spec else []
        if spec == [""]:
            spec = []
        r = a[tuple(index)]
        cases.append({"shape": shape, "spec": spec, "result": {"shape": list(np.shape(r)), "values": np.ravel(r).tolist()}})
    return cases


def transforms(count):
    cases = []
    for _ in range(count):
        shape = [rng.randint(1, 4) for _ in range(rng.randint(1, 4))]
        a = np.arange(int(np.prod(shape))).reshape(shape)
        steps, r = [], a
        for _ in range(rng.randint(1, 3)):
            n = r.ndim
            op = rng.choice(["transpose", "T", "flip", "swapaxes", "moveaxis", "expandDims", "squeeze", "diagonal", "broadcastTo", "reshape"])
            if op == "transpose" and n:
                axes = rng.sample(range(n), n)
                steps.append([op, *axes]); r = r.transpose(axes)
            elif op == "T":
                steps.append([op]); r = r.T
            elif op == "flip" and n:
                axis = rng.choice([None, rng.randint(-n, n - 1)])
                steps.append([op] if axis is None else [op, axis]); r = np.flip(r, axis)
            elif op in ("swapaxes", "moveaxis") and n:
                i, j = rng.randint(-n, n - 1), rng.randint(-n, n - 1)
                steps.append([op, i, j]); r = getattr(np, op)(r, i, j)
            elif op == "expandDims":
                axis = rng.randint(-n - 1, n)
                steps.append([op, axis]); r = np.expand_dims(r, axis)
            elif op == "squeeze":
                steps.append([op]); r = np.squeeze(r)
            elif op == "diagonal" and n >= 2:
                steps.append([op]); r = np.diagonal(r)
            elif op == "broadcastTo":
                to = [rng.randint(1, 3)] * rng.randint(0, 1) + [rng.choice([2, 3]) if m == 1 else m for m in r.shape]
                steps.append([op, to]); r = np.broadcast_to(r, to)
            elif op == "reshape":
                size = r.size
                to = [d for d in rng.choice([[size], [1, size], [-1, size], [size // 2, 2] if size % 2 == 0 else [size, 1]])]
                view = r.view()
                try:
                    view.shape = to
                except (AttributeError, ValueError):
                    steps.append([op, to, "would copy"])
                    break
                steps.append([op, to]); r = view
        cases.append({"shape": shape, "steps": steps, "result": {"shape": list(r.shape), "values": np.ravel(r).tolist()}})
    return cases


def plain(values):
    """JSON has no NaN, no infinities and no 64-bit integers: these travel as text."""
    out = []
    for v in np.ravel(values).tolist():
        big = isinstance(v, int) and not isinstance(v, bool) and abs(v) > 2**53
        odd = isinstance(v, float) and (v != v or v in (float("inf"), float("-inf")))
        out.append(str(v) if big or odd else v)
    return out


DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64"]


def casts(count):
    cases = []
    for _ in range(count):
        source, target = rng.choice(DTYPES), rng.choice(DTYPES)
        if source.startswith("float"):
            high = 100 if target in ("int8", "uint8", "bool") else 2000
            low = 0 if target.startswith("uint") else -high
            values = [rng.uniform(low, high) for _ in range(6)] + [0.0, 0.5]
            if target.startswith("float") or target == "bool":
                values += [float("nan"), float("inf"), 6e-8, 65519.9]
        elif source == "bool":
            values = [rng.random() < 0.5 for _ in range(6)]
        else:
            info = np.iinfo(source)
            values = [rng.randint(int(info.min), int(info.max)) for _ in range(6)] + [int(info.min), int(info.max)]
        with np.errstate(all="ignore"):
            a = np.array(values, dtype=source)
            cases.append({"from": source, "to": target, "values": plain(a), "result": plain(a.astype(target))})
    return cases


def prints(count):
    cases = []
    for _ in range(count):
        dtype = rng.choice(DTYPES)
        shape = rng.choice([[], [3], [7], [2, 3], [2, 2, 2], [30], [1, 1], [0], [1200], [3, 500]])
        size = int(np.prod(shape))
        if dtype.startswith("float"):
            make = rng.choice([
                lambda: rng.randint(-9, 9), lambda: rng.uniform(-1, 1), lambda: rng.uniform(-1e3, 1e3) / 7,
                lambda: 10 ** rng.uniform(-4, 4), lambda: rng.choice([float("nan"), float("inf"), -float("inf"), 1.5, -2.0]),
            ])
        elif dtype == "bool":
            make = lambda: rng.random() < 0.5
        else:
            make = lambda: rng.randint(0, 100)
        a = np.array([make() for _ in range(size)], dtype=dtype).reshape(shape)
        cases.append({"dtype": dtype, "shape": shape, "values": plain(a), "text": str(a)})
    return cases


cases = {"slices": slices(600), "transforms": transforms(200), "casts": casts(100), "prints": prints(150)}
with open(os.path.join(HERE, "numpy-cases.json"), "w") as file:
    json.dump(cases, file, separators=(",", ":"))
print(sys.version.split()[0], np.__version__, {key: len(value) for key, value in cases.items()})
