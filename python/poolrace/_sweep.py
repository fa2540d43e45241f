# SPDX-License-Identifier: MIT
"""Sweeps: a grid of parameters into a store, here or on an executor's workers.

What is missing, how blocks add up and what a table holds is decided below, in the code that the
command line runs; this module spreads blocks and hands out tables.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, Future
from os import PathLike
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from . import _core
from ._errors import ConfigError, Interrupted, pythonic
from ._points import no_preset, points_of, table_of
from ._process import Progress, call
from ._resolution import texts
from ._run import injected, injecting, shown
from ._runs import RunTable, kept
from ._scenario import Scenario, scenario_of
from ._sweep_result import SweepResult, result_of
from ._words import many, numbers, one_if_any, options, pairs, path_of

if TYPE_CHECKING:
    import pandas

    from ._settings import FaultName, ScenarioName, VariantName

#: Blocks of a worker that may wait for it, so that it never runs dry nor the memory full.
_AHEAD = 256
#: Seconds between two calls of a progress function, each of which adds a table up.
_TELL_EVERY = 0.2


def _axis(name: str, values: object) -> str:
    no_preset("vary", name)
    if isinstance(values, str):  # "0.1:2:log10:8" or "scan,xarray"
        return f"{name}={values}"
    given = many(f"vary: {name}", values)
    if not given:
        raise ConfigError(f"vary: {name} has no values")
    found = [text for _, text in texts("vary", ((name, value) for value in given))]
    commas = [text for text in found if "," in text]
    if commas:
        raise ConfigError(f"vary: {name}={commas[0]!r} has a comma, which separates values")
    return f"{name}={','.join(found)}"


def _executor_of(executor: Any) -> Executor:
    """An executor as it is; of a dask.distributed Client, its own one, which repeats no block."""
    if hasattr(executor, "get_executor"):
        made: Executor = executor.get_executor(pure=False)
        return made
    if not hasattr(executor, "submit"):
        raise TypeError(f"executor: {executor!r} has no submit(); give one of concurrent.futures")
    given: Executor = executor
    return given


def _compute_block(problem: str, first_run: int, runs: int) -> bytes:
    """What workers are sent: a function that can be pickled, which the one below cannot."""
    return _core.compute_block(problem, first_run, runs)


def _block_of(future: Future[bytes]) -> bytes:
    """What has come.  While a block runs in this process, Ctrl-C ends it and is not seen here."""
    try:
        return future.result()
    except RuntimeError as error:
        if str(error) == "interrupted":
            raise KeyboardInterrupt from error
        raise


def _harmed(rows_json: str) -> int:
    """Violations in a table so far: runs that came to harm, counted by kind."""
    return sum(
        count
        for point in json.loads(rows_json)
        for name, count in point.items()
        if name.endswith("_harm_runs")
    )


def _spread(core: _core.Sweep, executor: Executor, show: Progress | None) -> None:
    """Has an executor's workers compute all that is missing; a block is stored when it arrives.

    A Ctrl-C within ``futures.wait`` may leave a future locked for ever; a queue's ``get`` does not.
    """
    told = 0.0
    while tasks := core.wanted():
        total = core.runs_added() + sum(runs for _, _, runs in tasks)
        waiting: dict[Future[bytes], int] = {}
        arrived: SimpleQueue[Future[bytes]] = SimpleQueue()
        following = iter(enumerate(tasks))
        try:
            while True:
                for index, task in following:
                    future = executor.submit(_compute_block, *task)
                    waiting[future] = index
                    future.add_done_callback(arrived.put)
                    if len(waiting) >= _AHEAD:
                        break
                if not waiting:
                    break
                future = arrived.get()
                core.add(waiting.pop(future), _block_of(future))
                done = core.runs_added()
                if show and (done == total or time.monotonic() - told >= _TELL_EVERY):
                    show(done, total, _harmed(core.rows_json()))
                    told = time.monotonic()
        finally:
            for future in waiting:
                future.cancel()


def _here(
    words: list[str],
    scenario: Scenario,
    axes: tuple[str, ...],
    by_run: bool,
    progress: bool | Progress,
) -> SweepResult:
    """In the program that the package brings, as every run."""
    with kept(by_run) as every, shown(progress, 0) as show:
        done = call(["sweep", *words, *every.words, "--format", "json"], show)
    said = json.loads(done.stdout)
    computed, blocks = said["runs_computed"], said["blocks_computed"]
    result = result_of(said["points"], scenario, axes, computed, blocks, every.table)
    if done.interrupted:
        raise Interrupted(f"{result.runs_computed} runs were done and are kept", result)
    return result


def _there(
    words: list[str],
    scenario: Scenario,
    axes: tuple[str, ...],
    executor: Any,
    by_run: bool,
    progress: bool | Progress,
) -> SweepResult:
    """Wherever an executor runs functions; Ctrl-C keeps the blocks that have come."""
    workers = _executor_of(executor)
    try:
        core = _core.Sweep(words)
    except ConfigError as error:
        raise pythonic(error) from None

    def so_far() -> SweepResult:
        points = json.loads(core.rows_json())
        table = RunTable.read(core.runs_csv()) if by_run else None
        return result_of(points, scenario, axes, core.runs_added(), core.blocks_added(), table)

    try:
        with shown(progress, 0) as show:
            _spread(core, workers, show)
        core.check_stalls()
        return so_far()
    except KeyboardInterrupt:
        try:
            result = so_far()
        except KeyboardInterrupt:  # the same one: a terminal's reaches a pool's workers too
            result = so_far()
        said = f"{result.runs_computed} runs were done and are kept"
        raise Interrupted(said, result) from None
    except ConfigError as error:
        raise pythonic(error) from None
    finally:
        core.close()


def sweep(
    scenario: Scenario | ScenarioName | str | PathLike[str] = "seed-race",
    *,
    vary: Mapping[str, object] | None = None,
    points: Iterable[Mapping[str, object]] | pandas.DataFrame | None = None,
    runs: int = 1000,
    seed: int = 1,
    store: str | PathLike[str] | None = None,
    jobs: int | None = None,
    until: float | str | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
    until_below: float | str | None = None,
    block_runs: int | None = None,
    world: str | None = None,
    stalls: Mapping[str, float] | None = None,
    faults: Iterable[FaultName | str] | str = (),
    versus: VariantName | str | None = None,
    by_run: bool = False,
) -> SweepResult:
    """Runs every combination of ``vary`` and gives a table; the same as ``poolrace sweep``.

    ``vary`` maps a parameter, ``variant`` or ``profile`` to values (a list, range, array, Series),
    or to a range as the command line writes it (``"0.1:0.8:log10:8"``); floats are rounded to the
    parameter's resolution, with a warning.  ``points``: a data frame, or mappings that all have the
    same names; each runs as it is, or with each combination of ``vary``.  With ``store`` (a file) a
    sweep computes only what is missing there, and results of an interrupted one are kept; Ctrl-C
    raises :class:`Interrupted`, with the table so far in ``results``.  ``until=0.1`` ends a point
    once its interval's half width is a tenth of its crash probability (or the latter is below
    ``until_below``); ``runs`` is then the most it gets.  Differences by run (``delta_…``) are
    against the variant ``versus``, the first of :func:`variants` that is there if absent.
    ``by_run`` keeps every run, for ``.runs.to_pandas()``.

    Blocks run in ``jobs`` worker processes, or wherever ``executor`` runs functions: any of
    ``concurrent.futures``, a ``dask.distributed.Client``.  A block simulates in a process of its
    own even there, so an aborted simulation does not take the worker along; give workers one thread
    each.  The table is the same in every case.  After Ctrl-C a pool of ``concurrent.futures`` waits
    for the blocks that its workers have begun; ``block_runs`` makes them shorter.

    >>> import poolrace
    >>> t = poolrace.sweep("seed-race", vary={"load_mpps": [0.1, 0.2]}, runs=50)  # doctest: +SKIP
    """
    if executor is not None and jobs is not None:
        raise TypeError("give jobs or an executor, not both")
    chosen = scenario_of(scenario)
    varied = pairs("vary", vary)
    words = chosen._words()
    for name, values in varied.items():
        words += ["--vary", _axis(name, values)]
    words += numbers({"runs": runs, "seed": seed, "jobs": jobs, "block_runs": block_runs})
    words += numbers({"until": until, "until_below": until_below})
    words += options({"store": None if store is None else path_of("store", store), "world": world})
    words += options({"versus": one_if_any("versus", versus)})
    words += injecting(*injected(faults, stalls))
    given = points_of(points)
    axes = tuple(dict.fromkeys([*(given[0] if given else ()), *varied, "variant"]))
    with table_of(given) as table:
        if executor is None:
            return _here([*words, *table], chosen, axes, by_run, progress)
        return _there([*words, *table], chosen, axes, executor, by_run, progress)
