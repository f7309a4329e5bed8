"""Tests of daybook_tail, on logs that the tests make."""

import os
import pathlib
import random
import shutil
import unittest

import daybook_lines
from daybook_segments import BLOCK_BYTES, CannotRead
from daybook_tail import Damage
from log_maker import LogMaker, LogTestCase, line, long_line, signed

FORMAT = pathlib.Path(__file__).parents[2] / "Sources/EventLog/EventLog.docc/LogFormat.md"


class ChecksumTests(unittest.TestCase):
    def test_the_checksum_is_castagnolis(self):
        for crcs in (daybook_lines.python_crcs, daybook_lines.best_crcs()):
            self.assertEqual(crcs([b"123456789"] * 20), [0xE3069283] * 20)

    def test_lanes_give_the_same_as_bytes_one_after_the_other(self):
        seed = random.randrange(1 << 32)
        source = random.Random(seed)
        parts = [bytes(source.randrange(256) for _ in range(source.choice([0, 3, 4, 5, 90, 100])))
                 for _ in range(300)]
        expected = [daybook_lines.table_crc(part) for part in parts]
        self.assertEqual(daybook_lines.python_crcs(parts), expected, f"seed {seed}")

    def test_the_vectors_of_the_format(self):
        lines = [text for text in FORMAT.read_bytes().split(b"\n") if text.startswith(b'{"specv')]
        self.assertGreaterEqual(len(lines), 2)
        for text in lines:
            self.assertIsNone(daybook_lines.form_fault(text))
            crc, = daybook_lines.python_crcs([text[:-21]])
            self.assertEqual(text[-10:-2], b"%08x" % crc)


class ReadingTests(LogTestCase):
    def test_every_line_of_every_segment(self):
        for _ in range(3):
            self.log.append(5)
            self.log.roll()
        self.log.append(2)
        self.assertEqual(self.sequences(), list(range(1, 18)))
        lines = [line.bytes + b"\n" for line in self.tail(self.log.directory)]
        self.assertEqual(lines, self.log.lines)

    def test_reading_from_any_sequence(self):
        self.log.append(4)
        self.log.roll()
        self.log.append(4)
        for after in range(9):
            self.assertEqual(self.sequences(after=after), list(range(after + 1, 9)))

    def test_an_empty_log(self):
        os.makedirs(self.log.directory)
        self.assertEqual(self.sequences(), [])

    def test_a_segment_that_is_empty_yet(self):
        self.log.append(3)
        self.log.roll()
        self.assertEqual(self.sequences(), [1, 2, 3])
        self.assertEqual(self.sequences(after=3), [])

    def test_a_log_that_is_not_there(self):
        with self.assertRaises(CannotRead):
            list(self.tail(self.root / "nowhere"))

    def test_a_half_written_line_is_left_alone(self):
        self.log.append(2)
        text = line(3)
        for cut in (1, 33, 53, len(text) - 1):
            self.log.write(text[:cut])
            self.assertEqual(self.sequences(), [1, 2])
            with open(self.log.path(), "r+b") as file:
                file.truncate(self.log.offset(3))

    def test_a_half_written_line_is_read_anew_when_it_is_whole(self):
        self.log.append(2)
        tail = self.tail()
        self.log.write(b'{"specversion":"1.0","sequence":"00000000000000000003","id":"lost')
        self.assertEqual([line.sequence for line in tail], [1, 2])
        with open(self.log.path(), "r+b") as file:
            file.truncate(self.log.offset(3))
        self.log.append(1)
        self.assertEqual([line.sequence for line in tail], [3])

    def test_lines_that_come_before_the_roll_is_seen(self):
        self.log.append(2)
        tail = self.tail()
        self.assertEqual(len(tail.read()), 2)
        # Between the last reading of this segment and the listing of the directory.
        directory_listing = tail.segments

        def segments():
            self.log.append(3)
            self.log.roll()
            self.log.append(1)
            tail.segments = directory_listing
            return directory_listing()

        tail.segments = segments
        self.assertEqual([line.sequence for line in tail], [3, 4, 5, 6])

    def test_lines_as_long_as_they_may_be(self):
        for place in range(1, 12):
            self.log.write(long_line(place, 65_535))
        self.assertEqual(self.sequences(), list(range(1, 12)))
        for after in range(11):
            self.assertEqual(self.sequences(after=after)[0], after + 1)

    def test_breaking_off_loses_nothing(self):
        self.log.append(5)
        tail = self.tail()
        first = [line.sequence for line, _ in zip(tail, range(2))]
        self.assertEqual(first + [line.sequence for line in tail][-2:], [1, 2, 4, 5])
        self.assertEqual(tail.after, 5)

    def test_other_files_are_no_part_of_the_log(self):
        self.log.append(2)
        for name in ["00000000000000000001.jsonl.broken-17", "00000000000000000003.jsonl.lz4.new",
                     "3.jsonl", "index"]:
            (pathlib.Path(self.log.directory) / name).write_bytes(b"x")
        self.assertEqual(self.sequences(), [1, 2])


