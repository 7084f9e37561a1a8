"""Writes statistics-cases.json.gz: what NumPy makes of calls of set functions and statistics. See PROVENANCE.md."""
import warnings

import numpy as np

import calls
from calls import DTYPES, Given, axis_of, given, plain, rng, save, some_axes

warnings.simplefilter("ignore")
NAN, INF = float("nan"), float("inf")
NUMBERS = [name for name in DTYPES if name != "bool"]
COMPLEX = ["complex64", "complex128"]
LAYOUTS = {"plain": lambda x: x, "turned": lambda x: x.T, "stepped": lambda x: x[..., ::2], "backward": np.flip}


def with_odd(a, odd, rate=0.15):
    """The operand, with some of its elements replaced, if they are floats."""
    if not a.json["dtype"].startswith("float"):
        return a
    flat = np.array([float(v) for v in a.json["values"]], a.json["dtype"])
    for i in range(flat.size):
        if rng.random() < rate:
            flat[i] = rng.choice(odd)
    a.json["values"] = plain(flat.tolist())
    a.array = LAYOUTS[a.json["layout"]](flat.reshape(a.json["base"]))
    return a


def some(shape=None, dtype=None, odd=(NAN, -0.0, INF, -INF)):
    return with_odd(given(shape, dtype), odd) if odd else given(shape, dtype)


def scalar(value, options=()):
    """A number or a boolean, as the function here returns it if no axis is given."""
    if isinstance(value, np.generic) and "axis" not in options:
        return np.asarray(bool(value) if value.dtype == bool else float(value))
    return value


def places(value):
    return np.asarray(value).astype("int32")


def case(fn, operands, args, options, run, near=None, slack=None):
    calls.case(fn, operands, args, options, run)
    if near is not None:
        calls.cases[-1]["near"] = near
    if slack is not None:
        calls.cases[-1]["slack"] = slack


def sets(count):
    for _ in range(count):
        dtype = rng.choice([*DTYPES, "float64", "int32"])
        a, b = some(dtype=dtype), some(dtype=rng.choice([dtype, dtype, *DTYPES]))
        x, y = a.array, b.array
        case("uniqueValues", [a], [a], {}, lambda: np.unique(x, equal_nan=False))
        case("uniqueCounts", [a], [a], {}, lambda: [np.unique_counts(x)[0], places(np.unique_counts(x)[1])])
        case("uniqueInverse", [a], [a], {}, lambda: [np.unique_all(x)[0], places(np.unique_all(x)[2])])
        case("uniqueAll", [a], [a], {}, lambda: [np.unique_all(x)[0], *map(places, np.unique_all(x)[1:])])
        options = {k: True for k in ["returnIndex", "returnInverse", "returnCounts"] if rng.random() < 0.5}
        names = {"returnIndex": "return_index", "returnInverse": "return_inverse", "returnCounts": "return_counts"}
        theirs = {names[k]: v for k, v in options.items()}
        equal_nan = rng.random() < 0.7
        listed = lambda r: [r[0], *map(places, r[1:])] if isinstance(r, tuple) else r
        case("unique", [a], [a], {**options, "equalNan": equal_nan}, lambda: listed(np.unique(x, equal_nan=equal_nan, **theirs)))
        slabs = given([rng.randint(0, 5), rng.randint(1, 2), rng.randint(1, 2)][: rng.randint(1, 3)], rng.choice(["bool", "int8", "float64", dtype]))
        axis = axis_of(slabs)
        case("unique", [slabs], [slabs], {**options, "axis": axis}, lambda: listed(np.unique(slabs.array, axis=axis, **theirs)))
        invert = rng.random() < 0.4
        case("isin", [a, b], [a, b], {"invert": invert}, lambda: np.isin(x, y, invert=invert))
        case("union1d", [a, b], [a, b], {}, lambda: np.union1d(x, y))
        case("intersect1d", [a, b], [a, b], {}, lambda: np.intersect1d(x, y))
        case("intersect1d", [a, b], [a, b], {"returnIndices": True}, lambda: listed(np.intersect1d(x, y, return_indices=True)))
        case("setdiff1d", [a, b], [a, b], {}, lambda: np.setdiff1d(x, y))
        case("setxor1d", [a, b], [a, b], {}, lambda: np.setxor1d(x, y))
        c = given([rng.randint(0, 6)], rng.choice(COMPLEX))
        z = c.array
        case("uniqueAll", [c], [c], {}, lambda: [np.unique_all(z)[0], *map(places, np.unique_all(z)[1:])])
        case("unique", [c], [c], {"returnCounts": True}, lambda: listed(np.unique(z, return_counts=True)))
        one, other = given([rng.randint(0, 5)], rng.choice(COMPLEX)), given([3], rng.choice([*COMPLEX, "int8"]))
        case("isin", [one, other], [one, other], {}, lambda: np.isin(one.array, other.array))
        for name in ("union1d", "intersect1d", "setdiff1d", "setxor1d"):
            case(name, [one, other], [one, other], {}, lambda: getattr(np, name)(one.array, other.array))


