# SPDX-License-Identifier: MIT
"""What is printed of an estimate lies in what is printed of its interval."""

import itertools
import math
import re

import poolrace
import pytest

NEAR = [0, 1e-300, 1e-9, 0.0995, 0.09996, 0.5, 6.5, 9.995, 99.95, 999.4, 999.5, 1000.2, 15187.49]
VALUES = sorted([*NEAR, *(-value for value in NEAR)])


def _wilson(hits, runs):
    """Some bounds that hold the share, closer than the program's exact ones."""
    share, z2 = hits / runs, 1.96**2
    centre = (share + z2 / 2 / runs) / (1 + z2 / runs)
    half = 1.96 * math.sqrt(share * (1 - share) / runs + z2 / 4 / runs**2) / (1 + z2 / runs)
    return min(share, centre - half), max(share, centre + half)


def numbers(text):
    return [float(found) for found in re.findall(r"-?\d[\d.]*(?:e[+-]?\d+)?", text)]


def test_no_estimate_is_printed_outside_its_interval():
    for low, value, high in itertools.combinations_with_replacement(VALUES, 3):
        text = str(poolrace.Interval(value, low, high))
        told, least, most = numbers(text)
        assert least <= told <= most, text
        assert "e+" not in text, text


@pytest.mark.parametrize("runs", [1, 7, 100, 10_000, 10_000_000])
def test_nor_a_probability(runs):
    for hits in {1, 2, runs // 3, runs - 1, runs} - {0}:
        if hits <= runs:
            shown = str(poolrace.Proportion(hits / runs, *_wilson(hits, runs), hits, runs))
            told, least, most, *_ = numbers(shown)
            assert least <= told <= most <= 100, shown


def test_what_has_no_bounds_says_so():
    assert str(poolrace.Interval(3.03, -math.inf, math.inf)) == "3.03 (too few runs)"
    assert str(poolrace.Interval(math.nan, math.nan, math.nan)) == "—"
    shown = str(poolrace.compare("steady", variants=["baseline", "scan"], runs=3))
    assert "too few runs" in shown and "inf" not in shown
    assert shown.splitlines()[2].endswith("—")  # the first is not compared to itself
