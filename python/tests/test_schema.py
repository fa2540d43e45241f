# SPDX-License-Identifier: MIT
"""Tables of runs, comparisons and sweeps have the same columns, and can be laid together."""

import json
import pickle

import numpy as np
import pandas
import poolrace
import pytest
import xarray
from poolrace._process import call
from poolrace._scenario import Scenario
from poolrace._sweep_result import result_of

BASE = Scenario("seed-race", horizon_s=1.2, load_mpps=0.01)


@pytest.fixture(scope="module")
def compared():
    return poolrace.compare(BASE, variants=["baseline", "scan-rcu"], runs=4)


@pytest.fixture(scope="module")
def swept():
    vary = {"iommu": ["lazy", "strict"], "variant": ["baseline", "scan-rcu"]}
    return poolrace.sweep(BASE, vary=vary, runs=4)


@pytest.fixture(scope="module")
def unrun(tmp_path_factory):
    """As an interrupted sweep leaves it: nothing ran at the last point."""
    words = "sweep seed-race --horizon_s 1.2 --load_mpps 0.01 --vary iommu=lazy,strict --vary"
    words += " variant=baseline,scan-rcu --runs 4 --format json --store"
    store = str(tmp_path_factory.mktemp("unrun") / "s.sqlite")
    for shard in ("1/4", "2/4", "3/4"):
        done = call([*words.split(), store, "--shard", shard])
    points = json.loads(done.stdout)["points"]
    return result_of(points, BASE, ("iommu", "variant"), 12, 3)


def test_one_set_of_columns_with_one_type_each(compared, swept, unrun):
    frames = [x.to_pandas() for x in (compared[0], compared, swept, unrun)]
    listed = {row["name"] for row in poolrace.columns()}
    for frame in frames:
        assert set(frame.columns) == listed
        assert all(name.isidentifier() for name in frame.columns)
        assert (frame.dtypes[frames[0].columns] == frames[0].dtypes).all()
        assert (
            frame.attrs["units"].items() >= {"load_mpps": "Mpps", "teardown_p99_us": "us"}.items()
        )
        assert set(frame.attrs["units"]) < listed
        assert "clopper-pearson-95" in frame.attrs["interval"]["low, high"]
    for row in (*compared.rows, *swept.rows, *unrun.rows):
        assert set(row) == listed


def test_a_run_and_a_point_of_the_same_setting_agree(compared, swept):
    for one, point in zip(compared.rows, swept.rows[2:], strict=True):
        only = ("sequence_", "delta_", "versus", "replay")
        for name in point:
            if not name.startswith(only) and one[name] != pytest.approx(point[name], rel=1e-3):
                raise AssertionError((name, one[name], point[name]))


def test_frames_of_different_settings_lie_under_one_another(compared, swept):
    lazy = poolrace.run(BASE.with_(iommu="lazy", profile="x86-server"), runs=2)
    both = pandas.concat([compared.to_pandas(), lazy.to_pandas(), swept.to_pandas()])
    assert list(both["iommu"][:3]) == ["strict", "strict", "lazy"]
    assert list(both["profile"][:3]) == ["arm64-soc", "arm64-soc", "x86-server"]
    assert not both[list(BASE.values)].isna().any().any()
    assert set(both["version"]) == {lazy.version}
    assert both["seed"].dtype == np.uint64
    told = lazy.to_pandas().attrs
    assert told["scenario"] == {"name": "seed-race", **lazy.scenario.parameters}
    assert told["profile"] == "x86-server" and told["version"] == lazy.version


def test_datasets_of_different_settings_too(compared):
    lazy = poolrace.compare(BASE.with_(iommu="lazy"), variants=["baseline", "scan-rcu"], runs=2)
    both = xarray.concat(
        [compared.to_xarray(), lazy.to_xarray()], "setting", join="outer", coords="different",
        compat="equals", data_vars="all",
    )  # fmt: skip
    assert list(both["iommu"].values) == ["strict", "lazy"]


def test_a_sweeps_table_has_its_scenario(swept, tmp_path):
    frame, cube = swept.to_pandas(), swept.to_xarray()
    assert swept.scenario == BASE
    assert (frame["load_mpps"] == 0.01).all() and (frame["horizon_s"] == 1.2).all()
    assert frame.attrs["scenario"]["load_mpps"] == 0.01
    assert "iommu" not in frame.attrs["scenario"]
    assert float(cube["load_mpps"]) == 0.01 and cube["load_mpps"].attrs["units"] == "Mpps"
    assert dict(cube.sizes) == {"iommu": 2, "variant": 2, "kind": len(poolrace.kinds())}
    assert cube["harm_runs"].dims == ("iommu", "variant", "kind")
    swept.to_parquet(tmp_path / "t.parquet")
    back = pandas.read_parquet(tmp_path / "t.parquet")
    pandas.testing.assert_frame_equal(back, frame)
    assert back.attrs == frame.attrs


def test_a_profile_that_varies_brings_its_parameters():
    table = poolrace.sweep(
        BASE, vary={"profile": ["arm64-soc", "x86-server"], "variant": "scan"}, runs=1
    )
    for row, profile in zip(table, ("arm64-soc", "x86-server"), strict=True):
        assert row["profile"] == profile
        assert row["cpus"] == BASE.with_(profile=profile).values["cpus"]
        assert row["clock_mhz"] == BASE.with_(profile=profile).values["clock_mhz"]


def test_presets_are_columns():
    given = poolrace.run(BASE.with_(putters="vhost"), runs=1).to_pandas()
    absent = poolrace.run(BASE, runs=1).to_pandas()
    assert list(pandas.concat([given, absent])["putters"]) == ["vhost", ""]
    assert given["put_bh_off_ppm"][0] == BASE.with_(putters="vhost").values["put_bh_off_ppm"]


