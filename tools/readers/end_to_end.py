"""One run of everything: a writer under load that rolls, seals and is killed with -9 again and
again, followed by daybook_tail.py and by a real rsyslogd, which are stopped and killed too.

`tools/end-to-end` starts it. $LOG_BENCH is the program that writes, $END_TO_END_DIRECTORY a
directory for everything, $SEED what the stops are drawn from.
"""

import collections
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SEED = int(os.environ.get("SEED", random.randrange(1 << 32)))
SECONDS = 25
GRACE_SECONDS = 4
CATCH_UP_SECONDS = 15
LINES_PER_SECOND = 1500
SEGMENT_BYTES = 96 << 10
HAS_RSYSLOG = shutil.which("rsyslogd") is not None
SEQUENCE = re.compile(rb'\{"specversion":"1\.0","sequence":"([0-9]{20})"')


def sequences(text):
    """Of each whole line; -1 for what is no event."""
    return [int(match[1]) if (match := SEQUENCE.match(line)) else -1
            for line in text.split(b"\n")[:-1]]


class Child:
    """A program that is started again after each stop, and what it had to say."""

    def __init__(self, run, name, command, output=None):
        self.name, self.command, self.output = name, command, output or run.root / f"{name}.out"
        self.errors = run.root / f"{name}.err"
        self.process, self.starts, self.statuses = None, 0, []

    def start(self):
        with open(self.output, "ab") as output, open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        self.starts += 1

    def stop(self, number):
        """Ends it by a signal. A status of its own choice is kept for the tests."""
        self.process.send_signal(number)
        status = self.process.wait(30)
        # A signal may come before the program has made its own arrangements.
        if status not in (-number, 0):
            self.statuses.append(status)

    def is_running(self):
        return self.process is not None and self.process.poll() is None


class Run:
    """The log, those who write and read it, and what became of it all."""

    def __init__(self):
        self.root = pathlib.Path(os.environ["END_TO_END_DIRECTORY"]).absolute()
        self.data, self.log = self.root / "data", self.root / "data/log"
        self.data.mkdir(parents=True)
        self.end = time.monotonic() + SECONDS
        tail = [sys.executable, str(HERE / "daybook_tail.py"), str(self.data), "--follow"]
        self.writer = Child(self, "writer", [
            os.environ["LOG_BENCH"], "write", str(self.data), "--rate", str(LINES_PER_SECOND),
            "--callers", "4", "--batch", "3", "--seconds", "0",
            "--segment-bytes", str(SEGMENT_BYTES), "--grace-ms", str(GRACE_SECONDS * 1000)])
        self.killed = Child(self, "killed", [
            *tail, "--output", str(self.root / "killed.jsonl"),
            "--state", str(self.root / "killed.seq")])
        self.stopped = Child(self, "stopped", [
            *tail, "--raw", "--state", str(self.root / "stopped.seq")])
        self.rsyslog = Child(self, "rsyslog", [
            "rsyslogd", "-n", "-f", self.configuration(), "-i", str(self.root / "rsyslog.pid")])
        self.children = [self.writer, self.killed, self.stopped]
        self.children += [self.rsyslog] if HAS_RSYSLOG else []
        self.failures = []

    def configuration(self):
        """The configuration as it is shipped, with the three paths of this run."""
        text = (HERE / "rsyslog-imfile.conf").read_text()
        paths = {"/var/lib/daybook": self.data, "/var/spool/rsyslog": self.root / "spool",
                 "/var/log/daybook.jsonl": self.root / "rsyslog.jsonl"}
        for shipped, path in paths.items():
            if f'"{shipped}' not in text:
                raise AssertionError(f"{shipped} is not in rsyslog-imfile.conf")
            text = text.replace(f'"{shipped}', f'"{path}')
        (self.root / "spool").mkdir()
        (self.root / "rsyslog.conf").write_text(text)
        return str(self.root / "rsyslog.conf")

    def carry_out(self):
        plans = [(self.writer, signal.SIGKILL, (0.2, 2.5), (0, 0.1)),
                 (self.killed, signal.SIGKILL, (0.1, 2), (0, 1)),
                 (self.stopped, signal.SIGTERM, (0.1, 4), (0, GRACE_SECONDS * 2))]
        threads = [threading.Thread(target=self.again_and_again, args=(index, *plan))
                   for index, plan in enumerate(plans)]
        if HAS_RSYSLOG:
            threads.append(threading.Thread(target=self.once_in_between))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.finish()

    def again_and_again(self, index, child, number, up, down):
        source = random.Random(SEED + index)
        try:
            while time.monotonic() < self.end:
                child.start()
                time.sleep(source.uniform(*up))
                child.stop(number)
                time.sleep(source.uniform(*down))
            child.start()
        except Exception as error:
            self.failures.append(f"{child.name}: {error!r}")

    def once_in_between(self):
        self.rsyslog.start()
        time.sleep(SECONDS / 2)
        self.rsyslog.stop(signal.SIGTERM)
        time.sleep(GRACE_SECONDS / 4)
        self.rsyslog.start()

    def finish(self):
        """A last writer opens the log once more; when it has ended, all readers catch up."""
        time.sleep(1)
        self.writer.stop(signal.SIGKILL)
        self.writer.command[self.writer.command.index("--seconds") + 1] = "1"
        self.writer.start()
        self.writer.process.wait(30)
        self.text = self.log_text()
        wanted = [self.root / "killed.jsonl", self.stopped.output]
        wanted += [self.root / "rsyslog.jsonl"] if HAS_RSYSLOG else []
        end = time.monotonic() + CATCH_UP_SECONDS
        while time.monotonic() < end:
            if all(path.exists() and path.stat().st_size >= len(self.text) for path in wanted):
                break
            time.sleep(0.1)
        for child in self.children[1:]:
            child.stop(signal.SIGTERM)

    def log_text(self):
        """The whole log by `lz4` and nothing of ours."""
        text = b""
        firsts = {path.name[:20] for path in self.log.glob("0*.jsonl*")}
        for first in sorted(firsts):
            plain = self.log / f"{first}.jsonl"
            if plain.exists():
                text += plain.read_bytes()
            else:
                text += subprocess.run(
                    ["lz4", "-dc", f"{plain}.lz4"], stdout=subprocess.PIPE, check=True).stdout
        return text

    def close(self):
        for child in self.children:
            if child.is_running():
                child.stop(signal.SIGKILL)


