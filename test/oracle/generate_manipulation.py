"""Writes manipulation-cases.json.gz: what NumPy makes of generated calls. See PROVENANCE.md."""
import numpy as np

from calls import DTYPES, Given, axis_of, case, cases, given, rng, save, some_axes


def views(count):
    for _ in range(count):
        a = given()
        x, rank = a.array, a.array.ndim
        axes = some_axes(rank)
        case("flip", [a], [a], {"axis": axes}, lambda: np.flip(x, axes))
        case("flip", [a], [a], {}, lambda: np.flip(x))
        order = rng.sample(range(rank), rank)
        if rng.random() < 0.15:
            order[0] = rng.choice([rank, order[-1] if rank > 1 else 5])
        case("permuteDims", [a], [a, order], {}, lambda: np.transpose(x, order))
        case("matrixTranspose", [a], [a], {}, lambda: np.matrix_transpose(x))
        k, plane = rng.randint(-5, 5), rng.choice([[0, 1], [1, 0], [-1, -2], [0, 0], [0, 2]])
        case("rot90", [a], [a], {"k": k, "axes": plane}, lambda: np.rot90(x, k, plane))
        thin = given([rng.choice([1, 1, 2, 3]) for _ in range(rng.randint(1, 4))])
        axis = rng.choice([None, axis_of(thin), some_axes(thin.array.ndim)])
        case("squeeze", [thin], [thin], {} if axis is None else {"axis": axis}, lambda: np.squeeze(thin.array, tuple(axis) if isinstance(axis, list) else axis))
        at = rng.choice([rng.randint(-rank - 2, rank + 1), rng.sample(range(-rank - 2, rank + 2), 2)])
        case("expandDims", [a], [a], {"axis": at}, lambda: np.expand_dims(x, tuple(at) if isinstance(at, list) else at))
        source, target = some_axes(rank), some_axes(rank)
        case("moveaxis", [a], [a, source, target], {}, lambda: np.moveaxis(x, source, target))
        for n, f in [(1, np.atleast_1d), (2, np.atleast_2d), (3, np.atleast_3d)]:
            b = given([rng.randint(1, 3) for _ in range(rng.randint(0, 4))])
            case(f"atleast{n}d", [b], [b], {}, lambda: f(b.array))
        size = max(1, x.size)
        shape = rng.choice([[size], [-1], [1, -1], [size // 2, 2], [2, -1], [x.shape[-1], -1], [-1, x.shape[0]]])
        case("reshape", [a], [a, shape], {}, lambda: x.reshape(shape))
        to = [rng.randint(1, 2)] * rng.randint(0, 1) + [rng.choice([m, 3]) if m == 1 else m for m in x.shape]
        case("broadcastTo", [a], [a, to], {}, lambda: np.broadcast_to(x, to))
        b = given([rng.choice([1, n]) for n in x.shape][rng.randint(0, rank - 1):])
        case("broadcastArrays", [a, b], [a, b], {}, lambda: np.broadcast_arrays(x, b.array))


def parts(count):
    for _ in range(count):
        a = given()
        axis = axis_of(a)
        n = a.array.shape[axis]
        sections = rng.choice([1, 2, 3, n or 1, sorted(rng.randint(-n, n + 1) for _ in range(2)), [1]])
        case("split", [a], [a, sections], {"axis": axis}, lambda: np.split(a.array, sections, axis))
        case("arraySplit", [a], [a, sections], {"axis": axis}, lambda: np.array_split(a.array, sections, axis))
        case("unstack", [a], [a], {"axis": axis}, lambda: np.unstack(a.array, axis=axis))


def joins(count):
    for _ in range(count):
        first = given()
        shape = list(first.array.shape)
        axis = axis_of(first)
        dtype = rng.choice([first.json["dtype"], None])
        others = []
        for _ in range(rng.randint(0, 2)):
            other = list(shape)
            other[axis] = rng.randint(0, 3)
            if rng.random() < 0.1:
                other[0] += 1
            others.append(given(other, dtype))
        all_ = [first, *others]
        arrays = [one.array for one in all_]
        case("concat", all_, [], {"axis": axis}, lambda: np.concatenate(arrays, axis), many=True)
        case("concat", all_, [], {"axis": None}, lambda: np.concatenate(arrays, None), many=True)
        for name, f in [("vstack", np.vstack), ("hstack", np.hstack), ("dstack", np.dstack), ("columnStack", np.column_stack)]:
            case(name, all_, [], {}, lambda: f(arrays), many=True)
        same = [first] + [given(shape, dtype) for _ in others]
        at = axis_of(first, 1)
        case("stack", same, [], {"axis": at}, lambda: np.stack([one.array for one in same], at), many=True)


def repeats(count):
    for _ in range(count):
        a = given()
        x = a.array
        axis = rng.choice([None, axis_of(a)])
        length = x.size if axis is None else x.shape[axis]
        times = rng.choice([0, 1, 2, 3, [rng.randint(0, 3) for _ in range(length)], [2], [1, 2]])
        case("repeat", [a], [a, times], {} if axis is None else {"axis": axis}, lambda: np.repeat(x, times, axis))
        reps = rng.choice([2, 0, [2], [1, 3], [2, 1, 2], [2, 2, 1, 1]])
        case("tile", [a], [a, reps], {}, lambda: np.tile(x, reps))
        axes = rng.choice([None, axis_of(a), some_axes(x.ndim)])
        shift = [rng.randint(-7, 7) for _ in axes] if isinstance(axes, list) and rng.random() < 0.8 else rng.randint(-7, 7)
        case("roll", [a], [a, shift], {} if axes is None else {"axis": axes}, lambda: np.roll(x, shift, axes))
        case("roll", [a], [a, []], {"axis": 0}, lambda: np.roll(x, [], axis=0))
        case("roll", [a], [a, 1], {"axis": []}, lambda: np.roll(x, 1, axis=()))


def pads(count):
    for _ in range(count):
        a = given()
        rank = a.array.ndim
        wide = lambda: [rng.randint(0, 5), rng.randint(0, 5)]
        width = rng.choice([rng.randint(0, 3), wide(), [wide() for _ in range(rank)], [wide()]])
        mode = rng.choice(["constant", "edge", "reflect", "symmetric", "wrap"])
        case("pad", [a], [a, width], {"mode": mode}, lambda: np.pad(a.array, width, mode=mode))
        shape = [rng.randint(1, 4) for _ in range(rng.randint(1, 3))]
        size = int(np.prod(shape))
        at = Given([rng.randint(0, 3), 2], "int32", "plain")
        if (at.array >= 0).all():
            case("unravelIndex", [at], [at, shape], {}, lambda: np.unravel_index(at.array, shape), as_int32=True)
        index = [rng.randint(0, n) for n in shape]
        try:
            value = int(np.ravel_multi_index(index, shape))
            cases.append({"fn": "ravelMultiIndex", "args": [index, shape], "options": {}, "result": {"value": value}})
        except ValueError as e:
            cases.append({"fn": "ravelMultiIndex", "args": [index, shape], "options": {}, "result": {"error": str(e)}})


def triangles(count):
    for _ in range(count):
        a, k = given(), rng.randint(-4, 4)
        if a.array.ndim >= 2:
            case("tril", [a], [a], {"k": k}, lambda: np.tril(a.array, k))
            case("triu", [a], [a], {"k": k}, lambda: np.triu(a.array, k))
        case("diag", [a], [a], {"k": k}, lambda: np.diag(a.array, k))
        lines = [given([rng.randint(0, 4)]) for _ in range(rng.randint(1, 3))]
        indexing, sparse = rng.choice(["xy", "ij"]), rng.random() < 0.4
        arrays = [one.array for one in lines]
        options = {"indexing": indexing, "sparse": sparse}
        case("meshgrid", lines, [], options, lambda: np.meshgrid(*arrays, indexing=indexing, sparse=sparse), many=True)
        n, m = rng.randint(0, 4), rng.randint(0, 4)
        case("eye", [], [n], {"columns": m, "k": k, "dtype": "int16"}, lambda: np.eye(n, m, k, dtype="int16"))


def finds(count):
    for _ in range(count):
        a = given(special=rng.random() < 0.3)
        x = a.array
        case("nonzero", [a], [a], {}, lambda: np.nonzero(x), as_int32=True)
        case("flatnonzero", [a], [a], {}, lambda: np.flatnonzero(x), as_int32=True)
        case("argwhere", [a], [a], {}, lambda: np.argwhere(x), as_int32=True)
        axis = axis_of(a)
        shape = [rng.choice([n, 1]) for n in x.shape]
        shape[axis] = rng.randint(0, 3)
        at = Given(shape, rng.choice(["int32", "int64", "uint8", "int8"]), "plain")
        case("takeAlongAxis", [a, at], [a, at], {"axis": axis}, lambda: np.take_along_axis(x, at.array, axis))
        n = rng.randint(1, 3)
        case("diff", [a], [a], {"axis": axis, "n": n}, lambda: np.diff(x, n, axis))


def elementwise(count):
    for _ in range(count):
        a = given(special=True)
        x = a.array
        for name, f in [("positive", np.positive), ("isposinf", np.isposinf), ("isneginf", np.isneginf), ("deg2rad", np.deg2rad), ("rad2deg", np.rad2deg)]:
            case(name, [a], [a], {}, lambda: f(x))
        b = given(list(x.shape), rng.choice([a.json["dtype"], None]), special=True)
        for name, f in [("fmax", np.fmax), ("fmin", np.fmin), ("heaviside", np.heaviside)]:
            case(name, [a, b], [a, b], {}, lambda: f(x, b.array))
        low = given(list(x.shape)[rng.randint(0, x.ndim):] or [1], rng.choice([a.json["dtype"], None]))
        high = given([1, *x.shape], rng.choice([a.json["dtype"], None]))
        if "bool" not in (a.json["dtype"], low.json["dtype"], high.json["dtype"]):
            case("clip", [a, low, high], [a, low, high], {}, lambda: np.clip(x, low.array, high.array))


def dtypes():
    for a in DTYPES:
        for b in DTYPES:
            cases.append({"fn": "promoteTypes", "args": [a, b], "options": {}, "result": {"value": str(np.promote_types(a, b))}})
            for casting in ["no", "equiv", "safe", "same_kind", "unsafe"]:
                answer = bool(np.can_cast(a, b, casting))
                cases.append({"fn": "canCast", "args": [a, b], "options": {"casting": casting}, "result": {"value": answer}})
        for kind in ["bool", "signed integer", "unsigned integer", "integral", "real floating", "complex floating", "numeric"]:
            cases.append({"fn": "isdtype", "args": [a, kind], "options": {}, "result": {"value": bool(np.isdtype(np.dtype(a), kind))}})


views(120), parts(150), joins(150), repeats(200), pads(150), triangles(150), finds(200), elementwise(60), dtypes()
save("manipulation-cases.json.gz")
