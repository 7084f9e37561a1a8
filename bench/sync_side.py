"""Python's side of sync.mjs: reads one measurement's name per line and answers with its times in ns per operation, as JSON."""
import json
import multiprocessing as mp
import platform
import sys
import time
from multiprocessing.shared_memory import ShareableList, SharedMemory


def per_operation(work, count, rounds):
    work(count // 10)
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work(count)
        found.append((time.perf_counter() - began) * 1e9 / count)
    return found


lock, rlock, semaphore, event = mp.Lock(), mp.RLock(), mp.Semaphore(1), mp.Event()
integer, floating = mp.Value("i"), mp.Value("d")


def acquire(which):
    def work(count):
        for _ in range(count):
            with which:
                pass

    return work


def increment(value):
    def work(count):
        for _ in range(count):
            with value.get_lock():
                value.value += 1

    return work


def read(count):
    for _ in range(count):
        integer.value


def set_clear(count):
    for _ in range(count):
        event.set()
        event.clear()


def contended(work, workers, count, rounds):
    """Each worker performs `count` operations. Returns the time per operation of all workers together, in ns."""
    found = []
    for _ in range(rounds):
        gate = mp.Barrier(workers + 1)

        def run():
            gate.wait()
            work(count)
            gate.wait()

        processes = [mp.Process(target=run) for _ in range(workers)]
        for p in processes:
            p.start()
        gate.wait()
        began = time.perf_counter()
        gate.wait()
        found.append((time.perf_counter() - began) * 1e9 / (count * workers))
        for p in processes:
            p.join()
    return found


def barrier(count, rounds):
    found = []
    for _ in range(rounds):
        meeting = mp.Barrier(2)

        def run():
            for _ in range(count):
                meeting.wait()

        other = mp.Process(target=run)
        other.start()
        meeting.wait()
        began = time.perf_counter()
        for _ in range(count - 1):
            meeting.wait()
        found.append((time.perf_counter() - began) * 1e9 / (count - 1))
        other.join()
    return found


def ping_pong(count, rounds):
    found = []
    for _ in range(rounds):
        ping, pong = mp.Semaphore(0), mp.Semaphore(0)

        def run():
            for _ in range(count):
                ping.acquire()
                pong.release()

        other = mp.Process(target=run)
        other.start()
        ping.release()
        pong.acquire()
        began = time.perf_counter()
        for _ in range(count - 1):
            ping.release()
            pong.acquire()
        found.append((time.perf_counter() - began) * 1e9 / (count - 1))
        other.join()
    return found


def list_get(count):
    for _ in range(count):
        items[1]


def list_set(count):
    for i in range(count):
        items[1] = i


def block(count):
    for _ in range(count):
        memory = SharedMemory("bench-block-python", create=True, size=4096)
        memory.close()
        memory.unlink()


def nothing():
    pass


def process(method, rounds):
    context = mp.get_context(method)
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        p = context.Process(target=nothing)
        p.start()
        p.join()
        found.append((time.perf_counter() - began) * 1e9)
    return found


if __name__ == "__main__":
    items = ShareableList(["text", 1])
    measurements = {
        "lock": lambda: per_operation(acquire(lock), 200_000, 5),
        "rlock": lambda: per_operation(acquire(rlock), 200_000, 5),
        "semaphore": lambda: per_operation(acquire(semaphore), 200_000, 5),
        "increment int32": lambda: per_operation(increment(integer), 100_000, 7),
        "increment float64": lambda: per_operation(increment(floating), 100_000, 7),
        "read": lambda: per_operation(read, 100_000, 5),
        "event": lambda: per_operation(set_clear, 50_000, 5),
        "list get": lambda: per_operation(list_get, 50_000, 5),
        "list set": lambda: per_operation(list_set, 50_000, 5),
        "block": lambda: per_operation(block, 500, 9),
        "increment by 2": lambda: contended(increment(integer), 2, 100_000, 3),
        "barrier": lambda: barrier(3_000, 3),
        "ping pong": lambda: ping_pong(10_000, 3),
        "fork": lambda: process("fork", 20),
        "spawn": lambda: process("spawn", 5),
    }
    print(json.dumps(platform.python_version()), flush=True)
    for line in sys.stdin:
        print(json.dumps(measurements[line.strip()]()), flush=True)
    items.shm.close()
    items.shm.unlink()
