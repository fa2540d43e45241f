# SPDX-License-Identifier: MIT
"""A screening design: the values are runs of one's own, the effects what Morris says of them."""

import matplotlib.pyplot as plt
import numpy as np
import poolrace
import poolrace._screen as inside
import pytest

BASE = poolrace.Scenario("seed-race", horizon_s=1.2)
ONLY = ["load_mpps", "hold", "rcu_wake_directly"]
HOW = {"variants": ["baseline", "scan"], "only": ONLY, "trajectories": 3, "runs": 6}


@pytest.fixture(scope="module")
def found():
    return poolrace.screen(BASE, **HOW)


def test_it_has_the_headlines_of_robust(found):
    one_by_one = poolrace.robust(BASE, variants=HOW["variants"], only="load_mpps", runs=2)
    names = [(h.variant, h.headline, h.unit) for h in one_by_one]
    assert [(h.variant, h.headline, h.unit) for h in found] == names


def test_a_value_is_the_runs_that_it_says(found):
    crash = next(h for h in found if (h.variant, h.unit) == ("scan", ""))
    rows = [row for row in found.table if row["variant"] == "scan"]
    for row in rows[:3]:
        there = BASE.with_(**{name: row[name] for name in ONLY})
        own = poolrace.run(there, variant="scan", runs=6).crash.value
        assert row["probability"] == own and own in crash.values
    assert crash.quantile(0) == min(crash.values) and crash.quantile(1) == max(crash.values)


def test_effects_are_differences_along_trajectories(found):
    """By hand: each step moves one parameter by two thirds of its range."""
    knobs = {name: list(values) for name, values in found.parameters.items()}
    design = inside._design(BASE, knobs, 3, 4, 1)
    value = {
        tuple(str(row[name]) for name in knobs): row["teardown_median_us"]
        for row in found.table
        if row["variant"] == "scan"
    }
    sizes = {name: [] for name in knobs}
    for places, points in zip(design.places, design.points, strict=True):
        for step in range(len(knobs)):
            (moved,) = np.flatnonzero(places[step + 1] - places[step])
            by = places[step + 1][moved] - places[step][moved]
            assert abs(by) == pytest.approx(2 / 3)
            texts = [tuple(_typed(p[name]) for name in knobs) for p in points[step : step + 2]]
            sizes[list(knobs)[moved]].append((value[texts[1]] - value[texts[0]]) / by)
    time = next(h for h in found if (h.variant, h.unit) == ("scan", "us"))
    for effect in time.effects:
        by_hand = sizes[effect.parameter]
        assert len(by_hand) == 3
        assert effect.mu_star == pytest.approx(np.mean(np.abs(by_hand)), abs=1e-6)
        assert effect.mu == pytest.approx(np.mean(by_hand), abs=1e-6)
        assert effect.sigma == pytest.approx(np.std(by_hand, ddof=1), abs=1e-6)


def _typed(text):
    """As a row has it."""
    if text in ("true", "false"):
        return str(text == "true")
    try:
        return str(float(text))
    except ValueError:
        return text


def test_what_changes_nothing_has_no_effect(found):
    corrupt = next(h for h in found if h.headline == "that corrupt silently")
    assert set(corrupt.values) == {0.0}
    assert all(effect.mu_star == 0 for effect in corrupt.effects)
    assert "nothing for sure" in str(found)


def test_two_values_that_no_machine_has_together_cost_their_trajectories():
    both = ["frame_bytes", "rx_buffer_bytes"]  # the largest frames fit in no small buffer
    found = poolrace.screen(BASE, variants="scan", only=both, trajectories=12, runs=2)
    assert 0 < len(found.refused) < 12
    assert all("contradictory settings" in why for why in found.refused)
    assert found[0].trajectories == 12 - len(found.refused)
    assert f"{len(found.refused)} left out" in repr(found)


def test_a_store_goes_on(tmp_path, found):
    first = poolrace.screen(BASE, **HOW, store=tmp_path / "design.db")
    again = poolrace.screen(BASE, **HOW, store=tmp_path / "design.db")
    assert first.table.runs_computed > 0 and again.table.runs_computed == 0
    assert first == again == found


def test_it_is_a_table_and_a_figure(found):
    assert set(found.to_pandas()["parameter"]) == set(ONLY)
    assert type(found[0].effects[0].parameter) is str
    ax = found.plot(2)
    assert "mean size" in ax.get_xlabel() and ax.texts
    plt.close(ax.figure)
    with pytest.raises(TypeError, match="draws a headline"):
        poolrace.plot.screening(found)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"trajectories": 1}, "trajectories=1; allowed: 2 or more"),
        ({"levels": 3}, "levels=3; allowed: an even number"),
        ({"only": ["load_mps"]}, "nearest: load_mpps"),
        ({"only": ["in_flight_pages"]}, "nothing can be moved"),
    ],
)
def test_bad_words_are_refused(how, message):
    with pytest.raises(poolrace.ConfigError, match=message):
        poolrace.screen(BASE, **how)
