# SPDX-License-Identifier: MIT
"""The package against the command line: same names, same errors, same fingerprints."""

import json
import os
import subprocess

import poolrace
import pytest

QUICK = {"horizon_s": 1.2, "load_mpps": 0.01}


def test_lists():
    assert "scan-rcu" in poolrace.variants()
    assert "seed-race" in poolrace.scenarios()
    assert "arm64-soc" in poolrace.profiles()
    names = [row["name"] for row in poolrace.parameters()]
    assert "hold_median_us" in names


def test_run_is_the_same_from_the_command_line():
    binary = os.environ.get("POOLRACE_BINARY", "build/poolrace")
    if not os.path.exists(binary):
        pytest.skip(f"no {binary}: run `make build`")
    ours = poolrace.run(
        poolrace.Scenario("seed-race", **QUICK), variant="scan", runs=10, seed=3, jobs=2
    )
    words = [binary, "run", "seed-race", "--variant", "scan", "--runs", "10", "--seed", "3"]
    for name, value in QUICK.items():
        words += ["--set", f"{name}={value}"]
    theirs = json.loads(subprocess.check_output([*words, "--format", "json"]))
    assert ours["fingerprint"] == theirs["fingerprint"]
    assert ours["crashed_runs"] == theirs["crashed_runs"]


def test_compare_gives_a_result_a_variant():
    results = poolrace.compare(
        poolrace.Scenario("seed-race", **QUICK), variants=["baseline", "xarray-fixed"], runs=5
    )
    assert [r["variant"] for r in results] == ["baseline", "xarray-fixed"]


@pytest.mark.parametrize(
    ("scenario", "mention"),
    [
        (poolrace.Scenario("sede-race"), "nearest: seed-race"),
        (poolrace.Scenario(lod_mpps=1), "load_mpps"),
        (poolrace.Scenario(cpus=65), "1 to 64"),
        (poolrace.Scenario(swiotlb=True), "contradictory"),
    ],
)
def test_errors_are_those_of_the_command_line(scenario, mention):
    with pytest.raises(poolrace.ConfigError, match=mention):
        poolrace.compare(scenario, runs=1)


def test_repr_can_be_typed_in_again():
    assert repr(poolrace.Scenario("steady", cpus=2)) == "Scenario('steady', cpus=2)"