def reducing(a):
    """An axis, axes or none, as options and as NumPy takes them."""
    options, theirs = {}, {}
    if a.array.ndim and rng.random() < 0.75:
        axis = axis_of(a) if rng.random() < 0.6 else some_axes(a.array.ndim)
        options["axis"], theirs["axis"] = axis, tuple(axis) if isinstance(axis, list) else axis
    if rng.random() < 0.4:
        options["keepdims"] = theirs["keepdims"] = True
    return options, theirs


METHODS = [
    *["inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull"],
    *["linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest"],
]


def full_lines(a, options):
    """Whether each reduced line has an element."""
    shape, axis = a.array.shape, options.get("axis", list(range(a.array.ndim)))
    return all(shape[i] > 0 for i in (axis if isinstance(axis, list) else [axis]))


def order(count):
    for _ in range(count):
        a = some(dtype=rng.choice([*DTYPES, "float64"]))
        x = a.array
        options, theirs = reducing(a)
        case("median", [a], [a], options, lambda: scalar(np.median(x, **theirs), options), 1)
        if full_lines(a, options):
            case("nanmedian", [a], [a], options, lambda: scalar(np.nanmedian(x, **theirs), options), 1)
        if a.json["dtype"] != "bool" or x.size == 0:
            case("ptp", [a], [a], options, lambda: scalar(np.ptp(x, **theirs), options))
        finite = some(dtype=rng.choice([*DTYPES, "float64"]), odd=(NAN, -0.0))
        y = finite.array
        for method in rng.sample(METHODS, 4):
            options, theirs = reducing(finite)
            q = rng.choice([0.0, 1.0, 0.5, 0.25, 0.3, 0.9, 0.125, [0.5], [0.1, 0.75], []])
            if not y.size:
                continue
            own = {**options, "method": method}
            name, nan, scale = rng.choice([("quantile", "nanquantile", 1), ("percentile", "nanpercentile", 100)])
            p = [v * scale for v in q] if isinstance(q, list) else q * scale
            if method == "linear" and p in (0, 1, 0.0, 1.0):
                p = float(p)
            asked = np.array(p, dtype=float) if isinstance(p, list) else p
            case(name, [finite], [finite, p], own, lambda: scalar(getattr(np, name)(y, asked, method=method, **theirs), options), 4, 1e-2 if "16" in str(y.dtype) else 1e-5 if "32" in str(y.dtype) else 1e-14)
            # NumPy looks at a line of NaN alone, and at none, in other ways.
            if full_lines(finite, options) and y.size:
                case(nan, [finite], [finite, p], own, lambda: scalar(getattr(np, nan)(y, asked, method=method, **theirs), options), 4, 1e-2 if "16" in str(y.dtype) else 1e-5 if "32" in str(y.dtype) else 1e-14)
        axis = axis_of(a)
        if a.array.ndim and x.shape[axis]:
            n = x.shape[axis]
            kth = [rng.randint(-n, n - 1) for _ in range(rng.randint(1, 3))]
            where = np.array(kth)
            case("partitioned", [a], [a, kth], {"axis": axis}, lambda: np.take(np.partition(x, kth, axis=axis), where, axis=axis))
            case("argpartitioned", [a], [a, kth], {"axis": axis}, lambda: np.take(np.take_along_axis(x, np.argpartition(x, kth, axis=axis), axis=axis), where, axis=axis))
        c = given([rng.randint(1, 5)], rng.choice(COMPLEX))
        k = [rng.randint(0, c.array.size - 1)]
        case("partitioned", [], [c, k], {"axis": 0}, lambda: np.partition(c.array, k)[k])
        case("argpartitioned", [], [c, k], {"axis": 0}, lambda: c.array[np.argpartition(c.array, k)[k]])
        case("ptp", [], [c], {"axis": 0}, lambda: np.asarray(np.ptp(c.array)))
        keys = [some(list(x.shape), rng.choice(DTYPES)) if rng.random() < 0.8 else given(list(x.shape), rng.choice(COMPLEX)) for _ in range(rng.randint(1, 3))]
        if a.array.ndim:
            case("lexsort", [], [{"operands": [k.json for k in keys]}], {"axis": axis}, lambda: places(np.lexsort([k.array for k in keys], axis=axis)))


