"""The questions, each answered by every system in turn, and written down as one table."""

import subprocess
import sys
import time

from .daybook import wait
from .figures import Load, Unavailable, middle
from .table import Table

# So many events the other systems are filled with before they are read from.
FILL_MAX = 300_000


class Bench:
    """One run: Daybook, and those of the others that are there."""

    def __init__(self, daybook, peers, plan):
        self.daybook = daybook
        self.peers = peers
        self.plan = plan
        self.filled = min(plan.events, FILL_MAX)

    def append(self):
        head = ["callers", "system", "events/s", "p50 µs", "p99 µs", "Daybook is"]
        table = Table("Durable appends, each caller waits for its receipt", head)
        for callers in (1, 16, 64, 1024):
            found = self._appends(callers)
            own = found["Daybook"]
            for name, theirs in found.items():
                share = ratio(own.rate, theirs.rate) if theirs and theirs is not own else ""
                table.add(str(callers), name, *line(theirs), share)
        return [table]

    def _appends(self, callers):
        """Each system in turn, again and again: a disk that is slow for a while is so for all."""
        rounds = []
        for _ in range(self.plan.rounds):
            own = self.daybook.append(callers, self.plan.seconds)
            found = {"Daybook": wait(own), "one fdatasync a write": wait(own, "raw", "rawRate")}
            for peer in self.peers:
                if callers <= peer.callers_max:
                    found[peer.name] = self._answer(
                        lambda: peer.append(callers, self.plan.seconds)
                    )
            rounds.append(found)
        sums = {}
        for name in rounds[0]:
            loads = [found[name] for found in rounds if found[name]]
            sums[name] = middle(loads) if loads else None
        return sums

    def replay(self):
        own = self.daybook.ask("scan", self.daybook.log)
        head = ["system", "events", "events/s", "Daybook is"]
        table = Table("Replay of everything, on one core", head)
        table.add("Daybook, sealed, verified and decoded", own["events"], own["rate"], "")
        for peer in self.peers:
            rate = self._answer(peer.replay)
            table.add(peer.name, self.filled, rate, ratio(own["rate"], rate))
        return [table]

    def streams(self):
        head = ["system", "events", "p50 µs", "p99 µs", "Daybook is"]
        table = Table("All 30 events of one stream, at random", head)
        events = self.daybook.ask("sizes", self.daybook.log)["events"]
        found = self.daybook.ask("read", self.daybook.log, "--streams", 300)
        cold = self.daybook.ask("read", self.daybook.log, "--streams", 50, "--cold", 1)
        own = wait(found)
        table.add("Daybook", events, own.p50, own.p99, "")
        table.add("Daybook, the same once more", events, *line(wait(found, "again"))[1:], "")
        table.add("Daybook, nothing in memory", events, *line(wait(cold))[1:], "")
        for peer in self.peers:
            theirs = self._answer(lambda: peer.read_streams(500))
            share = ratio(theirs.p50, own.p50) if theirs else ""
            table.add(peer.name, self.filled, *line(theirs)[1:], share)
        return [table]

    def open(self):
        own = self.daybook.ask("open", self.daybook.log)
        table = Table("Opening a log for writing", ["system", "events", "ms", "memory MB"])
        cells = (own["events"], own["milliseconds"], own["memoryPeakMegabytes"])
        table.add("Daybook", *cells)
        return [table]

    def sizes(self):
        own = self.daybook.ask("sizes", self.daybook.log)
        table = Table("Bytes on the disk for each event", ["system", "bytes", "of Daybook's text"])
        text = own["plainBytesPerEvent"]
        sealed = own["sealedBytesPerEvent"] + own["indexBytesPerEvent"]
        table.add("Daybook, text", text, 1.0)
        table.add("Daybook, sealed, with its index", sealed, sealed / text)
        for peer in self.peers:
            theirs = self._answer(peer.bytes_per_event)
            table.add(peer.name, theirs, theirs / text if theirs else "")
        return [table]

    def tail(self):
        rate = 1000
        count = round(rate * max(2, self.plan.seconds))
        own = self.daybook.tail(rate, count / rate)
        title = f"From the receipt of an event to when a second process has it, {rate:,} a second"
        table = Table(title, ["system", "p50 µs", "p99 µs", "Daybook is"])
        table.add("Daybook", own.p50, own.p99, "")
        for peer in self.peers:
            theirs = self._answer(lambda: peer.tail(rate, count))
            share = ratio(theirs.p50, own.p50) if theirs else ""
            table.add(peer.name, *line(theirs)[1:], share)
        return [table]

    def fill(self):
        """What the questions about reading need."""
        head = ["system", "events", "events/s"]
        table = Table("Filling, for the questions that follow", head)
        if not self.daybook.log:
            own = self.daybook.generate(self.plan.events)
            table.add("Daybook (generated)", own["events"], own["events"] / own["seconds"])
        for peer in self.peers:
            table.add(peer.name, self.filled, self._answer(lambda: peer.fill(self.filled)))
        return [table]

    def _answer(self, question):
        """Nothing, where the system has no answer."""
        time.sleep(0.2)
        try:
            return question()
        except Unavailable:
            return None
        except (RuntimeError, subprocess.SubprocessError) as failure:
            print(f"tools/bench: {failure}", file=sys.stderr)
            return None


QUESTIONS = {
    "append": Bench.append,
    "replay": Bench.replay,
    "streams": Bench.streams,
    "open": Bench.open,
    "sizes": Bench.sizes,
    "tail": Bench.tail,
}
NEED_FILLING = {"replay", "streams", "open", "sizes"}


def line(found):
    return (found.rate, found.p50, found.p99) if isinstance(found, Load) else (None, None, None)


def ratio(ours, theirs):
    """`12 ×`; nothing where one of them is missing."""
    if not ours or not theirs:
        return ""
    times = ours / theirs
    return f"{times:.0f} ×" if times >= 10 else f"{times:.2f} ×"
