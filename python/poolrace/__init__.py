# SPDX-License-Identifier: MIT
"""How likely is the crash when a NIC driver goes away while its page_pool pages are in flight?

>>> import poolrace
>>> result = poolrace.run(poolrace.Scenario("seed-race", load_mpps=0.002), variant="scan", runs=50)
>>> result.crash, result.fingerprint                                           # doctest: +SKIP

:func:`compare` puts variants side by side on the same traffic, :func:`explore` takes every order of
a small program's steps, :func:`judge` that of all that decide, also of your own kernel tree;
:func:`replay` tells one of either again; :mod:`poolrace.plot` draws.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

try:
    from . import _core
except ImportError as error:
    if "cannot open shared object" in str(error):
        raise ImportError(
            f"poolrace: {error}; on Debian 12: apt-get install libsimgrid3.32 "
            "libboost-context1.74.0 libboost-program-options1.74.0 libpcap0.8 liburcu8"
        ) from error
    raise
from ._compare_result import CompareResult
from ._docs import docs
from ._errors import ConfigError, InternalError, Interrupted, WorkerCrashed
from ._estimates import Interval, Proportion
from ._explore import DataRace, ExploreResult, Finding, Verdict, explore
from ._judge import Judgement, JudgeResult, Linux, judge
from ._pages import Lesson, Trace, lesson, trace
from ._rare import HoldUp, Orders, Rare, RareResult, Way, Window, rare
from ._results import Cost, Harm, InFlight, KindResult, Paired, RunResult, Teardown
from ._robust import Conclusion, Headline, Moved, RobustResult, robust
from ._rows import Row
from ._run import compare, run
from ._runs import Runs, RunTable
from ._scenario import Scenario
from ._screen import Effect, Screened, ScreenResult, screen
from ._store import open_store
from ._sweep import sweep
from ._sweep_result import SweepResult
from ._tables import (
    columns,
    faults,
    kinds,
    lessons,
    parameters,
    profiles,
    programs,
    run_columns,
    scenarios,
    variants,
)
from ._tell import Replay, Shown, replay, show, validate

if TYPE_CHECKING:
    from . import plot

__version__: str = _core.version()
__all__ = [
    "CompareResult",
    "Conclusion",
    "ConfigError",
    "Cost",
    "DataRace",
    "Effect",
    "ExploreResult",
    "Finding",
    "Harm",
    "Headline",
    "HoldUp",
    "InFlight",
    "InternalError",
    "Interrupted",
    "Interval",
    "JudgeResult",
    "Judgement",
    "KindResult",
    "Lesson",
    "Linux",
    "Moved",
    "Orders",
    "Paired",
    "Proportion",
    "Rare",
    "RareResult",
    "Replay",
    "RobustResult",
    "Row",
    "RunResult",
    "RunTable",
    "Runs",
    "Scenario",
    "ScreenResult",
    "Screened",
    "Shown",
    "SweepResult",
    "Teardown",
    "Trace",
    "Verdict",
    "Way",
    "Window",
    "WorkerCrashed",
    "columns",
    "compare",
    "docs",
    "explore",
    "faults",
    "judge",
    "kinds",
    "lesson",
    "lessons",
    "open_store",
    "parameters",
    "plot",
    "profiles",
    "programs",
    "rare",
    "replay",
    "robust",
    "run",
    "run_columns",
    "scenarios",
    "screen",
    "show",
    "sweep",
    "trace",
    "validate",
    "variants",
]


def __getattr__(name: str) -> Any:
    """``poolrace.plot``, loaded when it is first asked for."""
    if name == "plot":
        return importlib.import_module(".plot", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
