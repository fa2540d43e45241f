# SPDX-License-Identifier: MIT
"""Whatever Python calls a number, a list, a dict or a path is one, wherever it is given."""

import enum
import warnings
from collections import ChainMap
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas
import poolrace
import pytest
from poolrace import Scenario
from poolrace._estimates import Pairs
from poolrace._resolution import resolution

BASE = Scenario("seed-race", horizon_s=1.2, load_mpps=0.001)
TREE = Path(__file__).resolve().parents[2] / "pool" / "linux" / "fixture"


def test_floats_are_rounded_to_the_resolution_and_it_is_said_once():
    assert resolution("load_mpps") == Decimal("0.000001") and resolution("iommu") is None
    with pytest.warns(UserWarning, match=r"load_mpps=0.30000000000000004 to 0.3$") as said:
        sum_ = Scenario(load_mpps=0.1 + 0.2, hold_median_us=40.0)
    assert sum_ == Scenario(load_mpps=0.3, hold_median_us=40) and len(said) == 1
    assert said[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what is exact is not warned about, nor twice
        sum_.with_(cpus=3)
    with pytest.warns(UserWarning, match="load_mpps"):
        assert BASE.with_(load_mpps=np.float64(1 / 3)).values["load_mpps"] == 0.333333


def test_a_geometric_range_can_be_varied():
    values = np.geomspace(4, 4000, 7)
    with pytest.warns(UserWarning, match="hold_median_us=.* more") as said:
        table = poolrace.sweep(BASE, vary={"hold_median_us": values, "variant": "scan"}, runs=1)
    assert len(said) == 1
    assert [row["hold_median_us"] for row in table] == pytest.approx(values, abs=1e-6)


def test_what_is_written_too_finely_or_would_be_zero_is_refused():
    for value in ("0.0000001", Decimal("0.0000001"), 1e-9):
        with pytest.raises(poolrace.ConfigError, match="finer than the resolution"):
            Scenario(load_mpps=value)
    for value in (float("nan"), np.inf, 2.5, 2.0001):
        with pytest.raises(poolrace.ConfigError, match="cpus"):
            Scenario(cpus=value)
    with pytest.warns(UserWarning, match="to 1024"):  # numpy.geomspace(64, 4096, 7) has such
        assert Scenario(ring=np.float64(1023.9999999999999)).values["ring"] == 1024


class Mode(enum.Enum):
    LAZY = "lazy"


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ({"coherent": np.array(True)}, {"coherent": True}),
        ({"cpus": np.array([3])[0]}, {"cpus": 3}),
        ({"cpus": 3.0}, {"cpus": 3}),
        ({"cpus": np.uint8(3)}, {"cpus": 3}),
        ({"cpus": pandas.Series([3]).iloc[0]}, {"cpus": 3}),
        ({"load_mpps": np.float16(0.5)}, {"load_mpps": 0.5}),
        ({"load_mpps": np.float32(0.1)}, {"load_mpps": 0.1}),
        ({"load_mpps": np.longdouble(0.5)}, {"load_mpps": 0.5}),
        ({"iommu": np.str_("lazy")}, {"iommu": "lazy"}),
        ({"iommu": Mode.LAZY}, {"iommu": "lazy"}),
    ],
)
def test_scalars_of_any_type(given, plain):
    assert Scenario(**given) == Scenario(**plain)
    assert BASE.with_(**given) == BASE.with_(**plain)
    (name, value), quiet = *given.items(), Scenario("seed-race", horizon_s=1.2)
    listed = poolrace.sweep(quiet, vary={name: [value], "variant": "scan"}, runs=1)
    single = poolrace.sweep(quiet, vary={name: value, "variant": "scan"}, runs=1)
    assert listed == single and listed.rows[0][name] == plain[name]


@pytest.mark.parametrize("value", [None, [1, 2], {"a": 1}, object(), np.array([1, 2]), b"x", 1j])
def test_what_is_no_value_is_one_clear_error(value):
    with pytest.raises(poolrace.ConfigError, match="Scenario: cpus is"):
        Scenario(cpus=value)


