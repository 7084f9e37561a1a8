"""Comparisons of integer arrays with numbers inside and outside of their range, as NumPy computes them.

Writes comparison-cases.json: for each dtype its elements as text, and for each number (a Python int as text, or a float as
{"float": text}) the results of six comparisons, array first and number first, as strings of T and F.

    python3 generate_comparisons.py
"""
import json
import os

import numpy as np

DTYPES = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
FUNCTIONS = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]
EDGES = [0, 1, 127, 128, 255, 256, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 2**70]
INTEGERS = sorted({sign * edge - (sign < 0 and near) for edge in EDGES for sign in (1, -1) for near in (0, 1)})
FLOATS = ["0.5", "-0.5", "-1.5", "254.5", "4294967295.5", "nan", "inf", "-inf"]

text = lambda found: "".join("T" if one else "F" for one in found)
cases = []
for dtype in DTYPES:
    info = np.iinfo(dtype)
    elements = sorted({info.min, info.min + 1, 0, 1, info.max - 1, info.max})
    a = np.array(elements, dtype=dtype)
    numbers = [(str(n), n) for n in INTEGERS] + [({"float": f}, float(f)) for f in FLOATS]
    results = [
        {"number": shown, "found": {f: [text(getattr(np, f)(a, n)), text(getattr(np, f)(n, a))] for f in FUNCTIONS}}
        for shown, n in numbers
    ]
    cases.append({"dtype": dtype, "elements": [str(e) for e in elements], "results": results})

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "comparison-cases.json")
with open(path, "w") as file:
    json.dump(cases, file, separators=(",", ":"))
