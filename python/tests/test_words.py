# SPDX-License-Identifier: MIT
"""Values of numpy mean what Python's do, wherever they are given."""

import numpy as np
import poolrace
import pytest
from poolrace._words import options, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (np.True_, "true"),
        (np.bool_(False), "false"),
        (3, "3"),
        (np.int64(3), "3"),
        (0.5, "0.5"),
        (1e-6, "0.000001"),
        (np.float64(1e-6), "0.000001"),
        (np.float32(0.1), "0.1"),
        (1234567.891, "1234567.891"),
        ("log", "log"),
    ],
)
def test_every_value_has_one_spelling(value, text):
    assert text_of(value) == text


def test_options_are_flags_or_have_a_value():
    given = {"quick": np.True_, "graph": False, "jobs": None, "block_runs": np.int64(5)}
    assert options(given) == ["--quick", "--block-runs", "5"]


def test_a_scenario_takes_numpys_values():
    ours = poolrace.Scenario(coherent=np.True_, load_mpps=np.float64(1e-5), cpus=np.int64(3))
    assert ours == poolrace.Scenario(coherent=True, load_mpps=1e-5, cpus=3)
    assert ours.settings == {"coherent": True, "load_mpps": 1e-5, "cpus": 3}


def test_a_sweep_takes_numpys_values():
    scenario = poolrace.Scenario("seed-race", horizon_s=1.2)
    vary = {
        "coherent": np.array([True, False]),
        "load_mpps": np.array([1e-5, 0.01]),
        "cpus": np.array([3]),
        "variant": ["scan"],
    }
    table = poolrace.sweep(scenario, vary=vary, runs=np.int64(2), until_below=None)
    points = [(row["coherent"], row["load_mpps"], row["cpus"]) for row in table.rows]
    assert points == [(True, 1e-5, 3), (True, 0.01, 3), (False, 1e-5, 3), (False, 0.01, 3)]


def test_the_explorer_takes_numpys_values():
    config = {"coherent": np.False_, "swiotlb": np.bool_(False), "iommu": "strict"}
    ours = poolrace.explore(config=config, executions=np.int64(50), quick=np.True_)
    theirs = poolrace.explore(
        config={"coherent": False, "swiotlb": False, "iommu": "strict"}, executions=50, quick=True
    )
    assert ours == theirs
    assert ours[0].config["coherent"] is False and ours[0].config["swiotlb"] is False
    with pytest.raises(poolrace.ConfigError, match="depth needs strategy pct"):
        poolrace.explore(depth=np.int64(2), all=np.False_)


def test_a_stall_takes_the_shortest_and_numpys():
    stalls = {"put: read dma_sync": np.float64(1e-6), "put: read _refcount": 1e-6}
    scenario = poolrace.Scenario("seed-race", horizon_s=1.2)
    harm = poolrace.run(scenario, variant="scan", runs=2, stalls=stalls).first_harm
    assert ";stall=put: read dma_sync=0.000001;stall=put: read _refcount=0.000001" in harm.replay
