# SPDX-License-Identifier: MIT
"""Runs of variants, in processes of their own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from os import PathLike
from typing import TYPE_CHECKING, Any

from ._compare_result import CompareResult
from ._errors import Interrupted, need
from ._process import Progress, call
from ._read import result_of_run
from ._results import RunResult
from ._runs import kept
from ._scenario import Scenario, scenario_of
from ._words import listed, names, numbers, one, options, pairs, plain, value_text

if TYPE_CHECKING:
    from ._settings import FaultName, ScenarioName, VariantName


class _Bar:
    """tqdm's bar as a :data:`Progress`."""

    def __init__(self, runs: int):
        self.bar = need("progress=True", "tqdm.auto").tqdm(total=runs, unit="run")

    def __enter__(self) -> Progress:
        return self.show

    def show(self, done: int, total: int, violations: int) -> None:
        self.bar.total = total
        self.bar.update(done - self.bar.n)
        self.bar.set_postfix(violations=violations)

    def __exit__(self, *_: object) -> None:
        self.bar.close()


def shown(progress: bool | Progress, runs: int) -> AbstractContextManager[Progress | None]:
    chosen = plain(progress)
    if chosen is True:
        return _Bar(runs)
    if chosen and not callable(chosen):
        raise TypeError(f"progress is {progress!r}; give True, or a function of three numbers")
    return nullcontext(None if isinstance(progress, bool) or not chosen else progress)


def injected(faults: Any, stalls: Any) -> tuple[list[str], dict[str, float]]:
    """Faults as names and stalls as microseconds by site, whatever they came in."""
    delays = {site: plain(us) for site, us in pairs("stalls", stalls).items()}
    return [name for text in names("faults", faults) for name in text.split(",")], delays


def injecting(faults: Iterable[str], stalls: Mapping[str, float]) -> list[str]:
    """The words of a command line for these."""
    words = []
    for site, duration in stalls.items():
        words += ["--stall", f"{site}={value_text('stalls', repr(site), duration)}"]
    for fault in faults:
        words += ["--fault", fault]
    return words


def _words(
    scenario: Scenario,
    variants: Iterable[str] | str | None,
    runs: int,
    seed: int,
    jobs: int | None,
    world: str,
    stalls: Mapping[str, float],
    faults: Iterable[str],
) -> list[str]:
    words = scenario._words()
    words += numbers({"runs": runs, "seed": seed, "jobs": jobs})
    words += options({"world": world, "variant": listed(variants)})
    return [*words, *injecting(faults, stalls), "--format", "json"]


def compare(
    scenario: Scenario | ScenarioName | str | PathLike[str] = "seed-race",
    *,
    variants: Iterable[VariantName | str] | str | None = None,
    runs: int = 1000,
    seed: int = 1,
    jobs: int | None = None,
    world: str = "timed",
    stalls: Mapping[str, float] | None = None,
    faults: Iterable[FaultName | str] | str = (),
    by_run: bool = False,
    progress: bool | Progress = False,
) -> CompareResult:
    """Runs every chosen variant on the same traffic; run i of each sees the same draws.

    ``variants``: names that :func:`variants` lists, :class:`Linux` trees, or ``"all"``; absent, the
    four of ``poolrace compare``.  ``runs``: simulated teardowns a variant.  ``jobs``: worker
    processes, one a CPU if absent; results do not depend on it.  ``world``: "timed" or "reference".
    ``stalls``: microseconds by site.  ``faults``: names that :func:`faults` lists.  ``by_run``:
    keep every run, for ``result.runs.to_pandas()``.  ``progress``: True for a bar of tqdm, or a
    function of (runs done, runs in all, violations so far).

    Same scenario and seed, same fingerprints as the command line.  If a worker dies it is
    :class:`WorkerCrashed`, with the command that shows it again.  Ctrl-C raises
    :class:`Interrupted`, a KeyboardInterrupt whose ``results`` holds the runs done so far (in a
    notebook: ``sys.last_value.results``); a second Ctrl-C drops them.
    """
    chosen = scenario_of(scenario)
    bad, slow = injected(faults, stalls)
    words = _words(chosen, variants, runs, seed, jobs, world, slow, bad)
    with kept(by_run) as every, shown(progress, runs) as show:
        done = call(["compare", *words, *every.words], show)
    data = json.loads(done.stdout)["results"]
    results = CompareResult(
        tuple(result_of_run(chosen, each, bad, slow, every.table) for each in data)
    )
    if done.interrupted:
        raise Interrupted(f"{results.runs} of {runs} runs were done", results)
    return results


def run(
    scenario: Scenario | ScenarioName | str | PathLike[str] = "seed-race",
    *,
    variant: VariantName | str = "baseline",
    runs: int = 1000,
    seed: int = 1,
    jobs: int | None = None,
    world: str = "timed",
    stalls: Mapping[str, float] | None = None,
    faults: Iterable[FaultName | str] | str = (),
    by_run: bool = False,
    progress: bool | Progress = False,
) -> RunResult:
    """Runs one variant; everything else as for :func:`compare`."""
    chosen = scenario_of(scenario)
    bad, slow = injected(faults, stalls)
    words = _words(chosen, one("variant", variant), runs, seed, jobs, world, slow, bad)
    with kept(by_run) as every, shown(progress, runs) as show:
        done = call(["run", *words, *every.words], show)
    result = result_of_run(chosen, json.loads(done.stdout), bad, slow, every.table)
    if done.interrupted:
        raise Interrupted(f"{result.runs} of {runs} runs were done", result)
    return result
