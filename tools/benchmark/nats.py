"""NATS JetStream: a file store, a subject for each stream, publishes that wait for their answer."""

import pathlib
import shutil
import subprocess

from .client import Client
from .figures import Unavailable, load
from .server import Server, byte_count, free_port, fresh, listens


class JetStream:
    """As it comes: it answers before the message is on the disk, and syncs every two minutes."""

    name = "NATS JetStream, no sync"
    callers_max = 1024
    store = ""

    def __init__(self, directory, python):
        self.python = pathlib.Path(python)
        program = self._program()
        self.directory = fresh(directory)
        self.port = free_port()
        configuration = self.directory / "nats.conf"
        configuration.write_text(
            f"host: 127.0.0.1, port: {self.port}\n"
            f'jetstream {{ store_dir: "{self.directory}/data" {self.store} }}\n'
        )
        check = subprocess.run([program, "-t", "-c", configuration], capture_output=True)
        if check.returncode != 0:
            raise Unavailable(f"nats-server {self.version} cannot sync every message")
        self.server = Server(
            [program, "-c", configuration], self.directory / "server.log", listens(self.port)
        )
        self.client = Client(self.python, "nats_client", self.port)
        self.client.ask("create")

    def _program(self):
        beside = self.python.parent.parent.parent / "nats/usr/sbin/nats-server"
        program = str(beside) if beside.exists() else shutil.which("nats-server")
        client = list(self.python.parent.parent.glob("lib/*/site-packages/nats"))
        if not program or not client:
            raise Unavailable("not installed (tools/bench --setup)")
        self.version = subprocess.check_output([program, "--version"], text=True).split("v")[-1]
        self.version = self.version.strip()
        return program

    def stop(self):
        self.server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def append(self, callers, seconds):
        return self.client.append(callers, seconds)

    def fill(self, count):
        return self.client.ask("fill", count)

    def replay(self):
        return self.client.ask("replay")

    def read_streams(self, _):
        raise Unavailable("no read by subject without a consumer")

    def tail(self, rate, count):
        return load(self.client.ask("tail", rate, count), count / rate)

    def bytes_per_event(self):
        return byte_count(self.directory / "data") / self.client.ask("count")


class SyncedJetStream(JetStream):
    """Every message synchronised before it is answered; newer servers only."""

    name = "NATS JetStream, synced"
    store = ", sync_interval: always"