class DamageTests(LogTestCase):
    NAME = "00000000000000000001.jsonl"

    def test_every_changed_byte_of_a_line_is_found_and_the_others_are_read(self):
        self.log.append(3)
        start, end = self.log.offset(2), self.log.offset(3) - 1
        for place in range(start, end):
            old = self.log.lines[1][place - start]
            self.log.change(place, bytes([old ^ 1]))
            with self.subTest(place):
                lines, damages = self.past_damage()
                self.assertEqual(lines, [1, 3])
                self.assertEqual(damages[0], (self.NAME, start, 2))
            self.log.change(place, bytes([old]))

    def test_a_line_feed_in_the_middle_of_a_line(self):
        self.log.append(3)
        self.log.change(self.log.offset(2) + 100, b"\n")
        lines, damages = self.past_damage()
        self.assertEqual(lines, [1, 3])
        self.assertEqual(len(damages), 2)

    def test_a_changed_line_feed(self):
        self.log.append(4)
        self.log.change(self.log.offset(3) - 1, b"x")
        self.assertEqual(self.past_damage()[0], [1, 4])

    def test_damage_without_checking_checksums(self):
        self.log.append(3)
        self.log.change(self.log.offset(2) + 100, b"!")
        self.assertEqual(self.sequences(check=False), [1, 2, 3])
        self.log.change(self.log.offset(2) + 50, b"9")
        damages = self.past_damage(check=False)[1]
        self.assertEqual(damages[0], (self.NAME, self.log.offset(2), 2))

    def test_a_damaged_line_does_not_lead_the_search_astray(self):
        self.log.append(3000)
        # The line at which the search looks first claims to be far in front of the wanted one.
        middle = next(n for n in range(1, 3000) if self.log.offset(n) > BLOCK_BYTES * 2)
        self.log.change(self.log.offset(middle) + 33, b"%020d" % 1)
        first = next(iter(self.tail(after=middle - 10)))
        self.assertEqual(first.sequence, middle - 9)

    def test_a_gap(self):
        self.log.append(2)
        self.log.write(line(4), line(5))
        lines, damages = self.past_damage()
        self.assertEqual((lines, damages), ([1, 2, 4, 5], [(self.NAME, self.log.offset(3), 3)]))

    def test_a_repeated_line(self):
        self.log.append(2)
        self.log.write(line(2), line(3))
        lines, damages = self.past_damage()
        self.assertEqual((lines, damages), ([1, 2, 3], [(self.NAME, self.log.offset(3), 3)]))

    def test_a_lost_segment(self):
        for _ in range(3):
            self.log.append(3)
            self.log.roll()
        os.remove(self.log.path(4))
        lines, damages = self.past_damage()
        self.assertEqual(lines, [1, 2, 3, 7, 8, 9])
        self.assertEqual(damages, [(self.NAME, self.log.offset(4), 4)])

    def test_a_lost_beginning(self):
        for _ in range(3):
            self.log.append(3)
            self.log.roll()
        os.remove(self.log.path(1))
        self.assertEqual(self.past_damage()[0], [4, 5, 6, 7, 8, 9])
        self.assertEqual(self.past_damage()[1], [("00000000000000000004.jsonl", 0, 1)])
        self.assertEqual(self.past_damage(after=6), ([7, 8, 9], []))

    def test_a_lost_end(self):
        self.log.append(3)
        self.assertEqual(self.past_damage(after=7), ([], [(self.NAME, self.log.offset(4), 4)]))

    def test_a_rolled_segment_that_ends_within_a_line(self):
        self.log.append(3)
        self.log.roll()
        self.log.append(1)
        with open(self.log.path(1), "r+b") as file:
            file.truncate(self.log.offset(4) - 1)
        self.assertEqual(self.past_damage(), ([1, 2, 4], [(self.NAME, self.log.offset(3), 3)]))
        self.assertIn("are no whole line", self.whys[0])

    def test_a_text_that_became_shorter(self):
        self.log.append(3)
        tail = self.tail()
        self.assertEqual(len(list(tail)), 3)
        with open(self.log.path(1), "r+b") as file:
            file.truncate(self.log.offset(2))
        with self.assertRaises(Damage):
            list(tail)

    def test_lines_with_a_right_checksum_that_are_none(self):
        good = line(2).partition(b',"crc32c"')[0]
        for body in [good.replace(b'"1.0"', b'"2.0"'), good.replace(b'"sequence"', b'"Sequence"'),
                     good.replace(b"0002", b"000x"), b"", b"{", b'{"specversion":"1.0","sequence"',
                     good + b" " * 65_536]:
            self.log = LogMaker(self.root)
            shutil.rmtree(self.log.directory, ignore_errors=True)
            self.log.write(line(1), signed(body), line(3))
            with self.subTest(body[:60]):
                self.assertEqual(
                    self.past_damage(), ([1, 3], [(self.NAME, self.log.offset(2), 2)]))

    def test_a_line_that_never_ends(self):
        self.log.append(2)
        self.log.write(b"\0" * 400_000)
        self.assertEqual(self.past_damage()[0], [1, 2])
        self.assertEqual(self.past_damage()[1][0], (self.NAME, self.log.offset(3), 3))

    def test_random_bytes_anywhere(self):
        seed = random.randrange(1 << 32)
        source = random.Random(seed)
        self.log.append(20)
        whole = pathlib.Path(self.log.path()).read_bytes()
        for _ in range(200):
            text = bytearray(whole)
            place, count = source.randrange(len(text)), source.randrange(1, 900)
            text[place:place + count] = source.choice([bytes(count), source.randbytes(count), b""])
            pathlib.Path(self.log.path()).write_bytes(text)
            lines, damages = self.past_damage()
            hit = {number for number in range(1, 21)
                   if self.log.offset(number) <= place + count
                   and place < self.log.offset(number + 1)}
            with self.subTest(f"seed {seed}, {count} bytes at {place}"):
                self.assertEqual(lines, sorted(set(lines)))
                self.assertLessEqual(set(range(1, 21)) - hit, set(lines))


if __name__ == "__main__":
    unittest.main()
