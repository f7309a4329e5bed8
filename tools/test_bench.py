"""What tools/bench computes; that it runs is seen by running it."""

import math
import pathlib
import sqlite3
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from benchmark import curve, postgresql, sample, store_questions  # noqa: E402
from benchmark.daybook import wait  # noqa: E402
from benchmark.figures import Load, load, middle, percentile  # noqa: E402
from benchmark.questions import ratio  # noqa: E402
from benchmark.reference import different_table  # noqa: E402
from benchmark.store import Store, Subject  # noqa: E402
from benchmark.table import Table, number  # noqa: E402


class FigureTests(unittest.TestCase):
    def test_a_percentile_is_one_of_the_samples(self):
        samples = list(range(1, 101))
        self.assertEqual(percentile(samples[::-1], 0.5), 50)
        self.assertEqual(percentile(samples, 0.99), 99)
        self.assertEqual(percentile([7], 0.99), 7)
        self.assertTrue(math.isnan(percentile([], 0.5)))

    def test_a_load_counts_its_samples(self):
        self.assertEqual(load([10, 20, 30, 40], 2), Load(2, 20, 40))

    def test_of_several_rounds_the_middle_one_counts(self):
        rounds = [Load(5, 0, 0), Load(900, 0, 0), Load(40, 1, 2)]
        self.assertEqual(middle(rounds), Load(40, 1, 2))

    def test_a_ratio_is_ours_over_theirs(self):
        self.assertEqual(ratio(900, 10), "90 ×")
        self.assertEqual(ratio(9, 10), "0.90 ×")
        self.assertEqual(ratio(9, None), "")

    def test_what_LogBench_prints_is_a_load(self):
        figures = {"rate": 5, "waitP50": 1, "waitP99": 2, "rawRate": 6, "rawP50": 3, "rawP99": 4}
        self.assertEqual(wait(figures), Load(5, 1, 2))
        self.assertEqual(wait(figures, "raw", "rawRate"), Load(6, 3, 4))


class PgbenchTests(unittest.TestCase):
    def test_the_third_column_of_its_log_is_the_latency(self):
        lines = ["0 199 2241 0 1175850568 995598\n", "0 200 2465 0 1175850568 998079\n"]
        self.assertEqual(postgresql.latencies(lines), [2241, 2465])

    def test_its_rate_is_the_one_without_connecting(self):
        output = "latency average = 3.1 ms\ntps = 21600.5 (without initial connection time)\n"
        self.assertEqual(postgresql.transactions_per_second(output), 21600.5)

    def test_an_output_without_a_rate_is_an_error(self):
        with self.assertRaises(RuntimeError):
            postgresql.transactions_per_second("pgbench: error: connection refused")

    def test_no_part_of_the_payload_is_a_variable(self):
        self.assertNotRegex(sample.PAYLOAD, ":[A-Za-z_]")


class TableTests(unittest.TestCase):
    def setUp(self):
        self.table = Table("Speed", ["system", "events/s", "ratio"])
        self.table.add("Daybook", 192_000.4, "")
        self.table.add("Other", 21.25, "9035 ×")
        self.table.add("Absent", None, "")

    def test_numbers_stand_to_the_right_and_texts_to_the_left(self):
        expected = [
            "Speed",
            "system   events/s  ratio",
            "───────  ────────  ──────",
            "Daybook   192,000",
            "Other        21.2  9035 ×",
            "Absent          –",
        ]
        self.assertEqual(self.table.text().split("\n"), expected)

    def test_markdown_has_a_row_for_each(self):
        lines = self.table.markdown().split("\n")
        self.assertEqual(lines[2:4], ["| system | events/s | ratio |", "| --- | --: | --- |"])
        self.assertEqual(lines[-1], "| Absent | – |  |")

    def test_a_row_of_another_length_is_refused(self):
        with self.assertRaises(AssertionError):
            self.table.add("Daybook")

    def test_numbers_have_as_many_digits_as_anybody_reads(self):
        found = [number(value) for value in (1_234_567.8, 99.95, 1.2345, 0.002, math.nan, "x")]
        self.assertEqual(found, ["1,234,568", "100", "1.23", "0.002", "–", "x"])


LINE = {
    "sequence": "00000000000000002725",
    "type": "PatientAccessGranted.v1",
    "time": "2021-09-26T23:47:32.362894Z",
    "streams": "profile/p1@3 client/c1@2 login/o1/d1@1 client/c2@9",
    "actor": "anonymous",
    "client": "c1",
    "correlationid": "r1",
}


