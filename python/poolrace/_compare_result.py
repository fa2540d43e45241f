# SPDX-License-Identifier: MIT
"""What a comparison gives: variants on the same traffic, side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from . import _frames
from ._errors import ConfigError
from ._results import Paired, RunResult
from ._rows import Row
from ._runs import Runs, RunTable
from ._scenario import Scenario
from ._text import Tabled

if TYPE_CHECKING:
    import pandas
    import xarray
    from matplotlib.axes import Axes


@dataclass(frozen=True, repr=False)
class CompareResult(Tabled, Sequence[RunResult]):
    """Variants on the same traffic: index by number or by variant."""

    results: tuple[RunResult, ...]

    @overload
    def __getitem__(self, key: int | str) -> RunResult: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[RunResult, ...]: ...
    def __getitem__(self, key: int | str | slice) -> RunResult | tuple[RunResult, ...]:
        if not isinstance(key, str):
            return self.results[key]
        for result in self.results:
            if result.variant == key or result.variant.startswith(f"{key}#"):  # a tree: its content
                return result
        raise KeyError(f"no variant '{key}' here; there are: {', '.join(self.variants)}")

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[RunResult]:
        return iter(self.results)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.variants)

    @property
    def variants(self) -> tuple[str, ...]:
        return tuple(result.variant for result in self.results)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What tables say, a variant each."""
        return tuple(result.row for result in self.results)

    @property
    def scenario(self) -> Scenario:
        return self.results[0].scenario

    @property
    def runs(self) -> Runs:
        """Of each variant; with ``by_run=True`` the table of all: ``runs.to_pandas()``."""
        tables = [result.by_run for result in self.results if result.by_run is not None]
        return Runs(self.results[0].runs, RunTable.joined(tables) if tables else None)

    def paired(self, variant: str, versus: str) -> Paired:
        """What one variant of these does more than another, run by run on the same draws."""
        here, there = self[variant], self[versus]
        for pair in here.paired:
            if pair.versus == there.variant:
                return pair
        raise ConfigError(f"paired: {variant!r} and {versus!r} are one; name two of the variants")

    def to_dict(self) -> dict[str, Any]:
        """What ``poolrace compare --format json`` prints."""
        return {"results": [result.to_dict() for result in self.results]}

    def to_pandas(self) -> pandas.DataFrame:
        """One row a variant, one column for each that :func:`columns` lists.

        ``attrs`` has what the rows share: ``scenario`` (every parameter as it ran), ``profile``,
        ``version``, …, the ``units`` of columns, and what kind of ``interval`` the bounds are.
        """
        return _frames.to_pandas(self.rows, self.scenario.settings)

    def to_xarray(self) -> xarray.Dataset:
        """The same along ``variant``; counts by ``kind`` and teardown times by ``percent`` too."""
        dataset = _frames.to_xarray(self.rows, ["variant"])
        percents = [int(percent) for percent in self[0].to_dict()["teardown_us"]["quantiles"]]
        times = [dict(result.teardown.quantiles_us) for result in self.results]
        values = [[row.get(percent, math.nan) for percent in percents] for row in times]
        dataset = dataset.assign_coords(percent=percents)
        dataset["teardown_us"] = ("variant", "percent"), values, {"units": "us"}
        return dataset

    def plot(self, parameter: str | None = None, **how: Any) -> Axes:
        """:func:`poolrace.plot.probability` over ``parameter``; absent, teardown times."""
        from . import plot

        return plot.probability(self, parameter, **how) if parameter else plot.teardown(self, **how)

    def _table(self) -> tuple[str, list[str], list[list[str]]]:
        first = self.results[0]
        title = f"{first.scenario!r}: {first.runs} runs a variant, seed {first.seed}"
        heads = ["variant", "teardowns that crash (95 %)", "corrupt", "median, us", "p99, us"]
        heads += ["sync, ns/packet", f"CPU more than {first.cost.versus}, ns/packet"]
        rows = []
        for r in self.results:
            times = [r.teardown.median_us, r.teardown.p99_us]
            rows.append([r.variant, str(r.crash), str(r.corrupted_runs)])
            rows[-1] += ["—" if time is None else f"{time:.0f}" for time in times]
            sync = r.cost.sync_ns_per_packet
            rows[-1] += ["—" if math.isnan(sync) else f"{sync:.1f}"]
            own = r.variant == r.cost.versus
            rows[-1] += ["—" if own else str(r.cost.paired_delta_ns_per_packet)]
        return title, heads, rows

    def __repr__(self) -> str:
        crashes = "; ".join(f"{result.variant} {result.crash}" for result in self.results)
        return f"CompareResult({self.scenario.name}: crashes {crashes})"
