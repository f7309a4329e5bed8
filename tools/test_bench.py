"""What tools/bench computes; that it runs is seen by running it."""

import math
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from benchmark import postgresql, sample  # noqa: E402
from benchmark.daybook import wait  # noqa: E402
from benchmark.figures import Load, load, middle, percentile  # noqa: E402
from benchmark.questions import ratio  # noqa: E402
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


if __name__ == "__main__":
    unittest.main()
