# SPDX-License-Identifier: MIT
"""Sweeps: a grid of parameters into a store, here or on an executor's workers.

What is missing, how blocks add up and what a table holds is decided below, in the code that the
command line runs; this module spreads blocks and hands out tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from . import _core
from ._errors import Interrupted, need
from ._process import Progress, call
from ._run import shown
from ._words import options as option_words
from ._words import text_of

if TYPE_CHECKING:
    import pandas
    import xarray

    from . import Scenario

#: Blocks of a worker that may wait for it, so that it never runs dry nor the memory full.
_AHEAD = 256


@dataclass(frozen=True)
class SweepResult:
    """The table of a sweep: one row a point, in the order of the grid.

    ``rows`` are dicts with what defines the point (``variant``, what was varied, …), then counts,
    ``probability`` with two 95 % intervals, teardown times in microseconds and costs in nanoseconds
    a packet.  ``clopper_pearson_*`` is for a number of runs that was fixed beforehand;
    ``confidence_sequence_*`` also holds with ``until``, or if one looks and then adds runs.
    """

    rows: tuple[Mapping[str, Any], ...]
    axes: tuple[str, ...]
    runs_computed: int
    blocks_computed: int

    def to_pandas(self) -> pandas.DataFrame:
        """One row a point, one column a field."""
        rows = [dict(row) for row in self.rows]
        frame: pandas.DataFrame = need("to_pandas()", "pandas").DataFrame(rows)
        return frame

    def to_xarray(self) -> xarray.Dataset:
        """What was varied as dimensions, everything else as variables on them."""
        return self.to_pandas().set_index(list(self.axes)).to_xarray()

    def to_parquet(self, path: str | PathLike[str]) -> None:
        """Writes :meth:`to_pandas` as a Parquet file (needs pyarrow)."""
        self.to_pandas().to_parquet(path, index=False)

    def _repr_html_(self) -> str:
        html: str = self.to_pandas().to_html(index=False, max_cols=16)
        return html


def _axis(name: str, values: object) -> str:
    if isinstance(values, str):  # "0.1:2:log10:8" or "scan,xarray"
        return f"{name}={values}"
    if not isinstance(values, Iterable):
        values = [values]
    texts = [text_of(value) for value in values]
    commas = [text for text in texts if "," in text]
    if commas:
        raise _core.ConfigError(f"vary: {name}={commas[0]!r} has a comma, which separates values")
    return f"{name}={','.join(texts)}"


def _words(scenario: Scenario, vary: Mapping[str, object], options: Mapping[str, Any]) -> list[str]:
    words = scenario._words()
    for name, values in vary.items():
        words += ["--vary", _axis(name, values)]
    return words + option_words(options)


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


def _spread(core: _core.Sweep, executor: Executor) -> None:
    """Has an executor's workers compute all that is missing; a block is stored when it arrives."""
    while tasks := core.wanted():
        waiting: dict[Future[bytes], int] = {}
        following = iter(enumerate(tasks))
        try:
            while True:
                for index, task in following:
                    waiting[executor.submit(_compute_block, *task)] = index
                    if len(waiting) >= _AHEAD:
                        break
                if not waiting:
                    break
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    core.add(waiting.pop(future), future.result())
        finally:
            for future in waiting:
                future.cancel()


def _here(words: list[str], axes: tuple[str, ...], progress: bool | Progress) -> SweepResult:
    """In the program that the package brings, as every run."""
    with shown(progress, 0) as show:
        done = call(["sweep", *words, "--format", "json"], show)
    said = json.loads(done.stdout)
    rows, blocks = tuple(said["points"]), said["blocks_computed"]
    result = SweepResult(rows, axes, said["runs_computed"], blocks)
    if done.interrupted:
        raise Interrupted(f"{result.runs_computed} runs were done and are kept", result)
    return result


def sweep(
    scenario: Scenario | str = "seed-race",
    *,
    vary: Mapping[str, object],
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
) -> SweepResult:
    """Runs every combination of ``vary`` and gives a table; the same as ``poolrace sweep``.

    ``vary`` maps a parameter, ``variant`` or ``profile`` to a list of values, or to a range as the
    command line writes it (``"0.1:0.8:log10:8"``).  With ``store`` (a file) a sweep computes only
    what is missing there, and results of an interrupted one are kept; Ctrl-C raises
    :class:`Interrupted`, with the table so far in ``results``.  ``until=0.1`` ends a point once its
    interval's half width is a tenth of its crash probability (or the latter is below
    ``until_below``); ``runs`` is then the most it gets.

    Blocks run in ``jobs`` worker processes, or wherever ``executor`` runs functions: any of
    ``concurrent.futures``, a ``dask.distributed.Client``.  A block simulates in a process of its
    own even there, so an aborted simulation does not take the worker along; give workers one thread
    each.  The table is the same in every case.

    >>> import poolrace
    >>> t = poolrace.sweep("seed-race", vary={"load_mpps": [0.1, 0.2]}, runs=50)  # doctest: +SKIP
    """
    from . import Scenario

    if executor is not None and jobs is not None:
        raise TypeError("give jobs or an executor, not both")
    options = {
        "runs": runs,
        "seed": seed,
        "store": None if store is None else fspath(store),
        "jobs": jobs,
        "until": until,
        "until_below": until_below,
        "block_runs": block_runs,
        "world": world,
    }
    if isinstance(scenario, str):
        scenario = Scenario(scenario)
    words = _words(scenario, vary, options)
    axes = tuple(dict.fromkeys([*vary, *([] if "variant" in vary else ["variant"])]))
    if executor is None:
        return _here(words, axes, progress)
    core = _core.Sweep(words)
    try:
        _spread(core, _executor_of(executor))
        core.check_stalls()
        rows = tuple(json.loads(core.rows_json()))
        return SweepResult(rows, axes, core.runs_added(), core.blocks_added())
    finally:
        core.close()
