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

try:
    from . import _core
except ImportError as error:
    if "cannot open shared object" in str(error):
        raise ImportError(
            f"poolrace: {error}; on Debian 12: apt-get install libsimgrid3.32 "
            "libboost-context1.74.0 libboost-program-options1.74.0"
        ) from error
    raise
from ._errors import ConfigError, InternalError, Interrupted, WorkerCrashed
from ._estimates import Interval, Proportion
from ._explore import (
    ExploreResult,
    Finding,
    Replay,
    Shown,
    Verdict,
    explore,
    replay,
    show,
    validate,
)
from ._judge import Judgement, JudgeResult, Linux, judge
from ._pages import Lesson, Trace, lesson, trace
from ._results import CompareResult, Cost, Harm, InFlight, KindResult, RunResult, Teardown
from ._run import compare, run
from ._scenario import Scenario
from ._sweep import SweepResult, sweep
from ._tables import faults, kinds, parameters, profiles, programs, scenarios, variants

__version__: str = _core.version()
__all__ = [
    "CompareResult",
    "ConfigError",
    "Cost",
    "ExploreResult",
    "Finding",
    "Harm",
    "InFlight",
    "InternalError",
    "Interrupted",
    "Interval",
    "JudgeResult",
    "Judgement",
    "KindResult",
    "Lesson",
    "Linux",
    "Proportion",
    "Replay",
    "RunResult",
    "Scenario",
    "Shown",
    "SweepResult",
    "Teardown",
    "Trace",
    "Verdict",
    "WorkerCrashed",
    "compare",
    "explore",
    "faults",
    "judge",
    "kinds",
    "lesson",
    "parameters",
    "profiles",
    "programs",
    "replay",
    "run",
    "scenarios",
    "show",
    "sweep",
    "trace",
    "validate",
    "variants",
]
