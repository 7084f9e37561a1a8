"""Writes linalg-cases.json.gz: calls of linear algebra and what NumPy gives, or how large NumPy's error is. See PROVENANCE.md."""
import gzip
import json
import os
import warnings

import numpy as np
import scipy.linalg

warnings.simplefilter("ignore")
np.seterr(all="ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20261130)
cases = []
EPS = {"float32": 2.0**-23, "float64": 2.0**-52}
LAYOUTS = ["plain", "plain", "turned", "stepped", "backward"]


def plain(array):
    flat = np.asarray(array).ravel()
    if flat.dtype.kind == "c":
        flat = np.stack([flat.real, flat.imag], -1).ravel()
    return [v if not isinstance(v, float) or np.isfinite(v) else str(v) for v in flat.tolist()]


def shown(array):
    array = np.asarray(array)
    return {"shape": list(array.shape), "dtype": str(array.dtype), "values": plain(array)}


def operand(array):
    layout = str(rng.choice(LAYOUTS)) if array.ndim >= 2 else "plain"
    return {**shown(array), "layout": layout}


def case(fn, operands, call, options=None, near=32.0, check="value", **more):
    """`near`: the largest error of the result, in units of its largest element times the spacing of its dtype."""
    entry = {"fn": fn, "operands": [operand(one) for one in operands], "options": options or {}, "check": check, **more}
    try:
        result = call()
    except (np.linalg.LinAlgError, ValueError, TypeError, IndexError) as error:
        cases.append({**entry, "error": type(error).__name__})
        return
    if check == "value":
        entry["result"] = [shown(one) for one in result] if isinstance(result, (tuple, list)) else shown(result)
    else:
        entry["residual"] = float(result)
    cases.append({**entry, "near": float(near)})


def values_of(a):
    """The condition, at most that at which nothing is left."""
    with np.errstate(all="ignore"):
        try:
            c = np.max(np.linalg.cond(np.asarray(a, "f8") / (np.max(np.abs(a)) or 1))) if a.size else 1.0
        except np.linalg.LinAlgError:
            c = 1e16
    return float(min(c, 1e16)) if np.isfinite(c) else 1e16


def hilbert(n):
    i = np.arange(n)
    return 1.0 / (i[:, None] + i[None, :] + 1)


SQUARE = {
    "random": rng.standard_normal((5, 5)), "one": np.array([[3.0]]), "two": rng.standard_normal((2, 2)),
    "hilbert": hilbert(6), "stack": rng.standard_normal((2, 3, 4, 4)), "ints": rng.integers(-5, 6, (4, 4)),
    "float32": rng.standard_normal((6, 6)).astype("f4"), "graded": np.diag(10.0 ** np.arange(6)) + 0.1 * rng.standard_normal((6, 6)),
    "large": rng.standard_normal((70, 70)), "blocks": rng.standard_normal((110, 110)), "huge": 1e200 * rng.standard_normal((4, 4)),
    "empty": np.zeros((0, 0)), "none": np.zeros((0, 3, 3)), "turn": np.array([[0.0, 1], [-1, 0]]), "orthogonal": np.linalg.qr(rng.standard_normal((8, 8)))[0],
    "small": rng.integers(0, 9, (3, 3)).astype("u1"), "mask": np.array([[True, False], [True, True]]),
}
SINGULAR = {
    "zero": np.zeros((3, 3)), "twice": np.array([[1.0, 2], [2, 4]]), "stack": np.stack([np.eye(2), np.zeros((2, 2)), np.eye(2)]),
    "integers": np.array([[1, 2, 3], [4, 5, 6], [5, 7, 9]]),
}
FLAT = {
    "tall": rng.standard_normal((7, 3)), "wide": rng.standard_normal((3, 7)), "deficient": rng.standard_normal((6, 2)) @ rng.standard_normal((2, 5)),
    "column": rng.standard_normal((5, 1)), "row": rng.standard_normal((1, 5)), "stack": rng.standard_normal((2, 5, 3)),
    "float32": rng.standard_normal((4, 6)).astype("f4"), "none": np.zeros((3, 0)), "no rows": np.zeros((0, 3)), "long": rng.standard_normal((90, 40)),
    "flat": rng.standard_normal((40, 90)), "zero": np.zeros((4, 3)),
}
MATRICES = {**{"s " + k: v for k, v in SQUARE.items()}, **{"z " + k: v for k, v in SINGULAR.items()}, **FLAT}
L = np.linalg


def unit(a):
    return EPS[a.dtype.name] if a.dtype.name in EPS else EPS["float64"]


def size(a):
    return float(np.max(np.abs(np.asarray(a, "f8")))) if a.size else 1.0


def residual(got, a):
    """The largest error, in units of the largest element and the spacing of the dtype."""
    return float(np.max(np.abs(np.asarray(got, "c16") - a))) / (size(a) or 1) / unit(a) if a.size else 0.0


for name, a in SQUARE.items():
    n = a.shape[-1]
    c = values_of(a)
    case("linalg.det", [a], lambda: L.det(a), near=64 * n * c)
    case("linalg.slogdet", [a], lambda: tuple(L.slogdet(a)), near=64 * max(n, 1) * c, atol=64 * max(n, 1) * c * unit(a))
    case("linalg.inv", [a], lambda: L.inv(a), near=16 * n * c)
    b = rng.standard_normal((n, 3))
    v = rng.standard_normal(n)
    case("linalg.solve", [a, b], lambda: L.solve(a, b), near=16 * n * c)
    case("linalg.solve", [a, v], lambda: L.solve(a, v), near=16 * n * c)
    f = a.astype("f8") if a.dtype.name not in EPS else a
    symmetric = f + np.swapaxes(f, -1, -2)
    scaled = f / np.asarray(size(f) or 1, f.dtype)
    positive = scaled @ np.swapaxes(scaled, -1, -2) + np.eye(n, dtype=f.dtype)
    for uplo in ["L", "U"]:
        case("linalg.eigvalsh", [f], lambda: L.eigvalsh(f, UPLO=uplo), {"uplo": uplo}, near=16 * max(n, 1))
    case("linalg.eigh", [symmetric], lambda: residual((lambda w, v: v * w[..., None, :] @ np.swapaxes(v, -1, -2))(*L.eigh(symmetric)), symmetric), check="eigh")
    case("linalg.cholesky", [positive], lambda: L.cholesky(positive), near=64 * max(n, 1) * values_of(positive))
    case("linalg.cholesky", [positive], lambda: L.cholesky(positive, upper=True), {"upper": True}, near=64 * max(n, 1) * values_of(positive))
    case("linalg.eig", [a], lambda: residual((lambda w, v: v * w[..., None, :] @ L.inv(v))(*L.eig(a)), a) if values_of(L.eig(a)[1].real) < 1e3 else 1e3, check="eig")
    for p in [0, 1, 2, 5, -1, -2] if name != "huge" else [0, 1, -1]:
        case("linalg.matrixPower", [a, ], lambda: L.matrix_power(a, p), near=64 * max(n, 1) * c ** max(1, abs(min(p, 0))), extra=[p])
    for p in [None, 2, -2, 1, -1, np.inf, -np.inf, "fro", "nuc"]:
        shown_p = {} if p is None else {"p": str(p).replace("inf", "Infinity") if isinstance(p, float) else p}
        case("linalg.cond", [a], lambda: L.cond(a, p), shown_p, near=64 * max(n, 1) * c)
    if n <= 8:
        case("linalg.expm", [f / (size(f) or 1)], lambda: scipy.linalg.expm(f / (size(f) or 1)) if f.size else f, near=256)
for name, a in SINGULAR.items():
    n = a.shape[-1]
    case("linalg.det", [a], lambda: np.zeros(a.shape[:-2]) + L.det(a) * (np.abs(L.det(a)) > 1e-10), near=1, atol=1e-14)
    if name != "integers":
        case("linalg.inv", [a], lambda: L.inv(a))
        case("linalg.solve", [a, np.ones(n)], lambda: L.solve(a, np.ones(n)))
        case("linalg.slogdet", [a], lambda: tuple(L.slogdet(a)))
    case("linalg.cholesky", [a - 2 * np.eye(n)], lambda: L.cholesky(a - 2 * np.eye(n)))
    case("linalg.eig", [a], lambda: 100.0, check="eig")
for name, a in MATRICES.items():
    m, n = a.shape[-2:]
    k = max(m, n, 1)
    case("linalg.svdvals", [a], lambda: L.svdvals(a), near=16 * k)
    for full in [True, False]:
        case("linalg.svd", [a], lambda: residual((lambda u, s, vh: u[..., :, : min(m, n)] * s[..., None, :] @ vh[..., : min(m, n), :])(*L.svd(a, full)), a), {"fullMatrices": full}, check="svd")
    for mode in ["reduced", "complete"]:
        case("linalg.qr", [a], lambda: residual((lambda q, r: q @ r)(*L.qr(a, mode)), a), {"mode": mode}, check="qr")
    if a.ndim == 2 and a.size and np.linalg.matrix_rank(a) == min(m, n) and values_of(a) < 1e3:
        case("linalg.qr", [a], lambda: np.triu(L.qr(a, "r")), {"mode": "r"}, near=64 * k * values_of(a))
    case("linalg.lu", [a], lambda: residual((lambda p, l, u: p @ l @ u)(*scipy.linalg.lu(a)), a) if a.size else 0.0, check="lu")
    case("linalg.matrixRank", [a], lambda: L.matrix_rank(a), near=0, count=True)
    case("linalg.matrixRank", [a], lambda: L.matrix_rank(a, tol=0.5), {"tol": 0.5}, near=0, count=True)
    case("linalg.pinv", [a], lambda: L.pinv(a if a.dtype.name in EPS else a.astype("f8"), rtol=None), near=64 * k * min(values_of(a), 1e4))
    for p in ["fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]:
        for keep in [False, True]:
            ord_here = str(p).replace("inf", "Infinity") if isinstance(p, float) else p
            case("linalg.matrixNorm", [a], lambda: L.matrix_norm(a, keepdims=keep, ord=p), {"ord": ord_here, "keepdims": keep}, near=64 * k, atol=1e-13)
    if a.ndim == 2:
        for rhs in [rng.standard_normal(m), rng.standard_normal((m, 2))]:
            x, r, rank, s = L.lstsq(a, rhs, rcond=None)
            case("linalg.lstsq", [a, rhs], lambda: (x, r, s), near=64 * k * min(values_of(a), 1e4) ** 2, rank=int(rank))
VECTORS = [rng.standard_normal(5), rng.standard_normal((3, 4)), rng.integers(-4, 5, (2, 3)), rng.standard_normal((2, 3, 4)).astype("f4"),
           rng.standard_normal(3) + 1j * rng.standard_normal(3), (rng.standard_normal((2, 3)) + 1j * rng.standard_normal((2, 3))).astype("c8"), np.array([0.0, 3, -4]), np.zeros(0), np.zeros((0, 2))]
for a in VECTORS:
    axes = [None, 0, -1] + ([(0, 1), (-1, 0)] if a.ndim > 1 else [])
    for axis in axes:
        for p in [2, 1, 0, np.inf, -np.inf, 3, 2.5, -1, 0.5]:
            for keep in [False, True]:
                ord_here = str(p).replace("inf", "Infinity") if isinstance(p, float) and np.isinf(p) else p
                options = {"ord": ord_here, "keepdims": keep, **({} if axis is None else {"axis": axis})}
                case("linalg.vectorNorm", [a], lambda: L.vector_norm(a, axis=axis, keepdims=keep, ord=p), options, near=32)
        for p in [None, 2, 1, np.inf, "fro"]:
            ord_here = {} if p is None else {"ord": str(p).replace("inf", "Infinity") if isinstance(p, float) else p}
            if a.dtype.kind == "c" and p == 2 and (isinstance(axis, tuple) or (axis is None and a.ndim == 2)):
                continue
            case("linalg.norm", [a], lambda: L.norm(a, p, axis), {**ord_here, **({} if axis is None else {"axis": axis})}, near=64)


def ints(*shape):
    return rng.integers(-4, 5, shape)


def any_of(*shape):
    kind = rng.choice(["f8", "f8", "f4", "i4", "c16", "u1"])
    a = rng.integers(0, 9, shape).astype(kind) if kind in ("i4", "u1") else rng.standard_normal(shape).astype(kind)
    return a + 1j * rng.standard_normal(shape) if kind == "c16" else a


for _ in range(12):
    a, b = any_of(2, 3, 4), any_of(4, 3, 2)
    for axes in [0, 1, [[1, 2], [1, 0]], [[0], [-1]], [[2, 1, 0], [0, 1, 2]], [-1, 0], 2]:
        case("tensordot", [a, b], lambda: np.tensordot(a, b, axes), {"axes": axes}, near=64, slack=8)
    for x, y in [(any_of(3), any_of(4)), (any_of(2, 2), any_of(3)), (any_of(0), any_of(2))]:
        case("outer", [x, y], lambda: np.outer(x, y), near=8)
        case("kron", [x, y], lambda: np.kron(x, y), near=8)
    for x, y in [(any_of(3), any_of(3)), (any_of(2, 3), any_of(4, 3)), (any_of(2, 3), any_of(3)), (any_of(2, 3), any_of(2))]:
        case("inner", [x, y], lambda: np.inner(x, y), near=64, slack=8)
        case("vdot", [x, y], lambda: np.vdot(x, y), near=64, slack=8)
    for x, y, axis in [(any_of(3), any_of(3), -1), (any_of(4, 3), any_of(3), -1), (any_of(3, 4), any_of(3, 1), 0), (any_of(2), any_of(2), -1)]:
        case("cross", [x, y], lambda: L.cross(x, y, axis=axis), {"axis": axis}, near=64, slack=8)
    x, y = any_of(2, 3), any_of(3, 1, 2)
    case("kron", [x, y], lambda: np.kron(x, y), near=8)
    for shape in [(3, 4), (2, 3, 4), (2, 2, 3, 3)]:
        x = any_of(*shape)
        for k in [0, 1, -2, 5]:
            case("trace", [x], lambda: np.trace(x, k), {"offset": k}, near=32, slack=8)
            case("linalg.trace", [x], lambda: L.trace(x, offset=k), {"offset": k}, near=32, slack=8)
        case("trace", [x], lambda: np.trace(x, 0, -1, 0), {"axis1": -1, "axis2": 0}, near=32, slack=8)
    chain = [rng.standard_normal(s) for s in [(2, 30), (30, 4), (4, 20), (20, 3)]]
    case("linalg.multiDot", chain, lambda: L.multi_dot(chain), near=256, listed=True)
    chain = [rng.standard_normal(s) for s in [(5,), (5, 4), (4,)]]
    case("linalg.multiDot", chain, lambda: L.multi_dot(chain), near=256, listed=True)
    EINSUMS = [
        ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ba", (2, 3)), ("ij->ji", (2, 3)), ("ii", (3, 3)), ("ii->i", (3, 3)), ("i,i", (4,), (4,)), ("i,j", (2,), (3,)),
        ("ij,ij->i", (2, 3), (2, 3)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)), ("...ij,...jk->...ik", (2, 2, 3), (3, 2)), ("...i,...i", (2, 3), (3,)),
        ("i...->...", (3, 2)), ("ijk,jil->kl", (2, 3, 4), (3, 2, 2)), ("ij,jk,kl->il", (2, 3), (3, 2), (2, 4)), ("ij,kj,lj->ikl", (2, 3), (2, 3), (2, 3)),
        ("ij->", (2, 3)), ("ij->i", (2, 3)), ("...", (2, 3)), ("iij->j", (2, 2, 3)), ("i,ij,j", (2,), (2, 3), (3,)), ("ij,ij", (2, 3), (2, 3)), ("ij,ij", (1, 3), (2, 3)),
        ("a...b,b...->a...", (2, 4, 3), (3, 4)), ("ij, jk -> ki", (2, 3), (3, 4)), ("i->ii", (3,)), ("ij,jk->il", (2, 3), (3, 4)), ("ij,jk", (2, 3), (4, 2)), ("ijk", (2, 3)),
        ("iii->i", (3, 3, 3)), ("ab,cd", (2, 2), (2, 3)), (",i", (), (3,)), ("i...,i...->...", (2, 3), (2, 1)), ("ij,k->", (2, 2), (3,)), ("Ab,bA->b", (2, 3), (3, 2)),
    ]
    for text, *shapes in EINSUMS:
        given = [any_of(*shape) for shape in shapes]
        case("einsum", given, lambda: np.array(np.einsum(text, *given)), near=64, text=text, slack=8)

with open(os.path.join(HERE, "linalg-cases.json.gz"), "wb") as f:
    f.write(gzip.compress(json.dumps(cases).encode(), mtime=0))
print(len(cases), "cases")
