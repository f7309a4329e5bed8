"""A whole store, as years of use would leave it, and the program that serves it."""

import contextlib
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import time

from .figures import Unavailable


class Store:
    """A store that `LogBench generate-lives` has made."""

    def __init__(self, programs, directory):
        self.programs = programs
        self.directory = pathlib.Path(directory)
        self._samples = {}
        # What was said of its making, where this run has made it.
        self.generation = {}

    @staticmethod
    def copied(programs, origin, directory):
        """A store like one that is there, which stays as it is. What never changes, the sealed
        text, is linked and takes no room; only the rest is written anew, without projections."""

        def copy(source, target):
            if source.endswith(".lz4"):
                with contextlib.suppress(OSError):
                    os.link(source, target)
                    return target
            return shutil.copy2(source, target)

        left_out = shutil.ignore_patterns("projections", "lock")
        shutil.copytree(
            origin, directory, symlinks=True, ignore=left_out, copy_function=copy
        )
        return Store(programs, directory)

    @staticmethod
    def generated(programs, directory, events, is_fast=False):
        store = Store(programs, directory)
        options = ["--fast", 1] if is_fast else []
        words = ["generate-lives", directory, "--events", events, *options]
        store.generation = json.loads(output(programs.logbench, *words))
        return store

    def sizes(self):
        return json.loads(output(self.programs.logbench, "sizes", self.directory))

    def opening(self):
        return json.loads(output(self.programs.logbench, "open", self.directory))

    def sample(self, count, seed=1):
        """Events of this store, somebody busy more often than somebody who is not."""
        words = ["sample", self.directory, "--count", count, "--seed", seed]
        if (count, seed) not in self._samples:
            lines = output(self.programs.logbench, *words).splitlines()
            self._samples[count, seed] = [json.loads(line) for line in lines]
        return self._samples[count, seed]

    def head(self):
        """The newest event."""
        count = self.sizes()["events"]
        words = ["log", "read", "--after", count - 1, "--data", self.directory]
        return json.loads(output(self.programs.daybook, *words))

    def names(self):
        words = ["projections", "list", "--json", "--data", self.directory]
        done = subprocess.run(texts(self.programs.daybook, *words), stdout=subprocess.PIPE)
        rows = json.loads(done.stdout)
        rows = rows if isinstance(rows, list) else rows.get("projections", [])
        return [row.get("projection") or row.get("name") for row in rows]

    def rebuild(self, names):
        """How long it took, with the peak of the memory that the process held."""
        words = ["rebuild", *names, "--json", "--data", self.directory]
        start = time.monotonic()
        child = subprocess.Popen(
            texts(self.programs.daybook, *words), stdout=subprocess.PIPE, text=True
        )
        answer = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        if child.returncode != 0:
            raise RuntimeError(f"daybook {' '.join(texts(*words))} ended with {child.returncode}")
        outcome = json.loads(answer)
        return {
            "events": outcome["sequence"],
            "seconds": float(outcome["seconds"]),
            "wallSeconds": wall,
            "rate": outcome["sequence"] / float(outcome["seconds"]),
            "memoryPeakMegabytes": usage.ru_maxrss / 1024,
            "processorSeconds": usage.ru_utime + usage.ru_stime,
        }

    def run(self, *words):
        """How many milliseconds the program takes for a question, from start to end."""
        start = time.perf_counter()
        output(self.programs.daybook, *words, "--data", self.directory)
        return (time.perf_counter() - start) * 1e3

    def projection_bytes(self, name=None):
        """What the projections take on the disk, or one of them."""
        files = (self.directory / "projections").glob(f"{name or ''}*")
        # A name that stays points to the file of the newest rebuild, which is counted by itself.
        return sum(file.lstat().st_size for file in files if not file.is_symlink())

    def remove_projections(self):
        """They are disposable, and a rebuild stands beside what is there."""
        shutil.rmtree(self.directory / "projections", ignore_errors=True)

    def free_bytes(self):
        """What is free on the disk where the store is."""
        return shutil.disk_usage(self.directory).free

    def forget_files(self):
        """Takes the pages of the store's files out of the kernel's memory."""
        for folder in ("log", "index", "projections", "."):
            for file in (self.directory / folder).glob("*"):
                if file.is_file():
                    descriptor = os.open(file, os.O_RDONLY)
                    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                    os.close(descriptor)

    def session(self):
        """One process that writes, and answers questions; it ends with the block."""
        words = ["run", "--batch", "-", "--test-clock", self.head()["time"]]
        return contextlib.closing(
            Session(self.programs.daybook, *words, "--data", self.directory)
        )

    def reader(self):
        """The same with the projections that are there; a session makes those that are not."""
        return contextlib.closing(Session(self.programs.logbench, "ask", self.directory))


class Programs:
    """What was built for this run."""

    def __init__(self, daybook, logbench):
        self.daybook = daybook
        self.logbench = logbench
        self._fields = {}

    def fields(self, query):
        """What may be asked of a read model; nothing, where there is none of this name."""
        if not self._fields:
            for line in output(self.daybook, "commands", "--queries").splitlines():
                name, *fields = line.split()
                self._fields[name] = [field.strip("[]") for field in fields]
        return self._fields.get(query)


class Session:
    """A process that is asked one line after the other."""

    def __init__(self, *words):
        start = time.perf_counter()
        self._child = subprocess.Popen(
            texts(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.ask("OrganisationSettings", {})
        # From the start of the process to its first answer.
        self.opening_milliseconds = (time.perf_counter() - start) * 1e3

    def ask(self, query, fields):
        """The answer, and how long it took in microseconds."""
        line = json.dumps({"show": query, "input": fields}).encode() + b"\n"
        start = time.perf_counter()
        self._child.stdin.write(line)
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        microseconds = (time.perf_counter() - start) * 1e6
        if not answer:
            raise RuntimeError(f"daybook gave no answer to {query} {fields}")
        return json.loads(answer), microseconds

    def close(self):
        self._child.stdin.close()
        self._child.wait()


class Subject:
    """Whom a question is about: what a line of the log names."""

    def __init__(self, line):
        self.sequence = int(line["sequence"])
        self.type = line["type"]
        self.time = line["time"]
        self.actor = line["actor"]
        self.client = line.get("client")
        self.correlation = line.get("correlationid")
        names = [stream.split("@")[0].split("/") for stream in line["streams"].split(" ")]
        self._ids = {name[0]: name[-1] for name in reversed(names)}

    def id(self, category):
        """The id of the first stream of a kind; nothing where there is none."""
        return self._ids.get(category)

    def later(self, **length):
        """A time after it."""
        time = datetime.datetime.fromisoformat(self.time) + datetime.timedelta(**length)
        return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def texts(*words):
    return [str(word) for word in words]


def output(*words):
    done = subprocess.run(texts(*words), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(texts(*words))} ended with {done.returncode}")
    return done.stdout
