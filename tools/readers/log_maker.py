"""Makes logs for tests, from LogFormat.md alone: their bytes share no code with the readers."""

import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

from daybook_tail import Damage, DaybookTail

PROGRAM = str(pathlib.Path(__file__).with_name("daybook_tail.py"))

STREAM = "client/019a8c3e-5b00-7002-8000-000000000002"


def crc32c_of_byte(value):
    for _ in range(8):
        value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
    return value


CRC_OF_BYTE = [crc32c_of_byte(value) for value in range(256)]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_OF_BYTE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def line(sequence, kind="ClientNoted.v1", streams=None, data="{}"):
    """One line with its line feed."""
    body = (
        f'{{"specversion":"1.0","sequence":"{sequence:020}",'
        f'"id":"019a8c3e-5b00-7001-8000-{sequence:012x}","source":"/organisations/1",'
        f'"type":"{kind}","subject":"{STREAM}","time":"2026-11-21T04:25:01.123456Z",'
        f'"streams":"{streams or f"{STREAM}@{sequence}"}","commit":"1/1",'
        f'"actor":"system/import","data":{data}').encode()
    return signed(body)


def signed(body):
    """A line with any beginning and the right checksum."""
    return body + f',"crc32c":"{crc32c(body):08x}"}}\n'.encode()


def long_line(sequence, byte_count, text=""):
    """A line of so many bytes, its line feed not among them."""
    spare = byte_count - len(line(sequence, data='{"note":""}')) + 1
    return line(sequence, data='{"note":"%s"}' % text[:spare].ljust(spare, "x"))


def xxh32(data):
    """XXH32 with seed 0 of less than 16 bytes: what the header of an LZ4 frame needs."""
    first, second, third, fourth, fifth = (
        2654435761, 2246822519, 3266489917, 668265263, 374761393)
    value = fifth + len(data)
    while len(data) >= 4:
        value = value + struct.unpack("<I", data[:4])[0] * third & 0xFFFFFFFF
        value = (value << 17 | value >> 15) * fourth & 0xFFFFFFFF
        data = data[4:]
    for byte in data:
        value = value + byte * fifth & 0xFFFFFFFF
        value = (value << 11 | value >> 21) * first & 0xFFFFFFFF
    value = (value ^ value >> 15) * second & 0xFFFFFFFF
    value = (value ^ value >> 13) * third & 0xFFFFFFFF
    return value ^ value >> 16


def sealed(text, is_old=False):
    """A sealed segment: the frame as the format describes it, then a skippable frame. Old ones
    have no checksum behind each block."""
    import lz4.block
    import lz4.frame

    def checksum(content):
        # The checksum of the content is the last word of any frame of the same content.
        return lz4.frame.compress(content, content_checksum=True)[-4:]

    header = (b"\x6c" if is_old else b"\x7c") + b"\x50" + struct.pack("<Q", len(text))
    frame = b"\x04\x22\x4d\x18" + header + bytes([xxh32(header) >> 8 & 0xFF])
    for start in range(0, len(text), 262_144):
        block = text[start:start + 262_144]
        packed = lz4.block.compress(block, store_size=False)
        is_plain = len(packed) >= len(block)
        content = block if is_plain else packed
        frame += struct.pack("<I", len(content) | is_plain << 31) + content
        frame += b"" if is_old else checksum(content)
    frame += b"\0\0\0\0" + checksum(text)
    if lz4.frame.decompress(frame) != text:
        raise AssertionError("the frame does not hold the text")
    return frame + b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"


class LogMaker:
    """A log directory that grows, rolls and is sealed as a test says."""

    def __init__(self, data_directory):
        self.directory = os.path.join(data_directory, "log")
        self.sequence = 0
        self.first = 1
        self.lines = []

    def path(self, first=None, suffix=".jsonl"):
        return os.path.join(self.directory, f"{first or self.first:020}{suffix}")

    def append(self, count=1, **members):
        self.write(*(line(self.sequence + place + 1, **members) for place in range(count)))

    def write(self, *lines):
        """Appends lines that follow the last ones, or pieces that are no lines."""
        if not os.path.isdir(self.directory):
            os.makedirs(self.directory)
        with open(self.path(), "ab") as file:
            file.write(b"".join(lines))
        self.sequence += sum(text.endswith(b"\n") for text in lines)
        self.lines += [text for text in lines if text.endswith(b"\n")]

    def roll(self):
        self.first = self.sequence + 1
        with open(self.path(), "ab"):
            pass
        link = os.path.join(self.directory, "current.jsonl")
        os.symlink(os.path.basename(self.path()), link + ".new")
        os.replace(link + ".new", link)

    def seal(self, first, keep_plain=False, is_old=False):
        with open(self.path(first), "rb") as file:
            text = file.read()
        with open(self.path(first, ".jsonl.lz4.new"), "wb") as file:
            file.write(sealed(text, is_old))
        os.replace(self.path(first, ".jsonl.lz4.new"), self.path(first, ".jsonl.lz4"))
        if not keep_plain:
            os.remove(self.path(first))

    def change(self, place, byte, first=1, suffix=".jsonl"):
        """Overwrites bytes of a segment."""
        with open(self.path(first, suffix), "r+b") as file:
            file.seek(place)
            file.write(byte)

    def offset(self, sequence):
        """Where a line starts, in a log of one segment."""
        return sum(map(len, self.lines[:sequence - 1]))


class LogTestCase(unittest.TestCase):
    """A log in a directory of its own."""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        self.log = LogMaker(self.root)

    def sequences(self, **options):
        return [text.sequence for text in self.tail(**options)]

    def tail(self, path=None, **options):
        tail = DaybookTail(path or self.root, **options)
        self.addCleanup(tail.close)
        return tail

    def past_damage(self, **options):
        """What could be read, and the place of every damage on the way; why is in `whys`."""
        tail, lines, damages, self.whys = self.tail(**options), [], [], []
        while True:
            try:
                for text in tail:
                    lines.append(text.sequence)
                return lines, damages
            except Damage as damage:
                self.whys.append(damage.why)
                damages.append((damage.segment, damage.offset, damage.sequence))
                self.assertLess(len(damages), 100)

    def command(self, *arguments):
        return [sys.executable, PROGRAM, str(self.root), *map(str, arguments)]

    def run_program(self, *arguments, **options):
        return subprocess.run(
            self.command(*arguments), capture_output=True, timeout=60, check=False, **options)