def test_where_nothing_ran_nothing_is_said(unrun, swept):
    row = unrun.rows[-1]
    derived = [c["name"] for c in poolrace.columns() if c["kind"] == "number"]
    derived = [name for name in derived if name not in BASE.values]
    assert row["runs"] == 0
    assert all(row[name] is None for name in [*derived, "fingerprint", "replay"])
    assert str(row.crash) == "nothing ran"
    frame = unrun.to_pandas()
    assert frame.iloc[-1][[*derived, "fingerprint"]].isna().all()
    assert frame.iloc[0][["probability", "low", "high", "fingerprint"]].notna().all()
    assert np.isnan(unrun.to_xarray()["probability"].sel(iommu="strict", variant="scan-rcu"))
    assert unrun.rows[:-1] == swept.rows[:-1] and unrun != swept
    assert "nothing ran" in unrun._repr_html_()


def test_a_variant_of_which_nothing_ran_is_the_same(compared):
    from poolrace._read import result_of_run

    data = compared[0].to_dict() | {"runs": 0, "crashed_runs": 0, "probability": 0.0}
    none = result_of_run(BASE, data)
    assert np.isnan(none.crash.value) and none.row["probability"] is None
    assert none.row["fingerprint"] is None


def test_kinds_that_were_not_seen_are_columns_too(compared):
    frame = compared.to_pandas()
    assert list(frame["double_unmap_harm_runs"]) == [0, 0]
    bound = compared[0].kind("double-unmap").harm.high
    assert list(frame["double_unmap_harm_high"]) == pytest.approx([bound, bound])


def test_a_sweep_has_the_bounds_of_a_comparison(swept, compared):
    for one, other in zip(compared.rows, swept.rows[2:], strict=True):
        for name in ("low", "high", "dma_leak_harm_low", "use_after_free_harm_high"):
            if name in poolrace._schema.columns():
                assert one[name] == pytest.approx(other[name], rel=1e-8)


def test_values_are_values(swept, compared):
    again = poolrace.sweep(BASE, vary={"iommu": ["lazy", "strict"],
                                       "variant": ["baseline", "scan-rcu"]}, runs=4)  # fmt: skip
    for value in (swept, swept.rows[0], compared[0], compared[0].row):
        copy = pickle.loads(pickle.dumps(value))
        assert copy == value and hash(copy) == hash(value)
    assert again == swept and hash(again) == hash(swept)
    with pytest.raises(TypeError):
        swept.rows[0]["runs"] = 5
    with pytest.raises(AttributeError):
        swept.rows[0].runs = 5
    assert swept.to_dict()["points"][0]["low"] == swept.rows[0]["low"]
    idle = poolrace.run(BASE.with_(load_mpps=0), runs=1)  # costs that are not numbers
    assert idle == poolrace.run(BASE.with_(load_mpps=0), runs=1)
    assert pickle.loads(pickle.dumps(idle)) == idle and idle.row["cpu_ns_per_packet"] is None


def test_an_old_or_wrong_name_says_which_is_near(swept):
    with pytest.raises(KeyError, match="nearest: probability"):
        swept.rows[0]["probabilty"]


def test_faults_and_stalls_are_columns(said):
    stalls = {"put: read dma_sync": 5}
    one = poolrace.run(BASE, variant="scan", runs=2, stalls=stalls)
    table = poolrace.sweep(BASE, vary={"variant": "scan"}, runs=2, stalls=stalls)
    assert one.row["stalls"] == table.rows[0]["stalls"] == "put: read dma_sync=5"
    assert one.row["fingerprint"] == table.rows[0]["fingerprint"]
    assert one.row["replay"] == table.rows[0].replay or one.replay is None


def test_what_came_to_harm_can_be_told_again(swept, compared):
    row = swept.rows[0]
    told = poolrace.replay(row)
    assert told.fingerprint and told.text == poolrace.replay(row.replay).text
    assert told.fingerprint == poolrace.replay(compared[0]).fingerprint or row["iommu"] == "lazy"
    assert poolrace.replay(compared[0].first_harm).text == poolrace.replay(compared[0]).text
    assert poolrace.replay(swept.to_pandas().iloc[0]).text == told.text
    assert poolrace.trace(row).events
    with pytest.raises(poolrace.ConfigError, match="no run came to harm"):
        poolrace.replay(swept.rows[1])
    with pytest.raises(TypeError, match="no replay string"):
        poolrace.replay(7)


def test_a_store_is_read_back(tmp_path):
    store = tmp_path / "study.sqlite"
    vary = {"iommu": ["lazy", "strict"], "variant": ["baseline", "scan-rcu"]}
    made = poolrace.sweep(BASE, vary=vary, runs=4, store=store)
    read = poolrace.open_store(store)
    assert set(read.axes) == set(made.axes) and read.runs_computed == 0

    def by_point(table):
        told = {(row["iommu"], row["variant"]): dict(row) for row in table}
        # a store has all parameters instead of what was set, and no presets
        return {k: v | {"replay": bool(v["replay"]), "putters": ""} for k, v in told.items()}

    assert by_point(read) == by_point(made)
    harmed = next(row for row in read if row.replay)
    assert poolrace.replay(harmed).fingerprint
    assert len(read.to_pandas()) == 4 and dict(read.to_xarray().sizes)["iommu"] == 2
    with pytest.raises(poolrace.ConfigError, match="no file"):
        poolrace.open_store(tmp_path / "none.sqlite")
    (tmp_path / "other").write_text("no store")
    with pytest.raises(poolrace.ConfigError):
        poolrace.open_store(tmp_path / "other")
