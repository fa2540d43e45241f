# SPDX-License-Identifier: MIT
"""Without the extras the package works, and says what to install where one is needed."""

import subprocess
import sys

import pytest

HOOK = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("pandas", "xarray", "matplotlib", "tqdm"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
import poolrace
import poolrace.plot
result = poolrace.run(poolrace.Scenario(horizon_s=1.2, load_mpps=0.001), runs=2)
try:
    USE
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ("result.to_pandas()", ".to_pandas() needs pandas: pip install 'poolrace[pandas]'"),
        ("result.to_xarray()", ".to_xarray() needs xarray: pip install 'poolrace[pandas]'"),
        ("poolrace.explore().to_pandas()",
         ".to_pandas() needs pandas: pip install 'poolrace[pandas]'"),
        ("poolrace.plot.teardown(result)",
         "poolrace.plot needs matplotlib: pip install 'poolrace[plot]'"),
        ("poolrace.run(runs=2, progress=True)",
         "progress=True needs tqdm: pip install 'poolrace[plot]'"),
    ],
)  # fmt: skip
def test_the_message_names_what_is_missing(use, message):
    program = HOOK.replace("USE", use)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"poolrace: {message}"
