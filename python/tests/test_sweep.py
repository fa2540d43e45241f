# SPDX-License-Identifier: MIT
"""Sweeps from Python: the command line's table, whoever computes the blocks."""

import concurrent.futures
import multiprocessing
import os
import signal
import subprocess
import time

import pandas
import poolrace
import pytest

# Short runs: the retry worker looks once.
SCENARIO = poolrace.Scenario("seed-race", horizon_s=1.2)
GRID = {"load_mpps": [0.01, 0.05], "variant": ["scan", "scan-rcu"]}
SIZE = {"runs": 12, "block_runs": 3, "seed": 5}


@pytest.fixture(scope="module")
def here():
    """The table that everything else must give too."""
    return poolrace.sweep(SCENARIO, vary=GRID, jobs=1, **SIZE)


def test_rows_are_the_grid_in_its_order(here):
    points = [(row["load_mpps"], row["variant"]) for row in here.rows]
    assert points == [(0.01, "scan"), (0.01, "scan-rcu"), (0.05, "scan"), (0.05, "scan-rcu")]
    assert all(row["runs"] == 12 for row in here.rows)
    assert here.runs_computed == 48
    assert here.blocks_computed == 16


POINTS = [{"load_mpps": 0.01, "variant": "scan-rcu"}, {"load_mpps": 0.05, "variant": "scan"}]


@pytest.mark.parametrize("given", [POINTS, pandas.DataFrame(POINTS), iter(POINTS)])
def test_points_run_as_they_are(here, given):
    rows = poolrace.sweep(SCENARIO, points=given, **SIZE).rows
    wanted = ("variant", "load_mpps", "probability", "cpu_ns_per_packet", "fingerprint")
    for row, same in zip(rows, (here[1], here[2]), strict=True):
        assert [row[name] for name in wanted] == [same[name] for name in wanted]
    alone = [{"load_mpps": point["load_mpps"]} for point in POINTS]
    product = poolrace.sweep(SCENARIO, points=alone, vary={"variant": GRID["variant"]}, **SIZE)
    assert product.rows == here.rows and product.axes == ("load_mpps", "variant")


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([], "points: there are none"),
        (5, "points is 5; give a list of dicts, or a data frame"),
        ([3], "points: point 0 is 3; give a dict"),
        ([{"load_mpps": 0.1}, {"hold": "pareto"}], "point 1 has hold; point 0 has load_mpps"),
        ([{"load_mps": 1}], r"points: unknown parameter 'load_mps' \(nearest: load_mpps\)"),
        ([{"load_mpps": 0.1}, {"load_mpps": "x"}], "load_mpps=x"),
    ],
)
def test_points_that_are_none_are_refused(points, message):
    with pytest.raises(poolrace.ConfigError, match=message):
        poolrace.sweep(SCENARIO, points=points, **SIZE)


def test_what_is_no_grid_is_no_cube():
    points = [
        {"load_mpps": f"0.0{i}", "hold_median_us": i, "stack_per_packet_ns": i}
        for i in range(10, 50)
    ]
    found = poolrace.sweep(SCENARIO, points=points, runs=1, vary={"variant": "scan"})
    with pytest.raises(poolrace.ConfigError, match="40 points over 4 axes are a grid of 64000"):
        found.to_xarray()
    assert len(found.to_pandas()) == 40


def test_store_is_the_command_lines(here, tmp_path):
    binary = os.environ.get("POOLRACE_BINARY", "build/poolrace")
    if not os.path.exists(binary):
        pytest.skip(f"no {binary}: run `make build`")
    store = tmp_path / "study.sqlite"
    words = [binary, "sweep", "seed-race", "--set", "horizon_s=1.2", "--store", store]
    words += ["--vary", "load_mpps=0.01,0.05", "--vary", "variant=scan,scan-rcu"]
    words += ["--runs", "12", "--block-runs", "3", "--seed", "5", "--format", "csv"]
    subprocess.run(words, check=True, capture_output=True)
    again = poolrace.sweep(SCENARIO, vary=GRID, store=store, **SIZE)
    assert again.runs_computed == 0
    assert again.rows == here.rows


def test_a_store_is_gone_on_with(here, tmp_path):
    store = tmp_path / "study.sqlite"
    poolrace.sweep(SCENARIO, vary=GRID, store=store, **{**SIZE, "runs": 6})
    rest = poolrace.sweep(SCENARIO, vary=GRID, store=store, **SIZE)
    assert rest.blocks_computed == 8
    assert rest.rows == here.rows
    with pytest.raises(poolrace.ConfigError, match=r"is of seed 5, this sweep of 6"):
        poolrace.sweep(SCENARIO, vary=GRID, store=store, **{**SIZE, "seed": 6})


