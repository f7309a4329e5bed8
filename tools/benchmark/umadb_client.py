"""The load that UmaDB gets, as a process of its own, in a Python that has UmaDB's client."""

import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import umadb

from . import sample
from .follower import Follower


def append(address, callers, seconds):
    """What each append took, in microseconds. Each caller expects its stream as it left it."""
    clients = [umadb.Client(address) for _ in range(callers)]
    for client in clients:
        client.head()
    end = time.perf_counter() + seconds
    with ThreadPoolExecutor(callers) as threads:
        parts = threads.map(lambda client: append_until(end, client), clients)
        return [wait for part in parts for wait in part]


def append_until(end, client):
    tag = sample.stream(random.getrandbits(64))
    waits, position = [], None
    last = time.perf_counter()
    while last < end:
        query = umadb.Query([umadb.QueryItem(tags=[tag])])
        position = client.append([event(tag)], umadb.AppendCondition(query, position))
        now = time.perf_counter()
        waits.append((now - last) * 1e6)
        last = now
    return waits


def event(tag):
    return umadb.Event(sample.TYPE, sample.PAYLOAD.encode(), [tag])


def fill(address, count):
    client = umadb.Client(address)
    streams = max(1, count // sample.EVENTS_PER_STREAM)
    start = time.perf_counter()
    for first in range(0, count, 1000):
        places = range(first, min(first + 1000, count))
        client.append([event(sample.stream(place % streams)) for place in places])
    return count / (time.perf_counter() - start)


def replay(address):
    client = umadb.Client(address)
    start = time.perf_counter()
    count = sum(1 for _ in client.read())
    return count / (time.perf_counter() - start)


def read_streams(address, streams, count):
    client = umadb.Client(address)
    waits = []
    for _ in range(count):
        query = umadb.Query([umadb.QueryItem(tags=[sample.stream(random.randrange(streams))])])
        start = time.perf_counter()
        list(client.read(query))
        waits.append((time.perf_counter() - start) * 1e6)
    return waits


def tail(address, rate, count):
    """How long after its receipt each event was seen by another process."""
    follower = Follower("umadb_client", sys.argv[1], count)
    client = umadb.Client(address)
    receipts = {}
    start = time.monotonic()
    for place in range(count):
        time.sleep(max(0, start + place / rate - time.monotonic()))
        position = client.append([event(sample.stream(place))])
        receipts[str(position)] = time.monotonic_ns()
    return follower.waits(receipts)


def follow(address, count):
    client = umadb.Client(address)
    events = client.subscribe(after=client.head())
    print("following", flush=True)
    seen = {}
    for found in events:
        seen[found.position] = time.monotonic_ns()
        if len(seen) == count:
            return seen


def head(address):
    return umadb.Client(address).head()


def main(port, question, *numbers):
    numbers = [int(float(number)) for number in numbers]
    print(json.dumps(globals()[question](f"http://127.0.0.1:{port}", *numbers)))


if __name__ == "__main__":
    main(*sys.argv[1:])