def means(count):
    for _ in range(count):
        a = given(dtype=rng.choice(DTYPES + COMPLEX))
        x = a.array
        options, theirs = reducing(a)
        if x.size:
            near, slack = 8, (1e-14 if x.dtype.itemsize >= 8 and x.dtype != "complex64" or x.dtype.kind in "iub" else 1e-2 if x.dtype.itemsize == 2 else 1e-5)
            weights, w = None, None
            if rng.random() < 0.7:
                shape = list(x.shape)
                if "axis" in options and rng.random() < 0.6:
                    axes = options["axis"] if isinstance(options["axis"], list) else [options["axis"]]
                    shape = [x.shape[i] for i in axes]
                weights = Given(shape, rng.choice(["float64", "float32", "int32", "uint8"]), "plain")
                w = np.array([rng.choice([1, 2, 0.5]) if "float" in weights.json["dtype"] else rng.choice([1, 2]) for _ in range(int(np.prod(shape)))], weights.json["dtype"]).reshape(shape)
                weights.array, weights.json["values"] = w, plain(w.ravel().tolist())
            returned = rng.random() < 0.4
            both = lambda r: [scalar_or_complex(v, options) for v in r] if isinstance(r, tuple) else scalar_or_complex(r, options)
            if not (x.dtype.kind == "c" and "axis" not in options and "keepdims" not in options):
                case("averaged", [], [a, weights, returned], options, lambda: both(np.average(x, weights=w, returned=returned, **theirs)), near, slack)
        n = rng.randint(1, 5)
        m = given(rng.choice([[n], [rng.randint(1, 3), n]]), rng.choice(DTYPES + COMPLEX))
        own, kw = {}, {}
        if rng.random() < 0.3:
            own["rowvar"] = kw["rowvar"] = False
        observations = m.array.shape[0] if own and m.array.ndim == 2 else m.array.shape[-1]
        extra = []
        if rng.random() < 0.4:
            y = given([observations] if not own or m.array.ndim == 1 else [observations, 1], m.json["dtype"])
            own["y"], kw["y"] = y.json, y.array
        if m.array.dtype.kind != "c" or m.array.ndim == 2 or "y" in own:
            slack = 1e-13
            case("corrcoefOf", [], [m, dict(own)], {}, lambda: np.corrcoef(m.array, **kw), 64, 1e-12)
        if rng.random() < 0.3:
            own["bias"] = kw["bias"] = True
        if rng.random() < 0.2:
            own["correction"] = kw["ddof"] = rng.choice([0, 1, 2])
        if rng.random() < 0.3:
            f = Given([observations], "int32", "plain")
            f.array = np.array([rng.randint(1, 3) for _ in range(observations)], "int32")
            f.json["values"] = f.array.tolist()
            own["fweights"], kw["fweights"] = f.json, f.array
        if rng.random() < 0.3:
            w = Given([observations], "float64", "plain")
            w.array = np.array([rng.choice([0.5, 1, 2]) for _ in range(observations)])
            w.json["values"] = w.array.tolist()
            own["aweights"], kw["aweights"] = w.json, w.array
        case("covOf", [], [m, own], {}, lambda: np.cov(m.array, **kw), 64, 1e-12)


def scalar_or_complex(value, options):
    return np.asarray(value) if isinstance(value, np.complexfloating) else scalar(value, options)


