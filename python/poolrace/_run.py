# SPDX-License-Identifier: MIT
"""Runs of variants, in processes of their own."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from os import PathLike
from typing import TYPE_CHECKING, Any

from ._errors import ConfigError, Interrupted, need
from ._estimates import Interval, Pairs, Proportion
from ._process import Progress, call
from ._results import CompareResult, Cost, Harm, KindResult, RunResult, Teardown
from ._scenario import Scenario, scenario_of
from ._words import listed, names, numbers, options, pairs, plain, value_text

if TYPE_CHECKING:
    from ._settings import FaultName, ScenarioName, VariantName


def _proportion(data: dict[str, Any], hits: int, runs: int) -> Proportion:
    if not runs:  # the program says 0 there
        return Proportion.none(0)
    return Proportion(data["probability"], data["low"], data["high"], hits, runs)


def _kind(name: str, runs: int, data: dict[str, Any]) -> KindResult:
    harm = _proportion(data, data["harm_runs"], runs)
    began = data["put_began"]
    return KindResult(
        name,
        data["misuse_runs"],
        harm,
        data["exposure_estimate"],
        began["before_unmap"],
        began["after_unmap"],
    )


def _teardown(data: dict[str, Any]) -> Teardown:
    quantiles = ((int(percent), time) for percent, time in data["quantiles"].items())
    return Teardown(
        data["runs"],
        data["median"],
        data["p99"],
        data["destroy_median"],
        data["grace_period_share"],
        tuple((percent, time) for percent, time in quantiles if time is not None),
    )


_SAME = (  # under the same name in JSON and in RunResult
    "variant", "world", "seed", "corrupted_runs", "leaked_runs", "stalled_runs", "packets",
    "dropped", "events", "ties", "fingerprint", "version", "wall_seconds",
)  # fmt: skip


def _cost(data: dict[str, Any], what: str) -> float:
    value = data[f"{what}_ns_per_packet"]  # null: no packet was measured
    return math.nan if value is None else float(value)


def _result(
    scenario: Scenario,
    data: dict[str, Any],
    faults: Sequence[str] = (),
    stalls: Mapping[str, float] | None = None,
) -> RunResult:
    runs, cost, harm = data["runs"], data["cost"], data.get("first_harm")
    delta = cost["paired_delta_ns_per_packet"]
    return RunResult(
        scenario=scenario,
        crash=_proportion(data, data["crashed_runs"], runs),
        kinds=tuple(_kind(name, runs, kind) for name, kind in data["kinds"].items()),
        cost=Cost(
            _cost(cost, "sync"),
            _cost(cost, "guard"),
            _cost(cost, "cpu"),
            Interval.from_json(delta),
            delta["versus"],
        ),
        teardown=_teardown(data["teardown_us"]),
        first_harm=harm and Harm(harm["kind"], harm["class"], harm["ended_by"], harm["replay"]),
        raw=json.dumps(data),
        faults=tuple(faults),
        stalls=Pairs(stalls or {}),
        **{name: data[name] for name in _SAME},
    )


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
    return nullcontext(chosen or None)


def injected(faults: Any, stalls: Any) -> tuple[list[str], dict[str, float]]:
    """Faults as names and stalls as microseconds by site, whatever they came in."""
    delays = {site: plain(us) for site, us in pairs("stalls", stalls).items()}
    return [one for text in names("faults", faults) for one in text.split(",")], delays


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
    progress: bool | Progress = False,
) -> CompareResult:
    """Runs every chosen variant on the same traffic; run i of each sees the same draws.

    ``variants``: names that :func:`variants` lists, :class:`Linux` trees, or ``"all"``; absent, the
    four of ``poolrace compare``.  ``runs``: simulated teardowns a variant.  ``jobs``: worker
    processes, one a CPU if absent; results do not depend on it.  ``world``: "timed" or "reference".
    ``stalls``: microseconds by site.  ``faults``: names that :func:`faults` lists.  ``progress``:
    True for a bar of tqdm, or a function of (runs done, runs in all, violations so far).

    Same scenario and seed, same fingerprints as the command line.  If a worker dies it is
    :class:`WorkerCrashed`, with the command that shows it again.  Ctrl-C raises
    :class:`Interrupted`, a KeyboardInterrupt whose ``results`` holds the runs done so far (in a
    notebook: ``sys.last_value.results``); a second Ctrl-C drops them.
    """
    chosen = scenario_of(scenario)
    bad, slow = injected(faults, stalls)
    words = _words(chosen, variants, runs, seed, jobs, world, slow, bad)
    with shown(progress, runs) as show:
        done = call(["compare", *words], show)
    data = json.loads(done.stdout)["results"]
    results = CompareResult(tuple(_result(chosen, one, bad, slow) for one in data))
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
    progress: bool | Progress = False,
) -> RunResult:
    """Runs one variant; everything else as for :func:`compare`."""
    chosen = scenario_of(scenario)
    bad, slow = injected(faults, stalls)
    if len(names("variant", variant)) != 1:
        raise ConfigError(f"variant={variant!r}: run() takes one; compare() takes several")
    words = _words(chosen, variant, runs, seed, jobs, world, slow, bad)
    with shown(progress, runs) as show:
        done = call(["run", *words], show)
    result = _result(chosen, json.loads(done.stdout), bad, slow)
    if done.interrupted:
        raise Interrupted(f"{result.runs} of {runs} runs were done", result)
    return result
