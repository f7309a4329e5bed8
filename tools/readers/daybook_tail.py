#!/usr/bin/env python3
"""Read a Daybook log from another process: every event once, in order, also while it is written.

    daybook_tail.py DIR [--after N] [--follow] [--type T]… [--stream S]… [--raw | --json]
                    [--state FILE] [--output FILE] [--past-damage] [--no-crc]

DIR is the data directory or the `log` in it. Exit status: 0 at the end or after SIGTERM, 1 where
the log is damaged, 2 where it cannot be read at all. Needs Python 3.9, and the package `lz4` for
sealed segments. It takes `crc32c` or `google-crc32c` where they are installed, which is faster.

As a module: `for line in DaybookTail("daybook-data", after=17, follow=True): line.event["type"]`.
"""

import argparse
import collections
import os
import re
import signal
import sys

from daybook_lines import (
    HEAD, LINE_BYTES_MAX, TAIL, TAIL_BYTES, Line, best_crcs, fault, form_fault, is_formed)
from daybook_output import FORMS, Filter, Sink, State
from daybook_segments import (
    BLOCK_BYTES, CannotRead, NoSegment, PlainSegment, SealedSegment, Unreadable, Watch)

SEGMENT = re.compile(r"([0-9]{20})\.jsonl(?:\.lz4)?")


class Damage(Exception):
    """Bytes of the log are not what was written, or lines are missing. The offset is one in the
    unpacked text of the segment; the sequence is the one that had to come there."""

    def __init__(self, segment, offset, sequence, why):
        super().__init__(f"{segment}: byte {offset}: sequence {sequence}: {why}")
        self.segment, self.offset, self.sequence, self.why = segment, offset, sequence, why


