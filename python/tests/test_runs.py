# SPDX-License-Identifier: MIT
"""Every run of a result as a table, and what two variants differ by, run by run."""

import csv
import io
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import poolrace
import pytest

BASE = poolrace.Scenario("seed-race", horizon_s=1.2, load_mpps=0.01)


@pytest.fixture(scope="module")
def compared():
    return poolrace.compare(BASE, variants=["scan", "scan-rcu"], runs=8, by_run=True)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    store = tmp_path_factory.mktemp("runs") / "s.sqlite"
    vary = {"iommu": ["lazy", "strict"], "variant": ["scan-rcu", "scan"]}
    table = poolrace.sweep(BASE, vary=vary, runs=8, by_run=True, versus="scan-rcu", store=store,
                           block_runs=3)  # fmt: skip
    return table, store


def test_a_table_of_runs_adds_up_to_the_result(compared):
    for result in compared:
        frame = result.runs.to_pandas()
        assert result.runs == len(frame) == 8
        assert frame["crashed"].sum() == result.crash.hits
        assert list(frame["run"]) == list(range(8))
        ended = frame["teardown_us"].dropna()
        assert len(ended) == result.teardown.runs
        assert np.quantile(ended, 0.5, method="inverted_cdf") == result.teardown.median_us
        assert frame["measured_packets"].sum() == result.measured_packets
        spent = (frame["sync_ns_per_packet"] * frame["measured_packets"]).sum()
        wanted = result.cost.sync_ns_per_packet * result.measured_packets
        assert spent == pytest.approx(wanted, rel=1e-6)
        harmed = frame[frame["harm_kinds"] != ""]
        if len(harmed):
            assert harmed.iloc[0]["replay"] == result.replay
            assert (harmed["first_harm_us"] > 0).all()
    assert list(compared.runs.to_pandas()["variant"]) == ["scan"] * 8 + ["scan-rcu"] * 8
    assert compared.runs.to_pandas().attrs["units"]["teardown_us"] == "us"


def test_its_columns_are_the_listed_ones(compared, swept):
    listed = {row["name"]: row for row in poolrace.run_columns()}
    for table in (compared.runs.table, swept[0].runs.table):
        assert set(table.columns) <= set(listed)
        told = [row["name"] for row in poolrace.run_columns()][-21:]
        assert list(table.columns)[-21:] == told
    types = {"text": object, "flag": bool, "count": np.int64, "number": np.float64}
    frame = compared.runs.to_pandas()
    for name in frame.columns:
        wanted = types[listed[name]["kind"]]
        assert wanted is object or frame[name].dtype == wanted, name


def test_a_sweep_and_its_store_have_the_same_runs(swept, compared):
    table, store = swept
    assert table.runs == 32 and len(table.runs.table) == 32
    again = poolrace.open_store(store, by_run=True)
    own = {(row["iommu"], row["variant"]): row.runs.table for row in table}
    for row in again:
        assert row.runs.table == own[row["iommu"], row["variant"]]
    strict = own["strict", "scan"].to_pandas()["fingerprint"]
    assert list(strict) == list(compared["scan"].runs.to_pandas()["fingerprint"])
    with pytest.raises(poolrace.ConfigError, match="by_run=True"):
        poolrace.open_store(store).runs.to_pandas()


def test_an_executor_gives_the_same_runs(swept):
    vary = {"iommu": ["lazy", "strict"], "variant": ["scan-rcu", "scan"]}
    with ThreadPoolExecutor(2) as workers:
        there = poolrace.sweep(BASE, vary=vary, runs=8, by_run=True, versus="scan-rcu",
                               executor=workers)  # fmt: skip
    assert there.runs.table == swept[0].runs.table
    assert there.rows == swept[0].rows


def test_the_command_line_writes_the_same(said, tmp_path, compared):
    file = tmp_path / "runs.csv"
    words = "compare seed-race --horizon_s 1.2 --load_mpps 0.01 --variant scan,scan-rcu --runs 8"
    assert said(*words.split(), "--by-run", str(file))[0] == 0
    lines = list(csv.reader(io.StringIO(file.read_text())))
    assert tuple(lines[0]) == compared.runs.table.columns
    assert len(lines) == 17
    status, _, why = said("run", "--runs", "2", "--by-run", str(tmp_path / "no" / "x.csv"))
    assert status == 2 and "--by-run" in why