RUN = None


def setUpModule():
    global RUN
    RUN = Run()
    unittest.addModuleCleanup(RUN.close)
    print(f"seed {SEED}, in {RUN.root}", file=sys.stderr)
    RUN.carry_out()
    sealed = len(list(RUN.log.glob("*.lz4")))
    segments = len({path.name[:20] for path in RUN.log.glob("0*.jsonl*")})
    print(f"{RUN.text.count(10)} events, {segments} segments, {sealed} of them sealed; started: "
          + ", ".join(f"{child.name} {child.starts} times" for child in RUN.children),
          file=sys.stderr)


class EndToEndTests(unittest.TestCase):
    def setUp(self):
        self.expected = list(range(1, RUN.text.count(b"\n") + 1))

    def assert_each_once(self, text):
        found = sequences(text)
        count = collections.Counter(found)
        missing = [sequence for sequence in self.expected if sequence not in count]
        twice = [sequence for sequence in count if count[sequence] > 1]
        self.assertEqual((missing[:5], twice[:5]), ([], []), f"{len(missing)}, {len(twice)}")
        self.assertEqual(len(found), len(self.expected))

    def test_there_was_something_to_survive(self):
        self.assertEqual(RUN.failures, [])
        self.assertGreater(len(self.expected), 1000)
        self.assertGreater(len(list(RUN.log.glob("*.jsonl.lz4"))), 20)
        for child in (RUN.writer, RUN.killed):
            self.assertGreater(child.starts, 5, child.name)

    def test_the_log_is_dense_and_holds_what_was_acknowledged_once(self):
        self.assertEqual(sequences(RUN.text), self.expected)
        acknowledged = collections.Counter()
        for line in RUN.writer.output.read_text().splitlines():
            word, first, last = line.split()
            self.assertEqual(word, "ack")
            acknowledged.update(range(int(first), int(last) + 1))
        self.assertGreater(len(acknowledged), 1000)
        self.assertLessEqual(max(acknowledged), len(self.expected))
        self.assertEqual(set(acknowledged.values()), {1})

    def test_a_python_reader_that_is_killed_has_each_event_once(self):
        self.assert_each_once((RUN.root / "killed.jsonl").read_bytes())
        self.assertEqual((RUN.root / "killed.jsonl").read_bytes(), RUN.text)

    def test_a_python_reader_that_is_stopped_has_each_event_once(self):
        self.assert_each_once(RUN.stopped.output.read_bytes())
        self.assertEqual(RUN.stopped.output.read_bytes(), RUN.text)

    def test_no_python_reader_complained(self):
        for child in (RUN.killed, RUN.stopped):
            self.assertEqual(child.statuses, [], child.errors.read_text())
            self.assertEqual(child.errors.read_text(), "")

    @unittest.skipUnless(HAS_RSYSLOG, "needs rsyslogd: tools/setup installs it")
    def test_rsyslog_has_each_event_once(self):
        text = (RUN.root / "rsyslog.jsonl").read_bytes()
        self.assert_each_once(text)
        self.assertEqual(sorted(text.split(b"\n")), sorted(RUN.text.split(b"\n")))


if __name__ == "__main__":
    unittest.main(verbosity=2)
