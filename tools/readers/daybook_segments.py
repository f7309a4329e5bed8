"""The segments of a Daybook log: plain text or an LZ4 frame, and how to wait for more."""

import ctypes
import os
import select
import time

BLOCK_BYTES = 262_144


class CannotRead(Exception):
    """The log is not there or not readable by this program; the reason is for the operator."""


class Unreadable(Exception):
    """A part of a segment cannot be had; reading can go on at `resume`."""

    def __init__(self, why, resume):
        super().__init__(why)
        self.resume = resume


class PlainSegment:
    """The text of a segment that is not sealed; the newest one grows."""

    def __init__(self, path):
        self.file = open(path, "rb", buffering=0)
        self.problem = None

    def size(self):
        return os.fstat(self.file.fileno()).st_size

    def read(self, offset):
        """Bytes from an offset on, at least one unless the text ends there."""
        try:
            return os.pread(self.file.fileno(), BLOCK_BYTES, offset)
        except OSError as error:
            resume = (offset // BLOCK_BYTES + 1) * BLOCK_BYTES
            raise Unreadable(error.strerror, min(resume, self.size())) from error

    def close(self):
        self.file.close()


class SealedSegment:
    """The text of a segment in an LZ4 frame, each block by itself."""

    def __init__(self, path):
        try:
            import lz4.block
        except ImportError as error:
            raise CannotRead(
                f"{path} is sealed, and reading it needs the Python package lz4: pip install lz4,"
                " or apt-get install python3-lz4") from error
        self.unpack = lz4.block.decompress
        self.file = open(path, "rb", buffering=0)
        self.cached = (-1, b"")
        self.blocks, self.problem = [], None
        try:
            self.find_blocks(self.file.read(15))
        except Unreadable:
            self.close()
            raise

    def find_blocks(self, header):
        """The place of every block, from the header of one to that of the next."""
        # Version 1, independent blocks, content size, no dictionary; blocks of 256 KiB.
        flags_fit = len(header) == 15 and header[4] & 0b1110_1011 == 0b0110_1000
        if header[:4] != b"\x04\x22\x4d\x18" or not flags_fit or header[5] != 0x50:
            raise Unreadable("it does not begin as a sealed segment must", 0)
        # Each block has a checksum behind it, except in old files. It says nothing that the
        # checksums of the lines do not say, and is slow to compute here.
        checksum_bytes = 4 if header[4] & 0b0001_0000 else 0
        self.text_bytes = int.from_bytes(header[6:14], "little")
        place, end = 15, os.fstat(self.file.fileno()).st_size
        while place + 4 <= end:
            word = int.from_bytes(os.pread(self.file.fileno(), 4, place), "little")
            count = word & 0x7FFF_FFFF
            if word == 0:
                return
            if count > BLOCK_BYTES or place + 4 + count > end:
                break
            self.blocks.append((place + 4, count, word >> 31))
            place += 4 + count + checksum_bytes
        self.problem = f"the chain of its blocks breaks behind block {len(self.blocks)}"

    def size(self):
        return self.text_bytes

    def read(self, offset):
        """Bytes from an offset to the end of its block; none where the text ends."""
        number, within = divmod(offset, BLOCK_BYTES)
        if number >= len(self.blocks):
            return b""
        if self.cached[0] != number:
            self.cached = (number, self.block(number))
        return self.cached[1][within:]

    def block(self, number):
        place, count, is_plain = self.blocks[number]
        try:
            packed = os.pread(self.file.fileno(), count, place)
            text = packed if is_plain else self.unpack(packed, uncompressed_size=BLOCK_BYTES)
        except Exception as error:
            # What lz4 raises depends on its version.
            raise Unreadable(f"block {number}: {error}", (number + 1) * BLOCK_BYTES) from error
        if number < len(self.blocks) - 1 and len(text) != BLOCK_BYTES:
            raise Unreadable(f"block {number} has {len(text)} bytes", (number + 1) * BLOCK_BYTES)
        end = number * BLOCK_BYTES + len(text)
        if number == len(self.blocks) - 1 and end != self.text_bytes and not self.problem:
            self.problem = f"it has {end} bytes, and its header says {self.text_bytes}"
        return text

    def close(self):
        self.file.close()


class NoSegment:
    """Stands for a segment of which nothing can be read."""

    problem = None

    def size(self):
        return 0

    def read(self, _):
        return b""

    def close(self):
        pass


class Watch:
    """Wakes when something in a directory changes; looks again after a while anyway, and often
    where there is no inotify."""

    def __init__(self):
        self.library, self.descriptor, self.watched = None, -1, None
        try:
            self.library = ctypes.CDLL(None, use_errno=True)
            self.descriptor = self.library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        except (AttributeError, OSError):
            pass

    def watch(self, directory):
        """To be called before the directory is read, so that no change falls in between."""
        if self.descriptor < 0 or self.watched == directory:
            return
        modified, moved_to, created = 0x2, 0x80, 0x100
        mask = modified | moved_to | created
        path = os.fsencode(directory)
        if self.library.inotify_add_watch(self.descriptor, path, mask) >= 0:
            self.watched = directory

    def wait(self, seconds):
        """Returns when something has changed since the last call, or the time is over."""
        if self.watched is None:
            time.sleep(min(seconds, 0.05))
            return
        poll = select.poll()
        poll.register(self.descriptor, select.POLLIN)
        poll.poll(seconds * 1000)
        try:
            os.read(self.descriptor, 1 << 16)
        except BlockingIOError:
            pass

    def close(self):
        """Gives the descriptor back: a user may have few of its kind."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor, self.watched = -1, None
