"""SQLite: the same event table in one file, WAL, every commit synchronised, one caller."""

import os
import random
import shutil
import sqlite3
import time
import uuid

from . import sample
from .figures import Unavailable, load
from .server import fresh

SCHEMA = """
CREATE TABLE event (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    time INTEGER NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (stream, version)
) STRICT;
"""

INSERT = "INSERT INTO event (id, stream, version, type, time, data) VALUES (?, ?, ?, ?, ?, ?)"


class SQLite:
    name = "SQLite"
    callers_max = 1

    def __init__(self, directory, _):
        self.version = sqlite3.sqlite_version
        self.directory = fresh(directory)
        self.path = self.directory / "events.db"
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute(SCHEMA)

    def stop(self):
        self.connection.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def append(self, callers, seconds):
        stream = sample.stream(time.time_ns())
        samples = []
        start = last = time.perf_counter()
        version = 0
        while last < start + seconds:
            version += 1
            self.connection.execute(INSERT, row(stream, version))
            now = time.perf_counter()
            samples.append((now - last) * 1e6)
            last = now
        return load(samples, last - start)

    def fill(self, count):
        self.streams = max(1, count // sample.EVENTS_PER_STREAM)
        start = time.perf_counter()
        for first in range(0, count, 10_000):
            places = range(first, min(first + 10_000, count))
            self.connection.execute("BEGIN")
            self.connection.executemany(
                INSERT,
                [row(sample.stream(n % self.streams), n // self.streams + 1) for n in places],
            )
            self.connection.execute("COMMIT")
        return count / (time.perf_counter() - start)

    def replay(self):
        start = time.perf_counter()
        rows = self.connection.execute("SELECT * FROM event ORDER BY sequence")
        count = sum(len(part) for part in iter(lambda: rows.fetchmany(1000), []))
        return count / (time.perf_counter() - start)

    def read_streams(self, count):
        samples = []
        for _ in range(count):
            stream = sample.stream(random.randrange(self.streams))
            start = time.perf_counter()
            query = "SELECT * FROM event WHERE stream = ? ORDER BY version"
            self.connection.execute(query, (stream,)).fetchall()
            samples.append((time.perf_counter() - start) * 1e6)
        return load(samples, sum(samples) / 1e6)

    def tail(self, *_):
        raise Unavailable("it tells no other process")

    def bytes_per_event(self):
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        count = self.connection.execute("SELECT count(*) FROM event").fetchone()[0]
        return os.stat(self.path).st_size / count


def row(stream, version):
    now = time.time_ns() // 1000
    return (str(uuid.uuid4()), stream, version, sample.TYPE, now, sample.PAYLOAD)
