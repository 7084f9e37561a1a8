"""Writes random-cases.json.gz: what NumPy draws from Philox. See PROVENANCE.md."""

import gzip
import hashlib
import json
import pathlib

import numpy as np

SEED = 20261130
MANY = 20000
FEW = 300


def generator():
    return np.random.Generator(np.random.Philox(SEED))


def state_of(bits):
    state = bits.state
    return {
        "counter": [str(word) for word in state["state"]["counter"]],
        "key": [str(word) for word in state["state"]["key"]],
        "bufferPos": state["buffer_pos"],
        "hasUint32": bool(state["has_uint32"]),
        "uinteger": state["uinteger"],
    }


def sha(values):
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()


# method here, arguments and options here, method of NumPy, keyword arguments of NumPy, dtype here (None: not compared
# bit by bit).
EXACT = [
    ("random", [MANY], {}, "random", {"size": MANY}, "float64"),
    ("random", [MANY + 1], {"dtype": "float32"}, "random", {"size": MANY + 1, "dtype": "float32"}, "float32"),
    ("random", [[3, 5]], {}, "random", {"size": (3, 5)}, "float64"),
    ("uniform", [-3, 7.5], {"shape": MANY}, "uniform", {"low": -3, "high": 7.5, "size": MANY}, "float64"),
    ("standardNormal", [MANY], {}, "standard_normal", {"size": MANY}, "float64"),
    ("standardNormal", [MANY], {"dtype": "float32"}, "standard_normal", {"size": MANY, "dtype": "float32"}, "float32"),
    ("standardExponential", [MANY], {}, "standard_exponential", {"size": MANY}, "float64"),
    (
        "standardExponential",
        [MANY],
        {"dtype": "float32"},
        "standard_exponential",
        {"size": MANY, "dtype": "float32"},
        "float32",
    ),
    ("normal", [2, 3], {"shape": MANY}, "normal", {"loc": 2, "scale": 3, "size": MANY}, "float64"),
    ("exponential", [2.5], {"shape": MANY}, "exponential", {"scale": 2.5, "size": MANY}, "float64"),
    ("rayleigh", [2], {"shape": MANY}, "rayleigh", {"scale": 2, "size": MANY}, "float64"),
    (
        "triangular",
        [-1, 0.5, 4],
        {"shape": MANY},
        "triangular",
        {"left": -1, "mode": 0.5, "right": 4, "size": MANY},
        "float64",
    ),
    ("gamma", [3, 2], {"shape": MANY}, "gamma", {"shape": 3, "scale": 2, "size": MANY}, "float64"),
    ("chisquare", [3], {"shape": MANY}, "chisquare", {"df": 3, "size": MANY}, "float64"),
    ("f", [3, 7], {"shape": MANY}, "f", {"dfnum": 3, "dfden": 7, "size": MANY}, "float64"),
    ("standardT", [4], {"shape": MANY}, "standard_t", {"df": 4, "size": MANY}, "float64"),
    ("standardCauchy", [], {"shape": MANY}, "standard_cauchy", {"size": MANY}, "float64"),
    ("poisson", [3], {"shape": MANY}, "poisson", {"lam": 3, "size": MANY}, "int32"),
    ("poisson", [50], {"shape": MANY}, "poisson", {"lam": 50, "size": MANY}, "int32"),
    ("poisson", [1e6], {"shape": MANY, "dtype": "int64"}, "poisson", {"lam": 1e6, "size": MANY}, "int64"),
    ("binomial", [10, 0.3], {"shape": MANY}, "binomial", {"n": 10, "p": 0.3, "size": MANY}, "int32"),
    ("binomial", [1000, 0.4], {"shape": MANY}, "binomial", {"n": 1000, "p": 0.4, "size": MANY}, "int32"),
    ("binomial", [100, 0.9], {"shape": MANY}, "binomial", {"n": 100, "p": 0.9, "size": MANY}, "int32"),
    ("binomial", [1000000, 0.7], {"shape": MANY}, "binomial", {"n": 10**6, "p": 0.7, "size": MANY}, "int32"),
    ("negativeBinomial", [5, 0.3], {"shape": MANY}, "negative_binomial", {"n": 5, "p": 0.3, "size": MANY}, "int32"),
    ("geometric", [0.5], {"shape": MANY}, "geometric", {"p": 0.5, "size": MANY}, "int32"),
    ("geometric", [0.01], {"shape": MANY}, "geometric", {"p": 0.01, "size": MANY}, "int32"),
    ("multinomial", [100, [0.2, 0.3, 0.5]], {"shape": 500}, "multinomial", {"n": 100, "pvals": [0.2, 0.3, 0.5], "size": 500}, "int32"),
    ("poisson", [[1, 100]], {"shape": [50, 2]}, "poisson", {"lam": [1, 100], "size": (50, 2)}, "int32"),
    ("normal", [[[0], [10]], [1, 2, 3]], {}, "normal", {"loc": [[0], [10]], "scale": [1, 2, 3]}, "float64"),
    ("permutation", [1000], {}, "permutation", {"x": 1000}, "int32"),
    ("permutation", [[[1, 2, 3], [4, 5, 6]]], {"axis": 1}, "permutation", {"x": np.array([[1.0, 2, 3], [4, 5, 6]]), "axis": 1}, "float64"),
    ("choice", [17], {"shape": 500}, "choice", {"a": 17, "size": 500}, "int32"),
    ("choice", [1000], {"shape": 100, "replace": False}, "choice", {"a": 1000, "size": 100, "replace": False}, "int32"),
    (
        "choice",
        [1000],
        {"shape": 100, "replace": False, "shuffle": False},
        "choice",
        {"a": 1000, "size": 100, "replace": False, "shuffle": False},
        "int32",
    ),
    ("choice", [20000], {"shape": 3000, "replace": False}, "choice", {"a": 20000, "size": 3000, "replace": False}, "int32"),
    ("choice", [5], {"shape": 500, "p": [0.1, 0, 0.3, 0.4, 0.2]}, "choice", {"a": 5, "size": 500, "p": [0.1, 0, 0.3, 0.4, 0.2]}, "int32"),
    (
        "choice",
        [5],
        {"shape": 3, "p": [0.1, 0, 0.3, 0.4, 0.2], "replace": False},
        "choice",
        {"a": 5, "size": 3, "p": [0.1, 0, 0.3, 0.4, 0.2], "replace": False},
        "int32",
    ),
    ("choice", [[[1, 2], [3, 4], [5, 6]]], {"shape": [4, 2]}, "choice", {"a": np.array([[1.0, 2], [3, 4], [5, 6]]), "size": (4, 2)}, "float64"),
    ("choice", [[[1, 2, 3], [4, 5, 6]]], {"shape": 7, "axis": 1}, "choice", {"a": np.array([[1.0, 2, 3], [4, 5, 6]]), "size": 7, "axis": 1}, "float64"),
]
for axis in (0, 1, None):
    given = np.arange(100.0).reshape(20, 5)
    options = {} if axis is None else {"axis": axis}
    EXACT.append(("permuted", [given.tolist()], options, "permuted", {"x": given, "axis": axis}, "float64"))
