"""Writes arranging-cases.json.gz: what NumPy makes of calls that choose, place, insert and lay out elements. See
PROVENANCE.md."""
import numpy as np

from calls import DTYPES, Given, axis_of, case, given, rng, save, some_axes

NUMBERS = [name for name in DTYPES if name != "bool"]
SIGNED = ["int8", "int16", "int32", "int64"]


def listed(operands):
    return {"operands": [one.json for one in operands]}


def like(shape, dtype=None):
    """An operand that broadcasts to the shape."""
    own = [rng.choice([n, n, 1]) for n in shape][rng.choice([0, 0, rng.randint(0, len(shape) - 1)]):]
    return given(own, dtype)


def chosen(count):
    for _ in range(count):
        a = given()
        shape = list(a.array.shape)
        n = rng.randint(1, 3)
        conditions = [like(shape, "bool") for _ in range(n)]
        choices = [a, *[like(shape, rng.choice([a.json["dtype"], None])) for _ in range(n - 1)]]
        options, default = {}, 0
        if rng.random() < 0.5:
            # A whole number next to bools is int64 in NumPy and float64 here.
            options["default"] = default = 0.5 if a.json["dtype"] == "bool" else rng.choice([1, 2.5, 0])
        dtypes = {one.json["dtype"] for one in choices}
        if dtypes != {"bool"} or default == 0.5:
            case("select", [*conditions, *choices], [listed(conditions), listed(choices)], options, lambda: np.select([c.array for c in conditions], [c.array for c in choices], default))
        numbers = given(shape, rng.choice([*SIGNED, "bool"]))
        mode = rng.choice(["raise", "wrap", "clip"])
        several = [like(shape, rng.choice([a.json["dtype"], None])) for _ in range(rng.randint(2, 4))]
        case("choose", [numbers, *several], [numbers, listed(several)], {"mode": mode}, lambda: np.choose(numbers.array, [one.array for one in several], mode=mode))
        mask = given(shape, "bool")
        case("extract", [mask, a], [mask, a], {}, lambda: np.extract(mask.array, a.array))


def after(a, write):
    copy = a.array.copy()
    write(copy)
    return copy


