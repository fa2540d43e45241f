# SPDX-License-Identifier: MIT
"""The Python blocks of the READMEs run as they are printed."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT


@pytest.mark.parametrize("name", ["README.md", "python/README.md"])
def test_blocks_run_as_printed(name):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(), re.DOTALL)
    assert blocks
    for block in blocks:
        done = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
