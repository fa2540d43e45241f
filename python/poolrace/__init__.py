# SPDX-License-Identifier: MIT
"""How likely is the crash when a NIC driver goes away while its page_pool pages are in flight?

>>> import poolrace
>>> r = poolrace.run(poolrace.Scenario("seed-race", load_mpps=0.002), variant="scan", runs=50)
>>> r["crashed_runs"], r["fingerprint"]                                        # doctest: +SKIP
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from . import _core
from ._core import ConfigError, InternalError
from ._sweep import SweepResult, sweep

__version__: str = _core.version()
__all__ = [
    "ConfigError",
    "InternalError",
    "Scenario",
    "SweepResult",
    "compare",
    "parameters",
    "profiles",
    "run",
    "scenarios",
    "sweep",
    "variants",
]


class Scenario:
    """A named set of parameters on a machine profile.

    ``name`` and ``profile`` are names that :func:`scenarios` and :func:`profiles` list, or paths
    of INI files.  Keyword arguments are parameters (see :func:`parameters`; units stand last in
    their names).  Unknown names and bad values raise :class:`ConfigError` when the scenario runs,
    with the message that the command line gives.
    """

    def __init__(self, name: str = "seed-race", *, profile: str | None = None, **settings: Any):
        self.name = name
        self.profile = profile
        self.settings = settings

    def __repr__(self) -> str:
        words = [repr(self.name)]
        if self.profile is not None:
            words.append(f"profile={self.profile!r}")
        words += [f"{name}={value!r}" for name, value in self.settings.items()]
        return f"Scenario({', '.join(words)})"

    def _words(self) -> list[str]:
        words = [self.name]
        if self.profile is not None:
            words += ["--profile", self.profile]
        for name, value in self.settings.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            words += ["--set", f"{name}={text}"]
        return words


def compare(
    scenario: Scenario | str = "seed-race",
    *,
    variants: Sequence[str] | None = None,
    runs: int = 1000,
    seed: int = 1,
    jobs: int | None = None,
    world: str = "timed",
) -> list[dict[str, Any]]:
    """Runs every chosen variant on the same traffic; one result a variant.

    A result has the fields of ``poolrace compare --format json``: probabilities are fractions
    with 95 % Clopper-Pearson bounds, costs nanoseconds, teardown times microseconds.  The same
    scenario and seed give the same ``fingerprint`` as the command line.
    """
    if isinstance(scenario, str):
        scenario = Scenario(scenario)
    words = scenario._words()
    if variants is not None:
        words += ["--variant", ",".join(variants)]
    words += ["--runs", str(runs), "--seed", str(seed), "--world", world]
    if jobs is not None:
        words += ["--jobs", str(jobs)]
    done = json.loads(_core.compare_json(words))
    if done["interrupted"]:
        raise KeyboardInterrupt(f"{done['results'][0]['runs']} of {runs} runs were done")
    results: list[dict[str, Any]] = done["results"]
    return results


def run(
    scenario: Scenario | str = "seed-race", *, variant: str = "baseline", **options: Any
) -> dict[str, Any]:
    """Runs one variant; options as for :func:`compare`."""
    return compare(scenario, variants=[variant], **options)[0]


def variants() -> list[str]:
    """The names of the variants: published destroy/put orders."""
    return list(_core.variant_names())


def scenarios() -> dict[str, str]:
    """The shipped scenarios and what each is about."""
    return dict(_core.scenarios())


def profiles() -> dict[str, str]:
    """The shipped machine profiles."""
    return dict(_core.profiles())


def parameters() -> list[dict[str, str]]:
    """Every parameter: name, help, unit, allowed values, default and the default's source."""
    rows: list[dict[str, str]] = json.loads(_core.parameters_json())
    return rows
