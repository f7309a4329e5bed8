"""What the program does with the lines of a Daybook log: choosing, writing, remembering."""

import errno
import json
import os
import re
import sys
import time

from daybook_lines import LINE_BYTES_MAX, form_fault
from daybook_segments import CannotRead


class Filter:
    """Which events are asked for: any, or those of some types, in some streams."""

    def __init__(self, types, streams):
        self.types, self.streams = set(types), set(streams)
        # Nearly all lines are decided by this, without decoding them.
        self.type_texts = [b'"type":' + json.dumps(name).encode()[:-1] for name in types]
        self.stream_texts = [name.encode() + b"@" for name in streams]

    def takes(self, line):
        for texts in (self.type_texts, self.stream_texts):
            if texts and not any(text in line.bytes for text in texts):
                return False
        if not self.types and not self.streams:
            return True
        event = line.event
        names = {event["type"], event["type"].partition(".")[0]}
        streams = {part.rpartition("@")[0] for part in event["streams"].split(" ")}
        return (not self.types or bool(names & self.types)) and (
            not self.streams or bool(streams & self.streams))


def raw(line):
    return line.bytes + b"\n"


def as_json(line):
    event = line.event
    del event["crc32c"]
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def as_text(line):
    event = line.event
    names = ("time", "type", "subject", "actor")
    return "  ".join([str(line.sequence)] + [event[name] for name in names]).encode() + b"\n"


FORMS = {"raw": raw, "json": as_json, "text": as_text}


class Sink:
    """Where lines go. Into a file of its own each comes exactly once, however the program ends:
    the file itself says how far it goes."""

    def __init__(self, path):
        self.path, self.last = path, 0
        if path is None:
            self.file = sys.stdout.buffer
            return
        self.file = open(path, "a+b")
        end = self.file.seek(0, os.SEEK_END)
        self.file.seek(max(0, end - 2 * LINE_BYTES_MAX))
        kept, line_feed, torn = self.file.read().rpartition(b"\n")
        line = kept[kept.rfind(b"\n") + 1:]
        if line_feed and form_fault(line) is None:
            self.last = int(line[33:53])
        elif line_feed or end > LINE_BYTES_MAX:
            raise CannotRead(f"{path} does not end with a line of a log")
        self.file.truncate(end - len(torn))

    def write(self, chunks):
        self.file.write(b"".join(chunks))
        self.file.flush()

    def settle(self):
        """Puts on the disk what is in a file."""
        try:
            os.fdatasync(self.file.fileno())
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EROFS):
                raise


class State:
    """A file that keeps a sequence. It never says more than what has gone out."""

    def __init__(self, path, sink):
        self.path, self.sink, self.saved_at = path, sink, 0.0
        self.saved = 0
        if path and os.path.exists(path):
            with open(path, encoding="ascii", errors="replace") as file:
                text = file.read().strip()
            if not re.fullmatch("[0-9]{1,20}", text, re.ASCII):
                raise CannotRead(f"{path} does not hold a sequence")
            self.saved = int(text)

    def save(self, sequence, is_last=False):
        """Keeps the sequence, four times a second at most."""
        now = time.monotonic()
        if not self.path or sequence <= self.saved or (now < self.saved_at + 0.25 and not is_last):
            return
        self.sink.settle()
        with open(self.path + ".new", "w", encoding="ascii") as file:
            file.write(f"{sequence}\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.path + ".new", self.path)
        self.saved, self.saved_at = sequence, now
