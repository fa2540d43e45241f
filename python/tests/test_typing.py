# SPDX-License-Identifier: MIT
"""mypy and pyright take what users write, and refuse what is wrong in it."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import poolrace
import pytest
from conftest import ROOT

USES = Path(__file__).with_name("uses.py")
#: A line each, which a checker is to refuse.
WRONG = """
import poolrace
poolrace.Scenario(load_mps=1)
poolrace.Scenario(iommu="lasy")
poolrace.Scenario(cpus="many")
poolrace.run(rnus=3)
poolrace.compare(variants=3)
poolrace.run().crash.hit
poolrace.explore()[0].finding
"""


def mypy(folder, file):
    words = ["--strict", f"--cache-dir={folder}/cache", "--no-error-summary", file]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *words], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "MYPYPATH": str(ROOT / "python")},
    )  # fmt: skip
    said = (line.split(":", 2) for line in done.stdout.splitlines() if ": error:" in line)
    return {int(line): message for _, line, message in said}


def pyright(folder, file):
    pytest.importorskip("basedpyright")  # pyright in a wheel that needs no network
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT / "python")]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    words = ["--outputjson", "--pythonpath", sys.executable, file]
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", *words], cwd=folder, capture_output=True, text=True
    )
    told = json.loads(done.stdout)["generalDiagnostics"]
    return {
        one["range"]["start"]["line"] + 1: one["message"]
        for one in told
        if one["severity"] == "error"
    }


@pytest.mark.parametrize("check", [mypy, pyright])
def test_what_users_write_is_typed(tmp_path, check):
    (tmp_path / "uses.py").write_text(USES.read_text())
    (tmp_path / "wrong.py").write_text(WRONG)
    assert check(tmp_path, "uses.py") == {}
    assert sorted(check(tmp_path, "wrong.py")) == list(range(3, len(WRONG.splitlines()) + 1))


def test_every_public_name_is_among_it():
    used = {
        node.attr
        for node in ast.walk(ast.parse(USES.read_text()))
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "poolrace"
    }
    assert used == set(poolrace.__all__)
