"""Measures Daybook's log beside other systems that keep events; see tools/bench."""
