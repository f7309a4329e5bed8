"""Daybook's own log, through tools/LogBench."""

import json
import pathlib
import shutil
import subprocess

from .figures import Load
from .server import fresh

# From so many events on, a generated log is packed less tightly than the engine would.
FAST_FROM = 20_000_000

ROOT = pathlib.Path(__file__).parent.parent.parent


def built(product="LogBench"):
    """Builds a program for release, and says where it is."""
    command = ["swift", "build", "-c", "release", "--product", product]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    folder = subprocess.check_output([*command, "--show-bin-path"], cwd=ROOT, text=True)
    return pathlib.Path(folder.strip()) / product


class Daybook:
    name = "Daybook"

    def __init__(self, program, directory):
        self.program = program
        self.directory = fresh(directory)
        self.log = None

    def stop(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def append(self, callers, seconds):
        """What LogBench found, with the raw rate of the disk in the same seconds."""
        data = fresh(self.directory / "append")
        figures = self.ask("append", data, "--callers", callers, "--seconds", seconds)
        shutil.rmtree(data)
        return figures

    def use(self, log):
        """Answers the questions about a large log from one that is there."""
        self.log = pathlib.Path(log)

    def generate(self, count):
        self.log = fresh(self.directory / "log")
        options = ["--fast", 1] if count > FAST_FROM else []
        return self.ask("generate", self.log, "--events", count, *options)

    def tail(self, rate, seconds):
        data = fresh(self.directory / "tail")
        figures = self.ask("tail", data, "--rate", rate, "--seconds", seconds)
        shutil.rmtree(data)
        return wait(figures, "afterReceipt")

    def ask(self, question, data, *options):
        words = [self.program, question, data, *options]
        answer = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, check=True)
        return json.loads(answer.stdout)


def wait(figures, prefix="wait", rate="rate"):
    """A load out of what LogBench printed."""
    return Load(figures.get(rate, 0), figures[f"{prefix}P50"], figures[f"{prefix}P99"])