def tuned(x):
    """The largest absolute error: that of the precision in which a function computes, for the sizes of these numbers."""
    dtype = np.asarray(x).dtype
    return 2e-2 if dtype == "float16" else 2e-5 if dtype in ("float32", "complex64") else 1e-12


RULES = ["auto", "fd", "doane", "scott", "sqrt", "rice", "sturges"]


def edges_of(a):
    finite = a[np.isfinite(a)]
    low = float(finite.min()) if finite.size else 0.0
    return sorted(low + rng.choice([-1, 0, 0, 0.5, 1, 2.5, 4, 9]) for _ in range(rng.randint(1, 5)))


def counts(count):
    for _ in range(count):
        a = given(dtype=rng.choice([name for name in DTYPES if name not in ("bool", "float16")]))
        x = a.array
        bins = rng.choice([1, 3, 5, 10, *RULES, edges_of(x)])
        options, kw = {"bins": bins}, {"bins": bins}
        if not isinstance(bins, list) and rng.random() < 0.4:
            options["range"] = kw["range"] = rng.choice([[0.0, 5.0], [-1.0, 1.0], [2.0, 2.0], [3.0, 1.0]])
        case("histogramBinEdges", [a], [a], options, lambda: np.histogram_bin_edges(x, **kw), 2, 1e-6 if x.dtype == "float32" else 1e-15)
        weights, w = None, None
        if rng.random() < 0.4 and not isinstance(bins, str):
            weights = given(list(x.shape), rng.choice(["float64", "float32", "int32", "uint8"]))
            w = weights.array
        density = rng.random() < 0.3
        theirs = lambda: np.histogram(x, weights=w, density=density, **kw)
        case("histogramOf", [], [a, weights, density, options], {}, lambda: [theirs()[0].astype("int32" if w is None and not density else theirs()[0].dtype), theirs()[1]], 4, 1e-4 if density and x.dtype == "float32" else 1e-12)
        n = rng.randint(0, 6)
        whole = Given([n], rng.choice(["int8", "uint8", "int16", "int32", "uint32", "int64", "bool"]), "plain")
        least = rng.choice([0, 0, 3, 12])
        shares = given([n], rng.choice(["float64", "int32"])) if rng.random() < 0.5 else None
        s = None if shares is None else shares.array
        case("bincountOf", [], [whole, shares, least], {}, lambda: np.bincount(whole.array, s, least).astype("int32" if s is None else "float64"))
        b = some(dtype=rng.choice(DTYPES))
        limits = edges_of(b.array.astype(float))
        if rng.random() < 0.4:
            limits = limits[::-1]
        right = rng.random() < 0.5
        case("digitize", [b], [b, limits], {"right": right}, lambda: places(np.digitize(b.array, np.array(limits), right)))
        m = rng.randint(0, 6)
        p, q = given([m], "float64"), given([m], rng.choice(["float64", "int32"]))
        both = rng.choice([2, 5, [3, 2], [[-1.0, 0.0, 3.0], [0.0, 2.0, 9.0]], [[-1.0, 1.0, 3.0], 2]])
        dense = {"density": True} if rng.random() < 0.3 and m else {}
        flat = lambda r: [r[0], *(r[1] if isinstance(r[1], (list, tuple)) else r[1:])]
        case("histogram2d", [p, q], [p, q], {"bins": both, **dense}, lambda: flat(np.histogram2d(p.array, q.array, bins=both, **dense)), 4, 1e-14)
        points = given([rng.randint(1, 5), rng.randint(1, 3)], "float64")
        case("histogramddOf", [points], [points], {"bins": 3, **dense}, lambda: flat(np.histogramdd(points.array, bins=3, **dense)), 4, 1e-14)


