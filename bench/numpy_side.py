"""NumPy's side of numpy.mjs: reads one measurement's name per line and answers with its times in microseconds, as JSON."""
import json
import sys
import time
from multiprocessing import Pool
from multiprocessing.shared_memory import SharedMemory

import numpy as np


def times(work, rounds):
    work()
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1e6)
    return found


def shared_square(name, start, stop):
    memory = SharedMemory(name)
    part = np.ndarray((1_000_000,), dtype=np.float64, buffer=memory.buf)[start:stop]
    part *= part
    del part
    memory.close()


def pool_square(rounds):
    memory = SharedMemory(create=True, size=8_000_000)
    np.ndarray((1_000_000,), dtype=np.float64, buffer=memory.buf)[:] = 1
    parts = [(memory.name, start, start + 250_000) for start in range(0, 1_000_000, 250_000)]
    with Pool(2) as pool:
        found = times(lambda: pool.starmap(shared_square, parts), rounds)
    memory.close()
    memory.unlink()
    return found


MILLION = np.ones(1_000_000)
UNIT = (np.arange(1_000_000) + 1) / 1_000_000
OUT = np.zeros(1_000_000)
big = {}


def ten(name):
    """Ten million elements, created on first use."""
    if name not in big:
        big[name] = np.ones(10_000_000)
    return big[name]


WORK = {
    "square": lambda r: times(lambda: np.square(MILLION, out=MILLION), r),
    "pool": pool_square,
    "fma": lambda r: times(lambda: ten("a") * ten("b") + 1, r),
    "matmul": lambda r: times(lambda: np.matmul(M, M), r),
    **{f"{f.__name__}": (lambda f: lambda r: times(lambda: f(UNIT, out=OUT), r))(f) for f in (np.exp, np.log, np.tanh, np.sin)},
    **{f"{n}{s}": (lambda f, s: lambda r: times(lambda: f(MILLION if s == 1 else ten("a")), r))(f, s) for s in (1, 10) for n, f in (("sum", np.sum), ("mean", np.mean), ("std", np.std), ("argmax", np.argmax))},
    "dot1": lambda r: times(lambda: np.dot(MILLION, MILLION), r),
    "dot10": lambda r: times(lambda: np.dot(ten("a"), ten("a")), r),
}
M = np.ones((512, 512))

if __name__ == "__main__":
    print(json.dumps(np.__version__), flush=True)
    for line in sys.stdin:
        name, rounds = line.split()
        print(json.dumps(WORK[name](int(rounds))), flush=True)
