"""UmaDB: conditional appends through its own Python client, from two processes with threads."""

import pathlib
import shutil
import subprocess

from . import sample
from .client import Client
from .figures import Unavailable, load
from .server import Server, byte_count, free_port, fresh, listens


class UmaDB:
    name = "UmaDB"
    callers_max = 64

    def __init__(self, directory, python):
        self.python = pathlib.Path(python)
        program = self.python.parent / "umadb"
        if not program.exists():
            raise Unavailable("not installed (tools/bench --setup)")
        self.directory = fresh(directory)
        self.data = self.directory / "data"
        self.data.mkdir()
        self.port = free_port()
        self.version = subprocess.check_output([program, "--version"], text=True).split()[-1]
        self.server = Server(
            [program, "--listen", f"127.0.0.1:{self.port}", "--db-path", self.data],
            self.directory / "server.log",
            listens(self.port),
        )
        self.client = Client(self.python, "umadb_client", self.port)

    def stop(self):
        self.server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def append(self, callers, seconds):
        return self.client.append(callers, seconds)

    def fill(self, count):
        self.count = count
        return self.client.ask("fill", count)

    def replay(self):
        return self.client.ask("replay")

    def read_streams(self, count):
        streams = max(1, self.count // sample.EVENTS_PER_STREAM)
        samples = self.client.ask("read_streams", streams, count)
        return load(samples, sum(samples) / 1e6)

    def tail(self, rate, count):
        return load(self.client.ask("tail", rate, count), count / rate)

    def bytes_per_event(self):
        return byte_count(self.data) / self.client.ask("head")
