"""Writes file-cases.json.gz: `.npy` and `.npz` files as NumPy writes them, with what is in them."""

import base64
import gzip
import io
import json
import pathlib

import numpy as np

DTYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]
SHAPES = [(), (0,), (1,), (7,), (2, 3), (3, 0), (2, 1, 4), (1, 1, 1, 1, 1, 2)]
random = np.random.default_rng(20261130)


def text(value):
    """An element as text that both sides write alike: integers in full, floats by their shortest digits."""
    if isinstance(value, bool):
        return value
    return str(value) if isinstance(value, int) else repr(value)


def elements(dtype, shape):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return random.integers(0, 2, shape).astype(bool)
    if dtype.kind == "f":
        values = np.array(random.normal(size=shape) * 10.0 ** random.integers(-3, 4, shape))
        if values.size > 3:
            values.flat[:3] = [np.nan, np.inf, -0.0]
        return values.astype(dtype)
    info = np.iinfo(dtype)
    return np.array(random.integers(info.min, info.max, shape, dtype=dtype, endpoint=True), dtype=dtype)


def described(a):
    return {"dtype": a.dtype.newbyteorder("=").name, "shape": a.shape, "values": [text(v) for v in a.ravel().tolist()]}


def npy_cases():
    for name in DTYPES:
        for shape in SHAPES:
            a = elements(name, shape)
            for order in "CF":
                for swap in (False, True):
                    for version in ((1, 0), (2, 0), (3, 0)):
                        stored = np.array(a, order=order)
                        if swap:
                            stored = stored.astype(stored.dtype.newbyteorder(">"))
                        file = io.BytesIO()
                        np.lib.format.write_array(file, stored, version)
                        yield {
                            **described(a),
                            "file": base64.b64encode(file.getvalue()).decode(),
                            "fortran": stored.flags.f_contiguous and not stored.flags.c_contiguous,
                            "isOurs": not swap and version == (1, 0),
                        }


def npz_cases():
    for compressed in (False, True):
        for names in ([], ["a"], ["b", "a", "x.y"], ["arr_0", "größe", "日本"]):
            arrays = {name: elements(DTYPES[i % 12], SHAPES[(i + 3) % 8]) for i, name in enumerate(names)}
            file = io.BytesIO()
            (np.savez_compressed if compressed else np.savez)(file, **arrays)
            yield {
                "file": base64.b64encode(file.getvalue()).decode(),
                "arrays": [{"name": name, **described(a)} for name, a in arrays.items()],
            }


cases = {"npy": list(npy_cases()), "npz": list(npz_cases())}
path = pathlib.Path(__file__).parent / "file-cases.json.gz"
path.write_bytes(gzip.compress(json.dumps(cases).encode(), 9, mtime=0))
print({kind: len(some) for kind, some in cases.items()}, path.stat().st_size)
