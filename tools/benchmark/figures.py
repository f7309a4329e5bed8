"""What is measured, and how it is summed up."""

import math
from dataclasses import dataclass


@dataclass
class Load:
    """How much a system did in a second, and how long each caller waited (microseconds)."""

    rate: float
    p50: float
    p99: float


class Unavailable(Exception):
    """Why a system does not answer a question; stands in the table in place of a number."""


def percentile(samples, share):
    """The sample that this share of all do not exceed."""
    if not samples:
        return math.nan
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def load(samples, seconds):
    """A load out of what each of its operations took, in microseconds."""
    return Load(len(samples) / seconds, percentile(samples, 0.5), percentile(samples, 0.99))


def middle(loads):
    """The one in the middle, by rate, of several measurements of the same."""
    return sorted(loads, key=lambda load: load.rate)[len(loads) // 2]
