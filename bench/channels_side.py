"""Python's side of channels.mjs: reads one measurement's name per line and answers with its times in ns per message, as JSON."""
import json
import multiprocessing as mp
import platform
import sys
import time

MESSAGES = {
    "number": 42,
    "record": {"step": 3, "value": 17},
    "64 KiB": bytes(64 << 10),
    "8 MiB": bytes(8 << 20),
}


def drain_queue(queue, ready, count):
    for _ in range(count):
        queue.get()
    ready.set()


def drain_pipe(connection, ready, count):
    for _ in range(count):
        connection.recv()
    ready.set()


def echo_queue(there, back, count):
    for _ in range(count):
        back.put(there.get())


def echo_pipe(connection, count):
    for _ in range(count):
        connection.send(connection.recv())


def timed(start, work, count, rounds):
    found = []
    for _ in range(rounds):
        peer = start(count)
        work(1)
        began = time.perf_counter()
        work(count)
        found.append((time.perf_counter() - began) * 1e9 / count)
        peer.join()
    return found


def throughput(kind, name, count, rounds):
    message = MESSAGES[name]
    found = []
    for _ in range(rounds):
        ready = mp.Event()
        if kind == "queue":
            channel = mp.Queue()
            peer = mp.Process(target=drain_queue, args=(channel, ready, count + 1))
            send = channel.put
        else:
            theirs, mine = mp.Pipe(False)
            peer = mp.Process(target=drain_pipe, args=(theirs, ready, count + 1))
            send = mine.send
        peer.start()
        send(message)
        time.sleep(0.05)
        began = time.perf_counter()
        for _ in range(count):
            send(message)
        ready.wait()
        found.append((time.perf_counter() - began) * 1e9 / count)
        peer.join()
    return found


def queue_round_trips(count, rounds):
    there, back = mp.Queue(), mp.Queue()

    def start(count):
        peer = mp.Process(target=echo_queue, args=(there, back, count + 1))
        peer.start()
        return peer

    def work(count):
        for _ in range(count):
            there.put(42)
            back.get()

    return timed(start, work, count, rounds)


def pipe_round_trips(count, rounds):
    mine, theirs = mp.Pipe()

    def start(count):
        peer = mp.Process(target=echo_pipe, args=(theirs, count + 1))
        peer.start()
        return peer

    def work(count):
        for _ in range(count):
            mine.send(42)
            mine.recv()

    return timed(start, work, count, rounds)


def manager_operations(count, rounds):
    with mp.Manager() as manager:
        shared = manager.dict()
        shared["k"] = 0
        found = []
        for _ in range(rounds):
            began = time.perf_counter()
            for i in range(count):
                shared["k"] = i
            found.append((time.perf_counter() - began) * 1e9 / count)
        return found


COUNTS = {"number": 20_000, "record": 20_000, "64 KiB": 1000, "8 MiB": 20}
WORK = {
    **{f"queue {name}": (lambda name=name: throughput("queue", name, COUNTS[name], 5)) for name in MESSAGES},
    **{f"pipe {name}": (lambda name=name: throughput("pipe", name, COUNTS[name], 5)) for name in MESSAGES},
    "queue round trip": lambda: queue_round_trips(3000, 5),
    "pipe round trip": lambda: pipe_round_trips(3000, 5),
    "manager": lambda: manager_operations(3000, 5),
}
print(json.dumps(platform.python_version()), flush=True)
for line in sys.stdin:
    print(json.dumps(WORK[line.strip()]()), flush=True)