@pytest.mark.parametrize(
    "values",
    [
        (2, 3),
        range(2, 4),
        np.arange(2, 4),
        np.array([2.0, 3.0]),
        pandas.Series([2, 3], index=["a", "b"]),
        pandas.Index([2, 3]),
        {2, 3},
        (n for n in (2, 3)),
        "2,3",
    ],
    ids=lambda values: type(values).__name__,
)
def test_lists_of_any_type(values):
    table = poolrace.sweep(BASE, vary={"cpus": values, "variant": ["scan"]}, runs=1)
    assert [row["cpus"] for row in table] == [2, 3]


def test_flags_of_any_type():
    for values in (np.array([True, False]), pandas.Series([True, False]), [np.True_, np.False_]):
        table = poolrace.sweep(BASE, vary={"coherent": values, "variant": "scan"}, runs=1)
        assert [row["coherent"] for row in table] == [True, False]


@pytest.mark.parametrize(
    "of", [dict, MappingProxyType, Pairs, ChainMap, lambda d: list(d.items()), pandas.Series]
)
def test_dicts_of_any_type(of):
    config = {"coherent": False, "iommu": "strict"}
    assert poolrace.explore(config=of(config), executions=20) == poolrace.explore(
        config=config, executions=20
    )
    stalls = of({"put: read dma_sync": np.float64(2)})
    assert poolrace.run(BASE, runs=1, variant="scan", stalls=stalls).stalls == {
        "put: read dma_sync": 2.0
    }
    assert len(poolrace.sweep(BASE, vary=of({"variant": "scan"}), runs=1)) == 1


def test_names_of_any_type():
    wanted = ("scan", "scan-rcu")
    for names in (wanted, np.array(wanted), pandas.Series(wanted), "scan,scan-rcu",
                  dict.fromkeys(wanted), (n for n in wanted)):  # fmt: skip
        assert poolrace.compare(BASE, variants=names, runs=1).variants == wanted
    assert len(poolrace.explore(variants=np.array(wanted), executions=20)) == len(
        poolrace.explore(variants=list(wanted), executions=20)
    )
    fault = {"hold": "exponential", "hold_median_us": 2000, "cpus": 4, "teardown": "destroy"}
    scenario = Scenario("seed-race", horizon_s=3, **fault)
    for faults in ("leak-page", ["leak-page"], np.array(["leak-page"])):
        one = poolrace.run(scenario, variant="xarray-fixed", runs=1, faults=faults)
        assert one.faults == ("leak-page",) and one.leaked_runs == 1