def test_tables(here, tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("xarray")
    pytest.importorskip("pyarrow")
    frame = here.to_pandas()
    assert list(frame["crashed_runs"]) == [row["crashed_runs"] for row in here.rows]
    cube = here.to_xarray()
    assert dict(cube.sizes) == {"load_mpps": 2, "variant": 2, "kind": len(poolrace.kinds())}
    one = cube["events"].sel(load_mpps=0.05, variant="scan-rcu").item()
    assert one == here.rows[3]["events"]
    here.to_parquet(tmp_path / "t.parquet")
    back = pandas.read_parquet(tmp_path / "t.parquet")
    pandas.testing.assert_frame_equal(back, frame)


def test_a_process_pool_gives_the_same(here):
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=spawn) as pool:
        there = poolrace.sweep(SCENARIO, vary=GRID, executor=pool, **SIZE)
    assert there.rows == here.rows


def test_threads_give_the_same(here):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        there = poolrace.sweep(SCENARIO, vary=GRID, executor=pool, **SIZE)
    assert there.rows == here.rows


def test_until_gives_the_same_on_an_executor():
    size = {"runs": 40, "block_runs": 2, "until": "60%", "until_below": 0.2}
    mine = poolrace.sweep(SCENARIO, vary=GRID, jobs=2, **size)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        theirs = poolrace.sweep(SCENARIO, vary=GRID, executor=pool, **size)
    assert mine.rows == theirs.rows
    assert mine.runs_computed < 4 * 40


def test_an_error_in_a_worker_arrives_and_the_store_is_free(tmp_path):
    class Broken(concurrent.futures.Executor):
        def submit(self, function, /, *words):
            future = concurrent.futures.Future()
            future.set_exception(RuntimeError("the worker is gone"))
            return future

    store = tmp_path / "study.sqlite"
    with pytest.raises(RuntimeError, match="the worker is gone"):
        poolrace.sweep(SCENARIO, vary=GRID, store=store, executor=Broken(), **SIZE)
    poolrace.sweep(SCENARIO, vary=GRID, store=store, jobs=2, **SIZE)


@pytest.mark.parametrize(
    ("vary", "mention"),
    [
        ({"lod_mpps": [1]}, "nearest: load_mpps"),
        ({"load_mpps": "0.1:2:log:3"}, "nearest: log10"),
        ({"variant": ["scann"]}, "nearest: scan"),
        ({"trace_csv": ["a,b"]}, "has a comma"),
    ],
)
def test_errors_are_those_of_the_command_line(vary, mention):
    with pytest.raises(poolrace.ConfigError, match=mention):
        poolrace.sweep(SCENARIO, vary=vary, runs=1)


def test_jobs_and_executor_are_one_too_many():
    with pytest.raises(TypeError, match="not both"):
        poolrace.sweep(SCENARIO, vary=GRID, jobs=2, executor=object())


@pytest.mark.filterwarnings("default")  # a killed worker is warned about, as it should be
def test_dask_with_a_worker_killed_half_way_gives_the_same(here, dask_client):
    with dask_client(workers=2) as client:
        victims = list(client.run(os.getpid).values())
        killed = []

        def kill_one_when_half_is_done(seen):
            if not killed and seen >= 8:
                os.kill(victims[0], signal.SIGKILL)
                killed.append(time.monotonic())

        there = poolrace.sweep(
            SCENARIO, vary=GRID, executor=Counting(client, kill_one_when_half_is_done), **SIZE
        )
        assert killed, "the sweep ended before the worker could be killed"
        assert victims[0] not in client.run(os.getpid).values()
    assert there.rows == here.rows
    assert there.blocks_computed == 16


class Counting:
    """A Dask client's executor that tells how many results have come."""

    def __init__(self, client, tell):
        self.executor = client.get_executor(pure=False)
        self.tell = tell
        self.seen = 0

    def submit(self, function, /, *words):
        future = self.executor.submit(function, *words)
        future.add_done_callback(self.count)
        return future

    def count(self, future):
        self.seen += 1
        self.tell(self.seen)


def test_a_dask_client_is_an_executor(here, dask_client):
    with dask_client(workers=1) as client:
        there = poolrace.sweep(SCENARIO, vary=GRID, executor=client, **SIZE)
    assert there.rows == here.rows