def slopes(count):
    for _ in range(count):
        n = rng.randint(1, 6)
        xp = np.cumsum([rng.choice([0.5, 1, 2.25, 0]) if rng.random() < 0.9 else 1.0 for _ in range(n)])
        at = Given([n], "float64", "plain")
        at.array, at.json["values"] = xp, xp.tolist()
        fp = some([n], rng.choice(["float64", "float32", "int32"]), odd=(INF, NAN))
        x = some(dtype=rng.choice(["float64", "float32", "int32", "bool"]))
        ends = {k: rng.choice([-7.0, NAN, 0.0]) for k in ("left", "right") if rng.random() < 0.3}
        shown = {k: v for k, v in ends.items() if v == v}
        case("interp", [x, at, fp], [x, at, fp], shown, lambda: np.interp(x.array, xp, fp.array, **shown), 8, 1e-12)
        if n > 1 and len(set(xp % 3.5)) == n:
            finite = given([n], "float64")
            case("interp", [], [x, at, finite], {"period": 3.5}, lambda: np.interp(x.array, xp, finite.array, period=3.5), 16, 1e-12)
        f = given(dtype=rng.choice([*DTYPES, *COMPLEX]))
        if f.array.dtype.kind in "u" or f.array.dtype in ("int8", "int16", "float16"):
            f = given(dtype="float64")  # NumPy subtracts integers without a sign in their dtype, which wraps
        options, kw, args = {}, {}, []
        shape = f.array.shape
        axes = list(range(len(shape)))
        if rng.random() < 0.5:
            axes = [axis_of(f)] if rng.random() < 0.6 else some_axes(len(shape))
            options["axis"] = axes[0] if len(axes) == 1 and rng.random() < 0.5 else axes
            kw["axis"] = options["axis"] if isinstance(options["axis"], int) else tuple(axes)
        if rng.random() < 0.6:
            steps = []
            for axis in axes:
                if rng.random() < 0.4:
                    steps.append(rng.choice([0.5, 2.0]))
                else:
                    steps.append(np.cumsum([rng.choice([0.5, 1, 2.0]) for _ in range(shape[axis])]).tolist())
            options["spacing"] = steps if len(steps) > 1 or isinstance(steps[0], list) else steps[0]
            args = [np.array(s) if isinstance(s, list) else s for s in steps]
            if len(steps) == 1 and isinstance(steps[0], list):
                options["spacing"] = [steps[0]] if rng.random() < 0.5 else steps[0]
        if rng.random() < 0.4:
            options["edgeOrder"] = kw["edge_order"] = 2
        case("gradient", [f], [f], options, lambda: np.gradient(f.array, *args, **kw), 32, tuned(f.array))
        e = given(dtype=rng.choice([*NUMBERS, *COMPLEX]))
        begin, end = given([rng.randint(0, 2)], e.json["dtype"]), given([rng.randint(0, 2)], e.json["dtype"])
        case("ediff1dOf", [], [e, begin, end], {}, lambda: np.ediff1d(e.array, end.array, begin.array), 2, 1e-3 if "16" in e.json["dtype"] else 0)
        y = given(dtype=rng.choice(["float64", "float32", "int32", "int64", *COMPLEX]))
        axis = axis_of(y)
        if y.array.ndim:
            own = {"axis": axis}
            where = None
            if rng.random() < 0.5:
                where = given([y.array.shape[axis]] if rng.random() < 0.5 else list(y.array.shape), rng.choice(["float64", "int32"]))
            elif rng.random() < 0.5:
                own["dx"] = 0.5
            dx = own.get("dx", 1.0)
            run = lambda: np.trapezoid(y.array, None if where is None else where.array, dx=dx, axis=axis)
            got = (lambda: scalar_or_complex(run(), {})) if y.array.ndim == 1 else (lambda: np.asarray(run()))
            if not (y.array.ndim == 1 and y.array.dtype.kind == "c"):
                case("trapezoidOf", [], [y, where], own, got, 16, tuned(y.array))
            u = given(dtype=rng.choice(["float64", "float32", "int32", "int64", "int8"]))
            axis = axis_of(u)
            own = {"axis": axis}
            if rng.random() < 0.7:
                own["period"] = rng.choice([2, 3, 4, 5]) if rng.random() < 0.5 else 2.5
            if rng.random() < 0.2 and "period" in own:
                own["discont"] = rng.choice([0.5, 2, 4])
            if not (u.array.dtype == "int8" and "period" not in own):
                case("unwrap", [u], [u], own, lambda: np.unwrap(u.array, **own), 16, tuned(u.array))


