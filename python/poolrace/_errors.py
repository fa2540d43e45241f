# SPDX-License-Identifier: MIT
"""What can go wrong, and the extras that may be absent."""

from __future__ import annotations

import importlib
from typing import Any

from ._core import ConfigError, InternalError

__all__ = ["ConfigError", "InternalError", "Interrupted", "WorkerCrashed", "need"]

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


EXTRA_OF = {"pandas": "pandas", "xarray": "pandas", "matplotlib": "plot", "tqdm": "plot"}


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
