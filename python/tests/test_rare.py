# SPDX-License-Identifier: MIT
"""Rare probabilities from Python: the command line's numbers."""

import json
import math
import subprocess

import poolrace
import pytest

# Met often enough for a test: slow between publishing and syncing, a fifth of the time stolen.
OFTEN = poolrace.Scenario(
    "seed-race", hold="exponential", hold_median_us=300, ring=16, load_mpps=0.08, horizon_s=1.2,
    steal_mean_us=20, steal_ppm=200_000,
)  # fmt: skip
HOW = {"variants": "scan-rcu", "runs": 12, "stalls": {"ring: unlock producer": 5}, "seed": 3}


@pytest.fixture(scope="module")
def found():
    return poolrace.rare(OFTEN, **HOW)


def test_a_clusters_worker_says_the_same(found, dask_client):
    with dask_client(workers=1) as client:
        assert client.submit(poolrace.rare, OFTEN, **HOW).result() == found


def test_it_is_the_command_lines(found, binary):
    words = [binary, "rare", *OFTEN._words(), "--variant", "scan-rcu", "--runs", "12",
             "--seed", "3", "--stall", "ring: unlock producer=5", "--format", "json"]  # fmt: skip
    said = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    assert found.to_dict() == said
    (row,) = said["results"]
    assert found[0].probability.value == row["probability"]
    assert found["scan-rcu"] is found[0]


def test_a_hit_can_be_shown_again(found):
    way, tick, meeting, other = found[0].ways
    assert way.delay == "theft of the CPU" and way.runs > 0
    assert tick.delay == "tick" and meeting.method == "hold moved"
    assert other.method == "teardown moved"
    if way.hits:
        shown = poolrace.replay(way.replay)
        assert "harm: crash" in str(shown)
    hit = any(one.hits for one in found[0].ways)
    assert found[0].one_in == (1 / found[0].probability.value if hit else math.inf)


def test_it_says_whether_any_order_does_it(found):
    orders = found[0].orders
    assert orders.complete == orders.programs > orders.harm > 0
    assert orders.windows[0].kind == "sync-after-unmap" and orders.windows[0].hold_up is None
    assert "sync-after-unmap" in str(poolrace.replay(orders.windows[0].replay))
    assert found[0].nearest_us["longest put"] > 0 and not found[0].out_of_time
    (snoops,) = poolrace.rare(OFTEN.with_(coherent=True), **HOW)
    assert snoops.method == "forced" and not snoops.orders.windows, "12 runs are too few to say so"
    assert snoops.orders.harm == 0 and not snoops.orders.unlike
    assert str(snoops).startswith("scan-rcu: crash none seen (no order does it, which 400 samples")
    with pytest.raises(KeyError, match="no variant 'scan' here; there are: scan-rcu"):
        found["scan"]


def test_it_is_a_table(found):
    frame = found.to_pandas()
    assert list(frame["method"]) == ["delay put in", "delay put in", "hold moved",
                                     "teardown moved", "plain runs"]  # fmt: skip
    assert list(frame["samples"]) == [12] * 5
    assert found[0].ladder is None and "plain runs" in str(found)


def test_without_a_teardown_it_is_a_rate():
    steady = poolrace.Scenario("steady", ring=16, steal_ppm=200000, measure_us=2000)
    (row,) = poolrace.rare(steady, variants="scan-rcu", kind="corruption", runs=10)
    assert row.per_packet is not None and row.per_hour is not None
    assert row.stretch_s > 0 and "a packet" in repr(row) + str(row)
    with pytest.raises(poolrace.ConfigError, match="tears nothing down, and crash needs that"):
        poolrace.rare(steady, variants="scan-rcu", runs=10)


def test_a_figure_has_every_variant_and_the_plain_runs_bound(found):
    ax = poolrace.plot.rare({0.02: found, 0.08: found}, "load_mpps")
    labels = ax.get_legend_handles_labels()[1]
    assert labels == ["scan-rcu", "plain runs' bound"]
    assert ax.get_xscale() == ax.get_yscale() == "log" and "load" in ax.get_xlabel()
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0.02", "0.08"]
    (bound,) = (line for line in ax.lines if line.get_linestyle() == ":")
    marks = [line for line in ax.lines if line.get_marker() == "D" and len(line.get_xdata())]
    assert {line.get_markerfacecolor() for line in marks} == {"none"}, "too few hits"
    assert list(bound.get_ydata()) == [found[0].plain.high] * 2
    with pytest.raises(poolrace.ConfigError, match="draws"):
        poolrace.plot.rare({0.02: None})


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"kind": "crsh"}, "unknown kind 'crsh' .nearest: crash"),
        ({"until": "100%"}, "until"),
        ({"variants": "scan-rcuu"}, "unknown variant .scan-rcuu."),
        ({"runs": 0}, "runs"),
        ({"budget": 0}, "budget=0"),
        ({"stalls": {"foo": 1}}, "no run passed a site 'foo'"),
        ({"store": ""}, "name is empty"),
    ],
)
def test_bad_words_are_refused(how, message):
    with pytest.raises(poolrace.ConfigError, match=message):
        poolrace.rare(OFTEN, **{**HOW, **how})