RANGES = {
    "bool": [(0, 2), (1, 2)],
    "int8": [(-128, 128), (-5, 100), (3, 4)],
    "uint8": [(0, 256), (0, 7)],
    "int16": [(-300, 3000), (-(2**15), 2**15)],
    "uint16": [(0, 65536), (7, 60000)],
    "int32": [(0, 100), (-(2**31), 2**31), (-(2**31), 2**31 - 5), (0, 2**21), (0, 2**21 + 1)],
    "uint32": [(0, 3000000000), (0, 2**32)],
    "int64": [(-5, 100), (-(2**62), 2**62), (-1, 2**32 - 1), (-(2**63), 2**63)],
    "uint64": [(0, 2**64), (5, 2**64 - 3), (2**63, 2**63 + 10)],
}
for dtype, ranges in RANGES.items():
    for low, high in ranges:
        bounds = [{"bigint": str(low)}, {"bigint": str(high)}]
        options = {"shape": 1003, "dtype": dtype}
        EXACT.append(("integers", bounds, options, "integers", {"low": low, "high": high, "size": 1003, "dtype": dtype}, dtype))
EXACT.append(
    ("integers", [1, 6], {"shape": 100, "endpoint": True}, "integers", {"low": 1, "high": 6, "size": 100, "endpoint": True}, "int32")
)