def products(count):
    for _ in range(count):
        dtype = rng.choice([*DTYPES, *COMPLEX])
        a = given([rng.randint(0 if rng.random() < 0.1 else 1, 12)], dtype)
        v = given([rng.randint(0 if rng.random() < 0.1 else 1, 12)], rng.choice([dtype, dtype, *DTYPES]))
        mode = rng.choice(["full", "same", "valid"])
        slack = 1 if np.result_type(a.array, v.array) == "float16" else tuned(np.zeros(1, np.result_type(a.array, v.array)))
        case("convolve", [a, v], [a, v], {"mode": mode}, lambda: np.convolve(a.array, v.array, mode), 32, slack)
        case("correlate", [a, v], [a, v], {"mode": mode}, lambda: np.correlate(a.array, v.array, mode), 32, slack)
        if np.result_type(a.array, v.array) not in ("float16", "bool"):
            case("polymul", [a, v], [a, v], {}, lambda: np.polymul(a.array, v.array), 32, slack)
            case("polyadd", [a, v], [a, v], {}, lambda: np.polyadd(a.array, v.array))
        roots = given([rng.randint(1, 4)], rng.choice(["float64", "float32", "int32", *COMPLEX]))
        case("poly", [roots], [roots], {}, lambda: np.poly(roots.array), 32, tuned(roots.array))
        few = given([rng.randint(0, 4)], rng.choice(["float64", "float32", "int32", "int64", *COMPLEX]))
        x = given(dtype=rng.choice(["float64", "float32", "int32", few.json["dtype"]]))
        case("polyval", [few, x], [few, x], {}, lambda: np.polyval(few.array, x.array), 32, 1e-1 if "float32" in (few.json["dtype"], x.json["dtype"]) or "complex64" in few.json["dtype"] else 1e-9)


def without_nan(count):
    for _ in range(count):
        for name in ["nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmin", "nanmax", "nanargmin", "nanargmax"]:
            a = some(dtype=rng.choice([*DTYPES, "float64", "float32"]), odd=(NAN, NAN, -0.0))
            if name in ("nansum", "nanprod", "nanmean", "nanvar", "nanstd") and rng.random() < 0.2:
                shape = [rng.randint(1, 4) for _ in range(rng.randint(1, 2))]
                a = Given(shape, rng.choice(COMPLEX), "plain")
                z = a.array.copy()
                if rng.random() < 0.7:
                    z.ravel()[rng.randint(0, z.size - 1)] = NAN
                a.array, a.json["values"] = z, plain(z.ravel().tolist())
            x = a.array
            if name in ("nanmean", "nanvar", "nanstd") and x.dtype == "float16":
                continue  # added in float16 there
            options, theirs = reducing(a)
            if "arg" in name and isinstance(theirs.get("axis"), tuple):
                theirs["axis"] = options["axis"] = options["axis"][0]
            shown = dict(options)
            if name in ("nanvar", "nanstd") and rng.random() < 0.4:
                shown["correction"], theirs["ddof"] = 1, 1
            if not full_lines(a, options):
                continue
            if x.dtype.kind == "c" and "axis" not in options:
                options["axis"], shown["axis"], theirs["axis"] = 0, 0, 0
            run = lambda: scalar(getattr(np, name)(x, **theirs), options)
            got = (lambda: np.asarray(run()).astype("int32") if "axis" in options or "keepdims" in options else np.asarray(run())) if "arg" in name else run
            if x.dtype == "bool" and name in ("nanvar", "nanstd"):
                continue
            case(name, [a], [a], shown, got, 8, tuned(x) if name not in ("nanmin", "nanmax") else None)
        a = some(dtype=rng.choice([*NUMBERS, "float64", *COMPLEX]), odd=(NAN, NAN, 2.5))
        if a.array.ndim and a.array.dtype != "float16":
            own = {"axis": axis_of(a)} if rng.random() < 0.7 else {}
            case("nancumsum", [a], [a], own, lambda: np.nancumsum(a.array, **own), 8, tuned(a.array))
            case("nancumprod", [a], [a], own, lambda: np.nancumprod(a.array, **own), 32, tuned(a.array))


if __name__ == "__main__":
    sets(80)
    order(160)
    means(200)
    counts(200)
    slopes(200)
    products(150)
    without_nan(120)
    save("statistics-cases.json.gz")
