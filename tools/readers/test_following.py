"""Tests of daybook_tail on logs that grow, are sealed and are followed, and of the program."""

import base64
import os
import pathlib
import random
import select
import signal
import subprocess
import threading
import time
import unittest

import daybook_segments
from daybook_segments import BLOCK_BYTES
from log_maker import STREAM, LogMaker, LogTestCase, line, long_line

try:
    import lz4.block
except ImportError:
    lz4 = None

SEALED = "00000000000000000001.jsonl.lz4"


@unittest.skipUnless(lz4, "needs the Python package lz4")
class SealedTests(LogTestCase):
    def make(self, count=2000):
        """A sealed segment of some blocks, then a plain one."""
        self.log.append(count)
        self.log.roll()
        self.log.append(3)
        self.log.seal(1)

    def test_sealed_segments_are_read(self):
        self.make()
        lines = [text.bytes + b"\n" for text in self.tail()]
        self.assertEqual(lines, self.log.lines)

    def test_reading_starts_inside_a_sealed_segment(self):
        self.make()
        unpacked = []
        tail = self.tail(after=1990)
        self.assertEqual(tail.open_first(), True)
        block, tail.segment.cached = tail.segment.block, (-1, b"")
        tail.segment.block = lambda number: unpacked.append(number) or block(number)
        self.assertEqual([text.sequence for text in tail], list(range(1991, 2004)))
        self.assertEqual(unpacked, [2])

    def test_reading_from_any_sequence(self):
        self.make()
        edges = [n for n in range(1, 2001)
                 if self.log.offset(n) // BLOCK_BYTES != self.log.offset(n + 1) // BLOCK_BYTES]
        for after in [0, 1, *(edge + place for edge in edges for place in (-1, 0, 1)), 1999, 2000]:
            self.assertEqual(next(iter(self.tail(after=after))).sequence, after + 1)

    def test_blocks_that_do_not_get_smaller(self):
        source = random.Random(1)
        for sequence in range(1, 20):
            # Lines this long begin too far apart for LZ4 to see that they begin alike.
            text = base64.b64encode(source.randbytes(50_000)).decode()
            self.log.write(long_line(sequence, 65_535, text))
        self.log.roll()
        self.log.seal(1)
        self.assertEqual(self.sequences(), list(range(1, 20)))

    def test_old_files_without_checksums_of_blocks(self):
        self.log.append(2000)
        self.log.roll()
        self.log.seal(1, is_old=True)
        self.assertEqual(self.sequences(), list(range(1, 2001)))
        self.assertEqual(self.sequences(after=1990), list(range(1991, 2001)))

    def test_plain_and_sealed_beside_each_other(self):
        self.log.append(10)
        self.log.roll()
        self.log.append(1)
        self.log.seal(1, keep_plain=True)
        self.assertEqual(self.sequences(), list(range(1, 12)))

    def test_a_segment_is_sealed_while_it_is_read(self):
        self.log.append(2000)
        self.log.roll()
        self.log.append(3)
        tail = self.tail()
        read = [text.sequence for text in tail.read()]
        self.log.seal(1)
        self.assertEqual(read + [text.sequence for text in tail], list(range(1, 2004)))

    def test_a_segment_is_sealed_between_listing_and_opening(self):
        self.log.append(5)
        self.log.roll()
        self.log.append(5)
        self.log.roll()
        tail = self.tail()
        self.assertEqual(len(tail.read()), 5)
        list_segments = tail.segments

        def segments():
            found = list_segments()
            if os.path.exists(self.log.path(6)):
                self.log.seal(6)
            return found

        tail.segments = segments
        self.assertEqual([text.sequence for text in tail], list(range(6, 11)))

    def test_a_damaged_block_is_reported_and_the_others_are_read(self):
        self.make()
        size = os.path.getsize(self.log.path(1, ".jsonl.lz4"))
        self.log.change(size // 2, bytes(200), suffix=".jsonl.lz4")
        lines, damages = self.past_damage()
        lost = set(range(1, 2004)) - set(lines)
        self.assertEqual([(damage[0], damage[2]) for damage in damages], [(SEALED, min(lost))])
        self.assertLessEqual(len(lost) * len(self.log.lines[0]), BLOCK_BYTES + 1000)
        self.assertEqual(lines, sorted(set(lines)))

    def test_every_changed_bit_of_the_frame_that_matters_is_found(self):
        self.log.append(8)
        self.log.roll()
        self.log.append(1)
        self.log.seal(1)
        whole = pathlib.Path(self.log.path(1, ".jsonl.lz4")).read_bytes()
        # Behind the last block stand the end mark, the checksum of the text and what is skipped:
        # the text is checked by its lines.
        bits = [(place, bit) for place in range(len(whole) - 23) for bit in range(8)]
        for place, bit in bits[:14 * 8] + bits[14 * 8::9]:
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            pathlib.Path(self.log.path(1, ".jsonl.lz4")).write_bytes(changed)
            lines, damages = self.past_damage()
            with self.subTest(place=place, bit=bit):
                self.assertIn(9, lines)
                is_text_whole = lines == list(range(1, 10))
                # One bit of the flags says whether the text has a checksum at the end.
                if place < 14 and (place, bit) != (4, 2):
                    self.assertEqual(len(damages), 1)
                    # Where only the size is wrong, or what stands behind the one block,
                    # everything is there.
                    self.assertEqual(is_text_whole, place >= 6 or (place, bit) == (4, 4))
                # The header's own checksum changes nothing.
                self.assertTrue(damages or is_text_whole)

    def test_a_frame_cut_anywhere(self):
        self.log.append(8)
        self.log.roll()
        self.log.append(1)
        self.log.seal(1)
        whole = pathlib.Path(self.log.path(1, ".jsonl.lz4")).read_bytes()
        for end in range(0, len(whole) - 20, 7):
            pathlib.Path(self.log.path(1, ".jsonl.lz4")).write_bytes(whole[:end])
            lines, damages = self.past_damage()
            with self.subTest(end):
                self.assertEqual((lines, len(damages)), ([9], 1))

    def test_without_lz4_plain_segments_are_read_and_sealed_ones_asked_for(self):
        self.make(10)
        hidden = self.root / "hidden"
        (hidden / "lz4").mkdir(parents=True)
        (hidden / "lz4/__init__.py").write_text("raise ImportError('hidden')")
        environment = {**os.environ, "PYTHONPATH": str(hidden)}
        result = self.run_program("--raw", "--after", 10, env=environment)
        self.assertEqual((result.returncode, result.stdout.count(b"\n")), (0, 3))
        result = self.run_program("--raw", env=environment)
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"pip install lz4", result.stderr)
        self.assertEqual(result.stdout, b"")


class FollowingTests(LogTestCase):
    def follow(self, count, **options):
        """The first lines of a log that another thread writes."""
        found = []
        tail = self.tail(follow=True, **options)

        def read():
            for text in tail:
                found.append(text.sequence)
                if len(found) == count:
                    return

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return found, thread

    def grow(self, rounds=30):
        seed = random.randrange(1 << 32)
        source = random.Random(seed)
        for _ in range(rounds):
            text = line(self.log.sequence + 1)
            cut = source.randrange(len(text))
            with open(self.log.path(), "ab") as file:
                for piece in (text[:cut], text[cut:]):
                    file.write(piece)
                    file.flush()
                    time.sleep(source.choice([0, 0.002]))
            self.log.sequence += 1
            if source.random() < 0.3:
                before = self.log.first
                self.log.roll()
                if lz4 and source.random() < 0.7:
                    self.log.seal(before)
        return seed

    def test_a_log_is_followed_while_it_is_written_rolled_and_sealed(self):
        self.log.append(1)
        found, thread = self.follow(31)
        seed = self.grow()
        thread.join(20)
        self.assertEqual(found, list(range(1, 32)), f"seed {seed}")

    def test_following_without_inotify(self):
        library, daybook_segments.ctypes.CDLL = daybook_segments.ctypes.CDLL, None
        try:
            daybook_segments.ctypes.CDLL = lambda *_, **__: object()
            self.log.append(1)
            found, thread = self.follow(6)
        finally:
            daybook_segments.ctypes.CDLL = library
        seed = self.grow(5)
        thread.join(20)
        self.assertEqual(found, list(range(1, 7)), f"seed {seed}")

    def test_a_directory_that_is_not_there_yet(self):
        self.log = LogMaker(self.root / "later")
        found, thread = self.follow(2, path=self.root / "later")
        time.sleep(0.1)
        self.log.append(2)
        thread.join(20)
        self.assertEqual(found, [1, 2])

    def test_a_change_wakes_at_once_and_none_is_missed(self):
        watch = daybook_segments.Watch()
        self.addCleanup(watch.close)
        watch.watch(str(self.root))
        self.assertIsNotNone(watch.watched)
        (self.root / "file").write_bytes(b"x")
        self.assertTrue(select.select([watch.descriptor], [], [], 60)[0])
        watch.wait(60)
        self.assertFalse(select.select([watch.descriptor], [], [], 0)[0])


class ProgramTests(LogTestCase):
    def start(self, *arguments):
        child = subprocess.Popen(
            self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(child.communicate)
        self.addCleanup(child.kill)
        return child

    def test_raw_lines_are_those_of_the_log(self):
        self.log.append(5)
        self.assertEqual(self.run_program("--raw").stdout, b"".join(self.log.lines))
        self.assertEqual(self.run_program("--raw", "--after", 3).stdout, self.log.lines[3]
                         + self.log.lines[4])

    def test_json_and_text(self):
        self.log.append(1)
        self.assertEqual(
            self.run_program("--json").stdout,
            self.log.lines[0].partition(b',"crc32c"')[0] + b"}\n")
        self.assertEqual(
            self.run_program().stdout.decode(),
            f"1  2026-11-21T04:25:01.123456Z  ClientNoted.v1  {STREAM}  system/import\n")

    def test_types_and_streams(self):
        self.log.append(1)
        self.log.append(1, kind="ClientNotedTwice.v1", streams=f"{STREAM}@2 x/1@1")
        self.log.append(1, kind="ClientNoted.v2", streams=f"{STREAM}@3 x/12@1")
        self.log.append(1, data='{"type":"ClientNoted.v2","note":"x/1@7"}')
        for arguments, expected in [
            (["--type", "ClientNoted"], [1, 3, 4]), (["--type", "ClientNoted.v2"], [3]),
            (["--type", "ClientNoted.v2", "--type", "ClientNotedTwice"], [2, 3]),
            (["--stream", "x/1"], [2]), (["--stream", STREAM], [1, 2, 3, 4]),
            (["--stream", "x/12", "--type", "ClientNoted.v1"], []),
        ]:
            found = self.run_program("--raw", *arguments).stdout
            expected = b"".join(self.log.lines[sequence - 1] for sequence in expected)
            self.assertEqual(found, expected, arguments)

    def test_damage_is_said_with_its_place_and_ends_with_status_1(self):
        self.log.append(3)
        self.log.change(self.log.offset(2) + 100, b"!")
        result = self.run_program("--raw")
        self.assertEqual((result.returncode, result.stdout), (1, self.log.lines[0]))
        place = f"00000000000000000001.jsonl: byte {self.log.offset(2)}: sequence 2: "
        self.assertIn(place, result.stderr.decode())
        result = self.run_program("--raw", "--past-damage")
        self.assertEqual((result.returncode, result.stdout.count(b"\n")), (1, 2))

    def test_what_cannot_be_read_ends_with_status_2(self):
        self.assertEqual(self.run_program("--raw").returncode, 0)
        os.rmdir(self.root)
        result = self.run_program("--raw")
        os.mkdir(self.root)
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"is not there", result.stderr)

    def test_the_state_resumes(self):
        state = self.root / "state"
        self.log.append(3)
        self.assertEqual(self.run_program("--raw", "--state", state).stdout.count(b"\n"), 3)
        self.assertEqual(state.read_text(), "3\n")
        self.log.append(3000)
        self.assertEqual(self.run_program("--raw", "--state", state).stdout,
                         b"".join(self.log.lines[3:]))
        self.assertEqual(state.read_text(), "3003\n")
        state.write_text("three")
        self.assertEqual(self.run_program("--raw", "--state", state).returncode, 2)

    def test_the_state_is_not_written_before_the_lines_are(self):
        self.log.append(3)
        with open("/dev/full", "wb") as full:
            command = self.command("--raw", "--state", self.root / "state")
            status = subprocess.run(command, stdout=full, stderr=subprocess.DEVNULL).returncode
        self.assertNotEqual(status, 0)
        self.assertFalse((self.root / "state").exists())

    def test_a_reader_that_has_enough_is_no_error(self):
        self.log.append(3000)
        child = self.start("--raw")
        child.stdout.read(1)
        child.stdout.close()
        self.assertEqual((child.wait(20), child.stderr.read()), (0, b""))
        child.stdout = None

    def test_sigterm_ends_following_with_the_state_kept(self):
        self.log.append(3)
        state = self.root / "state"
        child = self.start("--raw", "--follow", "--state", state)
        self.assertEqual(child.stdout.readline(), self.log.lines[0])
        child.send_signal(signal.SIGTERM)
        self.assertEqual(child.wait(20), 0)
        self.assertEqual(state.read_text(), "3\n")

    def test_an_output_file_has_each_line_once_after_any_kill(self):
        output, state = self.root / "output", self.root / "state"
        self.log.append(4000)
        source = random.Random(seed := random.randrange(1 << 32))
        for _ in range(8):
            child = self.start("--follow", "--output", output, "--state", state)
            time.sleep(source.uniform(0.02, 0.3))
            child.kill()
            child.wait()
            with open(output, "ab") as file:
                file.write(line(999_999)[:source.randrange(300)])
        self.run_program("--output", output, "--state", state)
        self.assertEqual(output.read_bytes(), b"".join(self.log.lines), f"seed {seed}")

    def test_an_output_file_that_is_something_else_is_left_alone(self):
        self.log.append(1)
        output = self.root / "output"
        output.write_text("a letter\n")
        self.assertEqual(self.run_program("--output", output).returncode, 2)
        self.assertEqual(output.read_text(), "a letter\n")


if __name__ == "__main__":
    unittest.main()
