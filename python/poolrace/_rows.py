# SPDX-License-Identifier: MIT
"""One row of a table of runs: a result of a run or a point of a sweep, under the same names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import _schema
from ._estimates import Pairs, Proportion, clopper_pearson
from ._tables import kinds
from ._text import html_table

if TYPE_CHECKING:
    from ._results import RunResult


class Row(Pairs):
    """A row, immutable: a Mapping of every column that :func:`columns` lists, parameters included.

    What is not known, or follows from runs where none was done, is None.
    """

    __slots__ = ("_parameters",)

    def __init__(self, said: Mapping[str, Any], parameters: Mapping[str, Any]):
        super().__init__(said)
        self._parameters = parameters  # shared by the rows of a scenario

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
        return type(self), (self._items, self._parameters)

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


def row_of(result: RunResult) -> Row:
    cost, teardown, harm = result.cost, result.teardown, result.first_harm
    delta = cost.paired_delta_ns_per_packet
    said: dict[str, Any] = {
        name: getattr(result, name)
        for name in ("version", "profile", "variant", "world", "seed", "runs", "corrupted_runs",
                     "leaked_runs", "stalled_runs", "packets", "dropped", "events", "ties")
    }  # fmt: skip
    said |= {
        "scenario": result.scenario.name,
        "faults": "; ".join(result.faults),
        "stalls": "; ".join(f"{site}={us}" for site, us in result.stalls.items()),
        "crashed_runs": result.crash.hits,
        "sync_ns_per_packet": _number(cost.sync_ns_per_packet),
        "guard_ns_per_packet": _number(cost.guard_ns_per_packet),
        "cpu_ns_per_packet": _number(cost.cpu_ns_per_packet),
        "delta_ns_per_packet": _number(delta.value),
        "delta_low_ns_per_packet": _number(delta.low),
        "delta_high_ns_per_packet": _number(delta.high),
        "versus": cost.versus,
        "teardowns": teardown.runs,
        "teardown_median_us": teardown.median_us,
        "teardown_p99_us": teardown.p99_us,
        "destroy_median_us": teardown.destroy_median_us,
        "grace_period_share": _number(teardown.grace_period_share),
    }
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
    return Row(said, result.scenario.parameters)


#: Columns that the program names otherwise.
_RENAMED = {
    "clopper_pearson_low": "low",
    "clopper_pearson_high": "high",
    "confidence_sequence_low": "sequence_low",
    "confidence_sequence_high": "sequence_high",
    "fault": "faults",
    "stall": "stalls",
}


def _replay(said: Mapping[str, Any], changes: Iterable[tuple[str, str]]) -> str:
    """The string with which ``poolrace replay`` tells a point's first harm again."""
    version = str(said["version"]).partition(" ")[0]
    fields = [(name, str(said[name])) for name in ("scenario", "profile", "variant", "seed")]
    fields += [("run", str(said["first_harm_run"])), *changes]
    for name in ("stall", "fault"):
        fields += [(name, one) for one in said[f"{name}s"].split("; ") if one]
    escaped = ((name, text.replace("%", "%25").replace(";", "%3B")) for name, text in fields)
    return f"poolrace/{version}" + "".join(f";{name}={text}" for name, text in escaped)


def row_of_point(
    point: Mapping[str, Any],
    parameters: Mapping[str, Any],
    changes: Iterable[tuple[str, str]] | None,
) -> Row:
    """A point as the program prints it.

    ``parameters``: as they ran.  ``changes`` to what scenario and profile say, as a replay string
    has them: ("set", "iommu=lazy"); None if they are not known.
    """
    said: dict[str, Any] = {"faults": "", "stalls": ""}
    said |= {_RENAMED.get(name, name): value for name, value in point.items()}
    for kind in kinds():
        for column in _schema.OF_A_KIND:
            if (name := f"{kind}_{column.name}") in said:
                said[_schema.kind_column(kind, column.name)] = said.pop(name)
        if hits := said.get(_schema.kind_column(kind, "harm_runs")):
            low, high = clopper_pearson(hits, said["runs"])
            estimate = {"probability": hits / said["runs"], "low": low, "high": high}
            said |= {_schema.kind_column(kind, f"harm_{k}"): v for k, v in estimate.items()}
    if not said["teardowns"]:
        said["grace_period_share"] = None
    if not said["measured_packets"]:
        said |= dict.fromkeys(name for name in said if name.endswith("_ns_per_packet"))
    if not said["runs"]:  # 0 runs have counts, and nothing that follows from them
        said |= dict.fromkeys(
            name
            for name in said
            if name not in _schema.parameter_columns() and _schema.is_number(name)
        )
        said["fingerprint"] = None
    if said["first_harm_run"] is not None and said["first_harm_run"] < 0:
        said["first_harm_run"] = None
    if said["first_harm_run"] is not None and changes is not None:
        said["replay"] = _replay(said, changes)
    return Row(said, parameters)
