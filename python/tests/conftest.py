# SPDX-License-Identifier: MIT
"""What the tests share: the command line beside the package, and runs that take no time."""

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
