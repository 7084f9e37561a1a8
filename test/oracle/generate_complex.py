"""Writes complex-cases.json.gz: the calls of the other generators, with complex operands. See PROVENANCE.md."""
import numpy as np

import calls
from calls import axis_of, case, cases, given, rng, some_axes

MOST = 60  # of one function

save = calls.save
calls.DTYPES[:] = ["complex64", "complex128", "complex128", "complex128", "float32", "int16"]
calls.save = lambda name: None  # the generators below write no files of their own
import generate_arranging  # noqa: E402
import generate_manipulation  # noqa: E402, F401


def texts(count):
    parts = [0, 1, -1, 2.5, -0.0, 1e-5, 123456.789, 1e20, 1 / 3, float("nan"), float("inf"), -float("inf")]
    for _ in range(count):
        few = rng.sample(parts, rng.randint(1, 5))
        shape = rng.choice([[], [1], [3], [2, 2], [0], [7], [2, 3]])
        dtype = rng.choice(["complex64", "complex128"])
        size = int(np.prod(shape))
        values = np.array([complex(rng.choice(few), rng.choice(few)) for _ in range(size)], dtype=dtype)
        shown = {"base": shape, "values": calls.plain(values.tolist()), "dtype": dtype, "layout": "plain"}
        for fn, text in [("arrayStr", np.array_str), ("arrayRepr", np.array_repr)]:
            cases.append({"fn": fn, "args": [shown], "options": {}, "result": {"value": text(values.reshape(shape))}})


FUNCTIONS = {
    "abs": np.abs, "positive": np.positive, "negative": np.negative, "square": np.square, "reciprocal": np.reciprocal,
    "sign": np.sign, "isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite, "logicalNot": np.logical_not,
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "equal": np.equal,
    "notEqual": np.not_equal, "less": np.less, "lessEqual": np.less_equal, "greater": np.greater,
    "greaterEqual": np.greater_equal, "maximum": np.maximum, "minimum": np.minimum, "logicalAnd": np.logical_and,
    "logicalOr": np.logical_or, "logicalXor": np.logical_xor, "exp": np.exp, "expm1": np.expm1, "sqrt": np.sqrt,
    "log": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p, "sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh,
    "cosh": np.cosh, "tanh": np.tanh, "pow": np.power, "exp2": np.exp2, "round": np.round,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    **{name: f for name, f in [("floor", np.floor), ("ceil", np.ceil), ("floorDivide", np.floor_divide), ("atan2", np.arctan2),
       ("hypot", np.hypot), ("cbrt", np.cbrt), ("remainder", np.remainder), ("copysign", np.copysign), ("signbit", np.signbit),
       ("logaddexp", np.logaddexp), ("bitwiseAnd", np.bitwise_and), ("gcd", np.gcd), ("modf", np.modf)]},
}
EXACT = "abs positive negative add subtract equal notEqual less lessEqual greater greaterEqual maximum minimum".split()
ELEMENTARY = "exp exp2 asin acos atan asinh acosh atanh expm1 sqrt log log1p log2 log10 sin cos tan sinh cosh tanh pow".split()


# Of these, special values are those of the array API and not NumPy's; see the tables in functions.test.ts.
PLAIN = ["pow", "divide", "reciprocal", "expm1", "log1p"]


def near_of(fn):
    """How near a result must be, in units of its absolute value."""
    return 2 if fn in EXACT else 32 if fn in ELEMENTARY else 8


def computed(count):
    for fn, f in FUNCTIONS.items():
        for _ in range(count):
            operands = [given([rng.choice([1, 3, 4]), 3], special=fn not in PLAIN) for _ in range(getattr(f, "nin", 1))]
            if len(operands) == 2 and rng.random() < 0.3:
                operands[1] = given([3], special=fn not in PLAIN)
            if operands[0].array.dtype.kind != "c" and fn in ELEMENTARY:
                continue
            case(fn, operands, operands, {}, lambda: f(*[one.array for one in operands]))
            cases[-1]["near"] = near_of(fn)


def shaped():
    return given([rng.randint(1, 5) for _ in range(rng.randint(1, 3))], rng.choice(["complex64", "complex128"]), special=rng.random() < 0.3)


