# SPDX-License-Identifier: MIT
"""A strict type checker takes what users write, and says what they get."""

import os
import subprocess
import sys

from conftest import ROOT

USES = """
import pathlib
import numpy as np
import poolrace
from poolrace import plot

s = poolrace.Scenario(pathlib.Path("x.ini"), profile=pathlib.Path("p.ini"), load_mpps=0.1)
r = poolrace.run(s, variant="scan", faults="leak-page")
c = poolrace.compare(s, variants=["scan", poolrace.Linux("/x")])
t = poolrace.sweep(s, vary={"load_mpps": np.geomspace(1, 2, 3)}, store=pathlib.Path("x"))
e = poolrace.explore(variants="all")
reveal_type(e[0])
reveal_type(e[:1])
reveal_type(c["scan"])
reveal_type(t[0])
plot.probability(t, "load_mpps", kind="leak")
plot.probability([r, c, [r]], "load_mpps")
poolrace.plot.teardown(r)
poolrace.replay(r)
poolrace.replay(t[0])
poolrace.replay(e[0].findings[0])
poolrace.replay(t.to_pandas().iloc[0])
poolrace.lesson(e[0].findings[0])
"""
SHOWN = ["_explore.Verdict", "_explore.ExploreResult", "_results.RunResult", "_rows.Row"]


def test_what_users_write_is_typed(tmp_path):
    (tmp_path / "uses.py").write_text(USES)
    words = ["--strict", f"--cache-dir={tmp_path}/cache", "uses.py"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *words], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "MYPYPATH": str(ROOT / "python")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    notes = [line for line in done.stdout.splitlines() if "Revealed type" in line]
    assert [f"poolrace.{name}" in note for name, note in zip(SHOWN, notes, strict=True)] == [
        True
    ] * len(SHOWN)
