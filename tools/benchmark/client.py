"""Asks a system through a client that runs as a process of its own, in another Python."""

import json
import pathlib
import subprocess

from .figures import load

TOOLS = pathlib.Path(__file__).parent.parent


class Client:
    """Each question starts the client's module anew; it prints its answer as JSON."""

    def __init__(self, python, module, port):
        self._command = [str(python), "-m", f"benchmark.{module}", str(port)]

    def ask(self, *question):
        return self._answer(self._start(*question))

    def append(self, callers, seconds):
        """From two processes: one interpreter would be the limit."""
        if callers == 1:
            return load(self.ask("append", 1, seconds), seconds)
        halves = [self._start("append", callers // 2, seconds) for _ in range(2)]
        return load([sample for half in halves for sample in self._answer(half)], seconds)

    def _start(self, *question):
        words = [*self._command, *map(str, question)]
        return subprocess.Popen(words, cwd=TOOLS, stdout=subprocess.PIPE)

    def _answer(self, process):
        answer = process.communicate(timeout=300)[0]
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(self._command)} failed: see above")
        return json.loads(answer)