def test_whole_numbers_that_are_floats_are_numbers():
    one = poolrace.run(BASE, runs=2, seed=1)
    assert poolrace.run(BASE, runs=2.0, seed=1.0, jobs=1.0) == one
    assert poolrace.run(BASE, runs=np.int64(2), seed=np.float64(1)) == one
    for wrong in ({"runs": 1.5}, {"seed": 1.5}, {"runs": True}, {"jobs": False}):
        with pytest.raises(poolrace.ConfigError, match=next(iter(wrong))):
            poolrace.run(BASE, **wrong)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: poolrace.compare(variants=["scan", None]), "variants: None is no name"),
        (lambda: poolrace.compare(variants=["scan", 3]), "variants: 3 is no name"),
        (lambda: poolrace.run(variant=None), "one name is wanted"),
        (lambda: poolrace.run(variant=["scan", "skip"]), "one name is wanted"),
        (lambda: poolrace.run(faults=[None]), "faults: None is no name"),
        (lambda: poolrace.run(stalls={"put: read dma_sync": None}), "stalls: .* is None"),
        (lambda: poolrace.run(stalls=3), "stalls is 3; give a dict"),
        (lambda: poolrace.sweep(vary=None, runs="x"), "runs=x is not a whole number"),
        (lambda: poolrace.sweep(vary={"cpus": None}), "vary: cpus is None"),
        (lambda: poolrace.sweep(vary={"cpus": [2, None]}), "vary: cpus is None"),
        (lambda: poolrace.sweep(vary={"cpus": []}), "vary: cpus has no values"),
        (lambda: poolrace.sweep(vary="cpus"), "vary is 'cpus'; give a dict"),
        (lambda: poolrace.explore(config="iommu"), "config is 'iommu'; give a dict"),
        (lambda: Scenario(None), "the scenario is None"),
        (lambda: Scenario(3), "the scenario is a int: 3"),
        (lambda: Scenario(profile=3), "profile is a int"),
        (lambda: Scenario(config={"cpus": 2}), "config is a dict"),
        (lambda: poolrace.run({"cpus": 2}), "the scenario is a dict"),
        (lambda: poolrace.sweep(None, vary={}), "the scenario is None"),
        (lambda: poolrace.compare(variants=[]), "variants: no name is given"),
        (lambda: poolrace.explore([]), "programs: no name is given"),
        (lambda: poolrace.explore(variants=None), "variants: no name is given"),
        (lambda: poolrace.judge(None), "variant=None: one name is wanted"),
        (lambda: poolrace.judge("scan", against=["a", "b"]), "one name is wanted"),
        (lambda: poolrace.run(variant="a\0b"), "has a NUL"),
        (lambda: poolrace.run(runs=np.array([1])), "^runs is a ndarray"),
        (lambda: poolrace.Linux(None), "Linux: tree is None"),
        (lambda: poolrace.Linux("/x", ref=3), "Linux: ref: 3 is no name"),
        (lambda: poolrace.show(None), "the scenario is None"),
    ],
)  # fmt: skip
def test_errors_are_clear(call, message):
    with pytest.raises(poolrace.ConfigError, match=message):
        call()


def test_paths_wherever_a_file_is_meant(tmp_path):
    profile = tmp_path / "mine.ini"
    profile.write_text("cpus = 3\n")
    config = tmp_path / "more.ini"
    config.write_text("hz = 100\n")
    ours = Scenario("seed-race", config=config)
    assert ours == Scenario("seed-race", config=str(config)) and ours.values["hz"] == 100
    assert ours.with_(config=None).values["hz"] == 250
    assert ours.with_(config=config) == ours
    shown = Scenario(config)  # a scenario of its own
    assert shown.values["hz"] == 100 and shown.name == str(config)
    assert Scenario(profile=profile) == Scenario(profile=str(profile))
    assert poolrace.run(config, runs=1).scenario.name == str(config)
    trace = tmp_path / "trace.csv"
    trace.write_text("time_us,bytes\n0,1500\n10,1500\n20,1500\n")
    assert Scenario(traffic="trace", trace_csv=trace).values["trace_csv"] == str(trace)
    store = tmp_path / "a.sqlite"
    poolrace.sweep(BASE, vary={"variant": "scan"}, runs=1, store=store)
    assert store.exists()


def test_a_profile_of_ones_own_can_be_varied(tmp_path):
    profile = tmp_path / "mine.ini"
    profile.write_text("hz = 100\n")
    table = poolrace.sweep(BASE, vary={"profile": [profile, "x86-server"]}, runs=1)
    assert {row["profile"]: row["hz"] for row in table} == {
        str(profile): 100, "x86-server": BASE.with_(profile="x86-server").values["hz"]
    }  # fmt: skip


def test_trees_of_linux_are_variants_of_timed_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    tree = poolrace.Linux(TREE)
    both = poolrace.compare(BASE, variants=["scan", tree], runs=2)
    assert both.variants[1].startswith(str(tree))
    assert both[tree] is both[1] and len(both.to_pandas()) == 2
    assert poolrace.run(BASE, variant=tree, runs=2).fingerprint == both[tree].fingerprint
    swept = poolrace.sweep(BASE, vary={"variant": [tree], "cpus": [2]}, runs=2)
    assert swept.rows[0]["fingerprint"] == both[tree].fingerprint
