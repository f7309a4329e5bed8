"""The lines of a Daybook log: their form and their checksum."""

import json
import re

LINE_BYTES_MAX = 65_535
HEAD = b'{"specversion":"1.0","sequence":"'
TAIL = b',"crc32c":"%08x"}'
TAIL_FORM = re.compile(rb',"crc32c":"[0-9a-f]{8}"\}')
TAIL_BYTES = 21


class Line:
    """One event: its sequence and its bytes without the line feed."""

    __slots__ = ("sequence", "bytes")

    def __init__(self, sequence, line):
        self.sequence, self.bytes = sequence, line

    @property
    def event(self):
        """The event as a dictionary; decoded anew each time."""
        return json.loads(self.bytes)


def is_formed(line):
    """Whether a line that ends as one must is one, as far as readers need it."""
    return line.startswith(HEAD) and line[33:53].isdigit() and len(line) <= LINE_BYTES_MAX


def form_fault(line):
    """What is wrong with a line's form, or None. Its checksum is another matter."""
    if len(line) > LINE_BYTES_MAX:
        return f"the line has {len(line)} bytes, more than {LINE_BYTES_MAX}"
    if not is_formed(line) or len(line) < 53 + TAIL_BYTES:
        return "the line does not begin as one must"
    if not TAIL_FORM.fullmatch(line, len(line) - TAIL_BYTES):
        return "the line does not end as one must"
    return None


def fault(line, crc):
    """What is wrong with a line that is not as its checksum says."""
    found = line[-10:-2].decode(errors="replace")
    return form_fault(line) or f"its checksum is {found}, and the bytes give {crc:08x}"


def crc_table():
    values = list(range(256))
    for _ in range(8):
        values = [(value >> 1) ^ (0x82F63B78 if value & 1 else 0) for value in values]
    return values


CRC_TABLE = crc_table()
# Byte k of each entry of the table, for bytes.translate.
CRC_LANES = [bytes(value >> shift & 0xFF for value in CRC_TABLE) for shift in (0, 8, 16, 24)]


def table_crc(data):
    """CRC-32C of some bytes."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def lane_crcs(parts):
    """CRC-32C of many parts of at least four bytes, a byte of all of them in one step: about ten
    times as fast as one after the other, as each step is one `translate` for the whole lot."""
    count, width = len(parts), max(map(len, parts))
    # Zeros in front leave a register of zeros as it is, so parts can be set flush right. The
    # register's start, all ones, is the same as four inverted bytes at the start of the part.
    joined = b"".join(
        (bytes(byte ^ 0xFF for byte in part[:4]) + part[4:]).rjust(width, b"\0") for part in parts)
    low, middle, high, top = 0, 0, 0, 0
    for place in range(width):
        column = int.from_bytes(joined[place::width], "little")
        index = (column ^ low).to_bytes(count, "little")
        low, middle, high, top = (
            int.from_bytes(index.translate(CRC_LANES[0]), "little") ^ middle,
            int.from_bytes(index.translate(CRC_LANES[1]), "little") ^ high,
            int.from_bytes(index.translate(CRC_LANES[2]), "little") ^ top,
            int.from_bytes(index.translate(CRC_LANES[3]), "little"))
    planes = [plane.to_bytes(count, "little") for plane in (low, middle, high, top)]
    return [int.from_bytes(lane, "little") ^ 0xFFFFFFFF for lane in zip(*planes)]


def python_crcs(parts):
    """CRC-32C of each part, in Python alone."""
    crcs = [0] * len(parts)
    order = sorted(range(len(parts)), key=lambda index: len(parts[index]))
    while order:
        longest = len(parts[order[-1]])
        first = len(order) - 1
        while first > 0 and len(parts[order[first - 1]]) * 5 > longest * 4:
            first -= 1
        lanes, order = order[first:], order[:first]
        several = len(lanes) > 8 and len(parts[lanes[0]]) >= 4
        chosen = [parts[index] for index in lanes]
        found = lane_crcs(chosen) if several else map(table_crc, chosen)
        for index, crc in zip(lanes, found):
            crcs[index] = crc
    return crcs


def best_crcs():
    """A function from parts to their checksums: in C where a package for it is installed."""
    try:
        from crc32c import crc32c
    except ImportError:
        try:
            from google_crc32c import value as crc32c
        except ImportError:
            return python_crcs
    return lambda parts: [crc32c(part) for part in parts]
