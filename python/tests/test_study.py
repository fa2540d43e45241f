# SPDX-License-Identifier: MIT
"""A study on a cluster, interrupted and gone on with, gives the same table and the same figure."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import poolrace
import pytest

#: A program of its own: Ctrl-C of its terminal reaches the cluster's workers too.
PROGRAM = """
import contextlib, json, sys
import distributed
import poolrace

if __name__ == "__main__":
    store, folder, words = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
        dashboard_address=None, local_directory=folder,
    )
    with cluster, distributed.Client(cluster) as client:
        print("begun", flush=True)
        try:
            table = poolrace.sweep(
                poolrace.Scenario("seed-race", horizon_s=1.2, load_mpps=0.002), store=store,
                executor=client, progress=lambda *now: print(*now, flush=True), **words,
            )
            print("whole", table.runs_computed, flush=True)
        except poolrace.Interrupted as stopped:
            print("interrupted", stopped.results.runs, flush=True)
"""
VARY = {
    "hold_median_us": [4, 4000],
    "iommu": ["lazy", "strict"],
    "variant": ["scan", "scan-rcu"],
}


@pytest.fixture
def started(tmp_path):
    pytest.importorskip("distributed")
    program = tmp_path / "study.py"
    program.write_text(PROGRAM)
    package = {"PYTHONPATH": str(Path(poolrace.__file__).absolute().parents[1])}
    children = []

    def start(**words):
        line = [sys.executable, program, tmp_path / "study.sqlite", tmp_path, json.dumps(words)]
        children.append(
            subprocess.Popen(
                line,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                process_group=0,
                env={**os.environ, **package},
            )
        )
        assert children[-1].stdout.readline() == "begun\n"
        return children[-1]

    yield start
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()


def drawn(table):
    figure = table.plot("hold_median_us").figure
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba()).copy()
    plt.close(figure)
    return pixels


def test_a_study_on_a_cluster_is_interrupted_and_gone_on_with(started, tmp_path):
    size = {"vary": VARY, "runs": 40, "block_runs": 4}
    child = started(**size)
    child.stdout.readline()  # some runs have come
    os.killpg(child.pid, signal.SIGINT)  # as a terminal does
    said = child.communicate(timeout=60)[0].splitlines()
    kept = int(said[-1].removeprefix("interrupted "))
    assert 0 < kept < 8 * 40
    part = poolrace.open_store(tmp_path / "study.sqlite")
    assert part.runs == kept
    part.plot("hold_median_us")  # draws what there is
    said = started(**size).communicate(timeout=60)[0].splitlines()
    assert int(said[-1].removeprefix("whole ")) == 8 * 40 - kept
    scenario = poolrace.Scenario("seed-race", horizon_s=1.2, load_mpps=0.002)
    again = poolrace.sweep(scenario, store=tmp_path / "study.sqlite", **size)
    never = poolrace.sweep(scenario, **size)
    assert again.runs_computed == 0 and again.rows == never.rows
    assert np.array_equal(drawn(again), drawn(never))


def test_an_interrupt_within_a_long_block_neither_hangs_nor_loses(started, tmp_path):
    short = {"vary": {"variant": ["scan"]}, "runs": 8, "block_runs": 10_000}
    assert started(**short).communicate(timeout=60)[0].endswith("whole 8\n")
    child = started(**{**short, "runs": 10_000})  # the rest of the block, of more than a minute
    time.sleep(1)  # in which nothing comes
    os.killpg(child.pid, signal.SIGINT)
    began = time.monotonic()
    said = child.communicate(timeout=60)[0].splitlines()
    assert said == ["interrupted 8"] and time.monotonic() - began < 30
    assert poolrace.open_store(tmp_path / "study.sqlite").runs == 8
