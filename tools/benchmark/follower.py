"""A second process that notes when it saw each event, on the clock of this one."""

import json
import subprocess
import sys


class Follower:
    """Runs the question `follow` of a client's module; is ready when it has said so."""

    def __init__(self, module, port, count):
        words = [sys.executable, "-m", f"benchmark.{module}", port, "follow", str(count)]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self._process.stdout.readline()

    def waits(self, receipts):
        """From each receipt to when it was seen, in microseconds."""
        seen = json.loads(self._process.communicate(timeout=60)[0])
        return [max(0, seen[name] - moment) / 1000 for name, moment in receipts.items()]
