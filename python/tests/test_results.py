# SPDX-License-Identifier: MIT
"""Results are values too, and show themselves."""

import pickle
from html.parser import HTMLParser
from keyword import iskeyword

import poolrace
import pytest
from poolrace._read import result_of_run


@pytest.fixture(scope="module")
def compared():
    scenario = poolrace.Scenario("seed-race", horizon_s=1.2, load_mpps=0.01)
    return poolrace.compare(scenario, runs=10)


@pytest.fixture(scope="module")
def explored():
    return poolrace.explore(variants=["scan", "xarray-fixed"])


def tags(text):
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _: found.append(tag)
    parser.feed(text)
    return found


def test_pickling_equality_and_hash(compared, explored):
    for value in (compared, compared[0], explored, explored[0], poolrace.Interval(1, 0, 2)):
        again = pickle.loads(pickle.dumps(value))
        assert again == value and hash(again) == hash(value)
    assert compared["scan"] != compared["scan-rcu"]


def test_access_by_number_and_by_variant(compared):
    assert compared["scan"] is compared[1]
    assert compared.variants == ("baseline", "scan", "scan-rcu", "xarray-fixed")
    with pytest.raises(KeyError, match="xarray-fixed"):
        compared["skip"]


def test_estimates(compared):
    crash = compared["baseline"].crash
    assert (crash.hits, crash.runs, crash.value) == (10, 10, 1.0)
    assert crash.low == pytest.approx(0.025 ** (1 / 10))
    value, low, high = compared["scan-rcu"].cost.paired_delta_ns_per_packet
    assert low <= value <= high and value > 0
    unseen = compared["scan-rcu"].kind("double-unmap")
    assert unseen.harm == poolrace.Proportion.none(10)
    # the closed form against the command line's own bound after no hit
    assert unseen.harm.high == pytest.approx(compared["scan-rcu"].crash.high)
    with pytest.raises(poolrace.ConfigError, match="double-unmap"):
        unseen = compared[0].kind("duoble-unmap")


def test_teardown_quantiles_rise(compared):
    times, shares = compared["scan"].teardown.ecdf()
    assert (times[1:] >= times[:-1]).all() and shares[-1] == 1
    assert compared["scan"].teardown.median_us in times


def test_repr_and_html(compared, explored):
    swept = poolrace.sweep(compared.scenario, vary={"iommu": ["lazy", "strict"]}, runs=2)
    values = (compared, compared[0], explored, swept, swept.rows[0])
    for value in (*values, poolrace.show()):
        shown = tags(value._repr_html_())
        assert shown[0] == "table" and shown.count("tr") > 1
    for value in values:
        assert len(repr(value)) < 300 and "\n" not in repr(value)
    for value in (compared, compared[0]):  # probability and interval come first
        heads = value._repr_html_().partition("</thead>")[0]
        assert "<th>variant</th><th>teardowns that crash (95 %)</th>" in heads
    assert "<th>variant</th><th>probability</th><th>low</th>" in swept.rows[0]._repr_html_()
    assert "none in 10 (<" in str(compared) and "none in 10 (<" in repr(compared)
    assert "none in any order" in str(explored)


def test_verdicts(explored):
    assert explored.of(variant="xarray-fixed")[0].complete
    strict = explored.of(config={**explored[0].config, "iommu": "strict"})
    assert {v.variant for v in strict} == {"scan", "xarray-fixed"}
    found = explored.of(variant="scan")[0].findings[0]
    assert found.kind == "sync-after-unmap" and found.harm_class == "crash"
    assert "*** sync-after-unmap" in poolrace.replay(found.schedule).text


def test_verdicts_are_values(explored):
    told = explored.to_dict()["verdicts"]
    assert [v["program"] for v in told] == [v.program for v in explored]
    assert told[0]["kinds"].keys() == set(explored[0].kinds)
    assert explored[:2] == poolrace.ExploreResult(explored.verdicts[:2])
    assert hash(explored[:2]) == hash(poolrace.ExploreResult(explored.verdicts[:2]))
    frame = explored.to_pandas()
    assert all(name.isidentifier() and not iskeyword(name) for name in frame.columns)
    clean = frame[frame["kind"].isna()]
    assert len(clean) and clean[["steps", "schedule", "harm_class"]].isna().all().all()
    assert frame["steps"].dtype == float and frame.attrs["version"] == poolrace.__version__
    text = poolrace.replay(explored.of(variant="scan")[0].findings[0]).text
    assert text == poolrace.replay(frame[frame["kind"].notna()].iloc[0]).text


def test_keys_complete(compared):
    assert compared._ipython_key_completions_() == list(compared.variants)
    assert "probability" in compared[0].row._ipython_key_completions_()


def test_lessons_are_listed():
    assert "the-race" in poolrace.lessons()


def test_pandas(compared, explored):
    frame = compared.to_pandas().set_index("variant")
    assert frame.loc["baseline", "crashed_runs"] == 10
    assert frame.loc["scan", "load_mpps"] == 0.01
    assert len(compared[0].to_pandas()) == 1
    assert set(explored.to_pandas()["variant"]) == {"scan", "xarray-fixed"}
    presets = [row for row in poolrace.parameters() if row["source"].startswith("a preset")]
    assert len(poolrace.show().to_pandas()) == len(poolrace.parameters()) - len(presets)


def test_pages_in_flight_over_time():
    seen = poolrace.run(
        poolrace.Scenario(
            "seed-race",
            hold="constant",
            hold_median_us=300_000_000,
            load_mpps=1e-6,
            iommu="none",
            putters="2026",
        ),
        variant="baseline",
        runs=2,
    ).in_flight
    assert seen.at_destroy_median > 200
    assert seen.after_destroy[0][0] == 1
    assert seen.first_warning_s == 60
    assert seen.pool_counters["rx_pp_alloc_slow"] > 0
    assert hash(seen) == hash(pickle.loads(pickle.dumps(seen)))
    with pytest.raises(TypeError):
        seen.pool_counters["rx_pp_alloc_slow"] = 0


def test_teardown_times_stand_at_the_percents_that_the_program_gave(compared):
    percents = [int(p) for p in compared[0].to_dict()["teardown_us"]["quantiles"]]
    times = compared.to_xarray()["teardown_us"]
    assert list(times["percent"]) == percents
    assert not times.sel(variant="xarray-fixed").isnull().any()
    data = compared[0].to_dict()  # a program with other percents
    data["teardown_us"]["quantiles"] = {"33": 1.5, "66": 2.5}
    other = result_of_run(compared[0].scenario, data).to_xarray()["teardown_us"]
    assert list(other["percent"]) == [33, 66] and other.values.tolist() == [[1.5, 2.5]]


def test_xarray(compared, explored):
    data = compared.to_xarray()
    assert int(data["crashed_runs"].sel(variant="baseline")) == 10
    assert data["harm_runs"].dims == ("variant", "kind")
    assert data["load_mpps"] == 0.01
    assert bool(explored.to_xarray()["found"].sel(kind="sync-after-unmap").any())
