"""Writes fft-cases.json.gz: Fourier transforms by NumPy. See PROVENANCE.md."""
import gzip
import json
import os
import random

import numpy as np

rng = random.Random(20261130)
cases = []
MOST_LISTED = 12  # elements of a result; of a longer one, so many are listed


def element(k, dtype):
    """Element k of an operand: the same numbers as in test/fft/cases.ts."""
    v = (k * 7919 + (k * k % 1009) * 31) % 97 - 48
    if dtype == "bool":
        return v > 0
    if dtype.startswith("u"):
        return v + 48
    return v if dtype.startswith("int") else v / 8


def operand(shape, dtype, layout):
    base = {"turned": shape[::-1], "stepped": shape[:-1] + [2 * n for n in shape[-1:]]}.get(layout, shape)
    k = np.arange(int(np.prod(base)), dtype="int64")
    array = np.asarray(element(k, dtype), dtype=dtype)
    if dtype.startswith("complex"):
        array = (element(k, "float64") + 1j * element(k + 5, "float64")).astype(dtype)
    array = array.reshape(base)
    views = {"turned": lambda: array.T, "stepped": lambda: array[..., ::2], "backward": lambda: np.flip(array)}
    return views.get(layout, lambda: array)()


def case(fn, shape, dtype, layout, options):
    made = {"fn": fn, "shape": shape, "dtype": dtype, "layout": layout, "options": options}
    try:
        given = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
        result = getattr(np.fft, fn)(operand(shape, dtype, layout), **given)
    except (ValueError, TypeError, IndexError) as e:
        made["error"] = type(e).__name__
    else:
        flat = result.reshape(-1)
        count = min(MOST_LISTED, flat.size)
        at = [(i * (flat.size - 1)) // max(1, count - 1) for i in range(count)]
        listed = flat[at]
        values = [part for v in listed.tolist() for part in ([v.real, v.imag] if isinstance(v, complex) else [v])]
        most = float(np.abs(flat).max()) if flat.size else 0.0
        made["result"] = {"shape": list(result.shape), "dtype": str(result.dtype), "at": at, "values": values, "most": most}
    cases.append(made)


ONE = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
MANY = ["fft2", "ifft2", "fftn", "ifftn", "rfft2", "irfft2", "rfftn", "irfftn"]
REAL = ["rfft", "ihfft", "rfft2", "rfftn"]
DTYPES = ["float64", "complex128", "complex64", "float32", "float16", "int8", "uint8", "int32", "int64", "uint64", "bool"]


def lengths():
    primes = [131, 251, 257, 509, 521, 997, 1009, 4099, 10007, 65537, 100003]
    products = [144, 169, 210, 289, 343, 360, 1000, 1331, 2310, 3125, 5040, 6561, 7919 * 2, 17 * 101, 19683, 30030, 1000000]
    for n in list(range(1, 131)) + primes + products + [2**k for k in range(8, 18)]:
        for fn in ONE:
            options = {"n": n} if fn in ("irfft", "hfft") else {}
            case(fn, [n], "float64" if fn in REAL else "complex128", "plain", options)


def shapes(count):
    for fn in ONE + MANY:
        for _ in range(count):
            shape = [rng.choice([1, 2, 3, 4, 5, 6, 7, 9, 12, 20]) for _ in range(rng.randint(1, 3))]
            if rng.random() < 0.05:
                shape[rng.randrange(len(shape))] = 0
                if fn in ("irfft", "hfft", "irfft2", "irfftn"):
                    continue  # NumPy reads an element that is not there
            dtype = rng.choice(DTYPES)
            if fn in REAL and dtype.startswith("complex") and rng.random() < 0.8:
                dtype = "float64"
            options = {}
            rank = len(shape)
            if rng.random() < 0.5:
                options["norm"] = rng.choice(["backward", "ortho", "forward"])
            if fn in ONE:
                if rng.random() < 0.6:
                    options["axis"] = rng.randint(-rank, rank - 1 + (rng.random() < 0.05))
                if rng.random() < 0.5:
                    options["n"] = rng.choice([0, 1, 2, 3, 4, 5, 8, 11, 16]) if rng.random() < 0.9 else -1
            else:
                wanted = 2 if fn.endswith("2") else rng.randint(1, rank)
                axes = [rng.randint(-rank, rank - 1) for _ in range(wanted)]
                if rng.random() < 0.6:
                    options["axes"] = axes
                if rng.random() < 0.4 and (wanted <= rank or "axes" in options):
                    options["s"] = [rng.choice([1, 2, 3, 4, 5, 8, 13, -1]) for _ in axes]
            case(fn, shape, dtype, rng.choice(["plain", "turned", "stepped", "backward"]), options)


lengths()
shapes(110)
for n in list(range(1, 12)) + [1000, 1001]:
    for d in [1.0, 0.1, -2.5]:
        for fn in ["fftfreq", "rfftfreq"]:
            values = getattr(np.fft, fn)(n, d)
            cases.append({"fn": fn, "n": n, "d": d, "values": values.tolist()})
for fn in ["fftshift", "ifftshift"]:
    for shape in [[0], [1], [5], [6], [3, 4], [2, 3, 5]]:
        rank = len(shape)
        for axes in [None, 0, -1, [0], list(range(rank)), [0, -1]]:
            a = operand(shape, "int32", "plain")
            result = getattr(np.fft, fn)(a, axes=axes)
            options = {} if axes is None else {"axes": axes}
            cases.append({"fn": fn, "shape": shape, "options": options, "values": result.reshape(-1).tolist()})

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fft-cases.json.gz")
with open(path, "wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as zipped:
    zipped.write(json.dumps(cases).encode())
print(len(cases), os.path.getsize(path))