def placed(count):
    for _ in range(count):
        a = given()
        x, shape, dtype = a.array, list(a.array.shape), a.json["dtype"]
        axis = axis_of(a)
        n = x.shape[axis]
        indices = like(shape, rng.choice(SIGNED))
        own = [rng.choice([m, m, 1]) for m in shape]
        own[axis] = rng.randint(1, 3)
        # No position twice in a line: which value stays is not defined in NumPy.
        where = Given(own, "int32", "plain")
        lines = [rng.sample(range(n), own[axis]) if own[axis] <= n else list(range(own[axis])) for _ in range(int(np.prod(own)) // own[axis])]
        values = np.moveaxis(np.array(lines, dtype="int32").reshape([m for i, m in enumerate(own) if i != axis % x.ndim] + [own[axis]]), -1, axis)
        where.array, where.json["values"] = np.ascontiguousarray(values), np.ascontiguousarray(values).ravel().tolist()
        if all(m == s for i, (m, s) in enumerate(zip(own, shape)) if i != axis % x.ndim):
            source = Given(own[rng.choice([0, 0, len(own) - 1]):], rng.choice([dtype, "bool"]), "plain")
            case("putAlongAxis", [], [a, where, source], {"axis": axis}, lambda: after(a, lambda c: np.put_along_axis(c, where.array, source.array, axis)))
        mask = given(shape, "bool")
        line = given([rng.randint(1, 5)], rng.choice([dtype, "bool"]))
        case("putmask", [], [a, mask, line], {}, lambda: after(a, lambda c: np.putmask(c, mask.array, line.array)))
        case("place", [], [a, mask, line], {}, lambda: after(a, lambda c: np.place(c, mask.array, line.array)))
        side = rng.randint(1, 4)
        square = given(rng.choice([[side] * 3, [side] * 4, [rng.randint(1, 7), rng.randint(1, 4)], [2, 3, 2], [3]]), dtype)
        wrap = rng.random() < 0.5
        case("fillDiagonal", [], [square, line], {"wrap": wrap}, lambda: after(square, lambda c: np.fill_diagonal(c, line.array, wrap)))


def grids(count):
    for _ in range(count):
        lines = [given([rng.randint(0, 4)], rng.choice([*SIGNED, "uint8", "bool"])) for _ in range(rng.randint(1, 3))]
        case("ix_", [], lines, {}, lambda: np.ix_(*[one.array for one in lines]), as_int32=True)
        shape = [rng.randint(0, 4) for _ in range(rng.randint(1, 3))]
        case("indices", [], [shape], {}, lambda: np.indices(shape), as_int32=True)
        n, k, columns, ndim = rng.randint(0, 6), rng.randint(-4, 4), rng.randint(0, 6), rng.randint(1, 3)
        case("diagIndices", [], [n], {"ndim": ndim}, lambda: np.diag_indices(n, ndim), as_int32=True)
        case("trilIndices", [], [n], {"k": k, "columns": columns}, lambda: np.tril_indices(n, k, columns), as_int32=True)
        case("triuIndices", [], [n], {"k": k}, lambda: np.triu_indices(n, k), as_int32=True)
        case("tri", [], [n], {"k": k, "columns": columns}, lambda: np.tri(n, columns, k))
        ranges = [[rng.choice([0, 1, -1.5]), rng.choice([2, 3, 4.5]), rng.choice([1, 0.5, 2])] for _ in range(rng.randint(2, 3))]
        case("mgrid", [], [ranges], {}, lambda: np.mgrid[tuple(slice(*one) for one in ranges)].astype("float64"))
        case("ogrid", [], [ranges], {}, lambda: [one.astype("float64") for one in np.ogrid[tuple(slice(*one) for one in ranges)]])
        counts = [[-1, rng.randint(0, 3), rng.randint(2, 5)] for _ in range(2)]
        text = ", ".join(f"{a}:{b}:{c}j" for a, b, c in counts)
        case("mgrid", [], [text], {}, lambda: np.mgrid[tuple(slice(a, b, c * 1j) for a, b, c in counts)])


def edits(count):
    for _ in range(count):
        a = given()
        x, dtype = a.array, a.json["dtype"]
        axis = axis_of(a)
        n = x.shape[axis]
        options = {"axis": axis} if rng.random() < 0.7 else {}
        along = options.get("axis")
        length = n if options else x.size
        own = list(x.shape)
        own[axis] = rng.randint(0, 3)
        b = given(own if rng.random() < 0.9 else None, rng.choice([dtype, None]))
        case("append", [a, b], [a, b], options, lambda: np.append(x, b.array, along))
        spots = rng.choice([rng.randint(-length - 1, length + 1), [rng.randint(-length, length - 1) for _ in range(rng.randint(1, 3))] if length else [0], f"{rng.randint(0, 3)}:{rng.randint(0, 5)}:{rng.choice([1, 2, -1])}"])
        numpy_spots = slice(*map(int, spots.split(":"))) if isinstance(spots, str) else spots
        case("deleteAt", [a], [a, spots], options, lambda: np.delete(x, numpy_spots, along))
        mask = given([length], "bool")
        case("deleteAt", [a], [a, mask], options, lambda: np.delete(x, mask.array, along))
        value = rng.choice([1, given([rng.randint(1, 3)], rng.choice([dtype, "bool"])), given(own if rng.random() < 0.5 else [1], rng.choice([dtype, "bool"]))])
        given_value = value.array if isinstance(value, Given) else value
        place = rng.choice([spots, rng.randint(-length, length), [rng.randint(-length, length) for _ in range(rng.randint(1, 3))]])
        numpy_place = slice(*map(int, place.split(":"))) if isinstance(place, str) else place
        case("insert", [a], [a, place, value], options, lambda: np.insert(x, numpy_place, given_value, along))
        shape = [rng.randint(0, 4) for _ in range(rng.randint(1, 3))]
        case("resize", [], [a, shape], {}, lambda: np.resize(x, shape))
        trim = rng.choice(["f", "b", "fb"])
        if x.size:
            axes = some_axes(x.ndim)
            case("trimZeros", [a], [a], {"trim": trim}, lambda: np.trim_zeros(x, trim))
            case("trimZeros", [a], [a], {"trim": trim, "axis": axes}, lambda: np.trim_zeros(x, trim, axes))
        case("diagflat", [], [a], {"k": rng.choice([-1])}, lambda: np.diagflat(x, -1))
        sections = rng.choice([1, 2, [1], [1, 2]])
        for name, f in [("hsplit", np.hsplit), ("vsplit", np.vsplit), ("dsplit", np.dsplit)]:
            case(name, [a], [a, sections], {}, lambda: f(x, sections))
        windows = [rng.randint(1, max(1, m + (rng.random() < 0.1))) for m in x.shape]
        case("slidingWindowView", [a], [a, windows], {}, lambda: np.lib.stride_tricks.sliding_window_view(x, windows))
        if n:
            w = rng.randint(1, n)
            case("slidingWindowView", [a], [a, w], {"axis": axis}, lambda: np.lib.stride_tricks.sliding_window_view(x, w, axis))
            case("slidingWindowView", [a], [a, [w, 1]], {"axis": [axis, axis]}, lambda: np.lib.stride_tricks.sliding_window_view(x, (w, 1), (axis, axis)))


def spaces(count):
    for _ in range(count):
        start, stop, n = rng.choice([0, 1, -2.5, 0.1, 1e-3]), rng.choice([1, 3.7, -1, 100]), rng.choice([0, 1, 2, 5, 11])
        endpoint = rng.random() < 0.5
        dtype = rng.choice(["float64", "float32", "float16"])
        case("linspace", [], [start, stop, n], {"endpoint": endpoint, "dtype": dtype}, lambda: np.linspace(start, stop, n, endpoint, dtype=dtype))
        a, b = given([rng.randint(1, 3), rng.randint(1, 3)], "float64"), given([rng.randint(1, 3)], "float32")
        axis = rng.randint(-3, 2)
        case("linspace", [a, b], [a, b, n], {"axis": axis, "endpoint": endpoint}, lambda: np.linspace(a.array, b.array, n, endpoint, axis=axis).astype("float64"))
        case("linspace", [a], [a, 2, n], {"axis": axis}, lambda: np.linspace(a.array, 2, n, axis=axis))
        low, high, base = rng.choice([0, 1, -1]), rng.choice([2, 3, 0.5]), rng.choice([10, 2, 0.5])
        case("logspace", [], [low, high, n], {"endpoint": endpoint, "base": base}, lambda: np.logspace(low, high, n, endpoint, base))
        first, last = rng.choice([1, 0.1, 7, -3, 0]), rng.choice([1000, 2, 0.5, -8])
        if first * last > 0:
            case("geomspace", [], [first, last, n], {"endpoint": endpoint}, lambda: np.geomspace(first, last, n, endpoint))


def blocks(count):
    for _ in range(count):
        rows, columns = rng.randint(1, 3), rng.randint(1, 3)
        dtype = rng.choice(DTYPES)
        a, b = given([rows, columns], dtype), given([rows, rng.randint(1, 2)], rng.choice([dtype, None]))
        c = given([rng.randint(1, 2), columns + b.array.shape[1]], dtype)
        case("block", [a, b, c], [[listed([a, b]), listed([c])]], {}, lambda: np.block([[a.array, b.array], [c.array]]))
        line = given([columns], dtype)
        case("block", [a, line], [[listed([a]), listed([line])]], {}, lambda: np.block([[a.array], [line.array]]))
        case("block", [a, b], [listed([a, b])], {}, lambda: np.block([a.array, b.array]))
        wide = rng.choice(DTYPES)
        if dtype not in ("float16",) and wide not in ("float16", "bool") and dtype != "bool":
            v = Given([2, 4], rng.choice(NUMBERS), rng.choice(["plain", "turned", "stepped"]))
            case("view", [v], [v, wide], {}, lambda: v.array.view(wide))


chosen(200), placed(200), grids(100), edits(200), spaces(150), blocks(150)
save("arranging-cases.json.gz")