class DaybookTail:
    """The lines of a log behind the sequence `after`, each once and in order.

    Iterating ends at the end of the log, or never with `follow`. It raises Damage where the log
    is damaged; iterating once more goes on behind that place. `after` is always the sequence of
    the last line that was given out: a new DaybookTail with it goes on there.
    """

    def __init__(self, path, after=0, follow=False, check=True):
        self.path, self.after, self.follow = os.fspath(path), after, follow
        self.crcs = best_crcs() if check else None
        self.segment, self.name, self.first, self.successor = None, "the log", 0, None
        self.offset = 0
        self.wanted = after + 1  # Lines below it are not given out.
        self.last = 0  # The sequence of the last good line, wanted or not,
        self.bad = 0  # the number of bad ones since then,
        self.is_lost = False  # and whether nobody knows how many.
        self.is_torn = False  # Whether we may stand in the middle of a line.
        self.damages = collections.deque()  # To be raised behind the lines in front of them.
        self.waiting = collections.deque()
        self.changes = Watch() if follow else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __iter__(self):
        while True:
            while self.waiting:
                line = self.waiting.popleft()
                self.after = line.sequence
                yield line
            self.waiting.extend(self.read())
            if not self.waiting:
                if not self.follow:
                    return
                self.changes.wait(1)

    def read(self):
        """The next lines, up to some hundreds; none where there are no more yet."""
        while True:
            if self.damages:
                raise self.damages.popleft()
            if self.segment is None:
                if not self.open_first():
                    return []
                continue
            lines = self.read_segment()
            if lines or (lines is None and not self.go_on()):
                return lines or []

    def close(self):
        """Gives back what is open. To be called at the end."""
        self.close_segment()
        if self.follow:
            self.changes.close()

    def close_segment(self):
        if self.segment is not None:
            self.segment.close()
            self.segment = None

    def directory(self):
        inside = os.path.join(self.path, "log")
        return inside if os.path.isdir(inside) else self.path

    def segments(self):
        """The first sequence of every segment, ascending."""
        directory = self.directory()
        if self.follow:
            self.changes.watch(directory)
        try:
            names = os.listdir(directory)
        except FileNotFoundError:
            if self.follow:
                return []
            raise CannotRead(f"{directory} is not there") from None
        return sorted({int(match[1]) for match in map(SEGMENT.fullmatch, names) if match})

    def open_first(self):
        firsts = self.segments()
        if not firsts:
            return self.at_end()
        first = max((first for first in firsts if first <= self.wanted), default=firsts[0])
        self.open(first)
        if first > self.wanted:
            self.note(f"the log begins with {first}", self.wanted)
        self.offset, self.last = self.place()
        return True

    def open(self, first):
        """Opens a segment, in whichever form it is there."""
        self.close_segment()
        self.first, self.successor, self.offset, self.last = first, None, 0, first - 1
        self.bad, self.is_lost, self.is_torn = 0, False, False
        for suffix, kind in [(".jsonl", PlainSegment), (".jsonl.lz4", SealedSegment)]:
            self.name = f"{first:020}{suffix}"
            try:
                self.segment = kind(os.path.join(self.directory(), self.name))
                return
            except FileNotFoundError:
                # Sealed, perhaps in this moment: the other form was there before this one went.
                continue
            except Unreadable as error:
                self.note(str(error))
                self.segment, self.is_lost = NoSegment(), True
                return
        raise CannotRead(f"{first:020}.jsonl is not there any more")

    def note(self, why, sequence=None):
        """Damage at this place, to be raised by and by."""
        sequence = sequence or self.last + self.bad + 1
        self.damages.append(Damage(self.name, self.offset, sequence, why))

    def place(self):
        """The offset of a line not behind the wanted one, and the sequence before it. Looks into
        one block for each step of a bisection, and goes by good lines only."""
        low, high, found = 0, self.segment.size() // BLOCK_BYTES, (0, self.first - 1)
        while low < high:
            middle = (low + high + 1) // 2
            line = self.first_line(middle * BLOCK_BYTES)
            if line is None or line[1] >= self.wanted:
                high = middle - 1
            else:
                low, found = middle, line
        return found

    def first_line(self, offset):
        """Of the first line that starts behind an offset: where, and the sequence before it."""
        try:
            text = self.segment.read(offset)
            if text.count(b"\n") < 2:
                text += self.segment.read(offset + len(text))
        except Unreadable:
            return None
        start = text.find(b"\n") + 1
        end = text.find(b"\n", start)
        if start == 0 or end < 0 or self.faults([text[start:end]])[0]:
            return None
        return offset + start, int(text[start + 33:start + 53]) - 1

    def read_segment(self):
        """The good lines of the next piece; None where no whole line comes any more. Ends in
        front of the first line that is wrong, which is noted."""
        try:
            lines = self.piece()
        except Unreadable as error:
            self.note(str(error))
            self.offset, self.is_lost, self.is_torn = error.resume, True, True
            return []
        good = []
        for line, why in zip(lines, self.faults(lines)):
            sequence = 0 if why else int(line[33:53])
            if why:
                self.note(why)
                self.bad += 1
            elif sequence <= self.last:
                self.note(f"sequence {sequence} stands here")
            elif sequence > self.last + self.bad + 1 and not self.is_lost:
                # The next reading begins with this line, which is a good one.
                self.note(f"sequence {sequence} stands here")
                self.is_lost = True
                return good
            else:
                self.last, self.bad, self.is_lost = sequence, 0, False
                if sequence >= self.wanted:
                    self.wanted = sequence + 1
                    good.append(Line(sequence, line))
            self.offset += len(line) + 1
            if self.damages:
                return good
        return good if lines else None

    def piece(self):
        """The whole lines from here on, at most those of a block."""
        while True:
            text = self.segment.read(self.offset)
            if not self.is_torn or not text:
                break
            if not text.startswith(HEAD):
                self.offset += text.find(b"\n") + 1 or len(text)
                self.is_torn = b"\n" not in text
                continue
            self.is_torn = False
        if text and b"\n" not in text:
            # The line goes on in the next block.
            text += self.segment.read(self.offset + len(text))
            if b"\n" not in text and len(text) > LINE_BYTES_MAX:
                raise Unreadable("the line does not end", self.offset + len(text))
        return text.split(b"\n")[:-1]

    def faults(self, lines):
        """What is wrong with each line, or None."""
        if self.crcs is None:
            return [form_fault(line) for line in lines]
        crcs = self.crcs([line[:-TAIL_BYTES] for line in lines])
        return [None if line.endswith(TAIL % crc) and is_formed(line) else fault(line, crc)
                for line, crc in zip(lines, crcs)]

    def go_on(self):
        """Turns to the next segment. False where there is none yet."""
        if self.successor is None:
            later = [first for first in self.segments() if first > self.first]
            if not later:
                return self.at_end()
            # This one may have grown just before it got a successor: read to its end once more.
            self.successor = later[0]
            return True
        rest = self.segment.size() - self.offset
        if self.segment.problem or rest > 0:
            self.note(self.segment.problem or f"the last {rest} bytes are no whole line")
        elif self.successor > self.last + self.bad + 1 and not self.is_lost:
            self.note(f"the next segment begins with {self.successor}")
        self.open(self.successor)
        return True

    def at_end(self):
        """True where the end of the log cannot be its end."""
        if self.segment is not None and self.segment.size() < self.offset:
            self.note("the text has become shorter than what was read of it")
            self.offset = self.segment.size()
            return True
        if not self.follow and self.last + 1 < self.wanted:
            self.note(f"the log ends here, before {self.wanted - 1}")
            self.wanted = self.last + 1
            return True
        return False


