# SPDX-License-Identifier: MIT
"""The Python blocks of the READMEs run as they are printed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import poolrace
import pytest
from conftest import ROOT


@pytest.mark.parametrize("name", ["README.md", "python/README.md"])
def test_blocks_run_as_printed(name, tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(), re.DOTALL)
    assert blocks
    package = {"PYTHONPATH": str(Path(poolrace.__file__).absolute().parents[1])}
    for block in blocks:  # which may write files
        done = subprocess.run(
            [sys.executable, "-c", block], capture_output=True, text=True, cwd=tmp_path,
            env={**os.environ, **package},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
