# SPDX-License-Identifier: MIT
"""The table of a sweep, and that of a store on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, Any, overload

from . import _frames, _schema
from ._errors import ConfigError, need
from ._rows import Row, row_of_point
from ._runs import Runs, RunTable
from ._scenario import Scenario
from ._text import Tabled

if TYPE_CHECKING:
    import pandas
    import xarray
    from matplotlib.axes import Axes


@dataclass(frozen=True, repr=False)
class SweepResult(Tabled, Sequence[Row]):
    """The table of a sweep: one row a point, in the order of the grid.

    ``rows`` are immutable mappings with every column that :func:`columns` lists: what defines the
    point (``variant``, what was varied, every other parameter as it ran), then counts,
    ``probability`` with two 95 % intervals, teardown times in microseconds and costs in nanoseconds
    a packet.  ``low`` and ``high`` are for a number of runs that was fixed beforehand;
    ``sequence_low`` and ``sequence_high`` also hold with ``until``, or if one looks and then adds
    runs.  What follows from runs is None at a point where none was done.

    Equal if the rows are, however many of their runs came from a store.
    """

    rows: tuple[Row, ...]
    axes: tuple[str, ...]
    scenario: Scenario | None  # what was not varied; None: of a store, not known as a whole
    runs_computed: int = field(compare=False)
    blocks_computed: int = field(compare=False)
    raw: str = field(compare=False)

    @overload
    def __getitem__(self, key: int) -> Row: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, key: int | slice) -> Row | tuple[Row, ...]:
        return self.rows[key]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @property
    def runs(self) -> Runs:
        """Of all points; with ``by_run=True`` the table of them: ``runs.to_pandas()``."""
        tables = [row._table for row in self.rows if row._table is not None]
        joined = RunTable.joined(tables) if tables else None
        return Runs(sum(row["runs"] for row in self.rows), joined)

    def to_dict(self) -> dict[str, Any]:
        """What ``poolrace sweep --format json`` prints."""
        data: dict[str, Any] = json.loads(self.raw)
        return data

    def _first(self) -> Iterable[str]:
        return [*self.axes, *(self.scenario.settings if self.scenario else ())]

    def to_pandas(self) -> pandas.DataFrame:
        """One row a point, one column for each that :func:`columns` lists, axes first.

        ``attrs`` has what all points share: ``scenario`` (the parameters), ``profile``,
        ``version``, …, the ``units`` of columns, and what kind of ``interval`` the bounds are.
        """
        return _frames.to_pandas(self.rows, self._first())

    def to_xarray(self) -> xarray.Dataset:
        """What was varied as dimensions; counts by ``kind`` too; what all share as coordinates."""
        return _frames.to_xarray(self.rows, self.axes)

    def to_parquet(self, path: str | PathLike[str]) -> None:
        """Writes :meth:`to_pandas` with its ``attrs`` as a Parquet file (needs pyarrow)."""
        need(".to_parquet()", "pyarrow")
        self.to_pandas().to_parquet(path, index=False)

    def plot(self, parameter: str | None = None, **how: Any) -> Axes:
        """:func:`poolrace.plot.probability` over ``parameter``; absent, the first numeric axis."""
        from . import plot

        return plot.probability(self, parameter or self._axis(), **how)

    def _axis(self) -> str:
        varied = [axis for axis in self.axes if axis in _schema.parameter_columns()]
        if not varied:
            raise ConfigError("plot: no parameter was varied; say over which one to draw")
        numeric = (a for a in varied if _schema.column(a).kind in ("count", "number"))
        return next(numeric, varied[0])

    def _table(self) -> tuple[str, list[str], list[list[str]]]:
        heads = [*self.axes, "teardowns that crash (95 %)", "corrupt", "median, us"]
        rows = []
        for row in self.rows:
            time = row["teardown_median_us"]
            rows.append([str(row[axis]) for axis in self.axes] + [str(row.crash)])
            rows[-1] += [str(row["corrupted_runs"]), "—" if time is None else f"{time:.0f}"]
        return self._title(), heads, rows

    def _title(self) -> str:
        of = repr(self.scenario) if self.scenario else "a store"
        return f"{of}: {len(self)} points over {', '.join(self.axes)}, {self.runs} runs"

    def __repr__(self) -> str:
        return f"SweepResult({self._title()})"


def result_of(
    points: list[dict[str, Any]],
    scenario: Scenario,
    axes: tuple[str, ...],
    runs_computed: int,
    blocks_computed: int,
    by_run: RunTable | None = None,
) -> SweepResult:
    """The table of points as the program prints them; each knows its own parameters."""
    known: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    varied = [axis for axis in axes if axis != "variant"]
    rows = []
    for point, table in zip(points, split(by_run, points), strict=True):
        values = tuple(point[axis] for axis in varied)
        if values not in known:
            known[values] = _parameters(scenario, dict(zip(varied, values, strict=True)))
        rows.append(row_of_point(point, known[values], table))
    computed = {"runs_computed": runs_computed, "blocks_computed": blocks_computed}
    raw = json.dumps({"points": points, **computed})
    return SweepResult(tuple(rows), axes, scenario, runs_computed, blocks_computed, raw)


def _parameters(base: Scenario, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return base.with_(**changes).parameters
    except ConfigError:  # a profile's path that the program shortened
        return {}


def split(table: RunTable | None, points: list[dict[str, Any]]) -> Iterator[RunTable | None]:
    """Of each point its runs: a table has them one point after the other, as rows stand."""
    at = 0
    for point in points:
        yield None if table is None else table[at : at + point["runs"]]
        at += point["runs"]
