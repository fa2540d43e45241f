# SPDX-License-Identifier: MIT
"""The helper of notebook 05: a program with one variant more, from the commands of the build."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "experiments" / "notebooks"))
import scratch_build  # noqa: E402

CCACHE = "/usr/bin/ccache"


@pytest.mark.parametrize("launcher", ["", CCACHE + " "])
@pytest.mark.parametrize("installed", [None, CCACHE])
def test_a_command_begins_with_ccache_at_most_once(monkeypatch, launcher, installed):
    monkeypatch.setattr(scratch_build.shutil, "which", lambda _: installed)
    command = f"{launcher}c++ -DX -I/checkout -O2 -o pools.cpp.o -c /checkout/models/pools.cpp"
    entry = {"command": command, "file": "/checkout/models/pools.cpp"}
    words, out = scratch_build.compile_command(entry, Path("scratch"))
    assert words.count(CCACHE) == (1 if launcher or installed else 0)
    assert words[-7:-4] == ["-Iscratch", "-I/checkout", "-O1"]
    assert words[-3] == str(out)


def test_a_variant_is_an_include_and_a_name_in_the_list():
    before = (ROOT / "pool" / "variants" / "all.hpp").read_text()
    after = scratch_build.with_variant(before, "NoWait", "no_wait.hpp")
    assert after.count("NoWait") == 1
    assert ", NoWait>;" in after
    assert '#include "pool/variants/no_wait.hpp"\n' in after
    assert after.replace(", NoWait", "").replace('"pool/variants/no_wait.hpp"', "") != before
    assert len(after.splitlines()) == len(before.splitlines()) + 1