def test_no_file_is_written_twice(said, tmp_path):
    store, report = str(tmp_path / "s.sqlite"), str(tmp_path / "r.html")
    assert said("sweep", "--vary", "hz=100", "--runs", "1", "--store", store)[0] == 0
    before = (tmp_path / "s.sqlite").read_bytes()
    beside = f"{tmp_path}/./s.sqlite"
    for words in (("export",), ("sweep", "--vary", "hz=100", "--runs", "1")):
        status, _, why = said(*words, "--store", store, "--by-run", beside)
        assert status == 2 and "is the file of --store as well" in why
    assert (tmp_path / "s.sqlite").read_bytes() == before
    status, _, why = said("compare", "--runs", "1", "--report", report, "--by-run", report)
    assert status == 2 and "--report" in why


def test_a_figure_of_what_never_ended(tmp_path):
    import matplotlib.pyplot as plt

    ax = poolrace.compare("steady", variants=["baseline", "scan"], runs=2, by_run=True).plot()
    assert "0 of 2 ended" in ax.get_legend().get_texts()[0].get_text()
    plt.close(ax.figure)


def test_pairs_are_counted_by_run(compared, swept):
    pair = compared.paired("scan", "scan-rcu")
    here, there = (compared[v].runs.to_pandas() for v in ("scan", "scan-rcu"))
    only, spared = here["crashed"] & ~there["crashed"], there["crashed"] & ~here["crashed"]
    assert (pair.crashed_only, pair.spared_only) == (only.sum(), spared.sum())
    assert pair.probability.value == (only.sum() - spared.sum()) / 8
    assert pair.probability.low < pair.probability.value < pair.probability.high
    delta = (here["teardown_us"] - there["teardown_us"]).dropna()
    assert pair.teardowns == len(delta)
    assert pair.teardown_us.value == pytest.approx(delta.median())
    costs = here["cpu_ns_per_packet"] - there["cpu_ns_per_packet"]
    assert pair.cpu_ns_per_packet.value == pytest.approx(costs.median(), abs=1e-3)
    back = compared.paired("scan-rcu", "scan")
    assert back.probability.value == -pair.probability.value
    assert "scan against scan-rcu" in str(pair)
    with pytest.raises(poolrace.ConfigError, match="are one"):
        compared.paired("scan", "scan")
    row = next(r for r in swept[0] if r["variant"] == "scan" and r["iommu"] == "strict")
    assert row["versus"] == "scan-rcu"
    assert row["delta_probability"] == pair.probability.value
    assert row["delta_probability_low"] == pytest.approx(pair.probability.low)
    assert row["delta_teardown_us"] == pytest.approx(pair.teardown_us.value)
    first = next(r for r in swept[0] if r["variant"] == "scan-rcu")
    assert first["versus"] is None and first["delta_probability"] is None
    with pytest.raises(poolrace.ConfigError, match="nearest: scan"):
        poolrace.sweep(BASE, vary={"variant": ["scan"]}, runs=1, versus="scn")


def test_runs_are_a_number_that_can_be_sent(compared):
    runs = compared["scan"].runs
    copy = pickle.loads(pickle.dumps(runs))
    assert copy == 8 and copy.table == runs.table and f"{runs}" == "8"
    assert runs.table[0]["crashed"] in (True, False) and runs.table[-1]["run"] == 7
    assert len(runs.table[2:5]) == 3


def test_true_distributions_are_steps_with_a_band(compared):
    import matplotlib.pyplot as plt

    ax = compared.plot()
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert [label for label in lines if "scan-rcu (" in label and "ended" in label]
    frame = compared["scan"].runs.to_pandas()
    line = next(line for label, line in lines.items() if label.startswith("scan ("))
    assert list(line.get_xdata())[1:] == sorted(frame["teardown_us"].dropna())
    assert max(line.get_ydata()) == compared["scan"].teardown.runs / 8
    assert len(ax.collections) == 2, "a band each"
    plt.close(ax.figure)
