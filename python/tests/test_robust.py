# SPDX-License-Identifier: MIT
"""What an answer hangs on, from Python: the same numbers as runs of one's own."""

import matplotlib.pyplot as plt
import poolrace
import pytest

BASE = poolrace.Scenario("seed-race", horizon_s=1.2)


@pytest.fixture(scope="module")
def found():
    return poolrace.robust(
        BASE, variants=["baseline", "scan"], only=["load_mpps", "put_softirq_ppm"], runs=10
    )


def test_a_move_is_the_runs_that_it_says(found):
    crash = found[3]
    assert (crash.variant, crash.headline) == ("scan", "teardowns that crash")
    for move in crash.moves:
        own = poolrace.run(BASE.with_(**{move.parameter: move.value}), variant="scan", runs=10)
        assert move.estimate.value == own.crash.value
    assert crash.base.value == poolrace.run(BASE, variant="scan", runs=10).crash.value
    low, high = crash.range
    assert low <= crash.base.value <= high


def test_it_is_a_table_and_a_figure(found):
    frame = found.to_pandas()
    assert len(frame) == 7 * 5
    assert set(frame["parameter"]) == {"", "load_mpps", "put_softirq_ppm"}
    time = next(h for h in found if h.unit == "us" and h.movers())
    ax = poolrace.plot.tornado(time)
    assert [label.get_text() for label in ax.get_yticklabels()][-1] == time.movers()[0].parameter
    plt.close(ax.figure)
    assert "moved most by" in str(found) and found.to_dict()["runs"] == 10
    with pytest.raises(TypeError, match="draws a headline"):
        poolrace.plot.tornado(found)


def test_what_cannot_be_moved_says_why():
    found = poolrace.robust(BASE.with_(load_mpps=0.01), variants="scan", only="load_mpps", runs=2)
    assert found.not_moved == (("load_mpps", "set by hand"),)
    with pytest.raises(poolrace.ConfigError, match="nearest: load_mpps"):
        poolrace.robust(BASE, only=["load_mps"], runs=2)