NEAR = [
    ("lognormal", [0.5, 0.25], "lognormal", {"mean": 0.5, "sigma": 0.25}),
    ("laplace", [1, 2], "laplace", {"loc": 1, "scale": 2}),
    ("gumbel", [1, 2], "gumbel", {"loc": 1, "scale": 2}),
    ("logistic", [1, 2], "logistic", {"loc": 1, "scale": 2}),
    ("weibull", [1.7], "weibull", {"a": 1.7}),
    ("pareto", [3], "pareto", {"a": 3}),
    ("power", [3], "power", {"a": 3}),
    ("standardGamma", [0.5], "standard_gamma", {"shape": 0.5}),
    ("beta", [0.5, 0.7], "beta", {"a": 0.5, "b": 0.7}),
    ("beta", [2, 0.7], "beta", {"a": 2, "b": 0.7}),
    ("beta", [0.001, 0.002], "beta", {"a": 0.001, "b": 0.002}),
    ("dirichlet", [[1, 2, 0.5]], "dirichlet", {"alpha": [1, 2, 0.5]}),
    ("dirichlet", [[0.01, 0.05, 0.02]], "dirichlet", {"alpha": [0.01, 0.05, 0.02]}),
    (
        "multivariateNormal",
        [[1, -1], [[2, 0.5], [0.5, 1]]],
        "multivariate_normal",
        {"mean": [1, -1], "cov": [[2, 0.5], [0.5, 1]], "method": "cholesky"},
    ),
]


def case(method, args, options, name, keywords, dtype):
    rng = generator()
    values = np.asarray(getattr(rng, name)(**keywords))
    made = {"method": method, "args": args, "options": options, "shape": list(values.shape)}
    if dtype is None:
        made["values"] = values.ravel().tolist()
    else:
        made["sha"] = sha(values.astype(np.dtype(dtype)))
        made["dtype"] = dtype
    return {**made, "state": state_of(rng.bit_generator), "next": rng.random()}


def mixed():
    """Draws of 32 and of 64 bits by turns: the half of a word that is left must be the same on both sides."""
    rng = generator()
    drawn = []
    for _ in range(50):
        drawn += [int(rng.integers(10)), rng.random(), float(rng.random(dtype=np.float32)), rng.standard_normal()]
        drawn += rng.integers(0, 5, 3).tolist() + rng.random(2).tolist() + rng.random(5, dtype=np.float32).tolist()
        drawn += [int(rng.integers(0, 200, dtype=np.uint8)), int(rng.integers(7)), rng.standard_exponential()]
    return {"values": drawn, "state": state_of(rng.bit_generator)}


def seeds():
    made = []
    for seed in [0, 1, 2**80, [1, 2, 3], [0, 2**40, 5], list(range(9))]:
        sequence = np.random.SeedSequence(seed)
        child = sequence.spawn(3)[2].spawn(1)[0]
        bits = np.random.Philox(np.random.SeedSequence(seed))
        made.append(
            {
                "seed": [str(one) for one in seed] if isinstance(seed, list) else str(seed),
                "state": sequence.generate_state(7).tolist(),
                "child": [str(word) for word in child.generate_state(3, np.uint64)],
                "raw": sha(bits.random_raw(10**6)),
                "after": state_of(bits),
                "jumped": state_of(bits.jumped(3)),
                "advanced": state_of(bits.advance(12345)),
            }
        )
    return made


def tails():
    """A long draw, of which the digest is without the tails, whose last bits depend on the C library's log1p."""
    normal = generator().standard_normal(10**6)
    tail = np.abs(normal) > 3.654152885361009
    exponential = generator().standard_exponential(10**6)
    far = exponential > 7.69711747013105
    return {
        "normal": {"sha": sha(np.where(tail, 0, normal)), "tail": normal[tail].tolist()},
        "exponential": {"sha": sha(np.where(far, 0, exponential)), "tail": exponential[far].tolist()},
    }


CASES = {
    "seed": SEED,
    "exact": [case(*one) for one in EXACT],
    "near": [case(method, args, {"shape": FEW}, name, {**keywords, "size": FEW}, None) for method, args, name, keywords in NEAR],
    "mixed": mixed(),
    "seeds": seeds(),
    "tails": tails(),
    "spawned": [rng.random() for rng in generator().spawn(3)],
    "bytes": list(generator().bytes(1001)),
}
path = pathlib.Path(__file__).with_name("random-cases.json.gz")
with gzip.GzipFile(path, "wb", mtime=0) as file:
    file.write(json.dumps(CASES).encode())
