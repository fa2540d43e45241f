# SPDX-License-Identifier: MIT
"""One row of a table of runs: a result of a run or a point of a sweep, under the same names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import _schema
from ._estimates import Interval, Pairs, Proportion
from ._runs import Runs
from ._text import html_table

if TYPE_CHECKING:
    from ._results import RunResult
    from ._runs import RunTable


class Row(Pairs):
    """A row, immutable: a Mapping of every column that :func:`columns` lists, parameters included.

    What is not known, or follows from runs where none was done, is None.
    """

    __slots__ = ("_parameters", "_table")

    def __init__(
        self,
        said: Mapping[str, Any],
        parameters: Mapping[str, Any],
        table: RunTable | None = None,
    ):
        super().__init__(said)
        self._parameters = parameters  # shared by the rows of a scenario
        self._table = table  # of its runs, if it was asked for

    def __getitem__(self, name: str) -> Any:
        for values in (self._items, self._parameters):
            if name in values:
                return values[name]
        return _absent(self._items, name)

    def __contains__(self, name: object) -> bool:
        return name in _schema.columns()

    def __iter__(self) -> Iterator[str]:
        return iter(_schema.columns())

    def __len__(self) -> int:
        return len(_schema.columns())

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def __reduce__(self) -> Any:
        return type(self), (self._items, self._parameters, self._table)

    def __repr__(self) -> str:
        said = {name: self[name] for name in ("scenario", "variant", "seed")}
        return f"Row({', '.join(f'{k}={v!r}' for k, v in said.items())}: {self.crash})"

    def _repr_html_(self) -> str:
        """Probability and interval first; parameters and kinds are left out."""
        first = ["variant", "probability", "low", "high"]
        told = [c.name for c in _schema.IDENTITY] + [c.name for c in _schema.RESULTS]
        heads = list(dict.fromkeys([*first, *told]))
        return html_table(repr(self), heads, [[_said(self[name]) for name in heads]])

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    @property
    def replay(self) -> str | None:
        """Of the first run that came to harm, for :func:`poolrace.replay`; None if none did."""
        text: str | None = self["replay"]
        return text

    @property
    def runs(self) -> Runs:
        """How many; with ``by_run=True`` each of them: ``row.runs.to_pandas()``."""
        return Runs(self["runs"], self._table)

    @property
    def crash(self) -> Proportion:
        """The probability that a teardown crashes, with its bounds."""
        return self._proportion(self["crashed_runs"], self["low"], self["high"])

    def harm(self, kind: str) -> Proportion:
        """The probability that a kind of violation does harm."""
        hits, low, high = (
            self[_schema.kind_column(kind, what)] for what in ("harm_runs", "harm_low", "harm_high")
        )
        return self._proportion(hits, low, high)

    def _proportion(self, hits: int, low: float | None, high: float | None) -> Proportion:
        runs = self["runs"]
        if not runs or low is None or high is None:
            return Proportion.none(0)
        return Proportion(hits / runs, low, high, hits, runs)


def _absent(said: Mapping[str, Any], name: str) -> Any:
    """A kind that was not seen in runs that were done has a probability too."""
    if name.endswith(("_harm_probability", "_harm_low", "_harm_high")) and said["runs"]:
        _schema.column(name)
        return Proportion.none(said["runs"]).high if name.endswith("high") else 0.0
    return _schema.absent(name)


def _said(value: Any) -> str:
    if value is None:
        return "—"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _deltas(name: str, interval: Interval) -> dict[str, float | None]:
    parts = zip(("", "_low", "_high"), interval, strict=True)
    return {name.format(part): _number(value) for part, value in parts}


def row_of(result: RunResult) -> Row:
    cost, teardown, harm = result.cost, result.teardown, result.first_harm
    said: dict[str, Any] = {
        name: getattr(result, name)
        for name in ("version", "profile", "variant", "world", "seed", "runs", "corrupted_runs",
                     "leaked_runs", "stalled_runs", "packets", "measured_packets", "dropped",
                     "socket_drops", "events", "ties")
    }  # fmt: skip
    said |= {
        "scenario": result.scenario.name,
        "faults": "; ".join(result.faults),
        "stalls": "; ".join(f"{site}={us}" for site, us in result.stalls.items()),
        "crashed_runs": result.crash.hits,
        "sync_ns_per_packet": _number(cost.sync_ns_per_packet),
        "guard_ns_per_packet": _number(cost.guard_ns_per_packet),
        "cpu_ns_per_packet": _number(cost.cpu_ns_per_packet),
        "versus": cost.versus,
        "teardowns": teardown.runs,
        "teardown_median_us": teardown.median_us,
        "teardown_p99_us": teardown.p99_us,
        "destroy_median_us": teardown.destroy_median_us,
        "grace_period_share": _number(teardown.grace_period_share),
    }
    said |= _deltas("delta{}_ns_per_packet", cost.paired_delta_ns_per_packet)
    if first := next((p for p in result.paired if p.versus == cost.versus), None):
        said |= _deltas("delta_probability{}", first.probability)
        said |= _deltas("delta_teardown{}_us", first.teardown_us)
        said["delta_teardowns"] = first.teardowns
    if result.runs:
        said |= {"probability": result.crash.value, "low": result.crash.low,
                 "high": result.crash.high, "fingerprint": result.fingerprint}  # fmt: skip
    if harm:
        run = harm.replay.partition(";run=")[2].partition(";")[0]
        said |= {"replay": harm.replay, "first_harm_run": int(run) if run.isdigit() else None}
    for kind in result.kinds if result.runs else ():
        values = (kind.misuse_runs, kind.harm.hits, kind.harm.value, kind.harm.low, kind.harm.high,
                  kind.put_began_before_unmap, kind.put_began_after_unmap,
                  kind.exposure_estimate)  # fmt: skip
        for column, value in zip(_schema.OF_A_KIND, values, strict=True):
            said[_schema.kind_column(kind.name, column.name)] = value
    return Row(said, result.scenario.parameters, result.runs._table)


def row_of_point(
    point: Mapping[str, Any], parameters: Mapping[str, Any], table: RunTable | None = None
) -> Row:
    """A point as the program prints it; ``parameters``: as they ran; ``table``: of its runs."""
    return Row({"faults": "", "stalls": "", **point}, parameters, table)
