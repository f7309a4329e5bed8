"""UmaDB: conditional appends through its own Python client, from two processes with threads."""

import json
import pathlib
import shutil
import subprocess

from . import sample
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

    def stop(self):
        self.server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def append(self, callers, seconds):
        """From two processes: one interpreter would be the limit."""
        if callers == 1:
            return load(self._ask("append", 1, seconds), seconds)
        halves = [self._start("append", callers // 2, seconds) for _ in range(2)]
        return load([sample for half in halves for sample in self._answer(half)], seconds)

    def fill(self, count):
        self.count = count
        return self._ask("fill", count)

    def replay(self):
        return self._ask("replay")

    def read_streams(self, count):
        streams = max(1, self.count // sample.EVENTS_PER_STREAM)
        samples = self._ask("read_streams", streams, count)
        return load(samples, sum(samples) / 1e6)

    def bytes_per_event(self):
        return byte_count(self.data) / self._ask("head")

    def _ask(self, *question):
        return self._answer(self._start(*question))

    def _start(self, *question):
        """The client is not in this process's Python."""
        words = [str(word) for word in (self.python, "-m", "benchmark.umadb_client", self.port, *question)]
        tools = pathlib.Path(__file__).parent.parent
        return subprocess.Popen(words, cwd=tools, stdout=subprocess.PIPE)

    def _answer(self, client):
        answer = client.communicate(timeout=300)[0]
        if client.returncode != 0:
            raise RuntimeError("the client of UmaDB failed: see above")
        return json.loads(answer)