def near(units):
    cases[-1]["near"] = units


def reduced(count):
    sums = {"sum": np.sum, "mean": np.mean, "prod": np.prod, "std": np.std, "variance": np.var}
    others = {"min": np.min, "max": np.max, "any": np.any, "all": np.all}
    places = {"argmin": np.argmin, "argmax": np.argmax, "countNonzero": np.count_nonzero}
    for fn, f in {**sums, **others, **places}.items():
        for _ in range(count):
            a = shaped()
            if fn in sums:
                a = given(list(a.array.shape), a.json["dtype"])  # of NaN and infinities the order of sums shows
            axis = axis_of(a)
            keepdims = rng.random() < 0.5
            case(fn, [a], [a], {"axis": axis, "keepdims": keepdims}, lambda: f(a.array, axis=axis, keepdims=keepdims), as_int32=fn in places)
            near(64 if fn in sums else 0)
            if fn in ("sum", "min", "max", "any", "all", "prod") and a.array.ndim > 1:
                axes = some_axes(a.array.ndim)
                a = given(list(a.array.shape), a.json["dtype"])  # of several NaNs NumPy takes another over several axes
                case(fn, [a], [a], {"axis": axes}, lambda: f(a.array, axis=tuple(axes)))
                near(64 if fn in sums else 0)
    for _ in range(count):
        a = shaped()
        axis = axis_of(a)
        case("sort", [a], [a], {"axis": axis}, lambda: np.sort(a.array, axis=axis, kind="stable"))
        case("argsort", [a], [a], {"axis": axis}, lambda: np.argsort(a.array, axis=axis, kind="stable"), as_int32=True)
        b = given(list(a.array.shape), a.json["dtype"])
        for fn, f in [("cumulativeSum", np.cumsum), ("cumulativeProd", np.cumprod)]:
            case(fn, [b], [b], {"axis": axis}, lambda: f(b.array, axis=axis))
            near(64)
            case(fn, [b], [b], {}, lambda: f(b.array))
            near(64)


def products(count):
    for _ in range(count):
        m, k, n = rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 4)
        wide = rng.choice([None, "complex128", "float64", "float32"])
        a, b = given([m, k], rng.choice(["complex64", "complex128"])), given([k, n], wide)
        if rng.random() < 0.1:
            b = given([k + 1, n], wide)
        case("matmul", [a, b], [a, b], {}, lambda: a.array @ b.array)
        near(64)
        case("matmul", [b, a], [b, a], {}, lambda: b.array @ a.array)
        near(64)
        x, y = given([m, k], "complex128"), given([rng.choice([1, m]), k], wide)
        case("vecdot", [x, y], [x, y], {}, lambda: np.vecdot(x.array, y.array))
        near(64)
        case("vecdot", [y, x], [y, x], {}, lambda: np.vecdot(y.array, x.array))
        near(64)
        mask, z, w = given([3], "bool"), given([2, 3], special=True), given([3], special=True)
        case("where", [mask, z, w], [mask, z, w], {}, lambda: np.where(mask.array, z.array, w.array))
        for fn, f in [("isclose", np.isclose)]:
            z, w = given([3], special=True), given([2, 3], special=True)
            case(fn, [z, w], [z, w], {}, lambda: f(z.array, w.array))
        for fn, f in [("conj", np.conj), ("angle", np.angle), ("real", np.real), ("imag", np.imag)]:
            z = given(special=True) if fn != "angle" else given()
            case(fn, [z], [z], {}, lambda: f(z.array))
            near(4)
            if fn in ("real", "imag") and z.array.dtype.kind != "c":
                cases.pop()


def is_complex(one):
    return '"complex' in str(one["args"]).replace("'", '"')


texts(200)
computed(40)
reduced(40)
products(40)
complex_cases = [one for one in cases if is_complex(one)]
for one in complex_cases:
    if one["fn"] in ("clip", "fmax", "fmin"):
        one["near"] = 1  # of equal numbers either may be taken, such as 0 and -0
rng.shuffle(complex_cases)
by_function = {}
for one in complex_cases:
    by_function.setdefault(one["fn"], []).append(one)
cases[:] = [one for name in sorted(by_function) for one in by_function[name][:MOST]]
save("complex-cases.json.gz")
