"""Writes file-cases.json.gz: files as NumPy writes them with what is in them, and what it reads in texts."""

import base64
import gzip
import io
import json
import pathlib
import shutil
import tempfile
import warnings

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


FOLDER = pathlib.Path(tempfile.mkdtemp())
FLOATS = ["{!r}", "{:.18e}", "{:.3f}", "{:+.2e}", "{:G}", " {:.17g}", "{:.0f}.", "{:.1f}E2"]
WORDS = ["nan", "inf", "-inf", "NaN", "+Infinity", ".5", "-0", "1e400", "1e-400", "9007199254740993", "0.1e-22"]
BAD = ["", "x", "0x10", "1d3", "--", "1.5.2", "1e", "+", "N/A", "é"]
SPACES = [None, None, ",", ";", "\t", "|"]


def number(dtype):
    kind = np.dtype(dtype).kind
    if kind == "f":
        if random.random() < 0.08:
            return str(random.choice(WORDS))
        return str(random.choice(FLOATS)).format(float(random.normal() * 10.0 ** random.integers(-30, 30)))
    if kind == "b":
        return str(random.integers(0, 2))
    info = np.iinfo(dtype)
    wide = int(random.integers(info.min, info.max, dtype=dtype, endpoint=True))
    value = wide if random.random() < 0.5 else int(random.integers(0, 100))
    return f"+{value}" if value > 0 and random.random() < 0.1 else str(value)


def table(dtype, delimiter, bad, ragged):
    """Lines of numbers, with comments and empty lines between them; `bad` of them are none."""
    rows, columns = int(random.integers(0, 6)), int(random.integers(1, 5))
    lines = []
    for _ in range(rows):
        cells = [number(dtype) if random.random() >= bad else str(random.choice(BAD)) for _ in range(columns)]
        if random.random() < ragged:
            cells.append("1")
        joint = (delimiter + " " * (random.random() < 0.2)) if delimiter else str(random.choice([" ", "  ", "\t"]))
        lines.append(joint.join(cells) + (" # note" if random.random() < 0.1 else ""))
        if random.random() < 0.1:
            lines.append(str(random.choice(["", "# nothing"])))
    end = str(random.choice(["\n", "\r\n"]))
    return columns, end.join(lines) + (end if random.random() < 0.8 else "")


CAMEL = {"max_rows": "maxRows", "skip_header": "skipHeader", "skip_footer": "skipFooter", "filling_values": "fillingValues"}
CAMEL |= {"missing_values": "missingValues", "invalid_raise": "invalidRaise"}


def read_case(fn, content, options):
    path = FOLDER / "a.txt"
    path.write_bytes(content.encode())
    ours = {CAMEL.get(name, name): value for name, value in options.items() if value is not None}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = described(fn(path, encoding="utf-8", **options))
    except (ValueError, OverflowError, IndexError):
        result = "error"
    return {"fn": fn.__name__, "text": content, "options": ours, "result": result}


def read_cases():
    for i in range(1500):
        dtype = str(random.choice(["f8"] * 6 + DTYPES))
        delimiter = random.choice(SPACES)
        isLoose = i % 3 == 0
        footer = int(random.integers(0, 4)) if isLoose and random.random() < 0.3 else 0
        # NumPy counts rows of another length in a way of its own when it skips the last ones.
        columns, content = table(dtype, delimiter, 0.12 if isLoose else 0.02, 0.0 if footer else 0.02)
        options = {"dtype": np.dtype(dtype).name, "delimiter": delimiter, "ndmin": int(random.integers(0, 3))}
        if random.random() < 0.2:
            options["usecols"] = [int(n) for n in random.integers(-columns, columns, random.integers(1, 3))]
        if random.random() < 0.2:
            options["unpack"] = True
        if random.random() < 0.2:
            options["max_rows"] = int(random.integers(1, 4))
        skipped = int(random.integers(0, 3)) if random.random() < 0.2 else 0
        content = "".join(f"title {n}\n" for n in range(skipped)) + content
        if not isLoose:
            yield read_case(np.loadtxt, content, {**options, "skiprows": skipped})
            continue
        if "max_rows" not in options and footer:
            options["skip_footer"] = footer
        if random.random() < 0.3:
            options["invalid_raise"] = False
        if random.random() < 0.3 and dtype != "?":
            options["filling_values"] = int(random.integers(0, 100))
        if np.dtype(dtype).kind == "u" and "filling_values" not in options:
            options["filling_values"] = 7
        yield read_case(np.genfromtxt, content, {**options, "skip_header": skipped})


FORMATS = ["%.18e", "%d", "%.3f", "%10.2f", "%-12.4e|", "%+.0f", "% .1f", "%08.3f", "%g", "%.3g", "%#.3g", "%G", "%e", "%.0e"]
FORMATS += ["%i", "%5d", "%05d", "%+d", "%x", "%#X", "%o", "%s", "%.17g", "%.1f", "%.2f", "%8s", "%-8d|", "%#.0f", "%E"]
HALVES = [0.5, 1.5, 2.5, 0.125, 0.375, 2.0**-28, 1e21, 1e22, 123456789.0, 0.0001, 0.00001, 1e16, 1e15, 0.1, 1e-5, 100.0, 1e100, 5e-324]


def save_cases():
    for fmt in FORMATS:
        for dtype in ("f8", "f4", "f2", "i4", "u1", "i8", "?"):
            a = elements(dtype, (40,))
            if dtype == "f8":
                a = np.concatenate([a, HALVES, np.negative(HALVES), np.round(random.normal(size=60) * 100, 2), random.integers(0, 2**30, 40) / 2.0 ** random.integers(0, 40, 40)])
            if fmt in ("%d", "%i", "%5d", "%05d", "%+d", "%-8d|") and a.dtype.kind == "f":
                a = a[np.isfinite(a)]
            yield save_case(a, {"fmt": fmt})
    for shape in ((3,), (2, 3), (1, 1), (3, 1), (0,), (0, 2)):
        for options in (
            {},
            {"fmt": "%d", "delimiter": ","},
            {"fmt": "%.2f", "delimiter": " | ", "newline": ";\r\n", "header": "a\nb", "footer": "end"},
            {"fmt": ["%d", "%.1f", "%g"], "header": "x", "comments": "// "},
            {"fmt": "%d-%.3f x:%g"},
        ):
            yield save_case(np.round(random.normal(size=shape) * 10, 1), options)
    for shape in ((), (1, 2, 3)):
        yield save_case(np.zeros(shape), {})


def save_case(a, options):
    path = FOLDER / "a.txt"
    try:
        np.savetxt(path, a, **options)
        result = {"text": path.read_bytes().decode()}
    except (ValueError, TypeError, OverflowError, AttributeError):
        result = "error"
    return {**described(a), "options": options, "result": result}


cases = {"npy": list(npy_cases()), "npz": list(npz_cases()), "read": list(read_cases()), "save": list(save_cases())}
shutil.rmtree(FOLDER)
path = pathlib.Path(__file__).parent / "file-cases.json.gz"
path.write_bytes(gzip.compress(json.dumps(cases).encode(), 9, mtime=0))
print({kind: len(some) for kind, some in cases.items()}, path.stat().st_size)
