"""NumPy's side of `bench:functions`: reads one case per line as JSON, and answers with its median time in microseconds."""
import json
import sys
import time

import numpy as np

DTYPES = {"float64": np.float64, "float32": np.float32, "int32": np.int32, "uint8": np.uint8, "bool": np.bool_, "int64": np.int64}


def first(k, dtype):
    if dtype == "bool":
        return k % 3 == 0
    value = (k * 7919) % 97 + 1
    return value / 98 if dtype.startswith("float") else value


def second(k, dtype):
    if dtype == "bool":
        return k % 2
    value = (k * 31) % 7 + 1
    return value / 8 if dtype.startswith("float") else value


def scattered(count, below):
    found = np.empty(count, np.int32)
    state = 1
    for k in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        found[k] = int(state / 2**32 * below)
    return found


SCATTERED = {}


def scattered_once(count, below):
    key = (count, below)
    if key not in SCATTERED:
        SCATTERED[key] = scattered(count, below)
    return SCATTERED[key]


KNOWN = {}
MOST_KNOWN = 24


def operands(*key):
    """The operands of a row, of which the arrays that it may write to are copies of those of earlier rows."""
    if key not in KNOWN:
        if len(KNOWN) >= MOST_KNOWN:
            KNOWN.clear()
        KNOWN[key] = new_operands(*key)
    env = dict(KNOWN[key])
    for name in ("x", "y"):
        env[name] = env[name].copy() if key[3] == "contiguous" else env[name].base.copy()[..., ::2]
    env["x2"] = env["x"].copy()
    return env


def new_operands(of, n, dtype, layout):
    side = max(3, int(n**0.5))
    shape = (side, side) if of in ("square", "ordered") else (n,)
    d = DTYPES[dtype]

    def make(value):
        wide = shape if layout == "contiguous" else (*shape[:-1], 2 * shape[-1])
        k = np.arange(np.prod(wide), dtype=np.int64)
        whole = value(k).astype(d).reshape(wide).copy()
        return whole if layout == "contiguous" else whole[..., ::2]

    def ordered(k):
        values = k % n if of == "sorted" else scattered_once(n, n)[k % n]
        return values % 256 if dtype == "uint8" else values

    x = make(ordered) if of in ("shuffled", "sorted") else make(lambda k: first(k, dtype))
    few = max(1, n // 10)
    return {
        "np": np,
        "d": d,
        "n": n,
        "side": side,
        "x": x,
        "y": make(lambda k: second(k, dtype)),
        "m": (np.arange(np.prod(shape)) % 3 == 0).reshape(shape),
        "mr": np.arange(side) % 3 == 0,
        "i": scattered_once(few, n),
        "r": scattered_once((side + 1) // 2, side),
        "wanted": scattered_once(few, n).astype(d),
        **({"order": x.argsort(axis=1)} if of == "ordered" else {}),
        "line": second(np.arange(side), dtype if dtype != "bool" else "uint8").astype(d),
    }


def measured(work, budget):
    work()
    began = time.perf_counter()
    work()
    # So many calls are timed together that reading the clock adds nothing.
    turns = range(max(1, int(20e-6 / (time.perf_counter() - began))))
    found = []
    end = time.perf_counter() + budget
    while len(found) < 2 or time.perf_counter() < end and len(found) < 1000:
        began = time.perf_counter()
        for _ in turns:
            work()
        found.append((time.perf_counter() - began) / len(turns) * 1e6)
    return sorted(found)[len(found) // 2]


def main():
    print(json.dumps(np.__version__), flush=True)
    np.seterr(all="ignore")
    for line in sys.stdin:
        case = json.loads(line)
        key = (case["of"], case["n"], case["dtype"], case["layout"])
        env = operands(*key)
        answer = {}
        for form in ("numpy", "numpyOut"):
            text = case.get(form)
            if text is None:
                continue
            try:
                if "list_" in text and "list_" not in env:
                    env["list_"] = env["x"].tolist()
                if form == "numpyOut" and "out=o" in text:
                    env["o"] = eval(case["numpy"], env)
                work = eval("lambda: " + text, env)
                answer[form] = measured(work, case["budget"])
            except Exception as e:  # this work refuses the dtype
                answer[form + "Error"] = str(e)
        print(json.dumps(answer), flush=True)


main()