class SubjectTests(unittest.TestCase):
    def test_a_line_says_whom_a_question_can_be_about(self):
        subject = Subject(LINE)
        self.assertEqual(subject.sequence, 2725)
        self.assertEqual(subject.id("profile"), "p1")
        self.assertEqual(subject.id("login"), "d1")
        self.assertEqual(subject.id("client"), "c1", "the first of several")
        self.assertIsNone(subject.id("portalAccount"))
        self.assertEqual(subject.later(hours=1), "2021-09-27T00:47:32.362894Z")

    def test_a_query_is_asked_only_about_what_an_event_names(self):
        asked = {name for name, fields in store_questions.QUERIES if fields(Subject(LINE))}
        self.assertIn("AccessGrants", asked)
        self.assertNotIn("EffectiveAccess", asked)

    def test_what_is_asked_as_of_a_moment_is_asked_of_now_too(self):
        names = {name for name, _ in store_questions.QUERIES}
        self.assertLessEqual(set(store_questions.AS_OF), names)

    def test_an_answer_counts_its_rows(self):
        self.assertEqual(store_questions.Answer({"ok": True, "result": [1, 2]}, 5).rows, 2)
        self.assertEqual(store_questions.Answer({"ok": True, "result": {"a": 1}}, 5).rows, 1)
        self.assertTrue(store_questions.Answer({"ok": False, "reason": "notFound"}, 5).is_refused)


class RoomTests(unittest.TestCase):
    def test_a_projection_is_counted_once_whatever_points_to_it(self):
        with tempfile.TemporaryDirectory() as directory:
            folder = pathlib.Path(directory) / "projections"
            folder.mkdir()
            (folder / "letters.g1.sqlite").write_bytes(bytes(1000))
            (folder / "letters.sqlite").symlink_to("letters.g1.sqlite")
            (folder / "contacts.sqlite").write_bytes(bytes(50))
            store = Store(None, directory)
            self.assertEqual(store.projection_bytes("letters."), 1000)
            self.assertEqual(store.projection_bytes(), 1050)

    class Disk:
        def free_bytes(self):
            return 1000

    def test_what_a_smaller_store_took_says_whether_a_larger_one_fits(self):
        self.assertTrue(store_questions.fits(self.Disk(), 80, {"bytesPerEvent": 10}))
        self.assertFalse(store_questions.fits(self.Disk(), 90, {"bytesPerEvent": 10}))
        self.assertTrue(store_questions.fits(self.Disk(), 90, None), "nothing is known yet")


class ReferenceTests(unittest.TestCase):
    def test_a_missing_an_extra_and_another_row_are_seen(self):
        with tempfile.TemporaryDirectory() as directory:
            files = [pathlib.Path(directory) / name for name in ("same", "less", "more", "other")]
            for file, rows in zip(files, ("(1), (2)", "(1)", "(1), (2), (3)", "(1), (7)")):
                db = sqlite3.connect(file)
                db.execute("create table t (a integer)")
                db.execute("create table daybook_projection (position integer)")
                db.execute(f"insert into daybook_projection values ({len(rows)})")
                db.execute(f"insert into t values {rows}")
                db.commit()
                db.close()
            self.assertIsNone(different_table(files[0], files[0]))
            for file in files[1:]:
                self.assertEqual(different_table(files[0], file), "t")


class CurveTests(unittest.TestCase):
    def measured(self):
        rebuild = {"rate": 400_000.0, "seconds": 25.0, "memoryPeakMegabytes": 300.0}
        point = {"main": rebuild, "all": rebuild, "logBytesPerEvent": 170.0}
        points = [{"events": events, **point} for events in (10_000_000, 1_000_000)]
        machine = {"cores": 2, "memoryGibibytes": 24}
        command = "tools/bench curve --json a<b"
        return {"curve": points, "machine": machine, "at": "2026-11-21", "command": command}

    def test_the_picture_is_XML_with_a_line_for_everything_that_was_measured(self):
        root = xml.etree.ElementTree.fromstring(curve.picture(self.measured()))
        lines = root.findall(".//{http://www.w3.org/2000/svg}polyline")
        # Main three and all, thrice; sealed bytes; the log's size.
        self.assertEqual(len(lines), 8)
        for line in lines:
            places = [float(place.split(",")[0]) for place in line.get("points").split(" ")]
            self.assertEqual(places, sorted(places), "from the smallest log to the largest")

    def test_ticks_are_round_and_reach_the_value(self):
        self.assertEqual(curve.ticks_to(100), [0, 25, 50, 75, 100])
        self.assertEqual(curve.ticks_to(7), [0, 2, 4, 6, 8])
        for value in (0.003, 1, 99.9, 123_456):
            self.assertGreaterEqual(curve.ticks_to(value)[-1], value)

    def test_labels_keep_apart(self):
        self.assertEqual(curve.spread([50, 52, 10]), [50, 65, 10])

    def test_numbers_are_short(self):
        shown = [curve.shortened(value) for value in (0.4, 12, 1500, 23_000, 1e6, 3.25e9)]
        self.assertEqual(shown, ["0.4", "12", "1,500", "23 k", "1 M", "3.25 G"])


if __name__ == "__main__":
    unittest.main()
