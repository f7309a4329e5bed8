"""PostgreSQL: an event table, durable as it comes; load by pgbench."""

import glob
import os
import pathlib
import shutil
import subprocess
import time

from . import sample
from .figures import Unavailable, load
from .server import Server, fresh

SCHEMA = """
CREATE TABLE event (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    type text NOT NULL,
    time timestamptz NOT NULL,
    data text NOT NULL,
    UNIQUE (stream, version)
);
"""

APPEND = f"""
\\set version :version + 1
INSERT INTO event (id, stream, version, type, time, data)
VALUES (gen_random_uuid(), 'client/' || :run || '-' || :client_id, :version,
        '{sample.TYPE}', now(), '{sample.PAYLOAD}');
"""

READ = """
\\set number random(0, :streams - 1)
SELECT * FROM event WHERE stream = 'client/' || md5(:number::text) ORDER BY version;
"""


def programs():
    """Where the server's programs are; the newest version counts."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin")) + os.environ["PATH"].split(":")
    for folder in folders:
        if all(os.path.exists(f"{folder}/{name}") for name in ("initdb", "postgres", "pgbench")):
            return pathlib.Path(folder)
    raise Unavailable("not installed (tools/bench --setup)")


class PostgreSQL:
    name = "PostgreSQL"
    callers_max = 1024

    def __init__(self, directory, _):
        self.bin = programs()
        # It refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        self.directory = fresh(directory, self.user)
        self.data = self.directory / "data"
        self._run([self.bin / "initdb", "-D", self.data, "-A", "trust", "-U", "bench"])
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.directory,
            "max_connections": 1100,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.server = Server(
            [self.bin / "postgres", "-D", self.data, *options],
            self.directory / "server.log",
            self._is_ready,
            self.user,
        )
        self._query(SCHEMA)
        self.run_number = 0
        version = subprocess.check_output([self.bin / "postgres", "--version"], text=True)
        self.version = version.split()[2]

    def stop(self):
        self.server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def append(self, callers, seconds):
        self.run_number += 1
        values = {"version": 0, "run": self.run_number}
        if callers > 500:
            # The time it takes to connect so many counts in pgbench's duration, not in its rate.
            seconds = max(seconds, 5)
        return self._bench(APPEND, callers, seconds, values)

    def fill(self, count):
        streams = max(1, count // sample.EVENTS_PER_STREAM)
        start = time.monotonic()
        self._query(
            f"""
            INSERT INTO event (id, stream, version, type, time, data)
            SELECT gen_random_uuid(), 'client/' || md5((i % {streams})::text), i / {streams} + 1,
                   '{sample.TYPE}', now(), '{sample.PAYLOAD}'
            FROM generate_series(0, {count - 1}) AS i;
            """
        )
        self._query("VACUUM ANALYZE event; CHECKPOINT;")
        self.streams = streams
        return count / (time.monotonic() - start)

    def replay(self):
        count = int(self._query("SELECT count(*) FROM event"))
        start = time.monotonic()
        copy = "COPY (SELECT * FROM event ORDER BY sequence) TO STDOUT (FORMAT binary)"
        self._run([*self._psql(), "-c", copy], stdout=subprocess.DEVNULL)
        return count / (time.monotonic() - start)

    def read_streams(self, _):
        return self._bench(READ, 1, 1, {"streams": self.streams})

    def tail(self, *_):
        raise Unavailable("LISTEN tells that there is something, not what")

    def bytes_per_event(self):
        answer = self._query(
            "SELECT pg_total_relation_size('event')::float / (SELECT count(*) FROM event)"
        )
        return float(answer)

    def _bench(self, script, callers, seconds, values):
        path = self.directory / "script.sql"
        path.write_text(script)
        prefix = self.directory / "latency"
        for old in self.directory.glob("latency*"):
            old.unlink()
        command = [
            self.bin / "pgbench", "-h", self.directory, "-U", "bench", "-n", "-M", "prepared",
            "-f", path, "-c", str(callers), "-j", "1" if callers == 1 else "2",
            "-T", str(max(1, round(seconds))), "-l", f"--log-prefix={prefix}",
        ]  # fmt: skip
        for name, value in values.items():
            command += ["-D", f"{name}={value}"]
        output = self._run([*command, "postgres"])
        samples = latencies(line for log in self.directory.glob("latency*") for line in open(log))
        figures = load(samples, 1)
        figures.rate = transactions_per_second(output)
        return figures

    def _psql(self):
        return [
            self.bin / "psql", "-h", self.directory, "-U", "bench", "-d", "postgres",
            "-qAtX", "-v", "ON_ERROR_STOP=1",
        ]  # fmt: skip

    def _query(self, text):
        return self._run([*self._psql(), "-f", "-"], input=text).strip()

    def _is_ready(self):
        command = [self.bin / "pg_isready", "-q", "-U", "bench", "-h", self.directory]
        return subprocess.run(command, check=False).returncode == 0

    def _run(self, command, **options):
        options.setdefault("stdout", subprocess.PIPE)
        result = subprocess.run(
            [str(word) for word in command], stderr=subprocess.PIPE, text=True, check=False,
            user=self.user, group=self.user, cwd=self.directory, **options,
        )  # fmt: skip
        if result.returncode != 0:
            raise RuntimeError(f"{command[0]}: {result.stderr.strip()[-400:]}")
        return result.stdout


def latencies(lines):
    """The third column of pgbench's log: microseconds of each transaction."""
    return [int(line.split()[2]) for line in lines]


def transactions_per_second(output):
    """The rate in what pgbench prints, without the time it took to connect."""
    for line in output.splitlines():
        if line.startswith("tps = "):
            return float(line.split()[2])
    raise RuntimeError(f"pgbench said no rate: {output[-400:]}")
