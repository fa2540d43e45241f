# SPDX-License-Identifier: MIT
"""What the tests share: the command line beside the package, and runs that take no time."""

import contextlib
import os
import subprocess
from pathlib import Path

import poolrace
import pytest

ROOT = Path(__file__).resolve().parents[2]
QUICK = {"horizon_s": 1.2, "load_mpps": 0.01}


@pytest.fixture
def quick():
    return poolrace.Scenario("seed-race", **QUICK)


@pytest.fixture(scope="session")
def binary():
    path = os.environ.get("POOLRACE_BINARY", str(ROOT / "build" / "poolrace"))
    assert os.path.exists(path), f"no {path}: run `make build`"
    return path


@pytest.fixture
def said(binary):
    """Runs the command line; returns status, stdout and the message without its prefix."""

    def run(*words):
        done = subprocess.run([binary, *words], capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr.strip().removeprefix("poolrace: ")

    return run


@pytest.fixture
def dask_client(tmp_path):
    """Of a number of workers: a client of a real cluster on loopback, with worker processes."""

    @contextlib.contextmanager
    def of(workers):
        distributed = pytest.importorskip("distributed")
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=str(tmp_path),
        )
        with cluster, distributed.Client(cluster) as client:
            yield client

    return of
