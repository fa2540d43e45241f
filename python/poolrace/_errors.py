# SPDX-License-Identifier: MIT
"""What can go wrong, and the extras that may be absent."""

from __future__ import annotations

import importlib
import re
from typing import Any

from ._core import ConfigError, InternalError

__all__ = ["ConfigError", "InternalError", "Interrupted", "WorkerCrashed", "need", "pythonic"]

for _error in (ConfigError, InternalError):  # where a user finds them
    _error.__module__ = "poolrace"


REPRODUCE = "; reproduce: "  # ends an error of the program, before a command


class WorkerCrashed(InternalError):
    """A process that simulated died: abort, segmentation fault, out of memory, killed.

    The interpreter is unharmed.  ``reproduce`` is the command that shows it again.
    """

    @property
    def reproduce(self) -> str:
        return str(self).partition(REPRODUCE)[2]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C; ``results`` holds what was done: whole runs, counted in ``results.runs``.

    In a notebook the exception that ended the cell is ``sys.last_value``, so what is done is
    ``sys.last_value.results``.
    """

    def __init__(self, message: str, results: Any = None):
        super().__init__(message)
        self.results = results

    def __reduce__(self) -> Any:
        return type(self), (str(self), self.results)


#: Options that are keywords of another name.
_KEYWORDS = {
    "all": "whole", "budget": "budget_s", "fault": "faults", "run": "index", "stall": "stalls",
    "variant": "variants", "window-us": "window_us",
}  # fmt: skip


def python_words(message: str) -> str:
    """What the program says of its words, said of Python's: ``--runs=0`` is ``runs=0``."""
    keywords = (
        {**_KEYWORDS, "budget": "budget"} if message.startswith("poolrace rare:") else _KEYWORDS
    )
    message = message.replace("command line: ", "Scenario: ").replace("--set: ", "config: ")
    message = re.sub(r"^poolrace \w+: ", "", message)
    message = re.sub(r"see poolrace (\w+) --help", r"see help(poolrace.\1)", message)
    message = re.sub(r"(?:see )?poolrace list (\w+)", _listed, message)
    return re.sub(
        r"(?<![\w-])--([a-z][a-z-]*)",
        lambda found: keywords.get(found[1], found[1].replace("-", "_")),
        message,
    )


def _listed(found: re.Match[str]) -> str:
    return f"{'see ' * found[0].startswith('see')}poolrace.{found[1]}()"


def pythonic(error: ConfigError) -> ConfigError:
    return ConfigError(python_words(str(error)))


EXTRA_OF = {
    "pandas": "pandas",
    "xarray": "pandas",
    "matplotlib": "plot",
    "tqdm": "plot",
    "distributed": "dask",
    "pyarrow": "parquet",
    "SALib": "screen",
}


def need(what: str, module: str) -> Any:
    """The optional module, or an ImportError that says how to get it."""
    package = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        extra = EXTRA_OF[package]
        raise ImportError(
            f"poolrace: {what} needs {package}: pip install 'poolrace[{extra}]'"
        ) from error
