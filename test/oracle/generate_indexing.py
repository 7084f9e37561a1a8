"""Writes indexing-cases.json.gz: what NumPy reads and writes by slices with index arrays. See PROVENANCE.md."""
import numpy as np

from calls import DTYPES, Given, case, given, plain, rng, save

INTEGERS = [name for name in DTYPES if "int" in name]


def layout(shape):
    return rng.choice(["plain", "plain", "turned", "stepped", "backward"]) if shape else "plain"


def positions(length, shape, is_wrong):
    """An operand of positions along an axis of that length, now and then with one outside of it."""
    dtype = rng.choice(INTEGERS)
    operand = Given(shape, dtype, layout(shape))
    low = 0 if dtype.startswith("u") else -length
    base = np.array([rng.randint(low, length - 1) if length else 0 for _ in range(int(np.prod(operand.json["base"])))], dtype=dtype)
    if is_wrong and base.size:
        base[rng.randrange(base.size)] = min(length + rng.randint(0, 3), 120)
    return again(operand, base)


def again(operand, values):
    """The operand with other elements in memory."""
    array = values.reshape(operand.json["base"])
    views = {"plain": lambda: array, "turned": lambda: array.T, "stepped": lambda: array[..., ::2], "backward": lambda: np.flip(array)}
    operand.array = views[operand.json["layout"]]()
    operand.json["values"] = plain(values.tolist())
    return operand


def mask(shape, is_wrong):
    if is_wrong:
        shape = [n + rng.randint(0, 1) for n in shape]
    return Given(shape, "bool", layout(shape))


def bounds(length):
    pick = lambda: rng.choice([None, rng.randint(-length - 1, length + 1)])
    return [pick(), pick(), rng.choice([None, None, 1, 2, -1, -2])]


def index(shape):
    """The items of an index of an array of that shape, as they are shown and as NumPy takes them."""
    items, axis = [], 0
    wide = [rng.choice([1, 2, 3]) for _ in range(rng.choice([0, 1, 1, 1, 2]))]
    is_wrong = rng.random() < 0.06
    has_dots = False
    while axis < len(shape) and rng.random() < 0.9:
        kind = rng.choice(["array", "array", "array", "mask", "integer", "range", "range", "newaxis", "dots"])
        if kind == "array":
            own = [rng.choice([n, n, n, 1]) for n in wide[rng.randint(0, len(wide)):]] if rng.random() < 0.4 else wide
            own = own if rng.random() < 0.96 else [rng.randint(0, 4)]
            items.append(positions(shape[axis], list(own), is_wrong))
            axis += 1
        elif kind == "mask":
            count = rng.choice([1, 1, 2, 0]) if rng.random() < 0.5 else 1
            covered = shape[axis:axis + count]
            items.append(mask(list(covered), is_wrong))
            axis += len(covered)
        elif kind == "integer":
            n = shape[axis]
            items.append(rng.randint(-n, n - 1 + is_wrong) if n + is_wrong else 0)
            axis += 1
        elif kind == "range":
            items.append(bounds(shape[axis]))
            axis += 1
        elif kind == "newaxis":
            items.append(None)
        elif not has_dots:
            has_dots = True
            items.append("...")
            axis = max(axis, len(shape) - rng.randint(0, 2))
    if is_wrong and rng.random() < 0.3:
        items += [0, 0, 0]
    return items, is_wrong


def is_empty(a, items):
    """Whether nothing is chosen: then NumPy does not check all positions, and we do."""
    try:
        return a.array[tuple(map(taken, items))].size == 0
    except (IndexError, ValueError):
        return False


def taken(item):
    if isinstance(item, Given):
        return item.array
    return slice(*item) if isinstance(item, list) else Ellipsis if item == "..." else item


def shown(items):
    return [item.json if isinstance(item, Given) else item for item in items]


def read(count):
    for _ in range(count):
        a = given([rng.choice([0, 1, 2, 3, 4]) if rng.random() < 0.1 else rng.randint(1, 4) for _ in range(rng.randint(1, 4))])
        items, is_wrong = index(list(a.array.shape))
        if is_wrong and is_empty(a, items):
            continue
        case("slice", [a], [a, *shown(items)], {}, lambda: a.array[tuple(map(taken, items))])


def written(a, items, source):
    copy = a.array.copy()
    copy[tuple(map(taken, items))] = source
    return copy


def write(count):
    for _ in range(count):
        a = given([rng.randint(1, 4) for _ in range(rng.randint(1, 4))])
        items, is_wrong = index(list(a.array.shape))
        if is_wrong and is_empty(a, items):
            continue
        try:
            chosen = list(a.array[tuple(map(taken, items))].shape)
        except (IndexError, ValueError):
            chosen = [1]
        source = 1
        if rng.random() < 0.8:
            shape = [rng.choice([n, n, n, n, 1]) for n in chosen][rng.choice([0, 0, 0, rng.randint(0, len(chosen))]):]
            shape = shape if rng.random() < 0.95 else [*shape, 5]
            source = Given(shape, rng.choice(["bool", a.json["dtype"]]), "plain")
        value = source.array if isinstance(source, Given) else source
        arg = source.json if isinstance(source, Given) else source
        case("assign", [], [a.json, arg, *shown(items)], {}, lambda: written(a, items, value))


read(5000), write(5000)
save("indexing-cases.json.gz")
