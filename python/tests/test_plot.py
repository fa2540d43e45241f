# SPDX-License-Identifier: MIT
"""Figures show the numbers of the results, with their intervals, on the axes that were given."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import poolrace
import pytest
from poolrace import plot

LOADS = [0.0005, 0.02]


@pytest.fixture(scope="module")
def results():
    base = poolrace.Scenario("seed-race", horizon_s=1.2)
    names = ["baseline", "stall", "scan-rcu"]
    return [poolrace.compare(base.with_(load_mpps=x), variants=names, runs=8) for x in LOADS]


@pytest.fixture
def ax():
    yield plt.subplots()[1]
    plt.close("all")


def drawn(container):
    points, _, (bars,) = container
    segments = [sorted(y for _, y in segment) for segment in bars.get_segments()]
    return list(zip(points.get_xdata(), points.get_ydata(), *zip(*segments, strict=True),
                    strict=True))  # fmt: skip


def test_probability_draws_every_estimate(results, ax):
    assert plot.probability(results, "load_mpps", ax=ax) is ax
    assert ax.get_xscale() == "log" and "Mpps" in ax.get_xlabel()
    shown = {c.get_label(): drawn(c) for c in ax.containers}
    # variants that agree everywhere share a line
    assert set(shown) == {"baseline, stall", "scan-rcu"}
    for (x, y, low, high), load, one in zip(shown["scan-rcu"], LOADS, results, strict=True):
        crash = one["scan-rcu"].crash
        assert (x, y) == (load, crash.value)
        assert (low, high) == pytest.approx((crash.low, crash.high))


def test_names_are_places_on_the_axis(ax):
    base = poolrace.Scenario("seed-race", horizon_s=1.2, load_mpps=0.005)
    results = [poolrace.run(base.with_(iommu=mode), runs=4) for mode in ("none", "strict")]
    plot.probability(results, "iommu", kind="sync-after-unbind", ax=ax)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["none", "strict"]
    assert "sync-after-unbind" in ax.get_ylabel()


def test_cost_and_teardown_and_exposure(results, ax):
    plot.cost(results, ax=ax)
    first, last = (r["scan-rcu"].cost.paired_delta_ns_per_packet for r in results)
    shown = {c.get_label(): drawn(c) for c in ax.containers}["scan-rcu"]
    assert [y for _, y, _, _ in shown] == [first.value, last.value]
    with pytest.raises(poolrace.ConfigError, match="guard_ns_per_packet"):
        plot.cost(results, what="gaurd", ax=ax)
    plot.teardown(results[-1], ax=plt.subplots()[1])
    plot.exposure(results[-1], "sync-after-unbind", ax=plt.subplots()[1])


def test_verdicts(ax):
    plot.verdicts(poolrace.explore(variants=["scan", "xarray-fixed"]), ax=ax)
    grid = ax.images[0].get_array()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["scan", "xarray-fixed"]
    kinds = [t.get_text() for t in ax.get_xticklabels()]
    assert grid[0, kinds.index("sync-after-unmap")] == plot._CLASSES.index("crash")
    assert not grid[1].any()


def test_without_axes_one_is_made(results):
    assert plot.probability(results, "load_mpps").figure
    plt.close("all")


def test_an_unknown_parameter_is_an_error(results, ax):
    with pytest.raises(poolrace.ConfigError, match="load_mpp"):
        plot.probability(results, "load_mpp", ax=ax)
