# SPDX-License-Identifier: MIT
"""The package against the command line: same fingerprints, same numbers, same messages."""

import json
import subprocess
import sys

import poolrace
import pytest
from conftest import QUICK
from poolrace._errors import python_words

SETS = [word for name, value in QUICK.items() for word in ("--set", f"{name}={value}")]


def without_clock(data):
    clock = ("wall_seconds", "events_per_second", "packets_per_second")
    return {name: value for name, value in data.items() if name not in clock}


@pytest.mark.parametrize("variant", ["baseline", "scan-rcu"])
def test_run_is_the_same_from_the_command_line(quick, said, variant):
    ours = poolrace.run(quick, variant=variant, runs=10, seed=3, jobs=2)
    status, out, _ = said("run", "seed-race", "--variant", variant, "--runs", "10", "--seed", "3",
                          *SETS, "--format", "json")  # fmt: skip
    assert status == 0
    theirs = json.loads(out)
    assert ours.fingerprint == theirs["fingerprint"]
    same = without_clock(ours.to_dict())
    assert {**same, "first_harm": None} == {**without_clock(theirs), "first_harm": None}


def test_compare_is_the_same_from_the_command_line(quick, said):
    ours = poolrace.compare(quick, runs=5)
    _, out, _ = said("compare", "--runs", "5", *SETS, "--format", "json")
    theirs = json.loads(out)["results"]
    assert [r.fingerprint for r in ours] == [r["fingerprint"] for r in theirs]


def test_explore_is_the_same_from_the_command_line(said):
    ours = poolrace.explore(variants=["scan"])
    _, out, _ = said("explore", "--variant", "scan", "--format", "json")
    theirs = json.loads(out)["verdicts"]
    assert [set(v.kinds) for v in ours] == [set(v["kinds"]) for v in theirs]
    for name in ("executions", "config", "limits", "bound", "complete"):
        assert [getattr(v, name) for v in ours] == [v[name] for v in theirs]
    with pytest.raises(poolrace.ConfigError) as caught:
        poolrace.explore(exeuctions=5)
    theirs = said("explore", "--exeuctions", "5")[2]
    assert str(caught.value) == python_words(theirs)


def test_replay_is_the_same_from_the_command_line(quick, said):
    harm = poolrace.run(quick, runs=2).first_harm
    _, out, _ = said("replay", harm.replay)
    assert poolrace.replay(harm.replay).text == out
    assert poolrace.replay(harm.replay).fingerprint in out


def test_show_is_the_same_from_the_command_line(quick, said):
    _, out, _ = said("show", *SETS, "--format", "json")
    theirs = json.loads(out)["parameters"]
    assert [(r["name"], r["value"]) for r in poolrace.show(quick).scenario.rows] == [
        (r["name"], r["value"]) for r in theirs
    ]


@pytest.mark.parametrize("what", ["variants", "scenarios", "profiles", "kinds", "programs"])
def test_lists_are_those_of_the_command_line(said, what):
    _, out, _ = said("list", what, "--format", "json")
    theirs = {row["name"]: row["help"] for row in json.loads(out)[what]}
    assert getattr(poolrace, what)() == theirs


def test_results_do_not_depend_on_jobs_world_or_order(quick):
    one = poolrace.compare(quick, runs=20, jobs=1)
    assert one == poolrace.compare(quick, runs=20, jobs=3)
    names = ["baseline", "xarray-fixed"]
    timed, reference = (
        poolrace.compare(quick, variants=names, runs=3, world=w) for w in ("timed", "reference")
    )
    assert [r.fingerprint for r in timed] == [r.fingerprint for r in reference]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": "sede-race"}, ["sede-race"]),
        ({"profile": "arm64"}, ["--profile", "arm64"]),
        ({"lod_mpps": 1}, ["--set", "lod_mpps=1"]),
        ({"load_mpps": "fast"}, ["--set", "load_mpps=fast"]),
        ({"cpus": 257}, ["--set", "cpus=257"]),
        ({"iommu": "lasy"}, ["--set", "iommu=lasy"]),
        ({"swiotlb": True}, ["--set", "swiotlb=true"]),
        ({"coherent": 2}, ["--set", "coherent=2"]),
        ({"traffic": "trace"}, ["--set", "traffic=trace"]),
        ({"config": "/nonexistent/x.ini"}, ["--config", "/nonexistent/x.ini"]),
    ],
)
def test_a_bad_scenario_fails_when_it_is_made_as_on_the_command_line(said, arguments, words):
    status, _, message = said("run", *words)
    assert status == 2
    with pytest.raises(poolrace.ConfigError) as caught:
        poolrace.Scenario(**arguments)
    assert str(caught.value) == python_words(message)
    assert "--" not in str(caught.value) and "command line" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"runs": 0}, ["--runs", "0"]),
        ({"seed": -1}, ["--seed", "-1"]),
        ({"jobs": 0}, ["--jobs", "0"]),
        ({"world": "timd"}, ["--world", "timd"]),
        ({"variant": "scann"}, ["--variant", "scann"]),
        ({"faults": ["skip-unmpa"]}, ["--fault", "skip-unmpa"]),
        ({"stalls": {"put: raed dma_sync": 5}, "runs": 2},
         ["--stall", "put: raed dma_sync=5", "--runs", "2"]),
    ],
)  # fmt: skip
def test_a_bad_run_fails_as_on_the_command_line(said, arguments, words):
    status, _, message = said("run", *words)
    assert status == 2
    with pytest.raises(poolrace.ConfigError) as caught:
        poolrace.run(**arguments)
    assert str(caught.value) == python_words(message)
    assert "--" not in str(caught.value) and "command line" not in str(caught.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: poolrace.Scenario(load_mps=1), "Scenario: unknown parameter 'load_mps'"),
        (lambda: poolrace.run(runs=-1), "runs=-1 is out of range"),
        (lambda: poolrace.run(seed="x"), "seed: 'x' is no seed"),
        (lambda: poolrace.run(faults="late-irqq"), "unknown fault 'late-irqq'"),
        (lambda: poolrace.run(faults="x"), "see poolrace.faults()"),
        (lambda: poolrace.sweep(vary={"load_mps": [1]}), "unknown parameter 'load_mps'"),
        (lambda: poolrace.explore(config={"iommu": "lasy"}), "config: iommu=lasy is not a choice"),
        (lambda: poolrace.explore(exec=1), "see help(poolrace.explore)"),
        (lambda: poolrace.judge("nope"), "unknown variant 'nope'"),
    ],
)  # fmt: skip
def test_errors_speak_python(call, message):
    with pytest.raises(poolrace.ConfigError) as caught:
        call()
    assert message in str(caught.value)
    assert "--" not in str(caught.value) and "command line" not in str(caught.value)


def test_the_module_is_the_command_line(said):
    words = ["list", "variants"]
    done = subprocess.run(
        [sys.executable, "-m", "poolrace", *words], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == said(*words)[:2]
