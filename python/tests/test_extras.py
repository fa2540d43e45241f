# SPDX-License-Identifier: MIT
"""Without the extras the package works, and says what to install where one is needed."""

import subprocess
import sys
import tomllib

import pytest
from conftest import ROOT

HOOK = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("pandas", "xarray", "matplotlib", "tqdm", "pyarrow", "SALib"):
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
        ("poolrace.sweep(vary={'variant': 'scan'}, runs=1).to_parquet('x')",
         ".to_parquet() needs pyarrow: pip install 'poolrace[parquet]'"),
        ("result.plot()", "poolrace.plot needs matplotlib: pip install 'poolrace[plot]'"),
        ("poolrace.plot.teardown(result)",
         "poolrace.plot needs matplotlib: pip install 'poolrace[plot]'"),
        ("poolrace.screen()", "poolrace.screen() needs SALib: pip install 'poolrace[screen]'"),
        ("poolrace.run(runs=2, progress=True)",
         "progress=True needs tqdm: pip install 'poolrace[plot]'"),
    ],
)  # fmt: skip
def test_the_message_names_what_is_missing(use, message):
    program = HOOK.replace("USE", use)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"poolrace: {message}"


def test_without_pandas_a_notebook_shows_tables():
    use = """
table = poolrace.sweep('seed-race', vary={'variant': ['scan']}, runs=1)
    for value in (result, table, poolrace.explore()):
        assert value._repr_html_().startswith('<table') and repr(value)
    print('poolrace: shown')"""
    done = subprocess.run(
        [sys.executable, "-c", HOOK.replace("USE", use.strip())], capture_output=True, text=True
    )
    assert done.stdout == "poolrace: shown\n", done.stderr


def test_extras_bring_what_they_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    assert any(one.startswith("distributed") for one in extras["dask"])
    assert any(one.startswith("pyarrow") for one in extras["parquet"])
    assert extras["all"] == [f"poolrace[{','.join(name for name in extras if name != 'all')}]"]


def test_plot_is_there_when_it_is_asked_for():
    program = (
        "import sys, poolrace; assert 'matplotlib' not in sys.modules;"
        "assert 'poolrace.plot' not in sys.modules; assert 'plot' in dir(poolrace);"
        "poolrace.plot.probability; from poolrace import plot; assert plot is poolrace.plot"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_package_is_a_command(said):
    done = subprocess.run(
        [sys.executable, "-m", "poolrace", "list", "variants"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == said("list", "variants")[:2]
