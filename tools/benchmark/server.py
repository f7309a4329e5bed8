"""Starts a server that belongs to this run alone, and ends it again."""

import os
import pathlib
import shutil
import socket
import subprocess
import time


def fresh(directory, owner=None):
    """An empty directory, in place of whatever was there."""
    path = pathlib.Path(directory)
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    if owner:
        shutil.chown(path, owner, owner)
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def byte_count(directory):
    """What the files below a directory take on the disk."""
    return sum(
        os.lstat(os.path.join(folder, name)).st_blocks * 512
        for folder, _, names in os.walk(directory)
        for name in names
    )


class Server:
    """A child process that is ready as soon as `is_ready` says so."""

    def __init__(self, command, log, is_ready, user=None):
        self._log = log
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                command, stdout=output, stderr=output, user=user, group=user
            )
        deadline = time.monotonic() + 20
        while not is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{command[0]} did not start: see {log}")
            time.sleep(0.05)

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def listens(port):
    """A question to ask again and again: does anybody listen there?"""

    def ask():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    return ask
