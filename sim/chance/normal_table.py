#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes normal_table.inc: the standard normal's quantile, for distributions.cpp.

Entry i is -z(2^-(1 + (i - 1) / 16)) in Q32, z the quantile: the upper half of the law on a grid of
-log2(tail), 16 entries an octave, from one step before tail 1/2 to one past tail 2^-64.  Four-point
interpolation between them is good to 2e-6 everywhere, which main() measures and refuses otherwise.

    python3 sim/chance/normal_table.py > sim/chance/normal_table.inc
"""

from statistics import NormalDist

STEPS_PER_OCTAVE = 16
LAST = 1 + 63 * STEPS_PER_OCTAVE + 2  # one entry past the one for 2^-64, for the last interval
QUANTILE = NormalDist().inv_cdf  # Wichura's AS 241: relative error 1e-16


def upper_z(octaves: float) -> float:
    """The z that is exceeded with probability 2^-octaves."""
    return -QUANTILE(2.0**-octaves)


def table() -> list[int]:
    return [round(upper_z(1 + (i - 1) / STEPS_PER_OCTAVE) * 2**32) for i in range(LAST + 1)]


def interpolate(entries: list[int], octaves: float) -> float:
    position = (octaves - 1) * STEPS_PER_OCTAVE + 1
    i = min(int(position), LAST - 2)
    t = position - i
    a, b, c, d = (e / 2**32 for e in entries[i - 1 : i + 3])
    return (
        -a * t * (t - 1) * (t - 2) / 6
        + b * (t + 1) * (t - 1) * (t - 2) / 2
        - c * (t + 1) * t * (t - 2) / 2
        + d * (t + 1) * t * (t - 1) / 6
    )


def main() -> None:
    entries = table()
    grid = [1 + k / 1000 for k in range(63_001)]
    worst = max(abs(interpolate(entries, o) - upper_z(o)) for o in grid)
    assert worst < 2e-6, worst
    print("// SPDX-License-Identifier: MIT")
    print(f"// Written by sim/chance/normal_table.py; worst error after interpolation {worst:.1e}.")
    for start in range(0, len(entries), 7):
        print("   ", ", ".join(str(e) for e in entries[start : start + 7]) + ",")


if __name__ == "__main__":
    main()