def copy(tail, options, sink, state):
    """Writes lines until the end, a signal, or damage. The exit status."""
    form = FORMS["raw" if options.raw or options.output else "json" if options.json else "text"]
    chosen = Filter(options.type, options.stream)
    stopping = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.append(True))
    status, sequence = 0, 0
    while not stopping:
        try:
            lines = tail.read()
        except Damage as damage:
            print(f"daybook_tail: {damage}", file=sys.stderr, flush=True)
            status = 1
            if options.past_damage:
                continue
            break
        if lines:
            sink.write([form(line) for line in lines if chosen.takes(line)])
            sequence = lines[-1].sequence
        state.save(sequence)
        if not lines:
            if not options.follow:
                break
            tail.changes.wait(0.25)
    state.save(sequence, is_last=True)
    return status


def options_of(arguments):
    parser = argparse.ArgumentParser(
        prog="daybook_tail.py", description="Print the events of a Daybook log, oldest first.")
    parser.add_argument("directory", metavar="DIR", help="the data directory, or the log in it")
    parser.add_argument("--after", metavar="N", type=int, default=0, help="begin behind sequence N")
    parser.add_argument("--follow", action="store_true", help="go on with events as they come")
    parser.add_argument("--type", metavar="T", action="append", default=[],
                        help="only events of this type, with or without version; repeatable")
    parser.add_argument("--stream", metavar="S", action="append", default=[],
                        help="only events in this stream; repeatable")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--raw", action="store_true", help="lines to the byte as they are in the log")
    form.add_argument("--json", action="store_true", help="a JSON object a line, without checksum")
    parser.add_argument("--state", metavar="FILE", help="keep the last sequence, go on behind it")
    parser.add_argument("--output", metavar="FILE",
                        help="append raw lines to FILE, and go on behind its last whole one")
    parser.add_argument("--past-damage", action="store_true", help="report damage and go on")
    parser.add_argument("--no-crc", action="store_true", help="do not check the checksums")
    options = parser.parse_args(arguments)
    if options.after < 0:
        parser.error("--after must not be negative")
    if options.output and options.json:
        parser.error("--output takes raw lines")
    return options


def main(arguments):
    options = options_of(arguments)
    try:
        sink = Sink(options.output)
        state = State(options.state, sink)
        after = max(options.after, state.saved, sink.last)
        tail = DaybookTail(options.directory, after, options.follow, not options.no_crc)
        return copy(tail, options, sink, state)
    except BrokenPipeError:
        # Whoever read this has had enough. Python must not try to flush once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (CannotRead, OSError) as error:
        print(f"daybook_tail: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
